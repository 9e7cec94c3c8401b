//! `Harmonized` -> `Validated`: rules as data; records set aside are counted, never dropped in silence.

mod condition;
mod state;
mod unique;

use std::collections::BTreeMap;

use matricula_spec::Catalogue;
use matricula_spec::model::batch::{Batch, Source};
use matricula_spec::model::condition::Between;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{Mapping, Validity};
use matricula_spec::model::rule::{Check, Consequence, Rule};
use serde::{Deserialize, Serialize};

use crate::harmonize::HarmonizedBlock;
use crate::official_age::OfficialAges;
use condition::RecordCondition;
pub(crate) use state::ValidateState;
use state::Verdict;
pub(crate) use unique::Candidate;
pub use unique::UniqueRule;

/// Records that passed the rules, or fail only rules that report.
#[derive(Debug)]
pub struct ValidatedBlock<'s>(HarmonizedBlock<'s>);

impl<'s> ValidatedBlock<'s> {
    /// The records.
    pub(crate) fn records(&self) -> &HarmonizedBlock<'s> {
        &self.0
    }
}

/// The rules of one source that look at one record at a time, and those that compare records.
#[derive(Debug)]
pub struct ValidatePlan<'a> {
    catalogue: &'a Catalogue,
    years: Vec<i32>,
    available: BTreeMap<DimensionId, Validity>,
    rules: Vec<RecordRule<'a>>,
    /// The dimensions that the rules on single records look at, ascending.
    looked_at: Vec<DimensionId>,
    unique: Vec<UniqueRule<'a>>,
}

#[derive(Debug)]
struct RecordRule<'a> {
    rule: &'a Rule,
    test: RecordTest,
}

/// What a record must not be.
#[derive(Debug)]
enum RecordTest {
    Range { dimension: DimensionId, numbers: Vec<Option<i32>>, between: Between, condition: RecordCondition },
    YearsOverAge { between: Between, condition: RecordCondition },
    Forbidden { condition: RecordCondition },
}

/// Records that failed, one count for each rule of the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidateTally {
    failed: Vec<u64>,
}

impl ValidateTally {
    /// Adds the counts of another part of the same source.
    pub fn add(&mut self, other: &Self) {
        self.failed.iter_mut().zip(&other.failed).for_each(|(ours, theirs)| *ours += theirs);
    }
}

impl<'a> ValidatePlan<'a> {
    /// The rules of the batch that apply to a source.
    pub fn new(catalogue: &'a Catalogue, batch: &Batch, source: &Source, mapping: &Mapping) -> Self {
        let applies = |rule: &&Rule| match source.unit {
            Some(unit) => rule.units.contains(&unit),
            None => mapping.units.iter().any(|unit| rule.units.contains(unit)),
        };
        let rules: Vec<&Rule> = batch.rules.iter().map(|r| &catalogue.rules()[*r]).filter(applies).collect();
        let time_period = &catalogue.dimension(catalogue.known().time_period).codes;
        let record_rules: Vec<_> = rules.iter().filter_map(|rule| RecordRule::new(catalogue, rule)).collect();
        let mut looked_at: Vec<_> = record_rules.iter().flat_map(|rule| rule.test.dimensions(catalogue)).collect();
        looked_at.extend([catalogue.known().ref_area, catalogue.known().time_period]);
        looked_at.sort_unstable();
        looked_at.dedup();
        Self {
            catalogue,
            years: time_period.ids().map(|code| time_period.code(code).number().unwrap_or_default()).collect(),
            available: mapping.available.clone(),
            rules: record_rules,
            looked_at,
            unique: UniqueRule::all(&rules, mapping),
        }
    }

