//! The closed formula forms, brought to selections that have to be counted.

use matricula_spec::Catalogue;
use matricula_spec::model::condition::{Condition, Quantity, Selection};
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::formula::{
    Among, Cap, Cohort, FlowRate, Formula, LinkedSurvival, OpenCohort, ParityIndex, Ratio, Repetition,
    SegregationIndex, Survival, SurvivalGives, ToGrade, UnknownAge,
};
use matricula_spec::model::indicator::Indicator;

use crate::condition::both;

/// What an indicator needs counted, and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    selections: Vec<Counted>,
    /// The selections that decide for which countries and years there are rows, the first that is measured.
    pub(crate) leading: Vec<usize>,
    pub(crate) form: Form,
    /// Two groups of the form, one divided by the other.
    pub(crate) parity: Option<Groups>,
    /// For each leading selection the same without its tests on mobility, for the share whose mobility is not known;
    /// none where the figure is never about mobility.
    pub(crate) mobility: Vec<usize>,
    /// Whether the formula itself is about mobility.
    pub(crate) tests_mobility: bool,
}

/// One selection, and how it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    pub(crate) selection: Selection,
    /// What it is to the formula, as the provenance says.
    pub(crate) role: &'static str,
    /// Sets of dimensions by which the form breaks it down beside the crossing.
    by: Vec<Vec<DimensionId>>,
    /// Whether its cells decide which coordinates have a row.
    pub(crate) makes_rows: bool,
    /// The role of the identifier by which it is counted, where it is counted by units.
    pub(crate) grain: Option<String>,
}

/// The two groups of a parity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Groups {
    pub(crate) dimension: DimensionId,
    pub(crate) group: CodeId,
    pub(crate) comparison: CodeId,
    pub(crate) index: ParityIndex,
}

/// A form; numbers are positions among the selections.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// A count, or `scale` times one over another.
    Quotient(Quotient),
    /// A rate between the grades of two years.
    Flow { rate: FlowRate, cohort: CohortOf, scale: u32 },
    /// What becomes of a cohort.
    Survival(SurvivalOf),
    /// The same by linked records.
    LinkedSurvival(LinkedSurvivalOf),
    /// Years of school.
    LifeExpectancy { students: usize, population: usize, school_age: CodeId },
    /// The mean of the numbers of a dimension.
    Mean { of: usize, number: DimensionId },
    /// Two distributions across units.
    Segregation { index: SegregationIndex, group: usize, comparison: usize },
}

/// A count, or `scale` times one count over another.
#[derive(Debug, Clone)]
pub(crate) struct Quotient {
    pub(crate) numerator: Sum,
    /// Below the line, with the scale; a count has none.
    pub(crate) denominator: Option<(Sum, u32)>,
    pub(crate) cap: Cap,
    /// The leading selection without its tests on age, where unknown ages are spread.
    pub(crate) of_all_ages: Option<usize>,
}

/// Selections added and subtracted.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    /// Position, and whether it is subtracted.
    pub(crate) terms: Vec<(usize, bool)>,
    /// What stands in its place where no source has the measure of the first.
    pub(crate) otherwise: Option<Vec<(usize, bool)>>,
}

/// A reconstructed cohort.
#[derive(Debug, Clone)]
pub(crate) struct CohortOf {
    pub(crate) edu_level: Option<CodeId>,
    /// In the figure's year.
    pub(crate) pupils: usize,
    /// A year later.
    pub(crate) pupils_next: usize,
    /// Repeaters a year later.
    pub(crate) repeaters_next: usize,
    pub(crate) open: OpenCohort,
}

/// What becomes of a cohort.
#[derive(Debug, Clone)]
pub(crate) struct SurvivalOf {
    pub(crate) gives: SurvivalGives,
    pub(crate) to: ToGrade,
    pub(crate) cohort: CohortOf,
    pub(crate) repetition: Repetition,
    pub(crate) graduates: Option<usize>,
    pub(crate) scale: u32,
}

/// Survival by linked records; all three are broken down by grade.
#[derive(Debug, Clone)]
pub(crate) struct LinkedSurvivalOf {
    pub(crate) edu_level: Option<CodeId>,
    pub(crate) pupils: usize,
    pub(crate) promoted: usize,
    pub(crate) repeated: usize,
    pub(crate) to: ToGrade,
    pub(crate) scale: u32,
}

