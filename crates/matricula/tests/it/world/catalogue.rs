//! Dimensions, code lists, systems, rules.

use std::collections::BTreeMap;

use super::dice::Dice;
use crate::invented::{LABEL, SOURCE, code_list, dimension};

/// Name, position, whether a column, whether enumerated.
const DIMENSIONS: [(&str, usize, bool, bool); 15] = [
    ("measure", 1, false, false),
    ("ref_area", 2, false, false),
    ("time_period", 3, false, false),
    ("edu_level", 10, true, false),
    ("grade", 20, true, false),
    ("age", 30, true, false),
    ("age_class", 40, false, false),
    ("structure", 50, false, false),
    ("programme", 60, true, false),
    ("sector", 65, true, true),
    ("sex", 70, true, true),
    ("mobility", 80, true, true),
    ("commune", 90, true, false),
    ("repeater", 95, true, false),
    ("result", 97, true, false),
];

pub(crate) fn files(dice: &mut Dice) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for (name, position, column, enumerate) in DIMENSIONS {
        files.insert(format!("dimensions/{name}.toml"), dimension(name, position, column, enumerate));
    }
    files.insert(
        "measures.csv".to_owned(),
        "measure,unit,label_en,label_es,label_pt\nstudents,student,x,x,x\npopulation,person,x,x,x\n\
         teachers,teacher,x,x,x\n"
            .to_owned(),
    );
    code_lists(dice, &mut files);
    files.insert("systems/systems.csv".to_owned(), systems(dice));
    parameters(dice, &mut files);
    rules(dice, &mut files);
    // Rules name a role, which some mapping of a catalogue must have.
    let role = "format = 1\nid = \"role\"\nstatus = \"provisional\"\nunits = [\"student\"]\n[amount.rows]\n[variable]\n\
                measure = { fixed = \"students\" }\n[identifier]\nstudent = { columns = [\"id\"] }\n\
                school = { columns = [\"school\"] }\n";
    files.insert("mappings/role.toml".to_owned(), format!("{role}{LABEL}{SOURCE}"));
    files
}

fn code_lists(dice: &mut Dice, files: &mut BTreeMap<String, String>) {
    let needs = dice.one(&["", "all", "any"]);
    let regions = format!("c1 c2 c3 c4 c5 r1:c1,c2:{needs} r2:c3,c4,c5:any");
    let ages: Vec<String> = (0..=20).map(|age| age.to_string()).collect();
    let ages = format!("{} 5-11:5..11: 10-14:10..14:", ages.join(" "));
    let classes = "official:L1 official:L2 entry:L1 entry-1:L1 last:L1 after:L2+2 official:L2T3";
    let lists = [
        ("ref_area", "AAA BBB CCC"),
        ("time_period", "2021 2022 2023"),
        ("edu_level", "L1 L2 L3 L2T3:L2,L3: L1T2:L1,L2:"),
        ("grade", "G1 G2 G3 G4 G5 G6"),
        ("age", &ages),
        ("age_class", classes),
        ("structure", "national other"),
        ("programme", "INITIAL ADULT"),
        ("sector", "PUB PRIV"),
        ("sex", "F M"),
        ("mobility", "non-migrant migrant refugee on-the-move:migrant,refugee:any"),
        ("commune", &regions),
        ("repeater", "Y N"),
        ("result", "GRADUATED PASSED"),
    ];
    for (name, codes) in lists {
        files.insert(format!("codelists/{name}.csv"), code_list(name, codes));
    }
}

/// Conventions and releases, in some worlds.
fn parameters(dice: &mut Dice, files: &mut BTreeMap<String, String>) {
    if dice.chance(75) {
        let (unknown, cut_off) = (dice.one(&["", "5", "10", "20"]), dice.one(&["", "", "105", "120", "150"]));
        let text = format!(
            "convention,value,valid_from,valid_to,source\nunknown-age-redistributed-above,{unknown},,,invented\n\
             net-rate-cut-off,{cut_off},,{},invented\n",
            dice.one(&["", "2022"])
        );
        files.insert("conventions.csv".to_owned(), text);
    }
    if dice.chance(25) {
        let rows = [
            "mobility,AAA,migrant,,,invented\nmobility,,non-migrant,2022,,invented\n",
            "commune,AAA,r1,,2022,invented\ncommune,,c2,,,invented\nsector,BBB,PUB,,,invented\n",
            "sector,,_U,,,invented\nsector,AAA,PUB,,,invented\n",
        ];
        let text = format!("dimension,ref_area,code,valid_from,valid_to,source\n{}", dice.one(&rows));
        files.insert("releases.csv".to_owned(), text);
    }
}

/// CCC has no system; BBB's changes in 2023; AAA has two structures.
fn systems(dice: &mut Dice) -> String {
    let entry = 5 + dice.below(3);
    let length = dice.one(&[2, 3, 3, 3, 4, 5]);
    let (before, later) = (2 + dice.below(3), 2 + dice.below(3));
    let second = entry + length;
    let third = second + 2;
    format!(
        "ref_area,structure,edu_level,entry_age,duration,valid_from,valid_to,reference,source\n\
         AAA,national,L1,{entry},{length},,,yes,invented\n\
         AAA,national,L2,{second},2,,,yes,invented\n\
         AAA,national,L3,{third},3,,,yes,invented\n\
         AAA,other,L1,{},7,,,no,invented\n\
         BBB,national,L1,6,{before},,2022,yes,invented\n\
         BBB,national,L1,7,{later},2023,,yes,invented\n",
        entry + 1,
    )
}

fn rules(dice: &mut Dice, files: &mut BTreeMap<String, String>) {
    let least = 3 + dice.below(3);
    let sexes = dice.one(&["in = [\"F\"]", "not_in = [\"F\"]", "in = [\"F\", \"M\"]"]);
    let order = dice.one(&["\"Y\", \"N\"", "\"N\"", "\"_U\", \"N\""]);
    let checks = [
        ("a-age", format!("[check.range]\nvariable = \"age\"\nat_least = {least}\nat_most = 16\n")),
        (
            "b-over-age",
            format!("[check.years_over_age]\nat_least = -2\nat_most = 3\nwhere = {{ sex = {{ {sexes} }} }}\n"),
        ),
        (
            "c-adult",
            "[check.forbidden]\nwhere = { edu_level = { in = [\"L1T2\"] }, programme = { in = [\"ADULT\"] }, \
             age = { at_most = 11 } }\n"
                .to_owned(),
        ),
        (
            "d-girls",
            "[check.forbidden]\nwhere = { sex = { in = [\"F\"] }, years_over_age = { at_least = 3 } }\n".to_owned(),
        ),
        (
            "e-once",
            format!(
                "[check.unique]\nidentifier = \"student\"\n\
                 prefer = [{{ variable = \"repeater\", order = [{order}] }}, {{ variable = \"grade\", order = [\"G3\", \"G1\"] }}]\n"
            ),
        ),
        ("f-once", "[check.unique]\nidentifier = \"student\"\n".to_owned()),
    ];
    for (id, check) in checks {
        let consequence = if dice.chance(80) { "set-aside" } else { "report" };
        let text = format!(
            "format = 1\nid = \"{id}\"\nstatus = \"provisional\"\ndefault = true\nunits = [\"student\"]\n\
             consequence = \"{consequence}\"\n{check}{LABEL}{SOURCE}"
        );
        files.insert(format!("rules/{id}.toml"), text);
    }
}
