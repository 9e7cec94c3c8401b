//! What may be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use matricula::Counts;
use matricula::spec::docs::Language;
use matricula::sql::Dialect;

/// From ministries' enrolment records to comparable SDG 4 figures.
#[derive(Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  matricula check fixtures/demo/batch.toml
  matricula run fixtures/demo/batch.toml --out out/demo
  matricula cube fixtures/demo/batch.toml --out out/cubes
  matricula explain GER.1
  matricula explain GER.1 --batch fixtures/demo/batch.toml --country CHL --year 2022 --by sex=F
  matricula compare OAEPG.1 --batch fixtures/demo/batch.toml
  matricula catalogue fixtures/demo/batch.toml
  matricula sheets out/methods
  matricula mapping chl-matricula --language es --out chl-matricula.md
  matricula sql chl-matricula --dialect postgres --country CHL --year 2022 --age-reference-date 2022-06-30
  matricula init national-file.csv --country CHL --out my-specs/mappings/chl-file.toml
  matricula codes

Exit codes: 0 done, 1 findings of severity error, 2 usage or specification, 3 input or output, 70 a bug."
)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One file each in `commands/`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a batch and the catalogue, and that the files are there; no row is read
    #[command(after_help = "\
Examples:
  matricula check fixtures/demo/batch.toml
  matricula check my-batch.toml --specs my-specs")]
    Check(Check),
    /// Compute a batch
    #[command(after_help = "\
Examples:
  matricula run fixtures/demo/batch.toml --out out/demo
  matricula run fixtures/demo/batch.toml --out out/demo --indicator GER.1 REPP.1 --threads 2
  matricula run my-batch.toml --out out/mine --specs my-specs --keep-going
  matricula run my-batch.toml --out out/mine --language es
  matricula run my-batch.toml --out out/mine --key-file my-key
  matricula run my-batch.toml --out out/mine --cubes out/cubes-of-chile --cubes out/cubes-of-brazil
  matricula run my-batch.toml --out out/mine --cache out/cache

The folder DIR is made, or replaced whole if it holds an earlier run; any other folder is refused.
What is written to it is restricted: it holds counts of single children.")]
    Run(Run),
    /// Count the records of a batch into cubes, one file a source, from which `run --cubes` computes
    #[command(after_help = "\
Examples:
  matricula cube fixtures/demo/batch.toml --out out/cubes
  matricula run fixtures/demo/batch.toml --cubes out/cubes --out out/demo

Cubes of parts of a source, made on several machines, are put together by `run`, one `--cubes` for each folder.
The folder DIR is made, or replaced whole if it holds earlier cubes; any other folder is refused.
What is written to it is restricted: it holds counts of single children.")]
    Cube(Cube),
    /// Show what an indicator means, or how one figure came about
    #[command(after_help = "\
Examples:
  matricula explain GER.1
  matricula explain OAEPG.1 --lang es
  matricula explain GER.1 --batch fixtures/demo/batch.toml --country CHL --year 2022
  matricula explain GER.1 --batch fixtures/demo/batch.toml --country CHL --year 2022 --by sex=F
  matricula explain GER.1 --batch my-batch.toml --country CHL --year 2022 --cache out/cache")]
    Explain(Explain),
    /// Say which countries and years may be compared on an indicator, and why not
    #[command(after_help = "\
Examples:
  matricula compare OAEPG.1 --batch fixtures/demo/batch.toml
  matricula compare REPP.1 --batch my-batch.toml --specs my-specs
  matricula compare REPP.1 --batch my-batch.toml --cache out/cache")]
    Compare(Compare),
    /// List all indicators with what they need, and whether a batch can feed them
    #[command(after_help = "\
Examples:
  matricula catalogue
  matricula catalogue fixtures/demo/batch.toml
  matricula catalogue my-batch.toml --language pt --specs my-specs