impl Figure {
    /// Role, measure, year and condition of the selections that are counted by units.
    pub(crate) fn of_units(&self) -> impl Iterator<Item = (&str, CodeId, i32, &Condition)> {
        self.selections.iter().filter_map(|counted| {
            let Selection { measure, year, condition, .. } = &counted.selection;
            Some((counted.grain.as_deref()?, *measure, *year, condition))
        })
    }

    /// The figure of an indicator; nothing where records cannot give it.
    pub(crate) fn of(catalogue: &Catalogue, indicator: &Indicator) -> Option<Self> {
        let (formula, parity) = match &indicator.formula {
            Formula::Parity { of, dimension, group, comparison, index } => {
                let groups = Groups { dimension: *dimension, group: *group, comparison: *comparison, index: *index };
                (&catalogue.indicator(of)?.formula, Some(groups))
            }
            formula => (formula, None),
        };
        let mut builder = Builder { catalogue, selections: Vec::new() };
        let form = builder.form(formula)?;
        let leading: Vec<usize> =
            formula.leading().into_iter().filter_map(|selection| builder.position(selection)).collect();
        let known = catalogue.known();
        let tests_mobility = parity.is_some_and(|groups| groups.dimension == known.mobility)
            || builder.selections.iter().any(|counted| counted.selection.condition.on(known.mobility).is_some());
        let about_mobility = tests_mobility || indicator.breakdowns.contains(&known.mobility);
        let of_mobility = |position: &usize| {
            let mut selection = builder.selections[*position].selection.clone();
            selection.condition = selection.condition.without(&[known.mobility]);
            builder.apart(selection, "mobility not known", vec![Vec::new(), vec![known.mobility]])
        };
        let mobility = if about_mobility { leading.iter().map(of_mobility).collect() } else { Vec::new() };
        Some(Self { selections: builder.selections, leading, form, parity, mobility, tests_mobility })
    }

    /// The selections that a reader of the figure wants to know of, in order.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Counted> {
        self.selections.iter().filter(|counted| counted.makes_rows)
    }

    /// Selections of which others may take the place, and those that may take it.
    pub(crate) fn alternatives(&self) -> impl Iterator<Item = &Counted> {
        let sums: Vec<&Sum> = match &self.form {
            Form::Quotient(quotient) => {
                std::iter::once(&quotient.numerator).chain(quotient.denominator.iter().map(|(sum, _)| sum)).collect()
            }
            _ => Vec::new(),
        };
        let positions: Vec<usize> = sums
            .into_iter()
            .filter_map(|sum| sum.otherwise.as_ref().map(|otherwise| sum.terms.iter().chain(otherwise)))
            .flat_map(|terms| terms.map(|(position, _)| *position).collect::<Vec<_>>())
            .collect();
        positions.into_iter().map(|position| &self.selections[position])
    }

    /// All selections, in the order of their positions.
    pub(crate) fn selections(&self) -> &[Counted] {
        &self.selections
    }

    /// Every set of dimensions by which selections are broken down for a crossing, each ascending.
    pub(crate) fn questions(
        &self,
        catalogue: &Catalogue,
        crossing: &[DimensionId],
    ) -> impl Iterator<Item = (&Counted, Vec<DimensionId>)> {
        let mobility = catalogue.known().mobility;
        let crossing = crossing.to_vec();
        let sets = |(position, counted): (usize, &Counted)| {
            let without_mobility = self.mobility.contains(&position);
            let sets = counted.by.iter().map(|extra| {
                let mut by: Vec<_> =
                    crossing.iter().copied().filter(|d| !(without_mobility && *d == mobility)).collect();
                by.extend(extra);
                by.extend(self.parity.filter(|_| !without_mobility).map(|groups| groups.dimension));
                by.sort_unstable();
                by.dedup();
                by
            });
            sets.collect::<Vec<_>>()
        };
        let questions: Vec<_> = self
            .selections
            .iter()
            .enumerate()
            .flat_map(|(position, counted)| sets((position, counted)).into_iter().map(move |by| (counted, by)))
            .collect();
        questions.into_iter()
    }

    /// Whether the country's education system is needed.
    pub(crate) fn needs_system(&self, catalogue: &Catalogue) -> bool {
        let derived = |condition: &Condition| {
            condition.years_over_age.is_some()
                || condition.grades_before_last.is_some()
                || condition.on(catalogue.known().age_class).is_some()
        };
        !matches!(self.form, Form::Quotient(_) | Form::Mean { .. } | Form::Segregation { .. })
            || self.selections.iter().any(|counted| derived(&counted.selection.condition))
    }
}

struct Builder<'a> {
    catalogue: &'a Catalogue,
    selections: Vec<Counted>,
}

