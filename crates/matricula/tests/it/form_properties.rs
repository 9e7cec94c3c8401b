//! What must hold of the forms whatever the counts are: on small random tables of pupils and people.

use std::collections::BTreeMap;
use std::fs;

use matricula::spec::{Batch, Catalogue};
use matricula::{Estimate, Flag, NoProgress, Number, Run, RunOptions};
use proptest::collection::vec;
use proptest::prelude::*;

/// Grades of primary education.
const GRADES: usize = 4;
/// What six decimals of three rates out of a hundred leave open.
const ROUNDED: f64 = 2e-6;

const LABEL: &str = "[label]\nen = \"x\"\nes = \"x\"\npt = \"x\"\n";
const SOURCE: &str = "[[source]]\ntitle = \"invented\"\n";
const REPEATERS: &str = "repeaters = { repeater = { in = [\"Y\"] } }";
const L1: &str = "measure = \"students\", where = { edu_level = { in = [\"L1\"] } }";

/// Pupils that have everything in common.
#[derive(Debug, Clone)]
struct Pupils {
    year: i32,
    level: &'static str,
    /// From 1.
    grade: usize,
    age: usize,
    sex: &'static str,
    repeater: &'static str,
    school: usize,
    count: u32,
}

fn pupils() -> impl Strategy<Value = Pupils> {
    let who = (2021..=2022, prop_oneof![3 => Just("L1"), 1 => Just("L2")], 1..=GRADES, 5..=14_usize);
    let what = (prop_oneof![Just("F"), Just("M")], prop_oneof![1 => Just("Y"), 4 => Just("N")], 0..5_usize, 1..30_u32);
    (who, what).prop_map(|((year, level, grade, age), (sex, repeater, school, count))| Pupils {
        year,
        level,
        grade,
        age,
        sex,
        repeater,
        school,
        count,
    })
}

/// Random pupils, and some of every grade and sex, so that there are rates to speak of.
fn country() -> impl Strategy<Value = Vec<Pupils>> {
    let everywhere = vec(1..30_u32, 2 * GRADES * 2).prop_map(|counts| {
        let place = |(position, count): (usize, u32)| Pupils {
            year: if position % 2 == 0 { 2021 } else { 2022 },
            level: "L1",
            grade: 1 + position / 2 % GRADES,
            age: 6 + position / 2 % GRADES,
            sex: if position < 2 * GRADES { "F" } else { "M" },
            repeater: "N",
            school: position % 3,
            count,
        };
        counts.into_iter().enumerate().map(place).collect::<Vec<_>>()
    });
    (everywhere, vec(pupils(), 0..40)).prop_map(|(some, more)| [some, more].concat())
}

/// People of every age from 5 to 14 and of both sexes.
fn people() -> impl Strategy<Value = Vec<u32>> {
    vec(1..80_u32, 20)
}

