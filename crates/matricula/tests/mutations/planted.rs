//! The mutations, by the file in which they are planted.

use Form::{Arm, Expression, Statement};

/// The tests that watch: figures against a reference, cubes and cache against the files, links against a follower, and
/// what stands beside the figures against a pencil.
const FIGURES: &str = "engine_against_reference::engine_and_reference_agree";
const CUBES: &str = "engine_against_reference::cubes_and_cache_say_what_the_files_say";
const LINKS: &str = "link::engine_and_naive_follower_agree_on_random_careers";
const WORKED: &str = "worked::every_worked_case_comes_out";
/// All of them, those that take long first.
pub(crate) const WATCHING: [&str; 4] = [CUBES, FIGURES, LINKS, WORKED];

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
    /// What takes its place; `…` is the text that is replaced.
    planted: &'static str,
    pub(crate) form: Form,
}

impl Mutation {
    /// What stands before the text that is replaced, that text, and what stands after it.
    pub(crate) fn parts(&self) -> (&'static str, &'static str, &'static str) {
        let (before, rest) = self.place.split_once('«').expect("a beginning");
        let (original, after) = rest.split_once('»').expect("an end");
        (before, original, after)
    }

    /// What takes the place of the text that is replaced.
    pub(crate) fn planted(&self) -> String {
        self.planted.replace('…', self.parts().1)
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
    let all =
        PLANTED.iter().flat_map(|(file, watching, of_file)| of_file.iter().map(move |one| (*file, *watching, *one)));
    (1..).zip(all).map(|(number, (file, watching, (form, place, planted)))| Mutation {
        number,
        file,
        watching,
        place,
        planted,
        form,
    })
}

#[rustfmt::skip]
const PLANTED: &[OfFile] = &[
    ("text/mod.rs", FIGURES, &[
        (Expression, "let start = if «self.started» { 0 }", "true"),
    ]),
    ("text/lines.rs", FIGURES, &[
        (Expression, "«self.after[at + 1] as usize - 1»", "self.after[at + 1] as usize"),
        (Expression, "self.rows.retain(|_| «place.next().is_some_and(&passes)»)", "!…"),
    ]),
    ("text/scan.rs", FIGURES, &[
        (Expression, "<< («16 * number»)", "16 * number + 1"),
    ]),
    ("raw/dictionary.rs", FIGURES, &[
        (Expression, "u64::from_le_bytes(*window) & KEPT[«length»]", "length.saturating_sub(1)"),
    ]),
    ("harmonize/recode.rs", FIGURES, &[
        (Expression, "holds_in(«year»)", "year + 1"),
        (Expression, "texts.find(|text| «!text.is_empty()»)", "text.is_empty()"),
        (Expression, "number.saturating_add(«*offset»)", "0"),
    ]),
    ("harmonize/step.rs", FIGURES, &[
        (Expression, "|bound| «*bound <= number»", "*bound < number"),
    ]),
    ("harmonize/scope.rs", FIGURES, &[
        (Expression, "«values.iter().any(|value| value == text) == *listed»", "!(…)"),
    ]),
    ("harmonize/age.rs", FIGURES, &[
        (Expression, "day.map_or(«&b\"1\"[..]», &text)", "b\"28\""),
    ]),
    ("harmonize/amount.rs", FIGURES, &[
        (Expression, "|| «format.missing.iter().any(|missing| missing.as_bytes() == text)»", "false"),
        (Expression, "chain(«kept»)", "&kept[..kept.len().min(1)]"),
    ]),
    ("harmonize/identifier.rs", FIGURES, &[
        (Expression, "if self.first_only && «!blank»", "blank"),
    ]),
    ("harmonize/combination.rs", FIGURES, &[
        (Expression, "u64::from(*number) << «32»", "1"),
    ]),
    ("harmonize/part.rs", FIGURES, &[
        (Expression, "if «*reason == 0»", "true"),
        (Expression, "+= «u64::from(*weight)»", "1"),
    ]),
    ("harmonize/rows.rs", FIGURES, &[
        (Expression, "&& «columns.iter().all(|(numbers, passes)| passes[numbers[row] as usize])»", "columns.iter().any(|(numbers, passes)| passes[numbers[row] as usize])"),
        (Expression, "leave_out(reason, «rows * of_row»)", "rows"),
        (Expression, "Some(run) if «row == end»", "row >= end"),
    ]),
    ("harmonize/tally.rs", CUBES, &[
        (Statement, "«self.blank += other.blank;»", ""),
    ]),
    ("validate/condition.rs", FIGURES, &[
        (Expression, "«list.covers(*wanted, code)»", "*wanted == code"),
    ]),
    ("validate/mod.rs", FIGURES, &[
        (Expression, "if rule.rule.consequence == «Consequence::SetAside»", "Consequence::Report"),
        (Expression, "block.code(record, dimension).filter(|_| «usable»)", "true"),
    ]),
    ("validate/unique.rs", FIGURES, &[
        (Expression, "== «Ordering::Less» {", "Ordering::Greater"),
        (Expression, "rank.unwrap_or(«usize::MAX»)", "0"),
    ]),
    ("validate/state.rs", FIGURES, &[
        (Statement, "«self.records[number] += 1;»", "self.records[number] = 1;"),
    ]),
    ("plan/cuboids.rs", FIGURES, &[
        (Expression, "other != need && «need.is_subset(other)»", "need.is_superset(other)"),
    ]),
    ("aggregate/axis.rs", FIGURES, &[
        (Expression, "% «self.room.max(1)»", "self.room.max(2) - 1"),
    ]),
    ("aggregate/counter.rs", FIGURES, &[
        (Expression, "Origin::Fixed(code) => «common |= layout.place(position, code)»", "()"),
    ]),
    ("aggregate/counter.rs", CUBES, &[
        (Expression, "let number = of_unit + «along.sum::<u64>()»;", "0"),
    ]),
    ("aggregate/cuboids.rs", FIGURES, &[
        (Statement, "«*number += class * stride;»", "*number = class * stride;"),
        (Expression, "(number / stride) % «room»", "room.min(&1)"),
    ]),
    ("aggregate/keyed_sums.rs", CUBES, &[
        (Expression, "(key, «units + their»)", "units"),
    ]),
    ("aggregate/keyed_sums.rs", FIGURES, &[
        (Statement, "«self.0[position].1 -= i128::from(amount);»", ""),
        (Statement, "«self.0.retain(|(_, units)| *units != 0);»", ""),
    ]),
    ("source/pass.rs", CUBES, &[
        (Statement, "«larger.counted += smaller.counted;»", ""),
    ]),
    ("aggregate/slices.rs", FIGURES, &[
        (Expression, "if «self.last != Some(unit)»", "true"),
    ]),
    ("source/identities.rs", FIGURES, &[
        (Expression, "group.len() > «1»", "2"),
    ]),
    ("source/candidates.rs", FIGURES, &[
        (Expression, "amount: «amount.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).sum()»", "0"),
    ]),
    ("source/duplicates.rs", FIGURES, &[
        (Expression, "«early.of(block, row, rule)»", "….map(|identity| !identity)"),
        (Statement, "«best.drain().for_each(|(_, candidate)| self.stays(&candidate, &mut stay));»", ""),
        (Expression, "(layout, dimensions, &loser.codes), «loser.amount»)", "0"),
        (Expression, "&loser.codes)), «loser.amount»)", "0"),
    ]),
    ("aggregate/keyed_sums.rs", CUBES, &[
        (Statement, "«kept.1 += next.1;»", "kept.1 = next.1;"),
    ]),
    ("integer_table.rs", FIGURES, &[
        (Expression, "self.slots[at] = (key, «number»)", "0"),
    ]),
    ("spool.rs", FIGURES, &[
        (Statement, "«inner.end += block.len() as u64;»", ""),
    ]),
    ("cube/key.rs", FIGURES, &[
        (Expression, "let bits = «usize::BITS - codes.leading_zeros()»;", "… - 1"),
        (Expression, "if «last.shift == at.shift + at.bits»", "true"),
        (Expression, "«key & !self.fields[position].at.placed()»", "key"),
    ]),
    ("cube/cells.rs", FIGURES, &[
        (Expression, "«(self.0 & 3).max(other.0 & 3)»", "(self.0 & 3).min(other.0 & 3)"),
    ]),
    ("cube/sums.rs", FIGURES, &[
        (Expression, "Some((_, sum)) => «*sum = sum.plus(cell)»", "*sum = cell"),
        (Statement, "«*place += 1;»", ""),
    ]),
    ("cube/table.rs", FIGURES, &[
        (Expression, "filter(|(found, _)| «*found == key»)", "true"),
    ]),
    ("cube/tabulation.rs", FIGURES, &[
        (Expression, "«Some(Cell::given(0))»", "None"),
    ]),
    ("cube/coverage.rs", FIGURES, &[
        (Expression, "if has(&code) || «code == CodeId::UNKNOWN»", "false"),
        (Expression, "row.out_of_scope.is_none() && «row.validity.holds_in(self.year)»", "true"),
        (Expression, "Needs::Any => «parts.iter().any(|part| self.reaches(list, *part))»", "parts.iter().all(|part| self.reaches(list, *part))"),
    ]),
    ("cube/reduce.rs", FIGURES, &[
        (Expression, "units -= «self.given(*sibling).filter(|cell| cell.way == Way::Given)?.units»", "-…"),
        (Expression, "(«units >= 0»).then_some", "true"),
        (Expression, "|| «self.step.none.contains(&code)»", "false"),
        (Expression, "|| «collected.may_be_absent.contains(&code)»", "false"),
    ]),
    ("cube/pieces.rs", FIGURES, &[
        (Expression, "«list.is_margin(*code)» && coverage", "!…"),
        (Expression, "«number != 0» && rest", "number == 0"),
        (Expression, "«cell.units / leaves.len() as i128»", "cell.units"),
    ]),
    ("cube/slice.rs", FIGURES, &[
        (Expression, "between.contains(«duration - number»)", "… - 1"),
        (Expression, "|number| «number > duration»", "number >= duration"),
    ]),
    ("indicator/formulas.rs", FIGURES, &[
        (Expression, "{ «2.0 - 1.0 / index» }", "2.0 + 1.0 / index"),
        (Statement, "«outcome.leavers *= grade.promotion / stay;»", "outcome.leavers *= grade.promotion;"),
        (Expression, "for _ in «0..most»", "0..most + 1"),
        (Expression, "vec![0.0; «most as usize + 1»]", "most as usize + 2"),
    ]),
    ("condition.rs", FIGURES, &[
        (Expression, "«a.at_least.max(b.at_least)»", "a.at_least.min(b.at_least)"),
    ]),
    ("official_age.rs", FIGURES, &[
        (Expression, "Some(«age - (*official)?»)", "… - 1"),
        (Expression, "Some(«level.duration - grade»)", "… - 1"),
    ]),
    ("indicator/outcome.rs", FIGURES, &[
        (Expression, "(«below != Number::ZERO»)", "below > Number::from_millionths(1_000_000)"),
        (Expression, "(«group.uncapped».ok().flatten(),", "group.value"),
    ]),
    ("plan/crossing.rs", FIGURES, &[
        (Expression, "«!indicator.never_cross.iter().any(|never| never.iter().all(|d| crossing.contains(d)))»", "!…"),
    ]),
    ("indicator/cohort.rs", FIGURES, &[
        (Expression, "at_grade(reader, «grade + 1», at)", "grade"),
        (Expression, "let grades = «1»..last", "2"),
        (Expression, "if «with_factors» { *factor }", "!…"),
        (Expression, "|stayed| «stayed > 1.0»", "stayed >= 1.0"),
    ]),
    ("plan/figure.rs", FIGURES, &[
        (Expression, "Selection { condition, year: «1»,", "0"),
    ]),
    ("indicator/quotient.rs", FIGURES, &[
        (Expression, "«percent > threshold»", "percent < threshold"),
        (Expression, "scaled(«whole.number.millionths()», known)", "known"),
        (Expression, "of(«of(own)» * factor)", "own"),
    ]),
    ("indicator/reader.rs", FIGURES, &[
        (Expression, "if *minus { «-units» }", "units"),
        (Expression, "|first| «first.min(absence)»", "first.max(absence)"),
    ]),
    ("indicator/rows.rs", FIGURES, &[
        (Expression, "let about_mobility = «figure.tests_mobility» ||", "false"),
        (Expression, "coordinates.retain(|codes| «released(reader.place, crossing, codes)»)", "!…"),
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
    ("review/aggregates.rs", WORKED, &[
        (Expression, "|coverage| «coverage >= self.minimum(time_period)»", "true"),
    ]),
    ("review/disaggregation.rs", WORKED, &[
        (Expression, "Collected::No if «mapping.variables.contains_key(&dimension)»", "false"),
    ]),
    ("review/flows.rs", LINKS, &[
        (Expression, "|(from, _)| «*from != \"REPEATED\"»", "true"),
        (Expression, "numbered(«number + 1»)", "number"),
        (Expression, "years.find(&(«year + 1»)", "year + 2"),
    ]),
    ("link/mod.rs", LINKS, &[
        (Expression, "|school| «(school >> 64) as u64»", "1"),
    ]),
    ("link/layout.rs", LINKS, &[
        (Expression, "«rank_or_last(of, a).cmp(&rank_or_last(of, b))»", "….reverse()"),
    ]),
    ("link/outcome.rs", LINKS, &[
        (Arm, "«2.. => Step::Skipped,»", "3.. => Step::Skipped,"),
        (Expression, "if «to == from + 1» && to_entry", "to == from"),
        (Expression, "grade == «Some(1)»", "Some(2)"),
    ]),
    ("link/resolve.rs", LINKS, &[
        (Expression, "in_year(after, «year + 1»)", "year + 2"),
        (Statement, "«followed.dedup_by_key(|record| (record.ref_area, record.year));»", ""),
        (Expression, "Some((here, there)) if «here == there»", "here != there"),
    ]),
    ("pseudonym/bridge.rs", LINKS, &[
        (Expression, "Some(next) => at = «*next»", "pseudonym"),
    ]),
    ("pseudonym/normalise.rs", LINKS, &[
        (Expression, "b'0' if «normal.is_empty()» => {}", "normal.len() > 99"),
    ]),
    ("link/slices.rs", LINKS, &[
        (Expression, "== key.1 && i32::from(*seen) < «year - 1»", "year"),
        (Expression, "FIRST_RECORD\" => «reaches_back»", "!…"),
    ]),
    ("cubes/merge.rs", CUBES, &[
        (Expression, "«Some(unique.role) != disjoint»", "Some(unique.role) == disjoint"),
    ]),
    ("cubes/file.rs", CUBES, &[
        (Expression, "«wanted.iter().all(|dimension| cuboid.dimensions.contains(dimension))»", "wanted.iter().any(|dimension| cuboid.dimensions.contains(dimension))"),
    ]),
    ("cubes/table.rs", CUBES, &[
        (Expression, "Some(text) if «text == last.0» => last.1", "true"),
    ]),
    ("store/cubes/cache.rs", CUBES, &[
        (Expression, "«other.starts_with(of_counted)» && *other != key", "false"),
    ]),
    ("gather/cache.rs", CUBES, &[
        (Expression, "«counted.inputs == prepared.inputs»", "!(…)"),
    ]),
    ("gather/mod.rs", CUBES, &[
        (Expression, "«asked.crossed <= batch.crossed»", "asked.crossed >= batch.crossed"),
    ]),
    ("run.rs", CUBES, &[
        (Expression, "figures_of(catalogue, «asked»,", "batch"),
    ]),
];
