//! What is proposed, before it is written.

use std::collections::{BTreeMap, BTreeSet};

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::synonyms::Role;
use matricula_spec::problem::Problems;

use super::columns::Columns;
use super::guess::Guess;
use super::levels::{self, Levels};
use super::opening::Opened;
use super::profile::{AgeOf, ColumnProfile};
use super::recodes;
use crate::masking::Masked;

/// Everything that is proposed.
pub(super) struct Draft {
    /// Dimensions of pupils, each with how it comes about.
    pub(super) variables: BTreeMap<DimensionId, Choice>,
    pub(super) recodes: Vec<RecodeDraft>,
    /// The table of levels, with the columns that are its keys.
    pub(super) levels: Option<Levels>,
    pub(super) identifiers: Vec<IdentifierDraft>,
    /// The role of the column behind `mobility`.
    pub(super) proxy: Option<Role>,
    /// A column that may say which schools are closed.
    pub(super) school_status: Option<String>,
    /// A column that may hold a number of pupils.
    pub(super) count: Option<String>,
    /// The school year of the file, where it says one.
    pub(super) year: Option<i32>,
    /// Columns of codes that the file holds as floating-point numbers.
    pub(super) whole_numbers: Vec<String>,
}

/// How a dimension comes about, and what is unsure about it.
pub(super) struct Choice {
    pub(super) how: How,
    pub(super) doubts: Vec<Doubt>,
}

/// How a dimension comes about.
pub(super) enum How {
    /// By one of the recodes.
    Recode(String),
    /// By the table of levels.
    Levels,
    /// From a day of birth.
    Born { column: String, format: &'static str },
    /// From parts of a day of birth.
    BornIn { year: String, month: String, day: Option<String> },
    /// As reported.
    Reported(String),
    /// From nothing in the file.
    NotCollected,
}

/// What is unsure.
pub(super) enum Doubt {
    /// No name says it.
    NoColumn,
    /// A column is called so, and blank.
    Blank(String),
    /// A column is called so, and has one code only.
    OneCode(String),
    /// A column is called so, and has too many values.
    TooMany(String),
    /// The name of the column says it, not quite.
    Name(String),
    /// Other columns would do.
    Alternatives(Vec<String>),
    /// Nearly every row has a value of its own in these columns.
    LikeIdentifiers(Vec<String>),
    /// So many codes are guessed.
    Codes(usize),
    /// So many codes are not understood.
    Unknown(usize),
    /// Day and month cannot be told apart.
    DayMonth(&'static str),
    /// So many records have none of the keys of the levels.
    BlankKeys(Masked<u64>),
    /// Levels were guessed from ages.
    Ages,
    /// Levels are not known.
    NoLevels,
}

/// A recode of one column to one dimension.
pub(super) struct RecodeDraft {
    pub(super) dimension: DimensionId,
    pub(super) column: usize,
    pub(super) codes: Vec<CodeDraft>,
}

/// A code of the file that occurs often enough.
pub(super) struct CodeDraft {
    pub(super) code: String,
    pub(super) records: u64,
    /// Nothing where it is not understood.
    pub(super) guess: Option<Guess>,
    /// It is most of the records: the only thing that speaks for the guess.
    pub(super) by_majority: bool,
}

/// Columns that identify something; none where no name says so.
pub(super) struct IdentifierDraft {
    pub(super) role: &'static str,
    pub(super) columns: Vec<String>,
    /// Whether the first that is not blank counts, or all together.
    pub(super) first: bool,
    pub(super) alternatives: Vec<String>,
}

/// What every step of a proposal needs.
pub(super) struct Material<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) opened: &'a Opened,
    pub(super) columns: Columns,
    pub(super) country: CodeId,
    pub(super) minimum: u64,
}

impl Material<'_> {
    /// The profile of a column.
    pub(super) fn profile(&self, column: usize) -> &ColumnProfile {
        &self.opened.profile.columns[column]
    }

    /// The name of a column.
    pub(super) fn name(&self, column: usize) -> String {
        self.profile(column).name.clone()
    }

    /// The columns that have a role and a value.
    pub(super) fn filled(&self, role: Role) -> Vec<usize> {
        self.columns.of_role(role).filter(|column| !self.profile(*column).is_blank()).collect()
    }

    /// The school year that nearly all records have, or else that the file is named by.
    fn year(&self) -> Option<i32> {
        let rows = self.opened.profile.rows;
        let in_name = || {
            let numbers = self.opened.name.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
            numbers.filter_map(|digits| digits.parse().ok()).rfind(|year| (1990..=2100).contains(year))
        };
        let in_column = self.filled(Role::SchoolYear).into_iter().find_map(|column| {
            let (code, records) = self.profile(column).codes(self.minimum).into_iter().next()?;
            code.parse().ok().filter(|year| (1950..=2100).contains(year) && records * 10 >= rows * 9)
        });
        in_column.or_else(in_name)
    }

    /// Columns of which nearly every row has a value of its own, and whose name does not tell what they are.
    fn like_identifiers(&self) -> Vec<String> {
        let alike = |column: &&ColumnProfile| {
            let nameless = !self.catalogue.synonyms().knows(&column.name);
            let own = column.distinct().is_none_or(|distinct| distinct as u64 * 10 >= column.shapes.values() * 9);
            nameless && own && column.shapes.values() * 10 >= self.opened.profile.rows * 9
        };
        self.opened.profile.columns.iter().filter(alike).map(|column| column.name.clone()).collect()
    }
}