/// Identifier, breakdowns, formula.
type Indicator = (String, &'static str, String);

fn indicator(id: &str, breakdowns: &'static str, formula: &str) -> Indicator {
    (id.to_owned(), breakdowns, formula.to_owned())
}

fn specs(indicators: &[Indicator]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let lists = [
        ("measure", false, ""),
        ("ref_area", false, "AAA"),
        ("time_period", false, "2021 2022"),
        ("edu_level", true, "L1 L2"),
        ("grade", true, "G1 G2 G3 G4"),
        ("age", true, "5 6 7 8 9 10 11 12 13 14"),
        ("age_class", false, "official:L1"),
        ("structure", false, "national"),
        ("sex", true, "F M"),
        ("mobility", true, "non-migrant migrant"),
        ("repeater", true, "Y N"),
    ];
    for (position, (name, column, codes)) in lists.into_iter().enumerate() {
        let text = format!(
            "format = 1\nid = \"{name}\"\nposition = {position}\ncolumn = {column}\nenumerate = false\n{LABEL}"
        );
        files.insert(format!("dimensions/{name}.toml"), text);
        if name != "measure" {
            let rows: Vec<String> = codes.split(' ').map(|code| format!("{code},,,x,x,x\n")).collect();
            let text = format!("code,parts,needs,label_en,label_es,label_pt\n{}", rows.concat());
            files.insert(format!("codelists/{name}.csv"), text);
        }
    }
    let measures = "measure,unit,label_en,label_es,label_pt\nstudents,student,x,x,x\npopulation,person,x,x,x\n";
    files.insert("measures.csv".to_owned(), measures.to_owned());
    let system = "ref_area,structure,edu_level,entry_age,duration,valid_from,valid_to,reference,source\n\
                  AAA,national,L1,6,4,,,yes,invented\nAAA,national,L2,10,4,,,yes,invented\n";
    files.insert("systems/aaa.csv".to_owned(), system.to_owned());
    mappings(&mut files);
    for (id, breakdowns, formula) in indicators {
        let breakdowns: Vec<String> = breakdowns.split_whitespace().map(|name| format!("\"{name}\"")).collect();
        let text = format!(
            "format = 1\nid = \"{id}\"\nstatus = \"provisional\"\n\
             matrix = {{ dimension = \"accessibility\", cut = \"access\" }}\nunit = \"percent\"\nbetter = \"neutral\"\n\
             breakdowns = [{}]\n{LABEL}[definition]\nen = \"x\"\nes = \"x\"\npt = \"x\"\n{formula}\n{SOURCE}",
            breakdowns.join(", ")
        );
        files.insert(format!("indicators/{id}.toml"), text);
    }
    files
}

fn mappings(files: &mut BTreeMap<String, String>) {
    let column = |name: &str| format!("{name} = {{ column = {{ name = \"{name}\" }} }}\n");
    let mapping = |id: &str, unit: &str, measure: &str, columns: &[&str], further: &str| {
        let columns: Vec<String> = columns.iter().map(|name| column(name)).collect();
        format!(
            "format = 1\nid = \"{id}\"\nstatus = \"provisional\"\nunits = [\"{unit}\"]\n[amount.column]\nname = \"n\"\n\
             decimals = 0\nrows = \"pieces\"\nrepeats = \"sum\"\n[variable]\nmeasure = {{ fixed = \"{measure}\" }}\n\
             {}{further}{LABEL}{SOURCE}",
            columns.concat()
        )
    };
    let of_pupils = ["ref_area", "time_period", "edu_level", "grade", "age", "sex", "repeater"];
    let school = "[identifier]\nschool = { columns = [\"school\"] }\n[age]\nbasis = \"reported\"\n";
    files.insert("mappings/pupils.toml".to_owned(), mapping("pupils", "student", "students", &of_pupils, school));
    let of_people = ["ref_area", "time_period", "age", "sex"];
    files.insert("mappings/people.toml".to_owned(), mapping("people", "person", "population", &of_people, ""));
}

/// The run of a batch that computes all the indicators, by sex and grade.
fn run(indicators: &[Indicator], pupils: &[Pupils], people: &[u32], threads: usize) -> (Catalogue, Run) {
    let (catalogue, problems) = Catalogue::read(specs(indicators));
    assert!(!problems.has_errors(), "{problems:#?}");
    let catalogue = catalogue.expect("no problems");
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = "ref_area,time_period,edu_level,grade,age,sex,repeater,school,n\n".to_owned();
    for Pupils { year, level, grade, age, sex, repeater, school, count } in pupils {
        text += &format!("AAA,{year},{level},G{grade},{age},{sex},{repeater},{school},{count}\n");
    }
    fs::write(folder.path().join("pupils.csv"), text).expect("written");
    let mut text = "ref_area,time_period,age,sex,n\n".to_owned();
    for (position, count) in people.iter().enumerate() {
        text += &format!("AAA,2021,{},{},{count}\n", 5 + position / 2, ["F", "M"][position % 2]);
    }
    fs::write(folder.path().join("people.csv"), text).expect("written");
    let batch = "format = 1\nid = \"batch\"\nindicators = [\"all\"]\nbreakdowns = [\"grade\", \"sex\"]\ncrossed = 2\n\
                 [[source]]\nid = \"pupils\"\nmapping = \"pupils\"\nfiles = [\"pupils.csv\"]\n\
                 [[population]]\nid = \"people\"\nmapping = \"people\"\nvintage = \"invented\"\nfiles = [\"people.csv\"]\n";
    let (batch, problems) = Batch::read(batch, "batch.toml", &catalogue);
    assert!(!problems.has_errors(), "{problems:#?}");
    let options =
        RunOptions { threads: Some(threads), ..RunOptions::new(folder.path().to_owned(), folder.path().to_owned()) };
    let batch = batch.expect("no problems");
    let run = matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs");
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    (catalogue, run)
}

/// The figures of 2021, by indicator and by the codes of grade and sex (`_T` and `_Z` alike are empty).
struct Figures<'a> {
    rows: BTreeMap<(String, String, String), &'a Estimate>,
}

