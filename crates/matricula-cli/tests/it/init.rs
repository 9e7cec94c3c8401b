//! `matricula init`: what it proposes for files that are new, what it never tells, and what it says of bad ones.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use dta::stata::dta::dta_writer::DtaWriter;
use tempfile::TempDir;

use crate::support::{Said, World, matricula};

/// What stands in the files below and must come out nowhere.
const CANARIES: [&str; 8] =
    ["31415926", "Q77canary", "ANACLETA", "PINGUINO", "RAREZA", "calle 99", "20151231", "Perpetua"];

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Pupils of a ministry that calls things in French and English.
fn pupils(separator: char) -> String {
    let header = ["Matricule", "Nom élève", "Sexe", "Date de naissance", "Niveau", "Classe", "Milieu", "Secteur"];
    let further = ["Nationalité", "School Code", "Adresse", "Redoublant", "Class Teacher", "Remarks"];
    let mut rows = vec![header.iter().chain(&further).map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    for row in 0..600_usize {
        let grade = row % 6;
        let born = format!("{:02}/{:02}/{}", row % 28 + 1, row % 12 + 1, 2017 - grade);
        let mut fields = vec![
            format!("{}", 90_000_000 + row),
            format!("Pupil {row}"),
            ["Fille", "Garçon"][row % 2].to_owned(),
            born,
            "Primaire".to_owned(),
            (grade + 1).to_string(),
            ["Urbain", "Rural"][row / 7 % 2].to_owned(),
            ["Public", "Privé", "Congréganiste"][row / 5 % 3].to_owned(),
            ["Haïti", "Haïti", "Haïti", "République dominicaine", "Cuba"][row / 11 % 5].to_owned(),
            format!("E{}", row % 40),
            format!("rue {row}"),
            ["Non", "Non", "Oui"][row / 3 % 3].to_owned(),
            "T1".to_owned(),
            format!("remark {row}"),
        ];
        if row % 100 == 0 {
            "Préscolaire".clone_into(&mut fields[4]);
        }
        match row {
            17 => "31415926".clone_into(&mut fields[0]),
            18 => "ANACLETA Perpetua".clone_into(&mut fields[1]),
            19 => "RAREZA".clone_into(&mut fields[2]),
            20..=24 => "PINGUINO".clone_into(&mut fields[8]),
            25 => "calle 99".clone_into(&mut fields[10]),
            26 => "Q77canary".clone_into(&mut fields[13]),
            27 => "20151231".clone_into(&mut fields[3]),
            _ => {}
        }
        rows.push(fields);
    }
    rows.iter().map(|fields| fields.join(&separator.to_string())).collect::<Vec<_>>().join("\n") + "\n"
}

/// Everything that a command said, and every file below a folder but the one it read.
fn told(said: &Said, folder: &Path, read: &str) -> String {
    let mut text = format!("{}{}", said.out, said.err);
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => open.push(path),
                path if path.file_name().is_some_and(|name| name == read) => {}
                path => text.push_str(&String::from_utf8_lossy(&fs::read(path).expect("a file"))),
            }
        }
    }
    text
}

fn assert_nothing_is_told(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} is told:\n{text}");
    }
    assert!(!text.contains("90000"), "an identifier is told:\n{text}");
}

#[test]
fn a_french_and_english_header_is_understood_and_nobody_is_told() {
    let folder = folder();
    fs::write(folder.path().join("eleves.csv"), pupils(';')).expect("written");
    for (language, phrase) in
        [("en", "Only the ministry knows"), ("es", "Solo el ministerio sabe"), ("pt", "Só o ministério sabe")]
    {
        let out = format!("specs-{language}/mappings/hti-eleves.toml");
        let arguments = ["init", "eleves.csv", "--country", "HTI", "--language", language, "--out", &out];
        let said = matricula(folder.path(), &arguments);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
        assert!(said.out.contains(phrase), "{}", said.out);
        let mapping = fs::read_to_string(folder.path().join(&out)).expect("a mapping");
        for line in [
            "sex = { recode = \"sex\" }",
            "\"Fille\" = \"F\" #",
            "\"Garçon\" = \"M\" #",
            "age = { derived = { age_at_reference = { column = \"Date de naissance\", format = \"DD/MM/YYYY\" } } }",
            "\"Rural\" = \"RUR\" #",
            "\"Congréganiste\" = \"INST_PRIV\" #",
            "\"Haïti\" = \"non-migrant\" #",
            "\"République dominicaine\" = \"DOM\" #",
            "\"Oui\" = \"Y\" #",
            "student = { columns = [\"Matricule\"] }",
            "school = { columns = [\"School Code\"] }",
            "columns = [\"Niveau\", \"Classe\"]",
            "proxy = \"nationality\"",
            "basis = \"birth-date\"",
        ] {
            assert!(mapping.contains(line), "no `{line}`:\n{mapping}");
        }
        // It loads as it is.
        let specs = format!("specs-{language}");
        let shown = matricula(folder.path(), &["mapping", "hti-eleves", "--specs", &specs]);
        assert_eq!((shown.code, shown.err.as_str()), (Some(0), ""));
        assert_nothing_is_told(&told(&said, folder.path(), "eleves.csv"));
    }
}

