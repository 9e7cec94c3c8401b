//! The public codes of findings: one table, from which enum and documentation are made.

macro_rules! problem_codes {
    ($($variant:ident $id:literal $title:literal, $meaning:literal;)+) => {
        /// A public, documented kind of finding. `S`: specification and batch, `D`: data.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemCode {
            $(#[doc = $title] $variant,)+
        }

        impl ProblemCode {
            /// All codes, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code, such as `S001`.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// What kind of finding it is, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// What it means and what to do about it.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }
        }
    };
}

problem_codes! {
    NotReadable "S001" "not a readable specification", "The file is not valid TOML or CSV, has a key that does not exist, or lacks one that is required. The message names the place and the keys that are allowed.";
    UnknownFormat "S002" "unknown format number", "The first key of every specification is `format = 1`.";
    IdNotFileName "S003" "identifier differs from the file name", "An identifier is its file's name without the ending, so that a specification can be found.";
    DuplicateId "S004" "duplicate identifier", "Two specifications of one kind have the same identifier. Identifiers are never reused.";
    UnknownDimension "S005" "unknown dimension", "A condition, breakdown or variable names a dimension that no file under `dimensions/` declares.";
    UnknownCode "S006" "unknown code", "A code is not in the code list of its dimension.";
    UnknownIndicator "S007" "unknown indicator", "A reference names an indicator that the catalogue does not have.";
    UnknownMapping "S008" "unknown mapping", "A source names a mapping that the catalogue does not have.";
    UnknownRule "S009" "unknown rule", "A batch names a rule that the catalogue does not have.";
    CircularParity "S010" "circular parity", "A parity index compares an indicator that is itself a parity, directly or in a circle. It must compare an indicator of another form.";
    BreakdownNotAllowed "S011" "breakdown cannot be computed", "An indicator allows a breakdown by a dimension on which its own formula puts a condition, or that is not a column of the estimates.";
    NeverCrossNotAllowed "S012" "`never_cross` names a dimension that is no breakdown", "A set in `never_cross` must hold at least two of the indicator's breakdowns.";
    CodeListInvalid "S013" "code list does not hold together", "A code stands twice, a part is not in the list, or parts form a circle.";
    RecodeInvalid "S014" "recode table does not hold together", "Two rows have the same keys in the same year, or a row has not one key for each column and one code for each output.";
    VariableInvalid "S015" "variable does not fit the mapping", "A variable names a recode that does not exist or does not give it, or a derivation that its dimension does not allow.";
    MobilityWithoutProxy "S016" "mobility without a declared proxy", "A mapping that gives `mobility` must declare the proxy behind it and its weakness: two countries with different proxies are comparable only with that note.";
    NumberFormatInvalid "S017" "number format does not hold together", "Counts have 0 to 6 decimals, and their separators are `.` or `,` and differ from each other.";
    CitationMissing "S018" "no source cited", "Every indicator, mapping and rule cites where it comes from.";
    LabelMissing "S019" "label missing", "Labels are given in English, Spanish and Portuguese.";
    SystemInvalid "S020" "education system does not hold together", "Two rows speak of the same level of the same structure in one year, no row or more than one structure is the reference, or an age or duration is out of range.";
    MatrixCellUnknown "S021" "unknown cell of the indicator matrix", "The dimension is one of availability, accessibility, acceptability, adaptability, accountability; the cut one of structural, access, permanence-progression, graduation.";
    ScopeOfSourceMissing "S022" "country or year of a source is not determined", "A source takes `country` and `school_year` from the batch, or `ref_area` and `time_period` from its mapping: exactly one of the two.";
    AgeReferenceMissing "S023" "age reference date missing", "A source of pupils whose mapping gives `age` must declare `age_reference_date`. There is no default: on 1 January a southern school year looks under-aged.";
    SourceConflict "S024" "two sources speak of the same thing", "Two sources of a batch have the same name, or count the same measure for the same country and year.";
    BatchValueInvalid "S025" "value of the batch is out of range", "A date, number, separator, encoding or pattern of the batch cannot be used.";
    VintageMissing "S026" "population without vintage", "The vintage of a population is part of every figure built on it.";
    UnknownBreakdown "S027" "unknown breakdown", "The batch asks for a breakdown that is no dimension with a column in the estimates.";
    CrossingOverBudget "S028" "crossing above the cell budget", "An indicator's largest crossing may need more cells than `cell_budget` allows. Cross fewer dimensions, leave one out, or raise the budget.";
    AgeClassInvalid "S029" "age class not understood", "An age class is `official:LEVEL`, `entry:LEVEL`, `entry-1:LEVEL`, `last:LEVEL` or `after:LEVEL+YEARS`.";
    DimensionMissing "S030" "dimension the engine needs is missing", "The catalogue must declare measure, ref_area, time_period, edu_level, grade, age, age_class, structure, mobility and sex.";
    RuleInvalid "S031" "rule does not hold together", "A rule must test something: a range needs a bound, a forbidden combination a condition, a unique identifier a name.";
    FormulaInvalid "S032" "formula does not hold together", "The parts of a formula do not fit its form: a limit on repetition without a number, graduates where none are asked for, a cohort of more than one level, a role that no mapping has.";
    ConventionInvalid "S033" "convention not understood", "`conventions.csv` names a convention that is not one of the closed list, or its value is no number.";
    NationalInvalid "S034" "national indicator does not hold together", "A national indicator names the country it is for and, if it has one, a comparable indicator that is not national itself.";
    SplitInvalid "S035" "bands cannot be split", "Only tables of pieces are split, by a dimension whose bands have parts, with enough decimals for the parts to be exact.";
    VintagesMixed "S036" "population vintages mixed", "One country has populations of several vintages in one batch. A vintage is part of the figure and is never mixed within a series.";
    PseudonymInvalid "S037" "pseudonym does not hold together", "`[[pseudonym]]` names a column that tells who a pupil is, and the type of its identifiers, as a text of its own or as another column.";
    SynonymInvalid "S038" "synonym not understood", "`synonyms.csv` has a use, role or weight that does not exist, or a word without letters.";
    PartsInvalid "S039" "parts of a source cannot be told apart by it", "`disjoint_by` names a role under `[identifier]` of the source's mapping: no unit of that role has rows in two parts.";
    FileMissing "D001" "file not found", "A path or pattern of the batch finds no file.";
    FileUnreadable "D002" "file cannot be read", "The file exists and cannot be opened or read to its end, or it is not what its name or `format` says; or an archive is refused: it has not exactly one data file, is encrypted, or has members with `..`, absolute paths, links or a size that no table has.";
    ColumnMissing "D003" "column missing", "A column that the mapping needs is not in the header. If the header seems to have a single column, the separator is probably another one. A sheet must have a name, in a cell of its own, over every column that has values.";
    EncodingWrong "D004" "encoding is not as declared", "The file holds bytes that the declared encoding does not have.";
    RowsRagged "D005" "rows with a wrong number of fields", "Rows have more or fewer fields than the header.";
    FileEmpty "D006" "empty file", "The file holds no header, or a header and no row.";
    CompressionDamaged "D007" "compressed file is damaged or cut off", "The gzip stream or zip archive ends before its end mark, or fails its checksum.";
    UnlistedCode "D008" "code that the mapping does not list", "The recode table claims to be exhaustive and the file holds codes it does not list. `ledger.csv` in the output folder spells them out.";
    DateInvalid "D009" "date not understood", "A date does not have the format that the mapping declares, or is no day of the calendar.";
    CountNegative "D010" "negative count", "A count column holds negative numbers. Declare them under `missing` if they stand for missing values.";
    CountNotNumber "D011" "count is not a number", "A count column holds something that is not a number in the declared format.";
    DecimalsTooMany "D012" "more decimals than declared", "A count has more decimals than the mapping declares; it would be rounded.";
    CellTwice "D013" "two rows for one cell", "An aggregated source gives two rows with the same coordinates.";
    ColumnTypeWrong "D014" "column of a type that holds no codes", "A column of a Parquet, Arrow, Stata or SPSS file or of a sheet has a type or values that cannot be codes or counts: a floating-point identifier, numbers with a fraction, a list, an error such as #N/A, a formula that was never computed.";
    IdentityBroken "D015" "account of rows does not add up", "Rows read differ from rows kept, out of scope, set aside and duplicates. Nothing of the source is written. This is a bug.";
    BudgetExceeded "D016" "cube above the cell budget", "A cuboid has more cells than `cell_budget` allows.";
    MeasureTwice "D017" "two sources count the same measure", "Two sources give the same measure for the same country and year. Figures would depend on which one is taken.";
    MarginDiffers "D018" "total differs from its parts", "A total given by the source is not the sum of the parts it gives. The given total is used. An inconsistency to confirm with the producer.";
    RecordsInconsistent "D019" "records to confirm with the producer", "Records fail a rule that reports and does not set aside.";
    SystemUnknown "D020" "education system not known", "No education system is known for the country and year, so figures that need official ages are empty.";
    NothingKept "D021" "no row was kept", "Every row of the source is out of scope or set aside.";
    NumberTooLarge "D022" "count too large", "A count is larger than 9,000,000,000,000 or a sum does not fit.";
    ValueUnlisted "D023" "value outside its code list", "A column that should hold our own codes holds others, and the mapping allows that: they count as unknown.";
    IdentifierFloating "D024" "identifier written as a floating-point number", "A column that identifies pupils or schools holds numbers such as `12345678.0` or `1.2345678E+07`. A spreadsheet or program took it for numbers: digits may be lost, and different pupils look like one. Nothing of the source is used.";
    LinkWithoutKey "D025" "pupils not followed for want of a key", "The batch asks to follow pupils from year to year, and no key was given. Figures from linked records are not collected.";
    IdentifierUnusable "D026" "identifier from which no pseudonym can be made", "An identifier by which pupils are followed cannot be one: a check digit is wrong, letters stand where there are digits, or its type is not told. Such pupils are counted as NO_IDENTIFIER.";
    LinkDisagrees "D027" "linked records tell different things of a pupil", "Records with one pseudonym tell two sexes. They stay linked. An inconsistency to confirm with the producer.";
    BridgeInvalid "D028" "bridge between identifiers does not hold together", "A row of a bridge lacks an identifier, one identifier stands for two pupils, or stands for itself in a circle.";
    ScratchUnusable "D029" "records could not be kept between two passes", "The nameless file in which identifiers to be compared or records to be linked wait for each other could not be written or read back.";
    CubeDamaged "D030" "cube file is damaged", "The bytes of a cube file are not those that `matricula cube` wrote, or it is another kind of file. Nothing of it is used.";
    CubeOutdated "D031" "cube was counted otherwise", "A cube was counted by another program, or with another mapping, declaration of the source, rules, code lists or education systems than the batch has now. It would give other figures.";
    CubeLacks "D032" "cube lacks what the batch asks for", "No cuboid of a cube has together the dimensions that the batch counts together. A cube serves the batch it was made with, and others whose cuboids lie in its own.";
    CubeMissing "D033" "source without a cube", "A run from cubes finds none for a source of the batch.";
    CubeNotAsked "D034" "cube without a source", "A run from cubes finds one of a source that the batch does not have. It is not used.";
    PartsNotMerged "D035" "parts of a source cannot be put together", "A rule compares all rows of a pupil, a table has margins of its own or must not repeat a cell, or one file is in two parts. `disjoint_by` declares that parts share no pupil.";
    CacheUnwritten "D036" "cache could not be written", "The folder of `--cache` does not take what a source came to. The figures are complete; the next run reads the source again.";
}
