//! The mappings of national files against the headers and code lists that the producers publish.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use matricula::spec::Catalogue;
use matricula::spec::model::mapping::{Amount, BirthDate, Derived, Mapping, Recode, Variable};

use crate::catalogues::{embedded, overlaid};
use crate::data::{compute, figures, required};
use crate::tables::Table;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn mapping<'a>(catalogue: &'a Catalogue, id: &str) -> &'a Mapping {
    catalogue.mappings().iter().find(|mapping| mapping.id == id).expect("a mapping")
}

/// The columns of a national file that a mapping reads.
fn columns(mapping: &Mapping) -> BTreeSet<String> {
    let mut columns: BTreeSet<String> = mapping.variables.values().flat_map(of_variable).collect();
    columns.extend(mapping.recodes.iter().flat_map(|recode| recode.columns.clone()));
    columns.extend(mapping.out_of_scope.iter().flat_map(|scope| scope.tests.iter().map(|test| test.column.clone())));
    columns.extend(mapping.identifiers.values().flat_map(|identifier| identifier.columns().to_vec()));
    columns.extend(mapping.unpivot.iter().map(|column| column.name.clone()));
    if let Amount::Column(amount) = &mapping.amount {
        columns.insert(amount.name.clone());
    }
    columns
}

fn of_variable(variable: &Variable) -> Vec<String> {
    match variable {
        Variable::Column { name, .. } => vec![name.clone()],
        Variable::Derived(Derived::AgeAtReference(BirthDate::Text { column, .. })) => vec![column.clone()],
        Variable::Derived(Derived::AgeAtReference(BirthDate::Parts { year, month, day })) => {
            [Some(year), Some(month), day.as_ref()].into_iter().flatten().cloned().collect()
        }
        Variable::Derived(Derived::NumberedCode { column, .. } | Derived::Band { column, .. }) => vec![column.clone()],
        Variable::Derived(Derived::FirstNonEmpty { columns, .. }) => columns.clone(),
        Variable::Fixed(_) | Variable::Recode { .. } | Variable::NotCollected(_) | Variable::Impossible(_) => {
            Vec::new()
        }
    }
}

/// The names in the first line of a file, without quotes.
fn header(path: &Path, separator: char) -> Vec<String> {
    let bytes = fs::read(path).expect("a header");
    let text = String::from_utf8_lossy(&bytes);
    let first = text.lines().next().expect("a line").trim_start_matches('\u{feff}');
    first.split(separator).map(|name| name.trim().trim_matches('"').to_owned()).collect()
}

/// Headers of national files among the real data: mapping, file, separator, and whether the mapping speaks of every column.
const HEADERS: [(&str, &str, char, bool); 4] = [
    ("chl-matricula", "chile/mineduc_matricula_por_estudiante_columns.txt", ';', true),
    ("bra-censo-escolar-matricula", "brazil/censo_escolar_matricula_header_2019.txt", '|', true),
    ("col-men-departamento", "colombia/MEN_estadisticas_departamento.csv", ',', false),
    ("chl-ine-sermig", "chile/ine_sermig_extranjeros_2018_2022_baseregiones.csv", ',', false),
];

#[test]
fn columns_that_a_mapping_reads_are_in_the_header_of_the_national_file() {
    let (catalogue, Some(folder)) = (embedded(), required()) else { return };
    let mut missing = Vec::new();
    for (id, file, separator, _) in HEADERS {
        let header = header(&folder.join(file), separator);
        // The producer's file is Latin-1, so that a name with an accent cannot be compared.
        let known = |column: &String| header.contains(column) || (id == "chl-ine-sermig" && !column.is_ascii());
        let unknown = columns(mapping(catalogue, id)).into_iter().filter(|column| !known(column));
        missing.extend(unknown.map(|column| format!("{id}: {column}")));
    }
    let extract = Table::open(&folder.join("chile/rendimiento_2024_rm_media.csv.gz"));
    let of_extract = columns(mapping(catalogue, "chl-rendimiento-media-rm"));
    missing.extend(of_extract.into_iter().filter(|column| !extract.header.contains(column)));
    assert!(missing.is_empty(), "columns that no header has: {missing:?}");
}

#[test]
fn a_mapping_speaks_of_every_column_of_the_national_file() {
    let Some(folder) = required() else { return };
    for (id, file, separator, complete) in HEADERS {
        if !complete {
            continue;
        }
        let country = id.split('-').next().expect("a country");
        let text = fs::read_to_string(root().join(format!("indicator-specs/mappings/{country}/{id}.toml")));
        let text = text.expect("a mapping");
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let header = header(&folder.join(file), separator);
        let silent: Vec<_> = header.iter().filter(|column| !words.contains(column.as_str())).collect();
        assert!(silent.is_empty(), "{id} says nothing of {silent:?}");
    }
}

