//! How target variables come about.

use toml::Spanned;

use super::mappings::output_of;
use super::names::{Reader, nearest};
use crate::model::dimension::DimensionId;
use crate::model::mapping::{BirthDate, Derived, Recode, Unlisted, Variable};
use crate::problem::{Place, Problem, ProblemCode};
use crate::raw::mapping::{RawBirthDate, RawDerived, RawUnlisted, RawVariable};

pub(crate) fn variable(
    dimension: DimensionId,
    name: &Spanned<String>,
    raw: &Spanned<RawVariable>,
    recodes: &[Recode],
    reader: &mut Reader<'_>,
) -> Option<Variable> {
    Some(match raw.get_ref() {
        RawVariable::Column(raw) => Variable::Column { name: raw.name.clone(), unlisted: unlisted(raw.unlisted) },
        RawVariable::Fixed(code) => Variable::Fixed(reader.code_at(dimension, code)?),
        RawVariable::Recode(recode) => match output_of(recodes, recode.get_ref(), dimension) {
            Some((recode, output)) => Variable::Recode { recode, output },
            None => {
                let known = recodes.iter().map(|recode| recode.id.as_str()).collect();
                let found = format!("`{}`", recode.get_ref());
                let problem = does_not_fit(reader, name, "The recode exists and gives this dimension.", found);
                reader.problems.push(problem.candidates(nearest(recode.get_ref(), known)));
                return None;
            }
        },
        RawVariable::Derived(raw) => Variable::Derived(derived(dimension, name, raw, reader)?),
        RawVariable::NotCollected(why) => Variable::NotCollected(why.clone()),
        RawVariable::Impossible(why) => Variable::Impossible(why.clone()),
    })
}

fn does_not_fit(reader: &Reader<'_>, name: &Spanned<String>, expected: &str, found: String) -> Problem {
    let place = Place { field: Some(name.get_ref().clone()), ..reader.text.of(name) };
    Problem::error(ProblemCode::VariableInvalid, place, expected, found)
        .help("See `indicator-specs/README.md`, section Mappings.")
}

pub(crate) fn unlisted(raw: RawUnlisted) -> Unlisted {
    match raw {
        RawUnlisted::Error => Unlisted::Error,
        RawUnlisted::Unmapped => Unlisted::Unmapped,
    }
}

fn derived(
    dimension: DimensionId,
    name: &Spanned<String>,
    raw: &RawDerived,
    reader: &mut Reader<'_>,
) -> Option<Derived> {
    match raw {
        RawDerived::AgeAtReference(raw) => {
            let birth = birth_date(raw).filter(|_| reader.names.find("age") == Some(dimension));
            if birth.is_none() {
                let expected =
                    "`age_at_reference` gives `age`, from `column` and `format`, or from `year`, `month`, `day`.";
                let problem = does_not_fit(reader, name, expected, "another dimension or other keys".to_owned());
                reader.problems.push(problem);
            }
            birth.map(Derived::AgeAtReference)
        }
        RawDerived::NumberedCode(raw) => Some(Derived::NumberedCode {
            column: raw.column.clone(),
            prefix: raw.prefix.clone(),
            offset: raw.offset,
            unlisted: unlisted(raw.unlisted),
        }),
        RawDerived::FirstNonEmpty(raw) => {
            Some(Derived::FirstNonEmpty { columns: raw.columns.clone(), unlisted: unlisted(raw.unlisted) })
        }
        RawDerived::Band(raw) => {
            let codes = reader.codes_at(dimension, &raw.codes);
            let ascending = raw.bounds.windows(2).all(|pair| pair[0] < pair[1]);
            if !ascending || raw.codes.len() != raw.bounds.len() + 1 {
                let expected = "Bounds ascend, and there is one code more than bounds.";
                let found = format!("{} bounds and {} codes", raw.bounds.len(), raw.codes.len());
                let problem = does_not_fit(reader, name, expected, found);
                reader.problems.push(problem);
                return None;
            }
            (codes.len() == raw.codes.len()).then(|| Derived::Band {
                column: raw.column.clone(),
                bounds: raw.bounds.clone(),
                codes,
            })
        }
    }
}

fn birth_date(raw: &RawBirthDate) -> Option<BirthDate> {
    match raw {
        RawBirthDate { column: Some(column), format: Some(format), year: None, month: None, day: None } => {
            let has = |letter| format.contains(letter);
            (format.matches('Y').count() == 4 && has('M'))
                .then(|| BirthDate::Text { column: column.clone(), format: format.clone() })
        }
        RawBirthDate { column: None, format: None, year: Some(year), month: Some(month), day } => {
            Some(BirthDate::Parts { year: year.clone(), month: month.clone(), day: day.clone() })
        }
        _ => None,
    }
}
