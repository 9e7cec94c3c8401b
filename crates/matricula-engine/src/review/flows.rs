//! Linked flows beside reconstructed ones, grade by grade, and what their difference is made of.
//!
//! The reconstructed promotion of a grade takes whoever is new in the next grade for a pupil of this one: also who
//! arrives, returns, or comes from elsewhere. Linked records tell them apart, so that the difference is explained
//! pupil by pupil.

use std::collections::BTreeMap;

use matricula_spec::Catalogue;
use matricula_spec::model::condition::Condition;
use matricula_spec::model::dimension::{CodeId, DimensionId};

use crate::cube::Cube;
use crate::cube::slice::{Question, Slice, Tabulated};
use crate::cube::tabulation::Tabulation;
use crate::indicator::estimates::Number;
use crate::indicator::formulas;

/// Outcomes and origins of a grade's pupils, in the order of the columns.
pub const STEPS: [&str; 7] =
    ["PROMOTED", "TRANSITION", "SKIPPED", "REPEATED", "PLACED_LOWER", "OTHER_PROGRAMME", "FOUND"];
/// Outcomes without a record a year later.
pub const AFTER: [&str; 3] = ["GRADUATED", "NO_RECORD", "NO_IDENTIFIER"];
/// Origins without a record a year before.
pub const BEFORE: [&str; 4] = ["RETURNED", "FIRST_RECORD", "ABSENT_BEFORE", "NO_IDENTIFIER"];

/// The initial pupils of one grade, what became of them, and who is in the next grade a year later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeFlow {
    /// Country.
    pub ref_area: CodeId,
    /// Year t.
    pub time_period: CodeId,
    /// ISCED level.
    pub edu_level: CodeId,
    /// Grade g.
    pub grade: CodeId,
    /// `_T`, or the group of the record in either year.
    pub mobility: CodeId,
    /// Pupils of grade g in t, by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Pupils of grade g + 1 in t + 1, by where they came from.
    pub next_grade: BTreeMap<String, u64>,
}

impl GradeFlow {
    /// Pupils of the grade.
    #[must_use]
    pub fn pupils(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// Pupils of the next grade who do not repeat it: whom the reconstructed cohort takes for promoted.
    #[must_use]
    pub fn new_in_next_grade(&self) -> u64 {
        self.next_grade.iter().filter(|(from, _)| *from != "REPEATED").map(|(_, pupils)| pupils).sum()
    }

    /// Percentage of the grade's pupils who were found in the next grade.
    #[must_use]
    pub fn linked_promotion(&self) -> Option<Number> {
        percent(self.outcomes.get("PROMOTED").copied().unwrap_or(0), self.pupils())
    }

    /// The same as the reconstructed cohort has it.
    #[must_use]
    pub fn reconstructed_promotion(&self) -> Option<Number> {
        percent(self.new_in_next_grade(), self.pupils())
    }

    /// Counts of several grades together.
    pub fn plus(mut self, other: &Self) -> Self {
        for (ours, theirs) in [(&mut self.outcomes, &other.outcomes), (&mut self.next_grade, &other.next_grade)] {
            theirs.iter().for_each(|(code, pupils)| *ours.entry(code.clone()).or_default() += pupils);
        }
        self
    }
}

fn percent(part: u64, whole: u64) -> Option<Number> {
    // Counts of pupils are far below 2^53, where whole numbers are exact.
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils are far below 2^53")]
    let (part, whole) = (part as f64, whole as f64);
    formulas::rate(100.0, part, whole).map(Number::rounded)
}

/// Every grade that has a next one, of every country and year that was linked with the year after.
pub fn flows(catalogue: &Catalogue, cube: &Cube) -> Vec<GradeFlow> {
    let Some(asked) = Asked::of(catalogue) else { return Vec::new() };
    let years = &catalogue.dimension(catalogue.known().time_period).codes;
    let mut all = Vec::new();
    for ((_, ref_area, time_period), slice) in cube.iter().filter(|((measure, ..), _)| *measure == asked.measure) {
        let next_year = years.code(*time_period).number().and_then(|year| years.find(&(year + 1).to_string()));
        let next = next_year.and_then(|year| Some((year, cube.slice(asked.measure, *ref_area, year)?)));
        let Some((next_year, next)) = next else { continue };
        let with_mobility = [slice, next].iter().all(|slice| slice.coverage().collects(catalogue.known().mobility));
        let groups: &[CodeId] = if with_mobility { &asked.mobility } else { &[] };
        for (by_mobility, groups) in [(false, &[CodeId::TOTAL][..]), (true, groups)] {
            let sides = [(slice, *time_period, asked.outcome), (next, next_year, asked.came_from)];
            let tables = sides.map(|(slice, year, by)| asked.tabulate(slice, (*ref_area, year), by, by_mobility));
            let [Some(Ok(outcomes)), Some(Ok(origins))] = tables.each_ref().map(Option::as_deref) else { continue };
            for (edu_level, grade, next_grade) in asked.grades(*ref_area, *time_period) {
                for mobility in groups {
                    let of = |table, by, grade| {
                        asked.counts(table, &asked.by(by, by_mobility), (edu_level, grade, *mobility))
                    };
                    let flow = GradeFlow {
                        ref_area: *ref_area,
                        time_period: *time_period,
                        edu_level,
                        grade,
                        mobility: *mobility,
                        outcomes: of(outcomes, asked.outcome, grade),
                        next_grade: of(origins, asked.came_from, next_grade),
                    };
                    all.extend((flow.pupils() > 0 || flow.new_in_next_grade() > 0).then_some(flow));
                }
            }
        }
    }
    all.sort_by_key(|flow| (flow.ref_area, flow.time_period, flow.edu_level, flow.grade, flow.mobility));
    all
}

/// What is asked of each slice.
struct Asked<'a> {
    catalogue: &'a Catalogue,
    measure: CodeId,
    outcome: DimensionId,
    came_from: DimensionId,
    initial: Condition,
    /// The two groups that are compared.
    mobility: Vec<CodeId>,
}