/// The first keys of a recode table.
fn keys(mapping: &Mapping, recode: &str) -> BTreeSet<String> {
    let recode: &Recode = mapping.recodes.iter().find(|r| r.id == recode).expect("a recode");
    recode.rows.iter().map(|row| row.keys[0].clone()).collect()
}

#[test]
fn every_published_code_of_level_and_stage_is_listed() {
    let (catalogue, Some(folder)) = (embedded(), required()) else { return };
    let stages = Table::open(&folder.join("brazil/tp_etapa_ensino.csv"));
    let listed = keys(mapping(catalogue, "bra-censo-escolar-matricula"), "stage");
    let stages: Vec<String> = stages.rows().map(|row| row[0].clone()).collect();
    assert_eq!(stages.len(), 51);
    assert!(stages.iter().all(|stage| listed.contains(stage)), "a stage is not listed");
    let programmes = fs::read_to_string(folder.join("chile/codigos_ensenanza_mineduc.csv")).expect("the codes");
    let programmes: Vec<&str> = programmes.lines().skip(1).filter_map(|line| line.split(';').next()).collect();
    assert_eq!(programmes.len(), 44);
    for id in ["chl-matricula", "chl-rendimiento"] {
        let listed = keys(mapping(catalogue, id), "programme");
        assert!(programmes.iter().all(|code| listed.contains(*code)), "{id}: a programme is not listed");
    }
}

#[test]
fn every_row_that_gives_a_level_says_what_it_rests_on() {
    let catalogue = embedded();
    let level = catalogue.known().edu_level;
    for id in ["chl-matricula", "chl-rendimiento", "bra-censo-escolar-matricula", "col-simat"] {
        for recode in mapping(catalogue, id).recodes.iter().filter(|recode| recode.gives.contains(&level)) {
            let without: Vec<_> = recode.rows.iter().filter(|row| row.note.is_empty()).map(|row| &row.keys).collect();
            assert!(without.is_empty(), "{id}: no note at {without:?}");
        }
    }
}

/// In how many rows of a table two columns say the same.
fn equal(table: &Table, one: &str, other: &str) -> usize {
    table.rows().filter(|row| table.field(row, one) == table.field(row, other)).count()
}

#[test]
fn the_crosswalk_of_the_colombian_table_leaves_out_columns_that_hold_anothers_values() {
    let (catalogue, Some(folder)) = (embedded(), required()) else { return };
    let table = Table::open(&folder.join("colombia/MEN_estadisticas_departamento.csv"));
    let twins = [
        ("APROBACIÓN_PRIMARIA", "REPROBACIÓN_PRIMARIA", 462),
        ("APROBACIÓN_SECUNDARIA", "DESERCIÓN_SECUNDARIA", 462),
        ("REPITENCIA_TRANSICIÓN", "REPROBACIÓN_TRANSICIÓN", 462),
        ("APROBACIÓN_TRANSICIÓN", "REPROBACIÓN_TRANSICIÓN", 363),
    ];
    for (one, other, rows) in twins {
        assert_eq!(equal(&table, one, other), rows, "{one} and {other}");
    }
    let of_table = catalogue.crosswalks().iter().find(|crosswalk| crosswalk.id == "col-men-departamento");
    let mut published = BTreeMap::new();
    for row in &of_table.expect("the crosswalk").rows {
        assert!(table.header.contains(&row.published), "{} is no column", row.published);
        published.insert(row.published.clone(), row.indicator.clone());
    }
    let twin = |column: &String| twins.iter().any(|(one, other, _)| column == one || column == other);
    assert!(!published.keys().any(twin), "a column that holds another's values is compared");
}

/// An indicator of this test: the population of 5 to 16 years.
const POPULATION_5_16: &str = r#"
format = 1
id = "OWN.POPULATION"
status = "draft"
sdg = []
matrix = { dimension = "accessibility", cut = "access" }
unit = "number"
better = "neutral"
breakdowns = ["area_national"]
label = { en = "Population of 5 to 16 years", es = "Población de 5 a 16 años", pt = "População de 5 a 16 anos" }
definition = { en = "As published.", es = "Según se publica.", pt = "Como publicada." }
[formula.count]
of = { measure = "population", where = { age = { in = ["5-16"] } } }
[[source]]
title = "Invented for this test"
"#;

