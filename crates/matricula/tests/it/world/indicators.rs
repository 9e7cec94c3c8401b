//! A pool of indicators of every form.

use std::collections::BTreeMap;

use super::catalogue::{LABEL, SOURCE};
use super::forms;

/// Identifier, permitted breakdowns, sets that are never crossed, formula.
const POOL: [(&str, &str, &str, &str); 24] = [
    ("C.ALL", "sex mobility commune grade edu_level sector age repeater programme", "\"mobility\", \"commune\"", COUNT),
    ("C.L1", "sex mobility commune grade sector", "", "count of L1"),
    ("C.L23", "sex commune repeater", "", "count of L2T3"),
    ("C.L12", "sex sector grade", "\"sex\", \"grade\", \"sector\"", "count of L1\", \"L2"),
    (
        "C.MOVE",
        "sex grade edu_level",
        "",
        "[formula.count]\nof = { measure = \"students\", where = { mobility = { not_in = [\"non-migrant\"] } } }",
    ),
    (
        "C.OLD",
        "sex commune edu_level",
        "",
        "[formula.count]\nof = { measure = \"students\", where = { age = { at_least = 10 } } }",
    ),
    (
        "C.BAND",
        "sex mobility sector",
        "",
        "[formula.count]\nof = { measure = \"students\", where = { age = { in = [\"5-11\"] }, commune = { not_in = [\"r1\"] } } }",
    ),
    (
        "C.OVER",
        "sex mobility grade",
        "",
        "[formula.count]\nof = { measure = \"students\", where = { years_over_age = { at_least = 1, at_most = 4 } } }",
    ),
    ("C.POP", "sex age", "", "[formula.count]\nof = { measure = \"population\" }"),
    (
        "C.SCHOOLAGE",
        "sex",
        "",
        "[formula.count]\nof = { measure = \"population\", where = { age_class = { in = [\"official:L1\", \"official:L2\"] } } }",
    ),
    ("C.TEACHERS", "sex sector edu_level", "", "[formula.count]\nof = { measure = \"teachers\" }"),
    (
        "C.TEACHERS12",
        "sex sector",
        "",
        "[formula.count]\nof = { measure = \"teachers\", where = { edu_level = { in = [\"L1\", \"L2T3\"] } } }",
    ),
    (
        "R.GER",
        "sex mobility grade",
        "",
        "[formula.ratio]\nscale = 100\nnumerator = { measure = \"students\", where = { edu_level = { in = [\"L1\"] } } }\ndenominator = { measure = \"population\", where = { age_class = { in = [\"official:L1\"] } } }",
    ),
    (
        "R.NER",
        "sex mobility",
        "",
        "[formula.ratio]\nscale = 100\nnumerator = { measure = \"students\", where = { edu_level = { in = [\"L2T3\"] }, age_class = { in = [\"official:L2T3\"] } } }\ndenominator = { measure = \"population\", where = { age_class = { in = [\"official:L2T3\"] } } }",
    ),
    (
        "R.INTAKE",
        "sex age",
        "",
        "[formula.ratio]\nscale = 100\nnumerator = { measure = \"students\", where = { grade = { in = [\"G1\"] }, repeater = { not_in = [\"Y\"] } } }\ndenominator = { measure = \"population\", where = { age_class = { in = [\"entry:L1\"] } } }",
    ),
    (
        "R.OVER",
        "sex mobility commune grade",
        "",
        "[formula.ratio]\nscale = 100\nnumerator = { measure = \"students\", where = { edu_level = { in = [\"L1\"] }, years_over_age = { at_least = 2 } } }\ndenominator = { measure = \"students\", where = { edu_level = { in = [\"L1\"] } } }",
    ),
    (
        "R.PTR",
        "sex sector",
        "",
        "[formula.ratio]\nscale = 1\nnumerator = { measure = \"students\", where = { edu_level = { in = [\"L2\"] } } }\ndenominator = { measure = \"teachers\", where = { edu_level = { in = [\"L2\"] } } }",
    ),
    (
        "S.MOVE",
        "sex grade sector",
        "",
        "[formula.share]\nscale = 100\nof = { measure = \"students\" }\ngroup = { mobility = { in = [\"on-the-move\"] } }\namong = \"known\"",
    ),
    (
        "S.REP",
        "sex mobility edu_level commune",
        "",
        "[formula.share]\nscale = 100\nof = { measure = \"students\" }\ngroup = { repeater = { in = [\"Y\"] }, programme = { in = [\"INITIAL\"] } }\namong = \"known\"",
    ),
    (
        "S.ALL",
        "sex edu_level",
        "",
        "[formula.share]\nscale = 100\nof = { measure = \"students\", where = { grade = { at_most = 3 } } }\ngroup = { mobility = { not_in = [\"non-migrant\", \"_U\"] } }\namong = \"all\"",
    ),
    (
        "S.FEMALE",
        "sector edu_level",
        "",
        "[formula.share]\nscale = 100\nof = { measure = \"teachers\" }\ngroup = { sex = { in = [\"F\"] } }\namong = \"all\"",
    ),
    (
        "S.KNOWN",
        "edu_level",
        "",
        "[formula.share]\nscale = 100\nof = { measure = \"teachers\" }\ngroup = { sex = { in = [\"F\"] } }\namong = \"known\"",
    ),
    (
        "P.GER",
        "mobility grade",
        "",
        "[formula.parity]\nof = \"R.GER\"\ndimension = \"sex\"\ngroup = \"F\"\ncomparison = \"M\"\nindex = \"plain\"",
    ),
    (
        "P.MOVE",
        "sex grade",
        "",
        "[formula.parity]\nof = \"R.OVER\"\ndimension = \"mobility\"\ngroup = \"on-the-move\"\ncomparison = \"non-migrant\"\nindex = \"adjusted\"",
    ),
];

