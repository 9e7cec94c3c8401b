//! What a batch says of a source, said without one.

use matricula_spec::model::batch::Source;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{CountedUnit, Derived, Mapping, Variable};
use matricula_spec::model::text::Date;
use matricula_spec::{Batch, Catalogue};

use super::error::SqlError;

/// A source that no batch names, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SqlSource {
    /// The mapping.
    pub mapping: String,
    /// Its country, unless the mapping gives `ref_area`.
    pub country: Option<String>,
    /// The year in which its school year ends, unless the mapping gives `time_period`.
    pub year: Option<String>,
    /// The day at which age is taken, as `YYYY-MM-DD`.
    pub age_reference_date: Option<String>,
    /// What is counted, where the mapping leaves a choice.
    pub unit: Option<String>,
    /// The rules to apply; nothing means those that a batch applies which names none.
    pub rules: Option<Vec<String>>,
}

impl SqlSource {
    /// A batch of this one source.
    ///
    /// # Errors
    /// Where a name is not known, or country, year and day do not fit the mapping.
    pub fn batch(&self, catalogue: &Catalogue) -> Result<Batch, SqlError> {
        let mappings = catalogue.mappings();
        let position = position("mapping", &self.mapping, mappings.iter().map(|mapping| mapping.id.as_str()))?;
        let mapping = &mappings[position];
        let known = catalogue.known();
        let code = |kind, dimension, name: &Option<String>| -> Result<Option<CodeId>, SqlError> {
            name.as_ref().map(|name| code(catalogue, kind, dimension, name)).transpose()
        };
        let source = Source {
            id: mapping.id.clone(),
            line: None,
            vintage: None,
            ref_area: code("country", known.ref_area, &self.country)?,
            time_period: code("year", known.time_period, &self.year)?,
            school_year: None,
            enrolment_moment: None,
            age_reference_date: self.age_reference_date.as_deref().map(day).transpose()?,
            mobility_proxy: None,
            unit: self.unit.as_deref().map(|name| unit(mapping, name)).transpose()?,
            mapping: position,
            files: Vec::new(),
            format: None,
            encoding: None,
            separator: b',',
            sheet: None,
            member: None,
            disjoint_by: None,
        };
        fits(catalogue, mapping, &source)?;
        Ok(Batch {
            id: mapping.id.clone(),
            indicators: Vec::new(),
            breakdowns: Vec::new(),
            crossed: 0,
            cell_budget: u64::MAX,
            rules: self.rules(catalogue)?,
            sources: vec![source],
            link: None,
            aggregates: None,
        })
    }

    fn rules(&self, catalogue: &Catalogue) -> Result<Vec<usize>, SqlError> {
        let all = catalogue.rules();
        let Some(named) = &self.rules else {
            return Ok((0..all.len()).filter(|position| all[*position].default).collect());
        };
        let of_name = |name: &String| position("rule", name, all.iter().map(|rule| rule.id.as_str()));
        let mut rules = named.iter().map(of_name).collect::<Result<Vec<_>, _>>()?;
        rules.sort_unstable();
        rules.dedup();
        Ok(rules)
    }
}

/// The position of a batch's source.
///
/// # Errors
/// Where the batch has none of this name.
pub fn source_of(batch: &Batch, id: &str) -> Result<usize, SqlError> {
    position("source in the batch", id, batch.sources.iter().map(|source| source.id.as_str()))
}

fn position<'a>(
    kind: &'static str,
    name: &str,
    mut names: impl Iterator<Item = &'a str> + Clone,
) -> Result<usize, SqlError> {
    let all = names.clone();
    names.position(|known| known == name).ok_or_else(|| unknown(kind, name, all.map(str::to_owned).collect()))
}

fn unknown(kind: &'static str, name: &str, candidates: Vec<String>) -> SqlError {
    SqlError::Unknown { kind, name: name.to_owned(), candidates }
}

fn code(catalogue: &Catalogue, kind: &'static str, dimension: DimensionId, name: &str) -> Result<CodeId, SqlError> {
    let list = &catalogue.dimension(dimension).codes;
    let is_place = |code: &CodeId| !list.is_margin(*code) && *code > CodeId::NOT_APPLICABLE;
    let found = list.find(name).filter(is_place);
    let all = || list.ids().filter(is_place).map(|code| list.code(code).id.clone()).collect();
    found.ok_or_else(|| unknown(kind, name, all()))
}

/// The day that is written so.
fn day(text: &str) -> Result<Date, SqlError> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let parts = || Some((number(0..4)?, number(5..7)?, number(8..10)?));
    let date = parts()
        .filter(|_| shape)
        .and_then(|(year, month, day)| Date::new(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?));
    date.ok_or_else(|| SqlError::NoDay(text.to_owned()))
}

fn unit(mapping: &Mapping, name: &str) -> Result<CountedUnit, SqlError> {
    let spelled = |unit: &CountedUnit| match unit {
        CountedUnit::Student => "student",
        CountedUnit::Teacher => "teacher",
        CountedUnit::School => "school",
        CountedUnit::Person => "person",
    };
    let found = mapping.units.iter().find(|unit| spelled(unit) == name).copied();
    let all = || mapping.units.iter().map(|unit| spelled(unit).to_owned()).collect();
    found.ok_or_else(|| unknown("unit of the mapping", name, all()))
}

/// Country and year come once, and there is a day for ages: what the checks S022 and S023 demand of a batch.
fn fits(catalogue: &Catalogue, mapping: &Mapping, source: &Source) -> Result<(), SqlError> {
    let known = catalogue.known();
    let by_mapping = [known.ref_area, known.time_period].map(|dimension| mapping.variables.contains_key(&dimension));
    let given = [source.ref_area.is_some(), source.time_period.is_some()];
    let found = match (given, by_mapping) {
        ([true, true], [false, false]) | ([false, false], [true, true]) => None,
        (_, [true, true]) => Some("the table itself gives country and year"),
        (_, [false, false]) => Some("country and year are needed, and one of them is not given"),
        _ => Some("country and year come both from the table, or both from the request"),
    };
    if let Some(found) = found {
        return Err(SqlError::Place { mapping: mapping.id.clone(), found });
    }
    let derived = matches!(mapping.variables.get(&known.age), Some(Variable::Derived(Derived::AgeAtReference(_))));
    if derived && source.age_reference_date.is_none() {
        return Err(SqlError::NoReferenceDate { mapping: mapping.id.clone() });
    }
    Ok(())
}