#[test]
fn rare_codes_are_counted_and_not_told() {
    let folder = folder();
    fs::write(folder.path().join("eleves.csv"), pupils(',')).expect("written");
    let said = matricula(folder.path(), &["init", "eleves.csv", "--country", "HTI"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let sexes = said.out.lines().find(|line| line.starts_with("  Sexe: ")).expect("a column");
    // One record is rare, and the other two counts would give it away.
    assert_eq!(sexes, "  Sexe: Fille (300), Garçon (*); <10 further codes, each below 10 records");
    assert_nothing_is_told(&told(&said, folder.path(), "eleves.csv"));
    let higher = matricula(folder.path(), &["init", "eleves.csv", "--country", "HTI", "--minimum-count", "301"]);
    assert!(!higher.out.contains("Fille"), "{}", higher.out);
    let lower = matricula(folder.path(), &["init", "eleves.csv", "--country", "HTI", "--minimum-count", "9"]);
    assert_eq!((lower.code, lower.out.as_str()), (Some(2), ""));
}

#[test]
fn what_stands_there_is_replaced_only_when_asked() {
    let folder = folder();
    fs::write(folder.path().join("eleves.csv"), pupils('|')).expect("written");
    let arguments = ["init", "eleves.csv", "--country", "HTI", "--out", "mappings/mine.toml"];
    assert_eq!(matricula(folder.path(), &arguments).code, Some(0));
    let names = || {
        let entries = fs::read_dir(folder.path().join("mappings")).expect("a folder").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names(), BTreeSet::from(["mine.toml".to_owned(), "mine-levels.csv".to_owned()]));
    let mapping = folder.path().join("mappings/mine.toml");
    let first = fs::read_to_string(&mapping).expect("a mapping");
    fs::write(&mapping, "mended").expect("written");
    let again = matricula(folder.path(), &arguments);
    assert_eq!(again.code, Some(3), "{}", again.out);
    assert!(again.err.contains("exists already") && again.err.contains("--force"), "{}", again.err);
    assert_eq!(fs::read_to_string(&mapping).expect("a mapping"), "mended");
    let forced = matricula(folder.path(), &[&arguments[..], &["--force"]].concat());
    assert_eq!(forced.code, Some(0), "{}", forced.err);
    assert_eq!(fs::read_to_string(&mapping).expect("a mapping"), first);
    assert_eq!(names().len(), 2);
}

#[test]
fn a_mapping_of_the_catalogue_that_fits_is_enough() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo");
    let folder = folder();
    let file = demo.join("chl/matricula_2021.csv").display().to_string();
    let said = matricula(folder.path(), &["init", &file, "--country", "chl", "--out", "chl.toml"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for phrase in [
        "encoding = \"windows-1252\", separator = \";\"",
        "has 10 of the 10 columns",
        "No new mapping is needed: name `chl-matricula`",
    ] {
        assert!(said.out.contains(phrase), "no `{phrase}`: {}", said.out);
    }
    assert!(!folder.path().join("chl.toml").exists());
}

#[test]
fn stata_files_are_read_like_text() {
    let folder = folder();
    let path = folder.path().join("alumnos.dta");
    stata(&path);
    let said = matricula(folder.path(), &["init", "alumnos.dta", "--country", "HND", "--out", "m/hnd.toml"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    let mapping = fs::read_to_string(folder.path().join("m/hnd.toml")).expect("a mapping");
    assert!(mapping.contains("\"M\" = \"F\" #") && mapping.contains("\"H\" = \"M\" #"), "{mapping}");
    assert!(mapping.contains("column = { name = \"edad\", unlisted = \"unmapped\" }"), "{mapping}");
}

#[test]
fn a_word_that_is_new_is_a_row_of_a_file() {
    let folder = folder();
    let mut text = "zuwak;lurmo\n".to_owned();
    (0..60).for_each(|row| text.push_str(["kel;lurmo 1\n", "tor;lurmo 2\n"][row % 2]));
    fs::write(folder.path().join("file.csv"), text).expect("written");
    let words = "use,target,code,language,word,beside,weight\ncolumn,sex,,,zuwak,,90\n\
                 code,sex,F,,kel,,90\ncode,sex,M,,tor,,50\n";
    fs::create_dir(folder.path().join("specs")).expect("a folder");
    fs::write(folder.path().join("specs/synonyms.zz.csv"), words).expect("written");
    let without = matricula(folder.path(), &["init", "file.csv", "--country", "HTI"]);
    assert_eq!(without.code, Some(1), "{}", without.out);
    assert!(without.err.contains("no name is known"), "{}", without.err);
    let with = matricula(folder.path(), &["init", "file.csv", "--country", "HTI", "--specs", "specs"]);
    assert_eq!((with.code, with.err.as_str()), (Some(0), ""));
    assert!(with.out.contains("\"kel\" = \"F\" # 30 records\n"), "{}", with.out);
    assert!(with.out.contains("\"tor\" = \"M\" # 30 records; unsure: guessed by convention\n"), "{}", with.out);
}

/// The figures of a run are the only binary table at hand; their values are floating-point numbers.
#[test]
fn columns_of_fractions_are_read_as_numbers_and_do_not_stop_the_look() {
    let world = World::new(300);
    assert_eq!(world.run(&[]).code, Some(0));
    let said = matricula(world.path(), &["init", "out/estimates.parquet", "--country", "CHL"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    assert!(said.out.contains("sex = { recode = \"sex\" }"), "{}", said.out);
    assert!(said.out.contains("  value: "), "{}", said.out);
}

fn stata(path: &Path) {
    use dta::stata::dta::byte_order::ByteOrder;
    use dta::stata::dta::header::Header;
    use dta::stata::dta::release::Release;
    use dta::stata::dta::schema::Schema;
    use dta::stata::dta::value::Value;
    use dta::stata::dta::variable::Variable;
    use dta::stata::dta::variable_type::VariableType;
    use dta::stata::stata_double::StataDouble;
    let variable = |kind, name: &str| Variable::builder(kind, name).format("%9.0g");
    let schema = Schema::builder()
        .add_variable(variable(VariableType::FixedString(1), "sexo"))
        .add_variable(variable(VariableType::Double, "edad"))
        .build()
        .expect("a schema");
    let file = fs::File::create(path).expect("a file");
    let header = Header::builder(Release::V118, ByteOrder::LittleEndian).build();
    let writer = DtaWriter::new().from_writer(file).write_header(header).expect("a header");
    let mut records = writer.write_schema(schema).expect("variables").into_record_writer().expect("records");
    for row in 0..200_u32 {
        let sex = if row % 2 == 0 { "M" } else { "H" };
        let age = Value::Double(StataDouble::Present(f64::from(row % 12 + 5)));
        records.write_record(&[Value::String(sex.to_owned().into()), age]).expect("a record");
    }
    records
        .into_long_string_writer()
        .expect("written")
        .into_value_label_writer()
        .expect("written")
        .finish()
        .expect("written");
}

#[test]
fn bad_input_is_told_in_one_finding() {
    let folder = folder();
    let mut rows = String::new();
    for row in 0..30 {
        let _ = writeln!(rows, "{};ANACLETA;M;RURAL", 31_415_926 + row);
    }
    let files = [
        ("empty.csv", String::new()),
        ("header.csv", "id;sexo;edad\n".to_owned()),
        ("values.csv", rows),
        ("file.xyz", "sexo\nF\n".to_owned()),
        ("text.parquet", pupils(';')),
        ("digits.csv", "1;2;3\n4;5;6\n".to_owned()),
    ];
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    fs::create_dir(folder.path().join("folder")).expect("a folder");
    let check = |file: &str, code: i32, phrases: &[&str]| {
        let said = matricula(folder.path(), &["init", file, "--country", "HTI", "--out", "x.toml"]);
        assert_eq!((said.code, said.out.as_str()), (Some(code), ""), "{file}: {}", said.err);
        phrases.iter().for_each(|phrase| assert!(said.err.contains(phrase), "{file}: no `{phrase}`: {}", said.err));
        assert_eq!(said.err.matches("error[").count(), 1, "{file}: {}", said.err);
        assert_nothing_is_told(&said.err);
        assert!(!folder.path().join("x.toml").exists());
    };
    check("nothing.csv", 3, &["error[D001] nothing.csv", "Check the spelling"]);
    check("folder", 3, &["error[D002] folder", "a folder"]);
    check("file.xyz", 3, &["error[D002] file.xyz", "another ending", "Rename or convert the file"]);
    check("text.parquet", 3, &["error[D002] text.parquet", "does not begin as Parquet"]);
    check("empty.csv", 1, &["error[D006] empty.csv", "no byte of text"]);
    check("header.csv", 1, &["error[D006] header.csv", "a header and no row"]);
    check("values.csv", 1, &["error[D003] values.csv", "The first row holds the names of the columns"]);
    check("digits.csv", 1, &["error[D003] digits.csv", "have no letter"]);
}

#[test]
fn bad_arguments_are_usage_with_what_was_probably_meant() {
    let folder = folder();
    fs::write(folder.path().join("eleves.csv"), pupils(';')).expect("written");
    let check = |further: &[&str], phrases: &[&str]| {
        let said = matricula(folder.path(), &[&["init", "eleves.csv"], further].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
        phrases.iter().for_each(|phrase| assert!(said.err.contains(phrase), "no `{phrase}`: {}", said.err));
    };
    check(&["--country", "CHI"], &["error: `CHI` is no country", "`CHL`"]);
    check(&["--country", "Brasil"], &["`Brasil` is no country", "did you mean `BRA`?"]);
    check(&["--country", "LAC"], &["`LAC` is no country"]);
    check(&["--country", "_T"], &["`_T` is no country"]);
    check(&["--country", "HTI", "--out", "mapping.txt"], &["`mapping.txt` is no name for a mapping"]);
    check(&["--country", "HTI", "--separator", "ab"], &["a separator is one character"]);
    check(&["--country", "HTI", "--force"], &["--out"]);
    check(&[], &["--country"]);
}
