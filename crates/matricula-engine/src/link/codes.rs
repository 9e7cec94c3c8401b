//! The codes that linking writes, found by name in the catalogue.

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::{Catalogue, Place, Problem, ProblemCode};

use super::outcome::Step;

/// The codes that linking writes.
#[derive(Debug, Clone)]
pub(crate) struct LinkCodes {
    /// The measure whose records are followed.
    pub(super) students: CodeId,
    /// The measure of those who were.
    pub(super) linked: CodeId,
    pub(super) outcome: Coded,
    pub(super) came_from: Coded,
    pub(super) changed_school: DimensionId,
    pub(super) yes: CodeId,
    pub(super) no: CodeId,
    pub(super) graduate: Option<(DimensionId, CodeId)>,
}

/// A dimension and its codes by step, and those without a record on the other side.
#[derive(Debug, Clone)]
pub(super) struct Coded {
    pub(super) dimension: DimensionId,
    /// In the order of [`Step::ALL`].
    steps: Vec<CodeId>,
    without: Vec<(&'static str, CodeId)>,
}

/// Outcomes without a record in the year after.
pub(super) const AFTER: [&str; 3] = ["GRADUATED", "NO_RECORD", "NO_IDENTIFIER"];
/// Origins without a record in the year before.
pub(super) const BEFORE: [&str; 4] = ["RETURNED", "FIRST_RECORD", "ABSENT_BEFORE", "NO_IDENTIFIER"];

impl LinkCodes {
    /// The codes of a catalogue; an error names what it lacks.
    pub(super) fn of(catalogue: &Catalogue) -> Result<Self, Box<Problem>> {
        let measure = |id| code(catalogue, catalogue.known().measure, id);
        let changed_school = dimension(catalogue, "changed_school")?;
        let graduate = catalogue.find_dimension("graduate");
        Ok(Self {
            students: measure("students")?,
            linked: measure("students_linked")?,
            outcome: Coded::of(catalogue, "outcome", &AFTER)?,
            came_from: Coded::of(catalogue, "came_from", &BEFORE)?,
            changed_school,
            yes: code(catalogue, changed_school, "Y")?,
            no: code(catalogue, changed_school, "N")?,
            graduate: graduate.and_then(|graduate| Some((graduate, catalogue.dimension(graduate).codes.find("Y")?))),
        })
    }

    /// The dimensions that linking adds to a record, ascending.
    pub(super) fn dimensions(&self) -> [DimensionId; 3] {
        let mut dimensions = [self.outcome.dimension, self.came_from.dimension, self.changed_school];
        dimensions.sort_unstable();
        dimensions
    }
}

impl Coded {
    fn of(catalogue: &Catalogue, name: &'static str, without: &[&'static str]) -> Result<Self, Box<Problem>> {
        let dimension = dimension(catalogue, name)?;
        let steps = Step::ALL.iter().map(|step| code(catalogue, dimension, step.id()));
        let without = without.iter().map(|id| Ok((*id, code(catalogue, dimension, id)?)));
        Ok(Self {
            dimension,
            steps: steps.collect::<Result<_, Box<Problem>>>()?,
            without: without.collect::<Result<_, Box<Problem>>>()?,
        })
    }

    /// All codes, ascending, without those that `holds` refuses.
    pub(super) fn codes(&self, holds: impl Fn(&str) -> bool) -> Vec<CodeId> {
        let without = self.without.iter().filter(|(id, _)| holds(id)).map(|(_, code)| *code);
        let mut codes: Vec<_> = self.steps.iter().copied().chain(without).collect();
        codes.sort_unstable();
        codes
    }

    /// The code of a step, or of why there is none.
    pub(super) fn code(&self, step: Result<Step, &'static str>) -> CodeId {
        let code = match step {
            Ok(step) => self.steps.get(step as usize),
            Err(without) => self.without.iter().find(|(id, _)| *id == without).map(|(_, code)| code),
        };
        code.copied().unwrap_or(CodeId::UNKNOWN)
    }
}

fn dimension(catalogue: &Catalogue, name: &str) -> Result<DimensionId, Box<Problem>> {
    catalogue.find_dimension(name).ok_or_else(|| lacking(&format!("no dimension `{name}`")))
}

fn code(catalogue: &Catalogue, dimension: DimensionId, id: &str) -> Result<CodeId, Box<Problem>> {
    let dimension = catalogue.dimension(dimension);
    dimension.codes.find(id).ok_or_else(|| lacking(&format!("no code `{id}` in `{}`", dimension.id)))
}

fn lacking(found: &str) -> Box<Problem> {
    let expected = "To follow pupils, the catalogue has the measure, dimensions and codes of links.";
    let problem = Problem::error(ProblemCode::DimensionMissing, Place::default(), expected, found);
    Box::new(problem.help("Restore the file of the embedded catalogue that `--specs` replaces."))
}
