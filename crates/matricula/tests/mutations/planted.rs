//! The mutations, by the file in which they are planted.

/// The tests that watch: figures against a reference, cubes and cache against the files, links against a follower.
const FIGURES: &str = "engine_against_reference::engine_and_reference_agree";
const CUBES: &str = "engine_against_reference::cubes_and_cache_say_what_the_files_say";
const LINKS: &str = "link::engine_and_naive_follower_agree_on_random_careers";
/// All of them, those that take long first.
pub(crate) const WATCHING: [&str; 3] = [CUBES, FIGURES, LINKS];

/// What stands between `«` and `»`, and so how the switch is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// An expression.
    Expression,
    /// A statement with its semicolon; nothing may be planted.
    Statement,
    /// A whole arm of a `match` without a guard, with its comma.
    Arm,
}

/// One mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mutation {
    /// From 1.
    pub(crate) number: usize,
    /// Below `src` of whichever crate has the file.
    pub(crate) file: &'static str,
    /// The test that must notice.
    pub(crate) watching: &'static str,
    /// What is replaced, between `«` and `»`, with as much around it as makes it stand once in the file.
    place: &'static str,
    /// What takes its place.
    pub(crate) planted: &'static str,
    pub(crate) form: Form,
}

impl Mutation {
    /// What stands before the text that is replaced, that text, and what stands after it.
    pub(crate) fn parts(&self) -> (&'static str, &'static str, &'static str) {
        let (before, rest) = self.place.split_once('«').expect("a beginning");
        let (original, after) = rest.split_once('»').expect("an end");
        (before, original, after)
    }

    /// The change in one line.
    pub(crate) fn change(&self) -> String {
        format!("{} -> {}", self.place, if self.planted.is_empty() { "nothing" } else { self.planted })
    }
}

