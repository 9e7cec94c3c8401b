//! Pieces of invented specifications.

use std::collections::BTreeMap;

/// A label in all languages.
pub(crate) const LABEL: &str = "[label]\nen = \"x\"\nes = \"x\"\npt = \"x\"\n";
/// A source, at the end of a specification.
pub(crate) const SOURCE: &str = "[[source]]\ntitle = \"invented\"\n";

/// The file of a dimension.
pub(crate) fn dimension(name: &str, position: usize, column: bool, enumerate: bool) -> String {
    format!("format = 1\nid = \"{name}\"\nposition = {position}\ncolumn = {column}\nenumerate = {enumerate}\n{LABEL}")
}

/// The file of a code list; codes as `code` or `code:parts:needs`, with commas between the parts.
pub(crate) fn code_list(dimension: &str, codes: &str) -> String {
    let mut text = "code,parts,needs,label_en,label_es,label_pt\n".to_owned();
    for code in codes.split(' ') {
        // Age classes have a colon of their own and no parts.
        let whole = (code, "", "");
        let mut fields = code.split(':');
        let (code, parts, needs) = match (dimension, fields.next(), fields.next(), fields.next()) {
            ("age_class", ..) => whole,
            (_, Some(code), Some(parts), Some(needs)) => (code, parts, needs),
            _ => whole,
        };
        text += &format!("{code},{},{needs},x,x,x\n", parts.replace(',', " "));
    }
    text
}

/// What may be known of pupils in both years of a step.
pub(crate) const STEPS: [&str; 7] =
    ["PROMOTED", "TRANSITION", "SKIPPED", "REPEATED", "PLACED_LOWER", "OTHER_PROGRAMME", "FOUND"];

/// Dimensions of linked records, each with the code that is counted.
pub(crate) type Conditions = Vec<(&'static str, &'static str)>;

/// The embedded specifications with other indicators, each of which counts the pupils who are followed and meet some
/// conditions.
pub(crate) fn counts_of_followed(
    asked: &BTreeMap<String, Conditions>,
    breakdowns: &[&str],
) -> BTreeMap<String, String> {
    let mut files = matricula::embedded_specs();
    files.retain(|path, _| !path.starts_with("indicators/") && !path.starts_with("crosswalks/"));
    let definition = LABEL.replace("label", "definition");
    let breakdowns = breakdowns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    for (id, conditions) in asked {
        let tests = conditions.iter().map(|(dimension, code)| format!("{dimension} = {{ in = [\"{code}\"] }}"));
        let tests = tests.collect::<Vec<_>>().join(", ");
        let text = format!(
            "format = 1\nid = \"{id}\"\nstatus = \"provisional\"\nsdg = []\n\
             matrix = {{ dimension = \"adaptability\", cut = \"permanence-progression\" }}\nunit = \"number\"\n\
             better = \"neutral\"\nbreakdowns = [{breakdowns}]\n{LABEL}{definition}[formula.count]\n\
             of = {{ measure = \"students_linked\", where = {{ {tests} }} }}\n{SOURCE}"
        );
        files.insert(format!("indicators/{id}.toml"), text);
    }
    files
}