impl<'a> Figures<'a> {
    fn of((catalogue, run): &'a (Catalogue, Run)) -> Self {
        let known = catalogue.known();
        let dimensions = run.estimates.dimensions();
        let code = |row: &Estimate, dimension| {
            let position = dimensions.iter().position(|d| *d == dimension).expect("it has a column");
            let code = &catalogue.dimension(dimension).codes.code(row.coordinates[position]).id;
            if code.starts_with('_') { String::new() } else { code.clone() }
        };
        let year = |row: &&Estimate| catalogue.dimension(known.time_period).codes.code(row.time_period).id == "2021";
        let key = |row: &'a Estimate| ((row.indicator.clone(), code(row, known.grade), code(row, known.sex)), row);
        Self { rows: run.estimates.rows().iter().filter(year).map(key).collect() }
    }

    fn row(&self, id: &str, grade: &str, sex: &str) -> Option<&'a Estimate> {
        self.rows.get(&(id.to_owned(), grade.to_owned(), sex.to_owned())).copied()
    }

    fn value(&self, id: &str, grade: &str, sex: &str) -> Option<f64> {
        self.row(id, grade, sex)?.value.map(Number::to_f64)
    }

    /// A value that must be there.
    #[track_caller]
    fn must(&self, id: &str, grade: &str, sex: &str) -> f64 {
        self.value(id, grade, sex).unwrap_or_else(|| panic!("{id} {grade} {sex}: {:?}", self.row(id, grade, sex)))
    }
}

/// The same tables in every run.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(7),
        ..ProptestConfig::default()
    }
}

fn flow(rate: &str, open: &str) -> String {
    format!(
        "[formula.flow]\nscale = 100\nrate = \"{rate}\"\npupils = {{ {L1} }}\n{REPEATERS}\nopen_cohort = \"{open}\""
    )
}

fn survival(to: &str, open: &str, limit: &str) -> String {
    format!(
        "[formula.survival]\nscale = 100\ngives = \"survival\"\nto = \"{to}\"\npupils = {{ {L1} }}\n{REPEATERS}\n\
         open_cohort = \"{open}\"\n{limit}"
    )
}

const GROSS: &str = "[formula.ratio]\nscale = 100\nnumerator = { measure = \"students\", where = { edu_level = { in = [\"L1\"] } } }\n\
                     denominator = { measure = \"population\", where = { age_class = { in = [\"official:L1\"] } } }\n";