impl Builder<'_> {
    fn form(&mut self, formula: &Formula) -> Option<Form> {
        let known = self.catalogue.known();
        Some(match formula {
            Formula::Count { of } => Form::Quotient(Quotient {
                numerator: self.sum(of, "numerator", &[]),
                denominator: None,
                cap: Cap::None,
                of_all_ages: None,
            }),
            Formula::Ratio(ratio) => Form::Quotient(self.ratio(ratio)),
            Formula::Share { of, group, among, scale } => {
                let whole = match among {
                    Among::All => of.clone(),
                    Among::Known => with(self.catalogue, of, &known_status(self.catalogue, group)),
                };
                let part = with(self.catalogue, of, group);
                // The whole leads, as the formula writes it.
                self.add(of.clone(), "whole", &[], false);
                Form::Quotient(Quotient {
                    numerator: Sum::one(self.add(part, "numerator", &[&[]], true)),
                    denominator: Some((Sum::one(self.add(whole, "denominator", &[&[]], true)), *scale)),
                    cap: Cap::None,
                    of_all_ages: None,
                })
            }
            Formula::Flow { rate, cohort, scale } => {
                Form::Flow { rate: *rate, cohort: self.cohort(cohort, true), scale: *scale }
            }
            Formula::Survival(survival) => Form::Survival(self.survival(survival)),
            Formula::LinkedSurvival(survival) => Form::LinkedSurvival(self.linked_survival(survival)),
            Formula::LifeExpectancy { students, population, school_age } => Form::LifeExpectancy {
                students: self.add(students.clone(), "students", &[&[known.age]], true),
                population: self.add(population.clone(), "population", &[&[known.age]], true),
                school_age: *school_age,
            },
            Formula::Mean { of, number } => {
                Form::Mean { of: self.add(of.clone(), "of", &[&[*number]], true), number: *number }
            }
            Formula::Segregation { index, grain, pupils, group, comparison } => {
                self.add(pupils.clone(), "pupils", &[], false);
                let of = |condition| with(self.catalogue, pupils, condition);
                let (group, comparison) = (of(group), of(comparison));
                Form::Segregation {
                    index: *index,
                    group: self.by_unit(group, "group", grain),
                    comparison: self.by_unit(comparison, "comparison", grain),
                }
            }
            Formula::Parity { .. } | Formula::NotFromRecords { .. } => return None,
        })
    }

    fn ratio(&mut self, ratio: &Ratio) -> Quotient {
        let known = self.catalogue.known();
        let sexes: &[DimensionId] = if ratio.cap == Cap::None { &[] } else { &[known.sex] };
        let numerator = self.sum(&ratio.numerator, "numerator", sexes);
        let denominator = self.sum(&ratio.denominator, "denominator", sexes);
        let of_all_ages = (ratio.unknown_age == UnknownAge::Redistribute).then(|| {
            let mut all = ratio.numerator.terms[0].selection.clone();
            all.condition = all.condition.without(&[known.age, known.age_class]);
            all.condition.years_over_age = None;
            let with_sexes = [sexes, &[known.age]].concat();
            self.add(all, "of all ages", &[&[], &[known.age], sexes, &with_sexes], false)
        });
        Quotient { numerator, denominator: Some((denominator, ratio.scale)), cap: ratio.cap, of_all_ages }
    }

    fn cohort(&mut self, cohort: &Cohort, whole_level: bool) -> CohortOf {
        let known = self.catalogue.known();
        let levels = cohort.pupils.condition.on(known.edu_level);
        let later = |condition: Condition| Selection { condition, year: 1, ..cohort.pupils.clone() };
        let repeaters = both(self.catalogue, &cohort.pupils.condition, &cohort.repeaters);
        let mut by: Vec<&[DimensionId]> = vec![];
        let (grade, with_sex) = ([known.grade], [known.grade, known.sex]);
        if whole_level {
            by.push(&[]);
        }
        by.push(&grade);
        if cohort.open == OpenCohort::Uis {
            by.push(&with_sex);
        }
        CohortOf {
            edu_level: levels.and_then(|levels| levels.first().copied()),
            pupils: self.add(cohort.pupils.clone(), "pupils", &by, true),
            pupils_next: self.add(later(cohort.pupils.condition.clone()), "pupils a year later", &by, true),
            repeaters_next: self.add(later(repeaters), "repeaters a year later", &by, true),
            open: cohort.open,
        }
    }

    fn survival(&mut self, survival: &Survival) -> SurvivalOf {
        let known = self.catalogue.known();
        let cohort = self.cohort(&survival.cohort, false);
        let graduates = survival.graduates.as_ref().map(|graduates| {
            let selection = with(self.catalogue, &survival.cohort.pupils, graduates);
            let with_sex = [known.grade, known.sex];
            self.add(selection, "graduates", &[&[known.grade], &with_sex], true)
        });
        SurvivalOf {
            gives: survival.gives,
            to: survival.to,
            cohort,
            repetition: survival.repetition,
            graduates,
            scale: survival.scale,
        }
    }

    fn linked_survival(&mut self, survival: &LinkedSurvival) -> LinkedSurvivalOf {
        let known = self.catalogue.known();
        let grade: [&[DimensionId]; 1] = [&[known.grade]];
        let levels = survival.pupils.condition.on(known.edu_level);
        let of = |condition| with(self.catalogue, &survival.pupils, condition);
        let (promoted, repeated) = (of(&survival.promoted), of(&survival.repeated));
        LinkedSurvivalOf {
            edu_level: levels.and_then(|levels| levels.first().copied()),
            pupils: self.add(survival.pupils.clone(), "pupils", &grade, true),
            promoted: self.add(promoted, "promoted", &grade, true),
            repeated: self.add(repeated, "repeaters", &grade, true),
            to: survival.to,
            scale: survival.scale,
        }
    }

    fn sum(&mut self, quantity: &Quantity, role: &'static str, sexes: &[DimensionId]) -> Sum {
        let mut terms = |quantity: &Quantity| -> Vec<(usize, bool)> {
            let add = |term: &matricula_spec::model::condition::Term| {
                let by: &[&[DimensionId]] = if sexes.is_empty() { &[&[]] } else { &[&[], sexes] };
                (self.add(term.selection.clone(), role, by, true), term.minus)
            };
            quantity.terms.iter().map(add).collect()
        };
        Sum { terms: terms(quantity), otherwise: quantity.otherwise.as_deref().map(terms) }
    }

    /// The position of a selection, added or found.
    fn add(&mut self, selection: Selection, role: &'static str, by: &[&[DimensionId]], makes_rows: bool) -> usize {
        let position = self.position(&selection).unwrap_or_else(|| {
            self.selections.push(Counted { selection, role, by: Vec::new(), makes_rows: false, grain: None });
            self.selections.len() - 1
        });
        let counted = &mut self.selections[position];
        if counted.by.is_empty() {
            counted.role = role;
        }
        counted.makes_rows |= makes_rows;
        for set in by.iter().map(|set| set.to_vec()) {
            if !counted.by.contains(&set) {
                counted.by.push(set);
            }
        }
        position
    }

    /// Always a selection of its own: it is asked for without the groups of a parity.
    fn apart(&mut self, selection: Selection, role: &'static str, by: Vec<Vec<DimensionId>>) -> usize {
        self.selections.push(Counted { selection, role, by, makes_rows: false, grain: None });
        self.selections.len() - 1
    }

    /// Always a selection of its own: it is counted unit by unit.
    fn by_unit(&mut self, selection: Selection, role: &'static str, grain: &str) -> usize {
        let position = self.apart(selection, role, vec![Vec::new()]);
        let counted = &mut self.selections[position];
        (counted.makes_rows, counted.grain) = (true, Some(grain.to_owned()));
        position
    }

    fn position(&self, selection: &Selection) -> Option<usize> {
        self.selections.iter().position(|counted| counted.grain.is_none() && counted.selection == *selection)
    }
}

impl Sum {
    fn one(position: usize) -> Self {
        Self { terms: vec![(position, false)], otherwise: None }
    }
}

/// Every finest code but `_U` in the dimensions of a group.
fn known_status(catalogue: &Catalogue, group: &Condition) -> Condition {
    let known = |dimension: DimensionId| {
        let leaves = catalogue.dimension(dimension).codes.leaves(CodeId::TOTAL);
        leaves.iter().copied().filter(|code| *code != CodeId::UNKNOWN).collect()
    };
    Condition {
        codes: group.codes.iter().map(|(d, _)| (*d, known(*d))).collect(),
        open: group.codes.iter().map(|(d, _)| *d).collect(),
        ..Condition::default()
    }
}

fn with(catalogue: &Catalogue, selection: &Selection, further: &Condition) -> Selection {
    Selection {
        measure: selection.measure,
        condition: both(catalogue, &selection.condition, further),
        year: selection.year,
    }
}