/// File, the test that watches it, and for each mutation its form, place and what is planted.
type OfFile = (&'static str, &'static str, &'static [(Form, &'static str, &'static str)]);

/// All mutations, numbered.
pub(crate) fn mutations() -> impl Iterator<Item = Mutation> {
    let all = PLANTED.iter().flat_map(|(file, watching, of_file)| of_file.iter().map(move |one| (*file, *watching, *one)));
    (1..).zip(all).map(|(number, (file, watching, (form, place, planted)))| Mutation {
        number,
        file,
        watching,
        place,
        planted,
        form,
    })
}

use Form::{Arm, Expression, Statement};

#[rustfmt::skip]
const PLANTED: &[OfFile] = &[
    ("harmonize/recode.rs", FIGURES, &[
        (Expression, "holds_in(«year»)", "year + 1"),
    ]),
    ("harmonize/step.rs", FIGURES, &[
        (Expression, "|bound| «*bound <= number»", "*bound < number"),
    ]),
    ("harmonize/scope.rs", FIGURES, &[
        (Expression, "«values.iter().any(|value| value == text) == *listed»", "values.iter().any(|value| value == text) != *listed"),
    ]),
    ("harmonize/amount.rs", FIGURES, &[
        (Expression, "chain(«kept»)", "&kept[..kept.len().min(1)]"),
    ]),
    ("harmonize/identifier.rs", FIGURES, &[
        (Expression, "if self.first_only && «!blank»", "blank"),
    ]),
    ("harmonize/part.rs", FIGURES, &[
        (Expression, "+= «u64::from(*weight)»", "1"),
    ]),
    ("validate/mod.rs", FIGURES, &[
        (Expression, "if rule.rule.consequence == «Consequence::SetAside»", "Consequence::Report"),
    ]),
    ("validate/unique.rs", FIGURES, &[
        (Expression, "== «Ordering::Less» {", "Ordering::Greater"),
    ]),
    ("validate/state.rs", FIGURES, &[
        (Statement, "«self.records[number] += 1;»", "self.records[number] = 1;"),
    ]),
    ("aggregate/identities.rs", FIGURES, &[
        (Expression, "group.len() > «1»", "2"),
    ]),
    ("aggregate/duplicates.rs", FIGURES, &[
        (Expression, "«early.of(block, row, rule)»", "early.of(block, row, rule).map(|identity| !identity)"),
        (Statement, "«best.drain().for_each(|(_, candidate)| self.stays(&candidate, &mut stay));»", ""),
        (Expression, "(layout, dimensions, &loser.codes), «loser.amount»)", "0"),
        (Expression, "&loser.codes)), «loser.amount»)", "0"),
    ]),
    ("aggregate/cuboids.rs", FIGURES, &[
        (Expression, "(number / stride) % «room»", "room.min(&1)"),
    ]),
    ("aggregate/counted.rs", CUBES, &[
        (Statement, "«kept.1 += next.1;»", "kept.1 = next.1;"),
    ]),
    ("cube/reduce.rs", FIGURES, &[
        (Expression, "units -= «self.given(*sibling).filter(|cell| cell.way == Way::Given)?.units»", "-self.given(*sibling).filter(|cell| cell.way == Way::Given)?.units"),
        (Expression, "|| «self.step.none.contains(&code)»", "false"),
        (Expression, "|| «collected.may_be_absent.contains(&code)»", "false"),
    ]),
    ("cube/pieces.rs", FIGURES, &[
        (Expression, "«list.is_margin(*code)» && coverage", "!list.is_margin(*code)"),
        (Expression, "«number != 0» && rest", "number == 0"),
        (Expression, "«cell.units / leaves.len() as i128»", "cell.units"),
    ]),
    ("cube/coverage.rs", FIGURES, &[
        (Expression, "Needs::Any => «parts.iter().any(|part| self.reaches(list, *part))»", "parts.iter().all(|part| self.reaches(list, *part))"),
    ]),
    ("cube/slice.rs", FIGURES, &[
        (Expression, "between.contains(«duration - number»)", "duration - number - 1"),
        (Expression, "|number| «number > duration»", "number >= duration"),
    ]),
    ("formulas.rs", FIGURES, &[
        (Expression, "{ «2.0 - 1.0 / index» }", "2.0 + 1.0 / index"),
        (Statement, "«outcome.leavers *= grade.promotion / stay;»", "outcome.leavers *= grade.promotion;"),
        (Expression, "for _ in «0..most»", "0..most + 1"),
        (Expression, "vec![0.0; «most as usize + 1»]", "most as usize + 2"),
    ]),
    ("condition.rs", FIGURES, &[
        (Expression, "«a.at_least.max(b.at_least)»", "a.at_least.min(b.at_least)"),
    ]),
    ("official_age.rs", FIGURES, &[
        (Expression, "Some(«age - (*official)?»)", "age - (*official)? - 1"),
        (Expression, "Some(«level.duration - grade»)", "level.duration - grade - 1"),
    ]),
    ("indicator/outcome.rs", FIGURES, &[
        (Expression, "(«below != Number::ZERO»)", "below > Number::from_millionths(1_000_000)"),
        (Expression, "(«group.uncapped».ok().flatten(),", "group.value"),
    ]),
    ("indicator/crossing.rs", FIGURES, &[
        (Expression, "«!indicator.never_cross.iter().any(|never| never.iter().all(|d| crossing.contains(d)))»", "indicator.never_cross.iter().any(|never| never.iter().all(|d| crossing.contains(d)))"),
    ]),
    ("indicator/cohort.rs", FIGURES, &[
        (Expression, "at_grade(reader, «grade + 1», at)", "grade"),
        (Expression, "let grades = «1»..last", "2"),
        (Expression, "if «with_factors» { *factor }", "!with_factors"),
        (Expression, "|stayed| «stayed > 1.0»", "stayed >= 1.0"),
    ]),
    ("indicator/figure.rs", FIGURES, &[
        (Expression, "Selection { condition, year: «1»,", "0"),
    ]),
    ("indicator/quotient.rs", FIGURES, &[
        (Expression, "«percent > threshold»", "percent < threshold"),
        (Expression, "scaled(«whole.number.millionths()», known)", "known"),
        (Expression, "of(«of(own)» * factor)", "own"),
    ]),
    ("indicator/reader.rs", FIGURES, &[
        (Expression, "if *minus { «-units» }", "units"),
    ]),
    ("indicator/rows.rs", FIGURES, &[
        (Expression, "coordinates.retain(|codes| «released(reader.place, crossing, codes)»)", "!released(reader.place, crossing, codes)"),
    ]),
    ("indicator/segregation.rs", FIGURES, &[
        (Expression, "as_f64(*a) / as_f64(«a + b»)", "a + b + b"),
        (Expression, "(«a * of_comparison - b * of_group»)", "a * of_comparison + b * of_group"),
    ]),
    ("indicator/sexes.rs", FIGURES, &[
        (Expression, "reduce(«f64::max»)", "f64::min"),
    ]),
    ("indicator/sums_over_codes.rs", FIGURES, &[
        (Expression, "*code == «CodeId::UNKNOWN»", "CodeId::NOT_APPLICABLE"),
        (Expression, "f64::from(«last - first + 1»)", "last - first"),
    ]),
    ("indicator/linked.rs", FIGURES, &[
        (Expression, "(«1»..last).map(of_grade)", "2"),
    ]),
    ("link/outcome.rs", LINKS, &[
        (Arm, "«2.. => Step::Skipped,»", "3.. => Step::Skipped,"),
        (Expression, "if «to == from + 1» && to_entry", "to == from"),
    ]),
    ("link/resolve.rs", LINKS, &[
        (Expression, "in_year(after, «year + 1»)", "year + 2"),
        (Statement, "«followed.dedup_by_key(|record| (record.ref_area, record.year));»", ""),
    ]),
    ("link/bridge.rs", LINKS, &[
        (Expression, "Some(next) => at = «*next»", "pseudonym"),
    ]),
    ("link/normalise.rs", LINKS, &[
        (Expression, "b'0' if «normal.is_empty()» => {}", "normal.len() > 99"),
    ]),
    ("link/slices.rs", LINKS, &[
        (Expression, "FIRST_RECORD\" => «reaches_back»", "!reaches_back"),
    ]),
    ("cubes/merge.rs", CUBES, &[
        (Expression, "«Some(unique.role) != disjoint»", "Some(unique.role) == disjoint"),
    ]),
    ("cubes/file.rs", CUBES, &[
        (Expression, "«wanted.iter().all(|dimension| cuboid.dimensions.contains(dimension))»", "wanted.iter().any(|dimension| cuboid.dimensions.contains(dimension))"),
    ]),
    ("incremental.rs", CUBES, &[
        (Expression, "«counted.inputs == prepared.inputs»", "counted.inputs != prepared.inputs"),
    ]),
    ("run.rs", CUBES, &[
        (Expression, "«asked.crossed <= batch.crossed»", "asked.crossed >= batch.crossed"),
    ]),
];
