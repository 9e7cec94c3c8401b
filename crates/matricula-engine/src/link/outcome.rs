//! What two records of one pupil, a year apart, say together; `docs/links.md` is the definition.

use hashbrown::HashMap;
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::classes::LinkRecord;
use super::layout::LinkLayout;

/// From one record to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    Promoted,
    Transition,
    Skipped,
    Repeated,
    PlacedLower,
    OtherProgramme,
    Found,
}

impl Step {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Promoted,
        Self::Transition,
        Self::Skipped,
        Self::Repeated,
        Self::PlacedLower,
        Self::OtherProgramme,
        Self::Found,
    ];

    /// Its code in the lists of `outcome` and `came_from`.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Promoted => "PROMOTED",
            Self::Transition => "TRANSITION",
            Self::Skipped => "SKIPPED",
            Self::Repeated => "REPEATED",
            Self::PlacedLower => "PLACED_LOWER",
            Self::OtherProgramme => "OTHER_PROGRAMME",
            Self::Found => "FOUND",
        }
    }
}

/// Where a record stands in its education system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// The level, if it is told and no roll-up.
    level: Option<CodeId>,
    edu_cat: Option<CodeId>,
    programme: Option<CodeId>,
    /// Number of the grade in the level.
    grade: Option<i32>,
    /// Age at which the level is entered, and official age of the grade.
    ages: Option<(i32, i32)>,
    structure: Option<CodeId>,
    /// In pre-primary education, whose years are no grades.
    pre_primary: bool,
    /// In grade 1 of primary education.
    first_grade: bool,
}

/// Reads where records stand; official ages are looked up once.
pub(crate) struct Standings<'a> {
    catalogue: &'a Catalogue,
    /// Positions in the layout of level, grade, structure, category and programme.
    positions: [Option<usize>; 5],
    /// These, and those of country and year.
    deciding: Vec<usize>,
    pre_primary: Vec<CodeId>,
    primary: Option<CodeId>,
    ages: HashMap<Place, Option<(i32, i32)>>,
    /// By the classes that decide; they are few, and records many.
    known: HashMap<(u16, u64), Standing>,
}

/// Country, year, structure, level, grade.
type Place = (CodeId, u16, Option<CodeId>, CodeId, i32);

impl<'a> Standings<'a> {
    /// Nothing looked up yet.
    pub(crate) fn new(catalogue: &'a Catalogue, layout: &LinkLayout) -> Self {
        let known = catalogue.known();
        let position = |dimension: Option<DimensionId>| layout.position(dimension?);
        let named = |name| position(catalogue.find_dimension(name));
        let levels = &catalogue.dimension(known.edu_level).codes;
        let pre_primary = ["L0", "L01", "L02"].iter().filter_map(|id| levels.find(id)).collect();
        let primary = levels.find("L1");
        let positions = [
            position(Some(known.edu_level)),
            position(Some(known.grade)),
            position(Some(known.structure)),
            named("edu_cat"),
            named("programme"),
        ];
        let placing = [known.ref_area, known.time_period].map(|dimension| position(Some(dimension)));
        let deciding = positions.into_iter().chain(placing).flatten().collect();
        Self { catalogue, positions, deciding, pre_primary, primary, ages: HashMap::new(), known: HashMap::new() }
    }

    /// Where a record stands.
    pub(super) fn of(&mut self, record: &LinkRecord<'_>) -> Standing {
        let Some(combination) = record.combination(self.deciding.iter().copied()) else { return self.find(record) };
        let key = (record.source, combination);
        if let Some(standing) = self.known.get(&key) {
            return *standing;
        }
        let standing = self.find(record);
        self.known.insert(key, standing);
        standing
    }

    fn find(&mut self, record: &LinkRecord<'_>) -> Standing {
        let [level, grade, structure, edu_cat, programme] = self.positions;
        let told = |position: Option<usize>| {
            record.code(position?).filter(|code| ![CodeId::UNKNOWN, CodeId::NOT_APPLICABLE].contains(code))
        };
        let known = self.catalogue.known();
        let any_level = told(level);
        let level = any_level.filter(|code| !self.catalogue.dimension(known.edu_level).codes.is_margin(*code));
        let grade = told(grade).and_then(|code| self.catalogue.dimension(known.grade).codes.code(code).number());
        let own = told(structure);
        let ages = level.zip(grade).and_then(|(level, grade)| {
            let place = (record.ref_area, record.year, own, level, grade);
            let catalogue = self.catalogue;
            *self.ages.entry(place).or_insert_with(|| ages(catalogue, place))
        });
        let pre_primary = grade.is_none() && any_level.is_some_and(|level| self.pre_primary.contains(&level));
        let first_grade = level.is_some() && level == self.primary && grade == Some(1);
        Standing {
            level,
            edu_cat: told(edu_cat),
            programme: told(programme),
            grade,
            ages,
            structure: own,
            pre_primary,
            first_grade,
        }
    }
}

/// Age at which the level is entered, and official age of the grade.
fn ages(catalogue: &Catalogue, (ref_area, year, structure, level, grade): Place) -> Option<(i32, i32)> {
    let system = catalogue.systems().of(ref_area, structure, i32::from(year));
    Some((system.official_age(level, 1)?, system.official_age(level, grade)?))
}

/// What became of a pupil who stood at `before` and stands at `after` a year later.
pub(super) fn step(before: Standing, after: Standing) -> Step {
    let differ = |a: Option<CodeId>, b: Option<CodeId>| a.zip(b).is_some_and(|(a, b)| a != b);
    if differ(before.programme, after.programme) {
        return Step::OtherProgramme;
    }
    if before.programme.is_some() != after.programme.is_some() {
        return Step::Found;
    }
    let within_level = before.level.is_some() && before.level == after.level;
    match (before.grade, after.grade) {
        (Some(from), Some(to)) if within_level => match distance(before, after).unwrap_or(to - from) {
            0 if differ(before.edu_cat, after.edu_cat) => Step::OtherProgramme,
            0 => Step::Repeated,
            1 => Step::Promoted,
            2.. => Step::Skipped,
            _ => Step::PlacedLower,
        },
        (Some(_), Some(_)) => match before.ages.zip(after.ages) {
            Some(((from_entry, from), (to_entry, to))) if to == from + 1 && to_entry > from_entry => Step::Transition,
            Some(((_, from), (_, to))) if to > from + 1 => Step::Skipped,
            Some(_) => Step::PlacedLower,
            None => Step::Found,
        },
        (None, Some(_)) if before.pre_primary && after.first_grade => Step::Transition,
        _ => Step::Found,
    }
}

/// Years between two grades of two structures, which may begin the level at different ages.
fn distance(before: Standing, after: Standing) -> Option<i32> {
    let structures = before.structure.zip(after.structure).filter(|(from, to)| from != to);
    let ages = structures.and(before.ages.zip(after.ages));
    ages.map(|((_, from), (_, to))| to - from)
}