const COUNT: &str = "[formula.count]\nof = { measure = \"students\" }";

/// The identifiers of the pool: counts, ratios, shares and their parities; and the further forms.
pub(crate) struct Names {
    pub(crate) simple: Vec<String>,
    pub(crate) further: Vec<String>,
}

/// Adds the pool and gives the identifiers.
pub(crate) fn add(files: &mut BTreeMap<String, String>) -> Names {
    let more = [
        (
            "S.TEEN",
            "sex edu_level",
            "",
            "[formula.share]\nscale = 100\nof = { measure = \"students\", where = { age = { at_least = 8 } } }\ngroup = { age = { at_most = 12 } }\namong = \"all\"",
        ),
        (
            "S.LATE",
            "sex mobility",
            "",
            "[formula.share]\nscale = 100\nof = { measure = \"students\", where = { years_over_age = { at_least = 0 } } }\ngroup = { years_over_age = { at_least = -1, at_most = 3 } }\namong = \"all\"",
        ),
        (
            "P.COUNT",
            "edu_level commune",
            "",
            "[formula.parity]\nof = \"C.ALL\"\ndimension = \"sex\"\ngroup = \"F\"\ncomparison = \"M\"\nindex = \"adjusted\"",
        ),
        (
            "P.SHARE",
            "grade",
            "",
            "[formula.parity]\nof = \"S.MOVE\"\ndimension = \"sex\"\ngroup = \"F\"\ncomparison = \"M\"\nindex = \"adjusted\"",
        ),
    ];
    let more = POOL.into_iter().chain(more).map(|(id, by, never, formula)| (id, by, never, formula.to_owned()));
    let mut add = |(id, breakdowns, never, formula): (&str, &str, &str, String)| {
        let formula = match formula.strip_prefix("count of ") {
            Some(level) => format!(
                "[formula.count]\nof = {{ measure = \"students\", where = {{ edu_level = {{ in = [\"{level}\"] }} }} }}"
            ),
            None => formula,
        };
        let never = if never.is_empty() { String::new() } else { format!("[{never}]") };
        let breakdowns: Vec<String> = breakdowns.split(' ').map(|name| format!("\"{name}\"")).collect();
        let text = format!(
            "format = 1\nid = \"{id}\"\nstatus = \"provisional\"\n\
             matrix = {{ dimension = \"accessibility\", cut = \"access\" }}\nunit = \"percent\"\nbetter = \"neutral\"\n\
             breakdowns = [{}]\nnever_cross = [{never}]\n{LABEL}[definition]\nen = \"x\"\nes = \"x\"\npt = \"x\"\n\
             {formula}\n{SOURCE}",
            breakdowns.join(", ")
        );
        files.insert(format!("indicators/{id}.toml"), text);
        id.to_owned()
    };
    Names { simple: more.map(&mut add).collect(), further: forms::pool().into_iter().map(&mut add).collect() }
}