/// Drafts a mapping.
///
/// # Errors
/// The file cannot be read a second time.
pub(super) fn draft(material: &Material<'_>) -> Result<Draft, Problems> {
    let year = material.year();
    let (age, basis) = age(material);
    let age_of = age_of(material, year);
    let levels = levels::levels(material, &age_of, year)?;
    let known = material.catalogue.known();
    let mut variables = BTreeMap::new();
    variables.insert(known.age, age);
    let mut recodes = Vec::new();
    let (mut proxy, of_levels) = (None, levels::dimensions(material.catalogue));
    for dimension in dimensions_of_pupils(material.catalogue) {
        if of_levels.contains(&dimension) {
            variables.insert(dimension, levels::choice(levels.as_ref(), dimension == known.edu_level));
        } else if dimension == known.mobility {
            let (choice, found) = recodes::mobility(material);
            proxy = found.as_ref().map(|(role, _)| *role);
            recodes.extend(found.map(|(_, recode)| recode));
            variables.insert(dimension, choice);
        } else if dimension != known.age {
            let (choice, recode) = recodes::recode(material, dimension);
            recodes.extend(recode);
            variables.insert(dimension, choice);
        }
    }
    debug_assert!(basis || matches!(variables[&known.age].how, How::NotCollected | How::Reported(_)));
    let first = |role| material.filled(role).first().map(|column| material.name(*column));
    let plan = &material.opened.plan;
    let numbers = plan.columns.iter().zip(&plan.numeric).filter(|(_, numeric)| **numeric);
    let mut draft = Draft {
        variables,
        recodes,
        levels,
        identifiers: identifiers(material),
        proxy,
        school_status: first(Role::SchoolStatus),
        count: first(Role::Count),
        year,
        whole_numbers: Vec::new(),
    };
    let used = draft.columns_read(material);
    draft.whole_numbers = numbers.map(|(name, _)| name.clone()).filter(|name| used.contains(name)).collect();
    Ok(draft)
}

impl Draft {
    /// The columns that the mapping reads.
    pub(super) fn columns_read(&self, material: &Material<'_>) -> BTreeSet<String> {
        let mut columns: BTreeSet<String> = self.recodes.iter().map(|recode| material.name(recode.column)).collect();
        columns.extend(self.levels.iter().flat_map(|levels| levels.keys.iter().cloned()));
        columns.extend(self.identifiers.iter().flat_map(|identifier| identifier.columns.iter().cloned()));
        for choice in self.variables.values() {
            match &choice.how {
                How::Born { column, .. } | How::Reported(column) => columns.extend([column.clone()]),
                How::BornIn { year, month, day } => {
                    columns.extend([year.clone(), month.clone()]);
                    columns.extend(day.clone());
                }
                How::Recode(_) | How::Levels | How::NotCollected => {}
            }
        }
        columns
    }
}

/// The dimensions that some indicator of pupils tests or may be broken down by.
fn dimensions_of_pupils(catalogue: &Catalogue) -> BTreeSet<DimensionId> {
    let known = catalogue.known();
    let measures = &catalogue.dimension(known.measure).codes;
    let students = measures.find("students");
    let mut dimensions = BTreeSet::from([known.edu_level, known.grade, known.age, known.mobility, known.sex]);
    for indicator in catalogue.indicators() {
        let ways = catalogue.ways_to_feed(&indicator.formula);
        let needs = ways.iter().flat_map(|way| &way.needs).filter(|need| Some(need.measure) == students);
        let tested: BTreeSet<DimensionId> = needs.flat_map(|need| need.dimensions.iter().copied()).collect();
        if !tested.is_empty() {
            dimensions.extend(indicator.breakdowns.iter().copied());
        }
        dimensions.extend(tested);
    }
    let given_by_batch = [known.measure, known.ref_area, known.time_period, known.age_class, known.structure];
    dimensions.retain(|dimension| !given_by_batch.contains(dimension));
    dimensions
}

