//! A tiny batch in a folder of its own, and the binary.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The mapping of its files.
pub(crate) const MAPPING: &str = r#"
format = 1
id = "tiny"
status = "draft"
units = ["student"]
[label]
en = "A tiny file"
es = "Un archivo muy pequeño"
pt = "Um arquivo muito pequeno"
[[source]]
title = "A test"
[amount.rows]
[variable]
measure = { fixed = "students" }
programme = { fixed = "INITIAL" }
edu_level = { recode = "level" }
grade = { derived = { numbered_code = { column = "grade", prefix = "G", offset = 0, unlisted = "unmapped" } } }
sex = { recode = "sex" }
age = { column = { name = "age", unlisted = "unmapped" } }
mobility = { recode = "nationality" }
[recode.level]
columns = ["level"]
gives = ["edu_level"]
codes = { "P" = "L1", "S" = "L2" }
[recode.sex]
columns = ["sex"]
gives = ["sex"]
codes = { "1" = "M", "2" = "F" }
[recode.nationality]
columns = ["nationality"]
gives = ["mobility"]
codes = { "N" = "non-migrant", "E" = "migrant" }
[identifier]
student = { columns = ["id"] }
[mobility]
proxy = "nationality"
[mobility.weakness]
en = "Nationals born abroad count as non-migrant."
es = "Nacionales nacidos en el exterior cuentan como no migrantes."
pt = "Nacionais nascidos no exterior contam como não migrantes."
[age]
basis = "reported"
"#;

/// What a command said.
pub(crate) struct Said {
    /// Exit code; nothing where a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// Runs the binary to its end.
pub(crate) fn matricula(folder: &Path, arguments: &[&str]) -> Said {
    let output = command(folder, arguments).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// The binary, ready to be run in a folder.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_matricula"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

/// A folder with specifications and a batch of Chile and Brazil in 2018, `rows` pupils each.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    /// Writes it.
    pub(crate) fn new(rows: usize) -> Self {
        let world = Self { folder: tempfile::tempdir().expect("a folder") };
        world.file("specs/mappings/tiny.toml", MAPPING);
        world.file("chl.csv", &pupils(rows, ""));
        world.file("bra.csv", &pupils(rows, ""));
        world.file("population.csv", &population());
        world.file("batch.toml", &batch("\"GER.1\", \"SOTM.1\"", 1));
        world
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
        path
    }

    /// `matricula run batch.toml --specs specs --out out` with further arguments.
    pub(crate) fn run(&self, further: &[&str]) -> Said {
        matricula(self.path(), &[&["run", "batch.toml", "--specs", "specs", "--out", "out"], further].concat())
    }

    /// `matricula COMMAND batch.toml --specs specs` with further arguments, which succeeds.
    pub(crate) fn done(&self, command: &str, batch: &str, further: &[&str]) -> Said {
        let said = matricula(self.path(), &[&[command, batch, "--specs", "specs"], further].concat());
        assert_eq!(said.code, Some(0), "{command} {batch} {further:?}: {}", said.err);
        said
    }

    /// Asserts that two runs wrote the same bytes, but for what a manifest says of arguments and cubes.
    pub(crate) fn same(&self, one: &str, other: &str) {
        let manifest = |bytes: &[u8]| {
            let mut manifest: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
            let fields = manifest.as_object_mut().expect("fields");
            fields.retain(|name, _| !["arguments", "cubes"].contains(&name.as_str()));
            manifest
        };
        let (one, other) = (self.bytes(one), self.bytes(other));
        assert!(one.len() > 8, "too few files: {}", one.len());
        assert_eq!(one.len(), other.len());
        for ((name, one), (other_name, other)) in one.iter().zip(&other) {
            assert_eq!(name, other_name);
            let same = if name == "manifest.json" { manifest(one) == manifest(other) } else { one == other };
            assert!(same, "{name} differs");
        }
    }

    /// Replaces a text in a file of it, which is there.
    pub(crate) fn replace(&self, name: &str, text: &str, other: &str) {
        let before = fs::read_to_string(self.path().join(name)).expect("a text");
        assert!(before.contains(text), "`{text}` is not in {name}");
        self.file(name, &before.replace(text, other));
    }

    /// Names in a folder of it, sorted; none if it does not exist.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path().join(folder)).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Every file of a folder of it, with its bytes.
    pub(crate) fn bytes(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let read = |name: String| {
            let bytes = fs::read(self.path().join(folder).join(&name)).expect("a file");
            (name, bytes)
        };
        self.names(folder).into_iter().map(read).collect()
    }
}

/// A batch file.
pub(crate) fn batch(indicators: &str, crossed: usize) -> String {
    let mut text = format!(
        "format = 1\nid = \"tiny\"\nindicators = [{indicators}]\n\
         breakdowns = [\"sex\", \"mobility\", \"grade\", \"age\"]\ncrossed = {crossed}\n"
    );
    for (country, id) in [("CHL", "chl"), ("BRA", "bra")] {
        let _ = write!(
            text,
            "\n[[source]]\nid = \"{id}\"\ncountry = \"{country}\"\n\
             school_year = {{ start = 2018-03-05, end = 2018-12-14 }}\nenrolment_moment = \"census-date\"\n\
             age_reference_date = 2018-06-30\nmapping = \"tiny\"\nfiles = [\"{id}.csv\"]\nseparator = \";\"\n"
        );
    }
    text.push_str("\n[[population]]\nid = \"population\"\nvintage = \"made up\"\n");
    text.push_str("mapping = \"population-single-age\"\nfiles = [\"population.csv\"]\n");
    text
}

/// Pupils; every hundredth is a migrant. `last` is a row of its own.
pub(crate) fn pupils(rows: usize, last: &str) -> String {
    let mut text = String::from("id;level;grade;sex;age;nationality\n");
    for row in 0..rows {
        let grade = row % 6 + 1;
        let nationality = if row % 100 == 0 { "E" } else { "N" };
        let _ = writeln!(text, "{row};P;{grade};{};{};{nationality}", row % 2 + 1, grade + 5 + row % 7 / 5);
    }
    text.push_str(last);
    text
}

fn population() -> String {
    let mut text = String::from("iso3,year,age,sex,population\n");
    for country in ["CHL", "BRA"] {
        for age in 3..20 {
            let _ = writeln!(text, "{country},2018,{age},F,100\n{country},2018,{age},M,100");
        }
    }
    text
}

/// The rows of `out/estimates.csv` without what leads to the source, whose files may differ.
pub(crate) fn estimates(world: &World) -> Vec<String> {
    let text = fs::read_to_string(world.path().join("out/estimates.csv")).expect("a table");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().filter(|field| field.len() < 32).collect::<Vec<_>>().join(",")).collect()
}