With a batch, its mappings decide: whether the codes occur in the files, only a run can tell.")]
    Catalogue(Listing),
    /// Write the method sheets of all indicators as pages, in three languages
    #[command(after_help = "\
Examples:
  matricula sheets out/methods
  matricula sheets my-methods --specs my-specs

DIR/en, DIR/es and DIR/pt are made where they are missing; pages of the same name are replaced,
other files there are left alone.")]
    Sheets(Sheets),
    /// Show how each code of a national file is read, as a document to be signed by the office that produces it
    #[command(after_help = "\
Examples:
  matricula mapping chl-matricula
  matricula mapping chl-matricula --language es --out chl-matricula.md
  matricula mapping chl-matricula --language es --out chl-matricula.xlsx
  matricula mapping my-mapping --specs my-specs

FILE is made, or replaced if it holds an earlier document; any other file is refused.")]
    Mapping(MappingDocument),
    /// Write mapping, rules and counting as one SQL query, for records that stay in a warehouse
    #[command(after_help = "\
Examples:
  matricula sql chl-matricula --dialect duckdb --country CHL --year 2022 --age-reference-date 2022-06-30
  matricula sql can-student --dialect spark --age-reference-date 2022-06-30 --table education.pupils --by edu_level,grade,sex
  matricula sql --batch my-batch.toml --source chl-2022 --dialect postgres > chl-2022.sql

The query yields the cells of the records that are kept, and beside them what became of every other row.
Its result is restricted: it holds counts of single children. docs/sql.md says how to read it.")]
    Sql(Sql),
    /// Look at a national file of which nothing is known yet, and propose a mapping
    #[command(after_help = "\
Examples:
  matricula init fixtures/demo/chl/matricula_2023.csv --country CHL
  matricula init fixtures/demo/chl/matricula_2023.csv --country CHL --from-scratch --out my-specs/mappings/mine.toml
  matricula init pupils.xlsx --sheet Pupils --country HTI --language es

Codes of fewer records than the minimum, and values that may belong to one person, are neither shown nor written.
FILE.toml and the tables beside it are made; files that stand there are replaced only with --force.")]
    Init(Init),
    /// List the codes of findings, as a table in Markdown
    #[command(after_help = "\
Examples:
  matricula codes
  matricula codes | grep D008")]
    Codes,
}

/// The catalogue.
#[derive(Debug, Args)]
pub(crate) struct Specs {
    /// Folder of specifications, laid over the catalogue of the program file by file
    #[arg(long, value_name = "DIR")]
    pub(crate) specs: Option<PathBuf>,
}