/// Age from a day of birth, from its parts, or as reported, and whether it comes from a birth.
fn age(material: &Material<'_>) -> (Choice, bool) {
    if let Some((column, formats)) = birth_date(material)
        && let [format, others @ ..] = formats.as_slice()
    {
        let doubts = others.first().map(|other| Doubt::DayMonth(other)).into_iter().collect();
        return (Choice { how: How::Born { column: material.name(column), format }, doubts }, true);
    }
    if let Some((year, month)) = birth_parts(material) {
        let day = material.filled(Role::BirthDay).into_iter().find(|day| material.profile(*day).shapes.are_days());
        let day = day.map(|day| material.name(day));
        let how = How::BornIn { year: material.name(year), month: material.name(month), day };
        return (Choice { how, doubts: Vec::new() }, true);
    }
    match reported_ages(material).as_slice() {
        [] => (Choice { how: How::NotCollected, doubts: vec![Doubt::NoColumn] }, false),
        [column, others @ ..] => {
            let others: Vec<String> = others.iter().map(|other| material.name(*other)).collect();
            let doubts = if others.is_empty() { Vec::new() } else { vec![Doubt::Alternatives(others)] };
            (Choice { how: How::Reported(material.name(*column)), doubts }, false)
        }
    }
}

fn birth_date(material: &Material<'_>) -> Option<(usize, Vec<&'static str>)> {
    let formats = |column: usize| (column, material.profile(column).shapes.date_formats());
    material.filled(Role::BirthDate).into_iter().map(formats).find(|(_, formats)| !formats.is_empty())
}

fn birth_parts(material: &Material<'_>) -> Option<(usize, usize)> {
    let years = material.filled(Role::BirthYear);
    let year = years.into_iter().find(|year| material.profile(*year).shapes.are_years())?;
    let months = material.filled(Role::BirthMonth);
    Some((year, months.into_iter().find(|month| material.profile(*month).shapes.are_months())?))
}

fn reported_ages(material: &Material<'_>) -> Vec<usize> {
    let columns = material.columns.of_dimension(material.catalogue.known().age).into_iter();
    columns.map(|(_, column)| column).filter(|column| material.profile(*column).shapes.are_ages()).collect()
}

/// How ages are told for the guess of levels: what the file reports stands at its own reference date.
fn age_of(material: &Material<'_>, year: Option<i32>) -> (AgeOf, Vec<String>) {
    if let Some(column) = reported_ages(material).first() {
        return (AgeOf::Reported, vec![material.name(*column)]);
    }
    let Some(year) = year else { return (AgeOf::Nothing, Vec::new()) };
    if let Some((column, formats)) = birth_date(material)
        && let Some(format) = formats.first()
    {
        return (AgeOf::Born(format, year), vec![material.name(column)]);
    }
    match birth_parts(material) {
        Some((born, month)) => (AgeOf::BornIn(year), vec![material.name(born), material.name(month)]),
        None => (AgeOf::Nothing, Vec::new()),
    }
}

fn identifiers(material: &Material<'_>) -> Vec<IdentifierDraft> {
    let names = |columns: &[usize]| columns.iter().map(|column| material.name(*column)).collect::<Vec<_>>();
    let filled = |column: usize| material.profile(column).shapes.values();
    let mut students = material.filled(Role::Student);
    students.sort_by_key(|column| std::cmp::Reverse(filled(*column)));
    let mut identifiers = Vec::new();
    if let [first, others @ ..] = students.as_slice() {
        // Columns that take turns never have values in the same row.
        let mut together = filled(*first);
        let in_turn = |column: &&usize| {
            let fits = together + filled(**column) <= material.opened.profile.rows;
            together += if fits { filled(**column) } else { 0 };
            fits
        };
        let turns: Vec<usize> = std::iter::once(*first).chain(others.iter().filter(in_turn).copied()).collect();
        let alternatives: Vec<usize> = others.iter().filter(|other| !turns.contains(other)).copied().collect();
        identifiers.push(IdentifierDraft {
            role: "student",
            first: turns.len() > 1,
            columns: names(&turns),
            alternatives: names(&alternatives),
        });
    }
    if students.is_empty() {
        let alternatives = material.like_identifiers();
        identifiers.push(IdentifierDraft { role: "student", columns: Vec::new(), first: false, alternatives });
    }
    if let [first, others @ ..] = material.filled(Role::School).as_slice() {
        identifiers.push(IdentifierDraft {
            role: "school",
            columns: names(&[*first]),
            first: false,
            alternatives: names(others),
        });
    }
    identifiers
}