fn parity(of: &str, group: &str, comparison: &str) -> String {
    format!(
        "[formula.parity]\nof = \"{of}\"\ndimension = \"sex\"\ngroup = \"{group}\"\ncomparison = \"{comparison}\"\n\
         index = \"plain\""
    )
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn promotion_repetition_and_dropout_are_all_there_is(pupils in country(), people in people()) {
        let rates = ["promotion", "repetition", "dropout"];
        let opens = ["as-observed", "uis"];
        let indicators: Vec<Indicator> = opens
            .iter()
            .flat_map(|open| rates.map(|rate| indicator(&format!("{rate}-{open}"), "grade sex", &flow(rate, open))))
            .collect();
        let ran = run(&indicators, &pupils, &people, 2);
        let figures = Figures::of(&ran);
        for (open, sex) in opens.iter().flat_map(|open| ["", "F", "M"].map(|sex| (*open, sex))) {
            for grade in 1..GRADES {
                let of = |rate: &str| figures.must(&format!("{rate}-{open}"), &format!("G{grade}"), sex);
                let [promotion, repetition, dropout] = rates.map(of);
                prop_assert!((promotion + repetition + dropout - 100.0).abs() < ROUNDED);
                // The factor of the sexes is meant to let nobody appear.
                prop_assert!(open != "uis" || dropout > -ROUNDED, "{sex} G{grade}: {dropout}");
            }
            // The last grade leads nowhere.
            prop_assert_eq!(figures.value(&format!("promotion-{open}"), "G4", sex), None);
            prop_assert_eq!(figures.value(&format!("dropout-{open}"), "G4", sex), None);
        }
    }

    #[test]
    fn nobody_appears_in_a_closed_cohort(pupils in country(), people in people()) {
        let mut indicators = Vec::new();
        for grade in 1..=GRADES {
            for (name, limit) in [("all", ""), ("cycle", "repetition = \"per-cycle\"\nrepeats_at_most = 1\n")] {
                for open in ["as-observed", "uis"] {
                    let formula = survival(&format!("G{grade}"), open, limit);
                    indicators.push(indicator(&format!("{name}-{open}-{grade}"), "sex", &formula));
                }
            }
        }
        let ran = run(&indicators, &pupils, &people, 2);
        let figures = Figures::of(&ran);
        for (name, sex) in ["all", "cycle"].iter().flat_map(|name| ["", "F", "M"].map(|sex| (*name, sex))) {
            let entered = figures.must(&format!("{name}-uis-1"), "", sex);
            prop_assert!((entered - 100.0).abs() < ROUNDED);
            for grade in 2..=GRADES {
                let at = |open: &str, grade: usize| figures.row(&format!("{name}-{open}-{grade}"), "", sex);
                for open in ["as-observed", "uis"] {
                    let (before, after) = (at(open, grade - 1).expect("a row"), at(open, grade).expect("a row"));
                    let (Some(reached), Some(further)) = (before.value, after.value) else { continue };
                    let flagged = after.flags.contains(&Flag::OpenCohort);
                    let rises = further.to_f64() > reached.to_f64() + ROUNDED;
                    prop_assert!(!rises || (flagged && open == "as-observed"), "{name} {open} {sex} G{grade}");
                }
                // A limit on repetition leaves nobody more.
                if let (Some(limited), Some(all)) = (
                    figures.value(&format!("cycle-uis-{grade}"), "", sex),
                    figures.value(&format!("all-uis-{grade}"), "", sex),
                ) {
                    prop_assert!(limited <= all + ROUNDED);
                }
            }
        }
    }

    #[test]
    fn swapped_groups_give_the_inverse(pupils in country(), people in people()) {
        let indicators = [
            indicator("GER", "sex", GROSS),
            indicator("PROMOTION", "sex grade", &flow("promotion", "uis")),
            indicator("GER-FM", "", &parity("GER", "F", "M")),
            indicator("GER-MF", "", &parity("GER", "M", "F")),
            indicator("PROMOTION-FM", "grade", &parity("PROMOTION", "F", "M")),
            indicator("PROMOTION-MF", "grade", &parity("PROMOTION", "M", "F")),
        ];
        let ran = run(&indicators, &pupils, &people, 2);
        let figures = Figures::of(&ran);
        for (id, grade) in [("GER", ""), ("PROMOTION", ""), ("PROMOTION", "G1"), ("PROMOTION", "G2")] {
            let of = |groups: &str| figures.value(&format!("{id}-{groups}"), grade, "");
            if let (Some(one), Some(other)) = (of("FM"), of("MF")) {
                prop_assert!((one * other - 1.0).abs() < ROUNDED * (one + other), "{id} {grade}: {one} and {other}");
            }
        }
        prop_assert!(figures.value("GER-FM", "", "").is_some(), "both sexes are at school");
    }

    #[test]
    fn a_rate_of_all_lies_between_those_of_girls_and_boys(pupils in country(), people in people()) {
        let mean = format!("[formula.mean]\nof = {{ {L1} }}\nnumber = \"age\"");
        let indicators = [indicator("GER", "sex", GROSS), indicator("AGE", "sex grade", &mean)];
        let ran = run(&indicators, &pupils, &people, 2);
        let figures = Figures::of(&ran);
        for (id, grade) in [("GER", ""), ("AGE", ""), ("AGE", "G1"), ("AGE", "G2"), ("AGE", "G3"), ("AGE", "G4")] {
            let [all, girls, boys] = ["", "F", "M"].map(|sex| figures.must(id, grade, sex));
            prop_assert!(girls.min(boys) - ROUNDED <= all && all <= girls.max(boys) + ROUNDED, "{girls} {boys} {all}");
        }
    }

    #[test]
    fn a_cap_keeps_parity_and_the_scale(pupils in country(), people in people()) {
        let outside = GROSS.replacen(
            "numerator = { measure = \"students\", where = { edu_level = { in = [\"L1\"] } } }",
            &format!(
                "numerator = {{ measure = \"population\", where = {{ age_class = {{ in = [\"official:L1\"] }} }}, \
                 minus = [{{ {L1} }}] }}"
            ),
            1,
        );
        let indicators = [
            indicator("PLAIN", "sex", GROSS),
            indicator("CAPPED", "sex", &format!("{GROSS}cap = \"sexes\"")),
            indicator("OUTSIDE", "sex", &format!("{outside}cap = \"complement-sexes\"")),
            indicator("PLAIN-FM", "", &parity("PLAIN", "F", "M")),
            indicator("CAPPED-FM", "", &parity("CAPPED", "F", "M")),
        ];
        let ran = run(&indicators, &pupils, &people, 2);
        let figures = Figures::of(&ran);
        let [all, girls, boys] = ["", "F", "M"].map(|sex| figures.must("CAPPED", "", sex));
        prop_assert!(all <= 100.0 + ROUNDED && girls <= 100.0 + ROUNDED && boys <= 100.0 + ROUNDED);
        let [plain, of_girls, of_boys] = ["", "F", "M"].map(|sex| figures.must("PLAIN", "", sex));
        prop_assert!((girls * of_boys - boys * of_girls).abs() < ROUNDED * (of_girls + of_boys + 200.0));
        let row = figures.row("CAPPED", "", "").expect("a row");
        prop_assert_eq!(row.uncapped.map(Number::to_f64), Some(plain));
        prop_assert_eq!(row.flags.contains(&Flag::Capped), of_girls.max(of_boys) > 100.0);
        prop_assert_eq!(figures.value("CAPPED-FM", "", ""), figures.value("PLAIN-FM", "", ""));
        // Who is capped at a hundred leaves nobody outside, and what is in and out is everybody.
        let left = ["", "F", "M"].map(|sex| figures.must("OUTSIDE", "", sex));
        for (out, capped) in left.into_iter().zip([all, girls, boys]) {
            prop_assert!(out > -ROUNDED && (out + capped - 100.0).abs() < ROUNDED, "{out} and {capped}");
        }
    }

    #[test]
    fn life_expectancy_adds_up_over_a_partition(pupils in country(), people in people()) {
        let years = |condition: &str| {
            format!(
                "[formula.life_expectancy]\nstudents = {{ measure = \"students\"{condition} }}\n\
                 population = {{ measure = \"population\" }}\nschool_age = \"official:L1\""
            )
        };
        let grades = |test: &str| years(&format!(", where = {{ edu_level = {{ in = [\"L1\"] }}, grade = {{ {test} }} }}"));
        let level = |code: &str| years(&format!(", where = {{ edu_level = {{ in = [\"{code}\"] }} }}"));
        let indicators = [
            indicator("ALL", "sex", &years("")),
            indicator("L1", "sex", &level("L1")),
            indicator("L2", "sex", &level("L2")),
            indicator("EARLY", "sex", &grades("at_most = 2")),
            indicator("LATE", "sex", &grades("at_least = 3")),
        ];
        let ran = run(&indicators, &pupils, &people, 2);
        let figures = Figures::of(&ran);
        for sex in ["", "F", "M"] {
            let of = |id: &str| figures.must(id, "", sex);
            prop_assert!((of("EARLY") + of("LATE") - of("L1")).abs() < ROUNDED);
            // Of a level without pupils of the sex in 2021 there is no row, or nothing to add.
            let second = figures.value("L2", "", sex).unwrap_or_default();
            prop_assert!((of("L1") + second - of("ALL")).abs() < ROUNDED);
        }
    }

    #[test]
    fn a_mean_lies_between_the_smallest_and_the_largest(pupils in country(), people in people()) {
        let mean = |number: &str| format!("[formula.mean]\nof = {{ {L1} }}\nnumber = \"{number}\"");
        let indicators = [indicator("AGE", "sex grade", &mean("age")), indicator("GRADE", "sex", &mean("grade"))];
        let ran = run(&indicators, &pupils, &people, 2);
        let figures = Figures::of(&ran);
        for sex in ["", "F", "M"] {
            let here: Vec<&Pupils> = pupils
                .iter()
                .filter(|pupils| pupils.year == 2021 && pupils.level == "L1" && (sex.is_empty() || pupils.sex == sex))
                .collect();
            let number = |pupils: &Pupils, id: &str| if id == "AGE" { pupils.age } else { pupils.grade };
            for id in ["AGE", "GRADE"] {
                let mean = figures.must(id, "", sex);
                let numbers = || here.iter().map(|pupils| u32::try_from(number(pupils, id)).expect("a small number"));
                let (least, most) = (numbers().min().expect("pupils"), numbers().max().expect("pupils"));
                prop_assert!(f64::from(least) - ROUNDED <= mean && mean <= f64::from(most) + ROUNDED);
            }
        }
    }

    #[test]
    fn segregation_does_not_move_when_a_school_is_split_alike(pupils in country(), people in people()) {
        let index = |index: &str| {
            format!(
                "[formula.segregation]\nindex = \"{index}\"\ngrain = \"school\"\npupils = {{ {L1} }}\n\
                 group = {{ sex = {{ in = [\"F\"] }} }}\ncomparison = {{ sex = {{ in = [\"M\"] }} }}"
            )
        };
        let indicators = ["dissimilarity", "isolation"].map(|name| indicator(name, "grade", &index(name)));
        // School 0 is twice as large, or it is two schools alike.
        let large: Vec<Pupils> = pupils
            .iter()
            .map(|of| Pupils { count: if of.school == 0 { 2 * of.count } else { of.count }, ..of.clone() })
            .collect();
        let second = pupils.iter().filter(|of| of.school == 0).map(|of| Pupils { school: 9, ..of.clone() });
        let two: Vec<Pupils> = pupils.iter().cloned().chain(second).collect();
        let (large, two) = (run(&indicators, &large, &people, 2), run(&indicators, &two, &people, 2));
        let (large, two) = (Figures::of(&large), Figures::of(&two));
        for grade in ["", "G1", "G2"] {
            let dissimilarity = large.must("dissimilarity", grade, "");
            prop_assert!((0.0..=1.0).contains(&dissimilarity));
            let isolation = large.must("isolation", grade, "");
            prop_assert!(isolation > 0.0 && isolation <= 1.0);
            prop_assert!((dissimilarity - two.must("dissimilarity", grade, "")).abs() < ROUNDED);
            prop_assert!((isolation - two.must("isolation", grade, "")).abs() < ROUNDED);
        }
        // One school for all tells nobody apart: the group meets its own share of all.
        let one: Vec<Pupils> = pupils.iter().map(|of| Pupils { school: 1, ..of.clone() }).collect();
        let one = run(&indicators, &one, &people, 2);
        let row = Figures::of(&one).row("isolation", "", "").expect("a row");
        let [girls, boys] = [row.numerator, row.denominator].map(|number| number.map_or(f64::NAN, Number::to_f64));
        prop_assert!(Figures::of(&one).must("dissimilarity", "", "").abs() < ROUNDED);
        prop_assert!((Figures::of(&one).must("isolation", "", "") - girls / (girls + boys)).abs() < ROUNDED);
    }

    #[test]
    fn figures_do_not_depend_on_threads(pupils in country(), people in people()) {
        let indicators = [
            indicator("SURVIVAL", "sex", &survival("last", "uis", "")),
            indicator("DROPOUT", "sex grade", &flow("dropout", "uis")),
            indicator("CAPPED", "sex", &format!("{GROSS}cap = \"sexes\"")),
            indicator("PARITY", "", &parity("SURVIVAL", "F", "M")),
        ];
        let (_, one) = run(&indicators, &pupils, &people, 1);
        let (_, three) = run(&indicators, &pupils, &people, 3);
        prop_assert!(one.estimates == three.estimates);
        prop_assert!(one.cube_hash == three.cube_hash);
        prop_assert!(one.disaggregation == three.disaggregation && one.provenance == three.provenance);
    }
}