/// The key of pseudonyms, never typed: a command line is seen by others and kept in histories.
#[derive(Debug, Args)]
pub(crate) struct Key {
    /// File with at least 32 random bytes, from which pseudonyms of pupils are made (batches with `[link]`)
    #[arg(long, value_name = "FILE", conflicts_with = "key_descriptor")]
    pub(crate) key_file: Option<PathBuf>,
    /// Number of an open file descriptor to read the key from instead
    #[arg(long, value_name = "N")]
    pub(crate) key_descriptor: Option<u16>,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The batch file
    pub(crate) batch: PathBuf,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Where counts come from, if not from the files of the sources.
#[derive(Debug, Args)]
pub(crate) struct Counted {
    /// Compute from a cube file, or a folder of them, instead of the files of the sources; may be given several times
    #[arg(long, value_name = "DIR", requires = "batch", conflicts_with_all = ["key_file", "key_descriptor"])]
    pub(crate) cubes: Vec<PathBuf>,
    /// Folder in which what a source came to is kept, so that only sources that changed are read; it holds personal data
    #[arg(long, value_name = "DIR", requires = "batch", conflicts_with = "cubes")]
    pub(crate) cache: Option<PathBuf>,
    /// Hash every file anew, also those with the same size and time as before
    #[arg(long, requires = "cache")]
    pub(crate) rehash: bool,
}

impl Counted {
    /// The same for the engine.
    pub(crate) fn counts(&self) -> Counts {
        match &self.cache {
            Some(folder) => Counts::Cache { folder: folder.clone(), rehash: self.rehash },
            None if self.cubes.is_empty() => Counts::Files,
            None => Counts::Cubes(self.cubes.clone()),
        }
    }
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The batch file
    pub(crate) batch: PathBuf,
    /// Folder to write to: absent, empty, or an earlier run
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Number of threads; as many as the machine has, if not given
    // More than this only wait for each other: with tens of thousands a run does not seem to end.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Compute these indicators instead of those of the batch
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub(crate) indicator: Vec<String>,
    /// Finish the other sources when one has errors
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Tell on standard error how long each part took
    #[arg(long)]
    pub(crate) timings: bool,
    #[command(flatten)]
    pub(crate) counted: Counted,
    /// Language of the account for people, account.md and account.html
    #[arg(long, alias = "lang", value_enum, default_value_t = Lang::En)]
    pub(crate) language: Lang,
    #[command(flatten)]
    pub(crate) key: Key,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Arguments of `cube`.
#[derive(Debug, Args)]
pub(crate) struct Cube {
    /// The batch file
    pub(crate) batch: PathBuf,
    /// Folder to write to: absent, empty, or earlier cubes
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Number of threads; as many as the machine has, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) key: Key,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The indicator
    #[arg(value_name = "ID")]
    pub(crate) indicator: String,
    /// Language of labels and definitions
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub(crate) lang: Lang,
    /// A batch file, to explain one figure of it
    #[arg(long, requires = "country", requires = "year")]
    pub(crate) batch: Option<PathBuf>,
    /// The figure's country
    #[arg(long, value_name = "CCC", requires = "batch")]
    pub(crate) country: Option<String>,
    /// The figure's year: the one in which the school year ends
    #[arg(long, value_name = "YYYY", requires = "batch")]
    pub(crate) year: Option<String>,
    /// A breakdown and its code; may be given several times
    #[arg(long, value_name = "DIMENSION=CODE", requires = "batch")]
    pub(crate) by: Vec<String>,
    #[command(flatten)]
    pub(crate) counted: Counted,
    #[command(flatten)]
    pub(crate) key: Key,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The indicator
    #[arg(value_name = "ID")]
    pub(crate) indicator: String,
    /// The batch file
    #[arg(long)]
    pub(crate) batch: PathBuf,
    #[command(flatten)]
    pub(crate) counted: Counted,
    #[command(flatten)]
    pub(crate) key: Key,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Arguments of `catalogue`.
#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// A batch file, to see which indicators its sources can feed
    pub(crate) batch: Option<PathBuf>,
    /// Language of statuses, forms and headings
    #[arg(long, alias = "lang", value_enum, default_value_t = Lang::En)]
    pub(crate) language: Lang,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Arguments of `sheets`.
#[derive(Debug, Args)]
pub(crate) struct Sheets {
    /// Folder to write to
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Arguments of `mapping`.
#[derive(Debug, Args)]
pub(crate) struct MappingDocument {
    /// The mapping
    #[arg(value_name = "MAPPING")]
    pub(crate) mapping: String,
    /// Language of the document
    #[arg(long, alias = "lang", value_enum, default_value_t = Lang::En)]
    pub(crate) language: Lang,
    /// File to write to: a workbook if it ends in .xlsx, else Markdown; standard output, if not given
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Arguments of `sql`.
#[derive(Debug, Args)]
pub(crate) struct Sql {
    /// The mapping
    #[arg(value_name = "MAPPING", required_unless_present = "batch", conflicts_with = "batch")]
    pub(crate) mapping: Option<String>,
    /// The engine that the query is for
    #[arg(long, value_enum)]
    pub(crate) dialect: SqlDialect,
    /// Country of the records, in three letters, unless the table holds it
    #[arg(long, value_name = "XXX", conflicts_with = "batch")]
    pub(crate) country: Option<String>,
    /// Year in which their school year ends, unless the table holds it
    #[arg(long, value_name = "YYYY", conflicts_with = "batch")]
    pub(crate) year: Option<String>,
    /// Day at which age is taken
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "batch")]
    pub(crate) age_reference_date: Option<String>,
    /// What is counted, where the mapping leaves a choice: student, teacher, school or person
    #[arg(long, conflicts_with = "batch")]
    pub(crate) unit: Option<String>,
    /// Apply these rules instead of those that a batch applies which names none
    #[arg(long, value_name = "RULE", value_delimiter = ',', conflicts_with = "batch")]
    pub(crate) rules: Option<Vec<String>>,
    /// Take mapping, country, year, day, unit and rules from a source of this batch file
    #[arg(long, value_name = "FILE", requires = "source")]
    pub(crate) batch: Option<PathBuf>,
    /// The source of the batch
    #[arg(long, value_name = "ID", requires = "batch")]
    pub(crate) source: Option<String>,
    /// The table of records, with its schema before a dot
    #[arg(long, default_value = "enrolment")]
    pub(crate) table: String,
    /// Dimensions of the cells; all with at most 300 codes, if not given
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',')]
    pub(crate) by: Option<Vec<String>>,
    /// Columns that the table does not have, of those that the mapping can do without
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) without: Vec<String>,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Engines of databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SqlDialect {
    /// DuckDB
    #[value(name = "duckdb")]
    DuckDb,
    /// PostgreSQL
    Postgres,
    /// Spark SQL
    Spark,
}