    /// Identifiers of all rules that apply, in order.
    pub fn rule_ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.rules.iter().map(|r| r.rule.id.clone()).collect();
        ids.extend(self.unique.iter().map(|u| u.rule.id.clone()));
        ids.sort_unstable();
        ids
    }

    /// The roles of the identifiers that rules compare, one for each unique rule.
    pub fn roles(&self) -> Vec<String> {
        self.unique.iter().map(|unique| unique.role.to_owned()).collect()
    }

    /// The rules that compare records, in order.
    pub fn unique(&self) -> &[UniqueRule<'a>] {
        &self.unique
    }

    /// What became of the records of a part of the source.
    pub(crate) fn tally(&self, state: &ValidateState) -> ValidateTally {
        ValidateTally { failed: state.failed(self.rules.len()) }
    }

    /// Records set aside by rule, and records that stay and are reported.
    pub fn counts(&self, tally: &ValidateTally, consequence: Consequence) -> Vec<(String, u64)> {
        let counted = self.rules.iter().zip(&tally.failed);
        let chosen = counted.filter(|(rule, failed)| rule.rule.consequence == consequence && **failed > 0);
        chosen.map(|(rule, failed)| (rule.rule.id.clone(), *failed)).collect()
    }

    /// The records that are not set aside.
    pub(crate) fn validate<'s>(&self, block: HarmonizedBlock<'s>, state: &mut ValidateState) -> ValidatedBlock<'s> {
        if self.rules.is_empty() {
            return ValidatedBlock(block);
        }
        let mut ages = OfficialAges::new(self.catalogue);
        let slots = self.looked_at.iter().filter_map(|dimension| block.dimensions().binary_search(dimension).ok());
        let slots: Vec<usize> = slots.collect();
        let kept = state.keep(&block, &slots, |record| self.verdict(&block, record, &mut ages));
        ValidatedBlock(match kept {
            Some(kept) => block.only(&kept),
            None => block,
        })
    }

    fn verdict(&self, block: &HarmonizedBlock<'_>, record: usize, ages: &mut OfficialAges<'a>) -> Verdict {
        let period = block.code(record, self.catalogue.known().time_period);
        let year = period.map(|code| self.years[code.index()]);
        let mut seen = Record { catalogue: self.catalogue, year, available: &self.available, block, record, ages };
        let mut verdict = Verdict::default();
        for (position, rule) in self.rules.iter().enumerate() {
            if rule.test.fails(&mut seen) {
                verdict.failed.push(position);
                if rule.rule.consequence == Consequence::SetAside {
                    verdict.is_set_aside = true;
                    break;
                }
            }
        }
        verdict
    }
}

/// One record as rules look at it.
struct Record<'a, 'c> {
    catalogue: &'c Catalogue,
    year: Option<i32>,
    available: &'a BTreeMap<DimensionId, Validity>,
    block: &'a HarmonizedBlock<'a>,
    record: usize,
    ages: &'a mut OfficialAges<'c>,
}

impl Record<'_, '_> {
    /// The code on a dimension; nothing where it was not collected in the record's year.
    fn code(&self, dimension: DimensionId) -> Option<CodeId> {
        code_of((self.block, self.record), self.year, self.available, dimension)
    }

    fn place(&self) -> Option<(CodeId, i32)> {
        Some((self.code(self.catalogue.known().ref_area)?, self.year?))
    }

    fn years_over_age(&mut self) -> Option<i32> {
        let (ref_area, year) = self.place()?;
        let (of, available) = ((self.block, self.record), self.available);
        self.ages.years_over_age(ref_area, year, |dimension| code_of(of, Some(year), available, dimension))
    }
}

fn code_of(
    (block, record): (&HarmonizedBlock<'_>, usize),
    year: Option<i32>,
    available: &BTreeMap<DimensionId, Validity>,
    dimension: DimensionId,
) -> Option<CodeId> {
    let usable = available.get(&dimension).is_none_or(|years| year.is_none_or(|year| years.holds_in(year)));
    block.code(record, dimension).filter(|_| usable)
}

impl<'a> RecordRule<'a> {
    fn new(catalogue: &Catalogue, rule: &'a Rule) -> Option<Self> {
        let condition = |condition| RecordCondition::new(catalogue, condition);
        let test = match &rule.check {
            Check::Range { variable, between, condition: only } => {
                let list = &catalogue.dimension(*variable).codes;
                let numbers = list.ids().map(|code| list.code(code).number()).collect();
                RecordTest::Range { dimension: *variable, numbers, between: *between, condition: condition(only) }
            }
            Check::YearsOverAge { between, condition: only } => {
                RecordTest::YearsOverAge { between: *between, condition: condition(only) }
            }
            Check::Forbidden { condition: forbidden } => RecordTest::Forbidden { condition: condition(forbidden) },
            Check::Unique { .. } => return None,
        };
        Some(Self { rule, test })
    }
}

impl RecordTest {
    /// The dimensions it looks at, besides country and year.
    fn dimensions(&self, catalogue: &Catalogue) -> Vec<DimensionId> {
        let known = catalogue.known();
        match self {
            Self::Range { dimension, condition, .. } => [vec![*dimension], condition.dimensions(catalogue)].concat(),
            Self::YearsOverAge { condition, .. } => {
                let own = vec![known.age, known.edu_level, known.grade, known.structure];
                [own, condition.dimensions(catalogue)].concat()
            }
            Self::Forbidden { condition } => condition.dimensions(catalogue),
        }
    }

    fn fails(&self, record: &mut Record<'_, '_>) -> bool {
        match self {
            Self::Range { dimension, numbers, between, condition } => {
                let number = record.code(*dimension).and_then(|code| numbers[code.index()]);
                number.is_some_and(|number| !between.contains(number)) && condition.holds(record)
            }
            Self::YearsOverAge { between, condition } => {
                let years = record.years_over_age();
                years.is_some_and(|years| !between.contains(years)) && condition.holds(record)
            }
            Self::Forbidden { condition } => condition.holds(record),
        }
    }
}
