//! From names to what they name.

use toml::Spanned;

use super::text::Text;
use crate::model::condition::{Between, Condition, Quantity, Selection, Term};
use crate::model::dimension::{CodeId, CodeList, Dimension, DimensionId};
use crate::nearest::distance;
use crate::problem::{Place, Problem, ProblemCode, Problems};
use crate::raw::common::{RawCondition, RawQuantity, RawSelection, RawTest};

/// The dimensions and their codes by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) dimensions: &'a [Dimension],
}

/// Reads one file against the names.
pub(crate) struct Reader<'a> {
    pub(crate) names: Names<'a>,
    pub(crate) text: Text<'a>,
    pub(crate) problems: &'a mut Problems,
}

/// The keys of a condition that are no dimensions.
const YEARS_OVER_AGE: &str = "years_over_age";
const GRADES_BEFORE_LAST: &str = "grades_before_last";

impl Names<'_> {
    pub(crate) fn find(&self, name: &str) -> Option<DimensionId> {
        let position = self.dimensions.iter().position(|dimension| dimension.id == name)?;
        u8::try_from(position).ok().map(DimensionId)
    }

    pub(crate) fn list(&self, dimension: DimensionId) -> &CodeList {
        &self.dimensions[dimension.index()].codes
    }
}

impl<'a> Reader<'a> {
    /// The dimension of this name, or a finding.
    pub(crate) fn dimension(&mut self, name: &str, place: impl FnOnce(&Text<'a>) -> Place) -> Option<DimensionId> {
        let found = self.names.find(name);
        if found.is_none() {
            let known: Vec<&str> = self.names.dimensions.iter().map(|dimension| dimension.id.as_str()).collect();
            let problem = Problem::error(
                ProblemCode::UnknownDimension,
                Place { field: Some(name.to_owned()), ..place(&self.text) },
                "A dimension is declared by a file under `dimensions/`.",
                format!("`{name}`"),
            );
            let problem = problem.help("Correct the name, or add `dimensions/NAME.toml` and its code list.");
            self.problems.push(problem.candidates(nearest(name, known)));
        }
        found
    }

    /// The dimension that a spanned name names.
    pub(crate) fn dimension_at(&mut self, name: &Spanned<String>) -> Option<DimensionId> {
        self.dimension(name.get_ref(), |text| text.of(name))
    }

    /// The code of a dimension, or a finding.
    pub(crate) fn code(
        &mut self,
        dimension: DimensionId,
        code: &str,
        place: impl FnOnce(&Text<'a>) -> Place,
    ) -> Option<CodeId> {
        let list = self.names.list(dimension);
        let found = list.find(code);
        if found.is_none() {
            let name = self.names.dimensions[dimension.index()].id.clone();
            let known = list.ids().map(|id| list.code(id).id.as_str()).collect();
            let candidates = nearest(code, known);
            let problem = Problem::error(
                ProblemCode::UnknownCode,
                Place { field: Some(name.clone()), ..place(&self.text) },
                format!("Codes of `{name}` stand in `codelists/{name}.csv` or a file that extends it."),
                format!("`{code}`"),
            );
            let problem = problem.help("Correct the code, or add it to the code list.");
            self.problems.push(problem.candidates(candidates));
        }
        found
    }

    pub(crate) fn code_at(&mut self, dimension: DimensionId, code: &Spanned<String>) -> Option<CodeId> {
        self.code(dimension, code.get_ref(), |text| text.of(code))
    }

    pub(crate) fn codes_at(&mut self, dimension: DimensionId, codes: &[Spanned<String>]) -> Vec<CodeId> {
        codes.iter().filter_map(|code| self.code_at(dimension, code)).collect()
    }

    /// What is counted.
    pub(crate) fn selection(&mut self, raw: &RawSelection) -> Option<Selection> {
        let measure = self.dimension("measure", Text::whole)?;
        let code = self.code_at(measure, &raw.measure);
        let condition = self.condition(&raw.condition);
        Some(Selection { measure: code?, condition, year: raw.year })
    }

    /// Selections added and subtracted.
    pub(crate) fn quantity(&mut self, raw: &RawQuantity) -> Option<Quantity> {
        let first = RawSelection { measure: raw.measure.clone(), condition: raw.condition.clone(), year: raw.year };
        let plus = std::iter::once(&first).chain(&raw.plus).map(|raw| (raw, false));
        let signed: Vec<_> = plus.chain(raw.minus.iter().map(|raw| (raw, true))).collect();
        let term = |(raw, minus): (&RawSelection, bool)| Some(Term { selection: self.selection(raw)?, minus });
        let terms: Vec<Option<Term>> = signed.into_iter().map(term).collect();
        let otherwise = match &raw.otherwise {
            Some(raw) => Some(Box::new(self.quantity(raw)?)),
            None => None,
        };
        Some(Quantity { terms: terms.into_iter().collect::<Option<_>>()?, otherwise })
    }

    /// A condition with every test as a list of codes.
    pub(crate) fn condition(&mut self, raw: &RawCondition) -> Condition {
        let mut condition = Condition::default();
        for (name, test) in raw {
            if name.get_ref() == YEARS_OVER_AGE {
                condition.years_over_age = self.bounds(name, test);
            } else if name.get_ref() == GRADES_BEFORE_LAST {
                condition.grades_before_last = self.bounds(name, test);
            } else if let Some(dimension) = self.dimension_at(name) {
                let codes = self.tested(name, dimension, test);
                condition.codes.push((dimension, codes));
                condition.open.extend(test.listed.is_none().then_some(dimension));
            }
        }
        condition.codes.sort_unstable_by_key(|(dimension, _)| *dimension);
        condition.open.sort_unstable();
        condition
    }

    fn bounds(&mut self, name: &Spanned<String>, test: &RawTest) -> Option<Between> {
        let between = Between { at_least: test.at_least, at_most: test.at_most };
        if test.listed.is_some() || test.not_in.is_some() || between == Between::default() {
            let expected = format!("`{}` takes `at_least` and `at_most`", name.get_ref());
            self.ill_formed(name, &expected, "another test, or none");
            return None;
        }
        Some(between)
    }

    fn tested(&mut self, name: &Spanned<String>, dimension: DimensionId, test: &RawTest) -> Vec<CodeId> {
        let bounded = test.at_least.is_some() || test.at_most.is_some();
        let mut codes = match (&test.listed, &test.not_in, bounded) {
            (Some(listed), None, false) => self.codes_at(dimension, listed),
            (None, Some(excluded), false) => {
                let excluded = self.codes_at(dimension, excluded);
                let list = self.names.list(dimension);
                let outside = |leaf: &CodeId| !excluded.iter().any(|code| list.covers(*code, *leaf));
                list.leaves(CodeId::TOTAL).iter().copied().filter(outside).collect()
            }
            (None, None, true) => {
                let between = Between { at_least: test.at_least, at_most: test.at_most };
                let list = self.names.list(dimension);
                let inside = |leaf: &CodeId| list.code(*leaf).number().is_some_and(|number| between.contains(number));
                list.leaves(CodeId::TOTAL).iter().copied().filter(inside).collect()
            }
            _ => {
                self.ill_formed(name, "A test is exactly one of `in`, `not_in`, or bounds", "none of them, or several");
                Vec::new()
            }
        };
        codes.sort_unstable();
        self.must_be_disjoint(name, dimension, &codes);
        codes
    }

    fn ill_formed(&mut self, name: &Spanned<String>, expected: &str, found: &str) {
        let place = Place { field: Some(name.get_ref().clone()), ..self.text.of(name) };
        let problem = Problem::error(ProblemCode::NotReadable, place, format!("{expected}."), found);
        self.problems.push(problem.help("See `indicator-specs/README.md`, section Conditions."));
    }

    fn must_be_disjoint(&mut self, name: &Spanned<String>, dimension: DimensionId, codes: &[CodeId]) {
        let list = self.names.list(dimension);
        let inside_another = |(position, code): (usize, &CodeId)| {
            codes.iter().enumerate().any(|(other, outer)| other != position && list.covers(*outer, *code))
        };
        let overlap = codes.iter().enumerate().any(inside_another);
        if overlap || codes.contains(&CodeId::TOTAL) {
            let place = Place { field: Some(name.get_ref().clone()), ..self.text.of(name) };
            let expected = "The codes of one list do not contain each other, and `_T` is not one of them.";
            let problem =
                Problem::error(ProblemCode::UnknownCode, place, expected, "codes of which one contains another");
            self.problems.push(problem.help("Leave out the code that the other contains, or the whole test for `_T`."));
        }
    }
}

/// The names that are nearest to a wrong one, case ignored.
pub(crate) fn nearest(name: &str, known: Vec<&str>) -> Vec<String> {
    let most = (name.chars().count() / 3).max(1) + 1;
    let lower = name.to_lowercase();
    let rank = |known: &str| Some(distance(&lower, &known.to_lowercase())).filter(|steps| *steps <= most);
    crate::nearest::nearest(known, rank)
}