impl<'a> Asked<'a> {
    fn of(catalogue: &'a Catalogue) -> Option<Self> {
        let known = catalogue.known();
        let programme = catalogue.find_dimension("programme")?;
        let initial = catalogue.dimension(programme).codes.find("INITIAL")?;
        let groups = &catalogue.dimension(known.mobility).codes;
        let named = ["on-the-move", "non-migrant"].into_iter().filter_map(|id| groups.find(id));
        Some(Self {
            catalogue,
            measure: catalogue.dimension(known.measure).codes.find("students_linked")?,
            outcome: catalogue.find_dimension("outcome")?,
            came_from: catalogue.find_dimension("came_from")?,
            initial: Condition { codes: vec![(programme, vec![initial])], ..Condition::default() },
            mobility: named.collect(),
        })
    }

    /// The dimensions of a table, ascending.
    fn by(&self, further: DimensionId, with_mobility: bool) -> Vec<DimensionId> {
        let known = self.catalogue.known();
        let mut by = vec![known.edu_level, known.grade, further];
        by.extend(with_mobility.then_some(known.mobility));
        by.sort_unstable();
        by
    }

    fn tabulate(
        &self,
        slice: &Slice,
        (ref_area, year): (CodeId, CodeId),
        further: DimensionId,
        with_mobility: bool,
    ) -> Option<Tabulated> {
        let years = &self.catalogue.dimension(self.catalogue.known().time_period).codes;
        let year = years.code(year).number()?;
        let system = self.catalogue.systems().of(ref_area, None, year);
        let by = self.by(further, with_mobility);
        let question =
            Question { catalogue: self.catalogue, system: &system, ref_area, year, condition: &self.initial, by: &by };
        Some(slice.tabulate(&question))
    }

    /// Level, grade and next grade of every grade but the last of its level, by any structure of the country.
    fn grades(&self, ref_area: CodeId, time_period: CodeId) -> Vec<(CodeId, CodeId, CodeId)> {
        let known = self.catalogue.known();
        let year = self.catalogue.dimension(known.time_period).codes.code(time_period).number().unwrap_or_default();
        let grades = &self.catalogue.dimension(known.grade).codes;
        let mut durations: BTreeMap<CodeId, i32> = BTreeMap::new();
        let of_country = |level: &&matricula_spec::model::system::SystemLevel| {
            level.ref_area == ref_area && level.validity.holds_in(year)
        };
        for level in self.catalogue.systems().levels.iter().filter(of_country) {
            let longest = durations.entry(level.edu_level).or_default();
            *longest = level.duration.max(*longest);
        }
        let numbered = |number: i32| grades.find(&format!("G{number}"));
        let of_level = |(level, duration): (CodeId, i32)| {
            (1..duration).filter_map(move |number| Some((level, numbered(number)?, numbered(number + 1)?)))
        };
        durations.into_iter().flat_map(of_level).collect()
    }

    /// Pupils of a grade by the codes of the dimension that outcome or origin is among `by`.
    fn counts(
        &self,
        table: &Tabulation,
        by: &[DimensionId],
        (edu_level, grade, mobility): (CodeId, CodeId, CodeId),
    ) -> BTreeMap<String, u64> {
        let known = self.catalogue.known();
        let place = [(known.edu_level, edu_level), (known.grade, grade), (known.mobility, mobility)];
        let fixed = |dimension: DimensionId| place.iter().find(|(d, _)| *d == dimension).map(|(_, code)| *code);
        let Some(further) = by.iter().find(|dimension| fixed(**dimension).is_none()) else { return BTreeMap::new() };
        let list = &self.catalogue.dimension(*further).codes;
        let told = |code: &&CodeId| ![CodeId::UNKNOWN, CodeId::NOT_APPLICABLE].contains(code);
        let count = |code: CodeId| {
            let coordinates: Vec<CodeId> = by.iter().map(|dimension| fixed(*dimension).unwrap_or(code)).collect();
            let units = table.held(&coordinates).map_or(0, |cell| cell.units);
            u64::try_from(units).unwrap_or_default()
        };
        let leaves = list.leaves(CodeId::TOTAL).iter().filter(told);
        leaves.map(|code| (list.code(*code).id.clone(), count(*code))).filter(|(_, pupils)| *pupils > 0).collect()
    }
}
