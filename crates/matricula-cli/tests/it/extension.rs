//! A country the catalogue has never heard of: a code list, a mapping, a rule, an education system and an
//! indicator, each added by a file and nothing else.

use std::fs;

use crate::support::{World, matricula};

const DIMENSION: &str = r#"
format = 1
id = "shift"
position = 95
column = true
enumerate = true
[label]
en = "Shift"
es = "Turno"
pt = "Turno"
"#;

const CODES: &str = "\
code,parts,needs,label_en,label_es,label_pt
MORNING,,,Morning,Mañana,Manhã
AFTERNOON,,,Afternoon,Tarde,Tarde
EVENING,,,Evening,Noche,Noite
DAY,MORNING AFTERNOON,,Day,Diurno,Diurno
";

/// A code more for a list that the catalogue has.
const FURTHER_CODES: &str =
    "code,parts,needs,label_en,label_es,label_pt\nNIGHT_SCHOOL,,,Night school,Escuela nocturna,Escola noturna\n";

const SYSTEM: &str = "\
ref_area,structure,edu_level,entry_age,duration,valid_from,valid_to,reference,source
URY,national,L1,6,6,2030,,yes,a test
";

const MAPPING: &str = r#"
format = 1
id = "ury-alumnos"
status = "draft"
units = ["student"]
[label]
en = "Pupils"
es = "Alumnos"
pt = "Alunos"
[[source]]
title = "A test"
[amount.rows]
[variable]
measure = { fixed = "students" }
edu_level = { recode = "course" }
programme = { recode = "course" }
grade = { recode = "course" }
sex = { recode = "sexo" }
shift = { recode = "turno" }
age = { column = { name = "edad" } }
[recode.course]
columns = ["nivel", "anio"]
gives = ["edu_level", "programme", "grade"]
table = "ury-course.csv"
[recode.sexo]
columns = ["sexo"]
gives = ["sex"]
codes = { "V" = "M", "M" = "F" }
[recode.turno]
columns = ["turno"]
gives = ["shift"]
codes = { "1" = "MORNING", "2" = "AFTERNOON", "3" = "EVENING" }
[age]
basis = "reported"
"#;

const COURSES: &str = "\
nivel,anio,edu_level,programme,grade
P,1,L1,INITIAL,G1
P,2,L1,INITIAL,G2
P,N,L1,NIGHT_SCHOOL,_U
";

const RULE: &str = r#"
format = 1
id = "no-child-in-the-evening"
status = "draft"
default = true
units = ["student"]
consequence = "set-aside"
[label]
en = "No child below ten years goes to school in the evening"
es = "Ningún niño menor de diez años va a la escuela de noche"
pt = "Nenhuma criança menor de dez anos vai à escola à noite"
[[source]]
title = "A test"
[check.forbidden]
where = { shift = { in = ["EVENING"] }, age = { at_most = 9 } }
"#;

const INDICATOR: &str = r#"
format = 1
id = "SHIFT.1"
status = "draft"
sdg = []
matrix = { dimension = "availability", cut = "access" }
unit = "percent"
better = "neutral"
breakdowns = ["sex", "programme"]
[label]
en = "Pupils of primary education in the day shifts (%)"
es = "Estudiantes de primaria en turno diurno (%)"
pt = "Estudantes do ensino primário no turno diurno (%)"
[definition]
en = "Pupils in the morning or afternoon over all pupils of primary education."
es = "Estudiantes de mañana o tarde sobre todos los de primaria."
pt = "Estudantes da manhã ou tarde sobre todos os do primário."
[formula.share]
scale = 100
of = { measure = "students", where = { edu_level = { in = ["L1"] } } }
group = { shift = { in = ["DAY"] } }
among = "all"
[[source]]
title = "A test"
"#;

const BATCH: &str = r#"
format = 1
id = "uruguay"
indicators = ["SHIFT.1", "ENRL.1", "OAEPG.1"]
breakdowns = ["sex", "programme"]
[[source]]
id = "ury"
country = "URY"
school_year = { start = 2031-03-01, end = 2031-12-15 }
enrolment_moment = "initial"
age_reference_date = 2031-04-30
mapping = "ury-alumnos"
files = ["alumnos.csv"]
"#;