#[test]
fn the_population_of_the_colombian_table_is_read_whole() {
    let Some(folder) = required() else { return };
    let specs = tempfile::tempdir().expect("a folder");
    fs::create_dir(specs.path().join("indicators")).expect("made");
    fs::write(specs.path().join("indicators/OWN.POPULATION.toml"), POPULATION_5_16).expect("written");
    let catalogue = overlaid(specs.path());
    let file = "colombia/MEN_estadisticas_departamento.csv";
    let batch = format!(
        "format = 1\nid = \"men\"\nindicators = [\"OWN.POPULATION\"]\nbreakdowns = [\"area_national\"]\n\
         [[source]]\nid = \"men\"\nmapping = \"col-men-departamento\"\nfiles = [\"{file}\"]\n"
    );
    let run = compute(&catalogue, &batch, &folder);
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    let figures = figures(&catalogue, &run);
    let table = Table::open(&folder.join(file));
    let mut people: BTreeMap<String, i64> = BTreeMap::new();
    for row in table.rows() {
        let number: i64 = table.field(&row, "POBLACIÓN_5_16").parse().expect("a number");
        *people.entry(table.field(&row, "AÑO").to_owned()).or_default() += number;
    }
    assert_eq!(people.len(), 14);
    for (year, people) in people {
        let place = ("OWN.POPULATION".to_owned(), "COL".to_owned(), year.clone(), BTreeMap::new());
        let value = figures.get(&place).and_then(|row| row.value).map(|value| value.to_string());
        assert_eq!(value, Some(people.to_string()), "{year}");
    }
}

/// The columns of the canonical files, in the order in which they are promised to the ministries.
const CANONICAL: [(&str, &str); 3] = [
    (
        "can-student",
        "student_id,student_id_type,school_id,ref_area,time_period,edu_level,edu_cat,programme,grade,structure,\
         birth_date,sex,sector_edu,location,area_national,mobility,country_origin,disability,ethnicity,repeater,\
         new_entrant,graduate,certificate,result",
    ),
    (
        "can-teacher",
        "teacher_id,teacher_id_type,school_id,ref_area,time_period,edu_level,main_post,sex,sector_edu,location,\
         area_national,trained,qualified,new_entrant",
    ),
    (
        "can-school",
        "school_id,ref_area,time_period,edu_level,sector_edu,location,area_national,electricity,internet,computers,\
         adapted_infrastructure,drinking_water,sanitation,handwashing",
    ),
];

#[test]
fn the_canonical_files_are_read_whole_and_their_page_has_every_column() {
    let catalogue = embedded();
    let page = fs::read_to_string(root().join("docs/canonical.md")).expect("the page");
    for (id, header) in CANONICAL {
        let promised: BTreeSet<String> = header.split(',').map(str::to_owned).collect();
        assert_eq!(columns(mapping(catalogue, id)), promised, "{id}");
        assert!(page.contains(header), "{id}: the page has another header");
        for column in &promised {
            assert!(page.contains(&format!("| `{column}` |")), "{id}: the page does not explain {column}");
        }
    }
}

/// The fenced blocks of a page in one language, in order.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    page.split(opening.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_examples_of_the_canonical_page_are_read_as_it_says() {
    let catalogue = embedded();
    let page = fs::read_to_string(root().join("docs/canonical.md")).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    for (file, block) in ["students.csv", "teachers.csv", "schools.csv"].iter().zip(blocks(&page, "csv")) {
        fs::write(folder.path().join(file), block).expect("written");
    }
    let batches = blocks(&page, "toml");
    let batch = batches.iter().find(|block| block.contains("[[source]]")).expect("a batch");
    let batch = batch.replace("[\"all\"]", "[\"ENRL.1\", \"ENRL.02\", \"AEP.2\", \"FTP.1\", \"SCHBSP.1.WELEC\"]");
    let run = compute(catalogue, &batch, folder.path());
    assert_eq!(run.problems.iter().count(), 0, "{:#?}", run.problems);
    let figures = figures(catalogue, &run);
    let value = |indicator: &str| {
        let place = (indicator.to_owned(), "ARG".to_owned(), "2024".to_owned(), BTreeMap::new());
        figures.get(&place).and_then(|row| row.value).map(|value| value.to_string())
    };
    let expected = [("ENRL.1", "2"), ("ENRL.02", "1"), ("AEP.2", "100"), ("FTP.1", "100"), ("SCHBSP.1.WELEC", "100")];
    for (indicator, expected) in expected {
        assert_eq!(value(indicator).as_deref(), Some(expected), "{indicator}");
    }
}