impl From<SqlDialect> for Dialect {
    fn from(dialect: SqlDialect) -> Self {
        match dialect {
            SqlDialect::DuckDb => Self::DuckDb,
            SqlDialect::Postgres => Self::Postgres,
            SqlDialect::Spark => Self::Spark,
        }
    }
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The national file: text, also compressed, Stata, Parquet, Arrow or a spreadsheet
    pub(crate) file: PathBuf,
    /// Its country, in three letters
    #[arg(long, value_name = "XXX")]
    pub(crate) country: String,
    /// File to write the mapping to; standard output, if not given
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the mapping and tables that stand there
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    /// Propose a mapping also where the catalogue has one that fits
    #[arg(long)]
    pub(crate) from_scratch: bool,
    /// Language of the report and of remarks
    #[arg(long, alias = "lang", value_enum, default_value_t = Lang::En)]
    pub(crate) language: Lang,
    /// Encoding of text; found out, if not given
    #[arg(long, value_enum)]
    pub(crate) encoding: Option<TextEncoding>,
    /// Character between fields of text, `\t` for a tab; found out, if not given
    #[arg(long, value_parser = separator)]
    pub(crate) separator: Option<u8>,
    /// Sheet of a spreadsheet; the first that is not hidden, if not given
    #[arg(long)]
    pub(crate) sheet: Option<String>,
    /// Member of a zip archive; its only data file, if not given
    #[arg(long)]
    pub(crate) member: Option<String>,
    /// Codes of fewer records are neither shown nor written
    // Below the disclosure minimum a code could belong to a single child.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(10..))]
    pub(crate) minimum_count: u64,
    #[command(flatten)]
    pub(crate) specs: Specs,
}

/// Encodings of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextEncoding {
    /// UTF-8
    #[value(name = "utf-8")]
    Utf8,
    /// Windows-1252, which contains Latin-1
    #[value(name = "windows-1252", alias = "latin-1")]
    Windows1252,
}

/// A single character of ASCII that is no quote and ends no line.
fn separator(typed: &str) -> Result<u8, String> {
    match typed.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte) => Ok(*byte),
        _ => Err("a separator is one character, such as `;`, or `\\t` for a tab".to_owned()),
    }
}

/// Languages of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English
    En,
    /// Spanish
    Es,
    /// Portuguese
    Pt,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Es => Self::Es,
            Lang::Pt => Self::Pt,
        }
    }
}
