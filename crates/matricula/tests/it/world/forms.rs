//! A pool of indicators of the forms that follow cohorts, cap, redistribute, add up and compare schools.

/// Pupils of primary education, as a selection without its braces.
const L1: &str = "measure = \"students\", where = { edu_level = { in = [\"L1\"] } }";
const OF_AGE: &str =
    "measure = \"students\", where = { edu_level = { in = [\"L1\"] }, age_class = { in = [\"official:L1\"] } }";
const PEOPLE: &str = "measure = \"population\", where = { age_class = { in = [\"official:L1\"] } }";
const REPEATERS: &str =
    "measure = \"students\", where = { edu_level = { in = [\"L1\"] }, repeater = { in = [\"Y\"] } }";
const UIS: &str = "open_cohort = \"uis\"";
const OBSERVED: &str = "open_cohort = \"as-observed\"";

/// Identifier, permitted breakdowns, sets that are never crossed, formula.
type Indicator = (&'static str, &'static str, &'static str, String);

/// The whole pool.
pub(super) fn pool() -> Vec<Indicator> {
    [flows(), survivals(), quantities(), caps(), sums(), segregations(), parities()].concat()
}

fn flow(rate: &str, open: &str) -> String {
    format!(
        "[formula.flow]\nscale = 100\nrate = \"{rate}\"\npupils = {{ {L1} }}\nrepeaters = {{ repeater = {{ in = [\"Y\"] }} }}\n{open}"
    )
}

fn flows() -> Vec<Indicator> {
    let by = "sex grade sector commune mobility";
    vec![
        ("F.PROM", by, "", flow("promotion", OBSERVED)),
        ("F.REP", by, "", flow("repetition", OBSERVED)),
        ("F.DROP", by, "", flow("dropout", OBSERVED)),
        ("F.PROMU", by, "", flow("promotion", UIS)),
        ("F.REPU", by, "", flow("repetition", UIS)),
        ("F.DROPU", by, "", flow("dropout", UIS)),
    ]
}

fn survival(gives: &str, to: &str, further: &str) -> String {
    format!(
        "[formula.survival]\nscale = 100\ngives = \"{gives}\"\nto = \"{to}\"\npupils = {{ {L1} }}\nrepeaters = {{ repeater = {{ in = [\"Y\"] }} }}\n{further}"
    )
}

fn linked(to: &str) -> String {
    format!(
        "[formula.linked_survival]\nscale = 100\nto = \"{to}\"\npupils = {{ {L1} }}\npromoted = {{ repeater = {{ in = [\"N\"] }} }}\nrepeated = {{ repeater = {{ in = [\"Y\"] }} }}"
    )
}

fn survivals() -> Vec<Indicator> {
    let by = "sex sector commune";
    let limit = |kind: &str, most: u32| format!("repetition = \"{kind}\"\nrepeats_at_most = {most}\n");
    let graduates = "graduates = { result = { in = [\"GRADUATED\"] } }\n";
    let of = |open: &str, repetition: &str, graduates: &str| format!("{open}\n{repetition}{graduates}");
    vec![
        ("V.SURV", by, "", survival("survival", "last", &of(UIS, "", ""))),
        ("V.SURVO", by, "", survival("survival", "last", &of(OBSERVED, "", ""))),
        ("V.G2", by, "", survival("survival", "G2", &of(UIS, &limit("per-cycle", 1), ""))),
        ("V.G3", by, "", survival("survival", "G3", &of(OBSERVED, &limit("per-grade", 1), ""))),
        ("V.DROP", by, "", survival("dropout", "last", &of(UIS, &limit("per-cycle", 2), ""))),
        ("V.EFF", by, "", survival("efficiency", "last", &of(UIS, "", graduates))),
        ("V.EFFG", by, "", survival("efficiency", "last", &of(OBSERVED, &limit("per-grade", 1), graduates))),
        ("V.YEARS", by, "", survival("years-per-graduate", "last", &of(UIS, &limit("per-cycle", 2), graduates))),
        ("V.LINKED", by, "", linked("last")),
        ("V.LINKED2", by, "", linked("G2")),
        ("V.YEARSO", by, "", survival("years-per-graduate", "last", &of(OBSERVED, "", graduates))),
    ]
}

fn quantities() -> Vec<Indicator> {
    let by_grade = |grade: &str, year: i32| {
        format!(
            "{{ measure = \"students\", where = {{ edu_level = {{ in = [\"L1\"] }}, grade = {{ in = [\"{grade}\"] }} }}, year = {year} }}"
        )
    };
    let before_last = |bounds: &str| {
        format!(
            "{{ measure = \"students\", where = {{ edu_level = {{ in = [\"L1\"] }}, grades_before_last = {{ {bounds} }} }} }}"
        )
    };
    let ratio = |numerator: &str, denominator: &str| {
        format!("[formula.ratio]\nscale = 100\nnumerator = {numerator}\ndenominator = {denominator}")
    };
    let (next, previous) = (by_grade("G2", 1), by_grade("G2", -1));
    vec![
        (
            "Q.MINUS",
            "sex sector mobility grade",
            "",
            format!("[formula.count]\nof = {{ {L1}, minus = [{{ {REPEATERS} }}] }}"),
        ),
        (
            "Q.PLUS",
            "sex sector",
            "",
            ratio(
                &format!("{{ {L1}, plus = [{{ measure = \"teachers\" }}], minus = [{{ {REPEATERS} }}] }}"),
                &format!("{{ {L1} }}"),
            ),
        ),
        ("Q.NEXT", "sex sector commune", "", ratio(&next, &by_grade("G1", 0))),
        ("Q.BEFORE", "sex mobility", "", ratio(&by_grade("G1", 0), &previous)),
        (
            "Q.INSTEAD",
            "sex sector mobility",
            "",
            format!(
                "[formula.count]\nof = {{ measure = \"teachers\", otherwise = {{ {L1}, minus = [{{ {REPEATERS} }}] }} }}"
            ),
        ),
        (
            "Q.BELOW",
            "sex sector commune mobility",
            "",
            ratio(&format!("{{ {L1} }}"), &format!("{{ measure = \"teachers\", otherwise = {{ {L1} }} }}")),
        ),
        ("Q.LAST", "sex sector grade", "", format!("[formula.count]\nof = {}", before_last("at_most = 0"))),
        (
            "Q.INLAST",
            "sex mobility",
            "",
            ratio(&before_last("at_least = 0, at_most = 0"), &before_last("at_least = 1")),
        ),
        (
            "Q.NATIONAL",
            "sex commune",
            "",
            format!(
                "[formula.count]\nof = {{ {L1} }}\n[national]\ncountry = \"AAA\"\n[national.differs]\nen = \"x\"\nes = \"x\"\npt = \"x\""
            ),
        ),
    ]
}

fn caps() -> Vec<Indicator> {
    let ratio = |numerator: &str, denominator: &str, further: &str| {
        format!(
            "[formula.ratio]\nscale = 100\nnumerator = {{ {numerator} }}\ndenominator = {{ {denominator} }}\n{further}"
        )
    };
    let outside = format!("{PEOPLE}, minus = [{{ {OF_AGE} }}]");
    let (sexes, complement) = ("cap = \"sexes\"", "cap = \"complement-sexes\"");
    let spread = "unknown_age = \"redistribute\"";
    let early = "measure = \"students\", where = { edu_level = { in = [\"L1\"] }, age = { at_most = 8 } }";
    let over = "measure = \"students\", where = { edu_level = { in = [\"L1\"] }, years_over_age = { at_least = 1 } }";
    let second = "measure = \"students\", where = { edu_level = { in = [\"L1\"] }, grade = { in = [\"G2\"] } }";
    let first = "measure = \"students\", where = { edu_level = { in = [\"L1\"] }, grade = { in = [\"G1\"] } }";
    vec![
        ("K.NET", "sex", "", ratio(OF_AGE, PEOPLE, sexes)),
        ("K.SPREAD", "sex mobility", "", ratio(OF_AGE, PEOPLE, &format!("{sexes}\n{spread}"))),
        ("K.OUT", "sex", "", ratio(&outside, PEOPLE, complement)),
        ("K.GRADES", "sex sector commune mobility", "", ratio(second, first, sexes)),
        ("K.LEFT", "sex sector", "", ratio(&format!("{first}, minus = [{{ {second} }}]"), first, complement)),
        ("K.EARLY", "sex sector commune", "", ratio(early, L1, spread)),
        ("K.OVER", "sex grade", "", ratio(over, L1, spread)),
    ]
}

fn sums() -> Vec<Indicator> {
    let expectancy = |students: &str, ages: &str| {
        format!(
            "[formula.life_expectancy]\nstudents = {{ {students} }}\npopulation = {{ measure = \"population\" }}\nschool_age = \"{ages}\""
        )
    };
    let mean = |number: &str| format!("[formula.mean]\nof = {{ {L1} }}\nnumber = \"{number}\"");
    vec![
        ("E.L1", "sex", "", expectancy(L1, "official:L1")),
        ("E.ALL", "sex mobility", "", expectancy("measure = \"students\"", "official:L1")),
        ("M.AGE", "sex grade mobility commune", "", mean("age")),
        ("M.GRADE", "sex sector repeater", "", mean("grade")),
    ]
}

fn segregations() -> Vec<Indicator> {
    let of = |index: &str, group: &str, comparison: &str| {
        format!(
            "[formula.segregation]\nindex = \"{index}\"\ngrain = \"school\"\npupils = {{ {L1} }}\ngroup = {{ {group} }}\ncomparison = {{ {comparison} }}"
        )
    };
    let (girls, boys) = ("sex = { in = [\"F\"] }", "sex = { in = [\"M\"] }");
    let (moving, staying) =
        ("mobility = { not_in = [\"non-migrant\", \"_U\"] }", "mobility = { in = [\"non-migrant\"] }");
    vec![
        ("G.DIS", "sector grade mobility", "", of("dissimilarity", girls, boys)),
        ("G.ISO", "sector commune grade", "", of("isolation", girls, boys)),
        ("G.MOVE", "sex grade", "", of("dissimilarity", moving, staying)),
        ("G.MOVEISO", "sex commune", "", of("isolation", moving, staying)),
    ]
}

fn parities() -> Vec<Indicator> {
    let of = |id: &str, index: &str| {
        format!(
            "[formula.parity]\nof = \"{id}\"\ndimension = \"sex\"\ngroup = \"F\"\ncomparison = \"M\"\nindex = \"{index}\""
        )
    };
    vec![
        ("P.PROM", "grade sector", "", of("F.PROMU", "plain")),
        ("P.DROPU", "grade", "", of("F.DROPU", "adjusted")),
        ("P.SURV", "sector", "", of("V.SURV", "plain")),
        ("P.CAP", "sector commune", "", of("K.GRADES", "plain")),
        ("P.SPREAD", "mobility", "", of("K.SPREAD", "adjusted")),
        ("P.YEARS", "mobility", "", of("E.ALL", "plain")),
        ("P.AGE", "grade", "", of("M.AGE", "plain")),
    ]
}
