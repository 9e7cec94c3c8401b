use std::collections::BTreeMap;

use super::*;
use crate::model::mapping::{Derived, Relation, Validity, Variable};
use crate::tests::small;

fn mapping<'a>(catalogue: &'a Catalogue, id: &str) -> &'a Mapping {
    catalogue.mappings().iter().find(|mapping| mapping.id == id).expect("a mapping")
}

fn document(id: &str, language: Language) -> String {
    let catalogue = small();
    mapping_document(&catalogue, mapping(&catalogue, id), language)
}

/// The lines of a section of the third level, its heading left out.
fn section<'a>(document: &'a str, heading: &str) -> Vec<&'a str> {
    let lines = document.lines().skip_while(|line| !(line.starts_with("### ") && line.contains(heading))).skip(1);
    lines.take_while(|line| !line.starts_with('#')).filter(|line| !line.is_empty()).collect()
}

#[test]
fn every_mapping_has_a_section_for_each_variable_and_a_place_to_sign() {
    let catalogue = small();
    for (mapping, language) in catalogue.mappings().iter().flat_map(|m| Language::ALL.map(|language| (m, language))) {
        let document = mapping_document(&catalogue, mapping, language);
        assert!(document.starts_with(GENERATED) && document.ends_with('\n'));
        for dimension in mapping.variables.keys() {
            let id = &catalogue.dimension(*dimension).id;
            let headings =
                document.lines().filter(|line| line.starts_with("### ") && line.ends_with(&format!("(`{id}`)")));
            assert_eq!(headings.count(), 1, "{}: {id}", mapping.id);
        }
        let signature = document.rsplit("\n## ").next().expect("a last section");
        for name in [Term::Signature, Term::Name, Term::Office, Term::Date] {
            assert!(signature.contains(term(name, language)), "{signature}");
        }
    }
}

#[test]
fn every_row_of_a_table_is_there_with_code_label_and_relation() {
    let document = document("records", Language::Es);
    let sex = section(&document, "(`sex`)");
    assert_eq!(
        sex[1],
        "| Código de la fuente `sex` | Nuestro código | Etiqueta | Relación | Vigencia | Fuera del alcance | Nota |"
    );
    assert_eq!(sex.len(), 3 + 2);
    assert!(sex.iter().any(|line| line.starts_with("| `2` | `F` | ") && line.contains(" | exacta |")), "{sex:?}");
    let catalogue = small();
    let rows = mapping(&catalogue, "records").recodes.iter().find(|recode| recode.id == "level").expect("a table");
    assert_eq!(section(&document, "(`grade`)").len(), 3 + rows.rows.len());
}

#[test]
fn dates_reasons_and_signs_of_the_page_are_told() {
    let catalogue = small();
    let mut mapping = mapping(&catalogue, "records").clone();
    let sex = mapping.recodes.iter_mut().find(|recode| recode.id == "sex").expect("a table");
    sex.rows[0].keys = vec!["a|<b".to_owned()];
    sex.rows[0].relation = Relation::Broader;
    sex.rows[0].validity = Validity { from: Some(2016), to: None };
    sex.rows[0].note = "x | y < z".to_owned();
    sex.rows[1].out_of_scope = Some("elsewhere".to_owned());
    sex.rows[1].keys = vec![String::new()];
    let grade = catalogue.known().grade;
    mapping.variables.insert(grade, Variable::Impossible("no grades".to_owned()));
    let age = catalogue.known().age;
    let band = Derived::Band { column: "N".to_owned(), bounds: vec![5], codes: vec![CodeId(3), CodeId(4)] };
    mapping.variables.insert(age, Variable::Derived(band));
    mapping.available = BTreeMap::from([(age, Validity { from: None, to: Some(2020) })]);
    let document = mapping_document(&catalogue, &mapping, Language::En);
    let sex = section(&document, "(`sex`)");
    assert!(
        sex.iter()
            .any(|line| line.starts_with("| `a\\|<b` |")
                && line.ends_with("| broader | from 2016 |  | x \\| y &lt; z |")),
        "{sex:?}"
    );
    assert!(sex.contains(&"| (blank) |  |  |  |  | elsewhere |  |"), "{sex:?}");
    assert_eq!(section(&document, "(`grade`)"), ["Cannot exist in this source: no grades."]);
    let age = section(&document, "(`age`)");
    assert!(age[0].starts_with("Derived: the band of the number in the column `N`: below 5: "), "{age:?}");
    assert_eq!(age[1], "Years in which it can be used: until 2020; in other years it is not collected.");
}

#[test]
fn the_whole_is_told_before_the_variables() {
    let document = document("records", Language::En);
    for text in [
        "- Status: provisional\n",
        "- Proxy: nationality\n",
        "- school-closed: `state` is not `1`\n",
        "- student: `id`\n",
    ] {
        assert!(document.contains(text), "{text} is not in {document}");
    }
}