/// Two of the three in the evening are adults; the third is seven years old.
const PUPILS: &str = "\
nivel,anio,sexo,turno,edad
P,1,V,1,6
P,1,M,1,8
P,2,V,2,7
P,2,M,2,7
P,N,V,3,30
P,N,M,3,41
P,2,V,3,7
";

fn world() -> World {
    let world = World::new(1);
    let files = [
        ("dimensions/shift.toml", DIMENSION),
        ("codelists/shift.csv", CODES),
        ("codelists/programme.uruguay.csv", FURTHER_CODES),
        ("systems/uruguay.csv", SYSTEM),
        ("mappings/ury/ury-alumnos.toml", MAPPING),
        ("mappings/ury/ury-course.csv", COURSES),
        ("rules/no-child-in-the-evening.toml", RULE),
        ("indicators/national/SHIFT.1.toml", INDICATOR),
    ];
    for (name, text) in files {
        world.file(&format!("specs/{name}"), text);
    }
    world.file("batch.toml", BATCH);
    world.file("alumnos.csv", PUPILS);
    world
}

/// The figure of an indicator with these codes among its columns: `value,numerator,denominator`.
fn figure(estimates: &str, indicator: &str, codes: &[(&str, &str)]) -> String {
    let mut reader = csv::Reader::from_reader(estimates.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let of = |row: &csv::StringRecord, name: &str| {
        let column = header.iter().position(|column| column == name);
        row[column.unwrap_or_else(|| panic!("no column `{name}`"))].to_owned()
    };
    let matches = |row: &csv::StringRecord| {
        let asked = |name: &str| codes.iter().find(|(dimension, _)| *dimension == name).map(|(_, code)| *code);
        of(row, "indicator") == indicator
            && ["sex", "programme"].iter().all(|name| match asked(name) {
                Some(code) => of(row, name) == code,
                None => ["_T", "_Z"].contains(&of(row, name).as_str()),
            })
    };
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).filter(matches).collect();
    assert_eq!(rows.len(), 1, "{indicator} {codes:?}");
    ["value", "numerator", "denominator"].map(|name| of(&rows[0], name)).join(",")
}

#[test]
fn a_new_country_is_a_folder_of_files() {
    let world = world();
    let said = world.run(&[]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    let estimates = fs::read_to_string(world.path().join("out/estimates.csv")).expect("a table");
    // The new dimension is a column, though nothing is broken down by it.
    assert!(estimates.lines().next().is_some_and(|header| header.split(',').any(|column| column == "shift")));
    // The rule takes the seven-year-old out: 4 of 6 by day.
    assert_eq!(figure(&estimates, "SHIFT.1", &[]), "66.666667,4,6");
    assert_eq!(figure(&estimates, "SHIFT.1", &[("sex", "F")]), "66.666667,2,3");
    assert_eq!(figure(&estimates, "SHIFT.1", &[("programme", "NIGHT_SCHOOL")]), "0,0,2");
    // The indicators of the catalogue work on the new country: of four in a grade one is two years too old.
    assert_eq!(figure(&estimates, "ENRL.1", &[]), "6,6,");
    assert_eq!(figure(&estimates, "OAEPG.1", &[]), "25,1,4");
    let ledger = fs::read_to_string(world.path().join("out/ledger.csv")).expect("a table");
    assert!(ledger.contains("ury,rows,set_aside,,no-child-in-the-evening,,1"), "{ledger}");
}

#[test]
fn what_was_added_explains_itself() {
    let world = world();
    let sheet = matricula(world.path(), &["explain", "SHIFT.1", "--specs", "specs", "--lang", "es"]);
    assert_eq!(sheet.code, Some(0), "{}", sheet.err);
    assert!(sheet.out.contains("Estudiantes de primaria en turno diurno"), "{}", sheet.out);
    // Without the folder the catalogue does not know it.
    assert_eq!(matricula(world.path(), &["explain", "SHIFT.1"]).code, Some(2));
}
