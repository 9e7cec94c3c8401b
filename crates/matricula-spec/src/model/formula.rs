//! The closed set of formula forms.

use super::condition::{Condition, Quantity, Selection};
use super::dimension::{CodeId, DimensionId};
use super::text::Label;

/// How an indicator is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// How many.
    Count {
        /// What is counted.
        of: Quantity,
    },
    /// `scale * numerator / denominator`.
    Ratio(Ratio),
    /// `scale * (of and group) / of`: the part of one measure that is in the group.
    Share {
        /// The whole.
        of: Selection,
        /// The further condition that makes the part.
        group: Condition,
        /// Whether the whole holds records whose status in the group's dimensions is unknown.
        among: Among,
        /// 100 for a percentage.
        scale: u32,
    },
    /// The indicator in the group divided by the indicator in the comparison group, from unrounded
    /// counts, before caps and open-cohort factors.
    Parity {
        /// The indicator compared; its identifier, which exists and is not a parity itself.
        of: String,
        /// The dimension that holds both groups.
        dimension: DimensionId,
        /// Above the line, such as `F`.
        group: CodeId,
        /// Below the line, such as `M`.
        comparison: CodeId,
        /// Plain or adjusted.
        index: ParityIndex,
    },
    /// A rate between the grades of two years.
    Flow {
        /// Which rate.
        rate: FlowRate,
        /// The reconstructed cohort.
        cohort: Cohort,
        /// 100 for a percentage.
        scale: u32,
    },
    /// What becomes of a cohort that enters grade 1.
    Survival(Survival),
    /// The same by the rates at which linked pupils were promoted and repeated.
    LinkedSurvival(LinkedSurvival),
    /// The sum over ages of enrolment rates.
    LifeExpectancy {
        /// Who is enrolled.
        students: Selection,
        /// By single age.
        population: Selection,
        /// The school ages, over which those of unknown age are spread: a code of `age_class`.
        school_age: CodeId,
    },
    /// The mean of the numbers in the codes of a dimension.
    Mean {
        /// Among whom.
        of: Selection,
        /// Whose codes are numbers.
        number: DimensionId,
    },
    /// How two groups are distributed across schools.
    Segregation {
        /// Which index.
        index: SegregationIndex,
        /// A role of `[identifier]`, such as `school`.
        grain: String,
        /// Who is looked at.
        pupils: Selection,
        /// The group.
        group: Condition,
        /// The comparison group.
        comparison: Condition,
    },
    /// Enrolment, teacher and school records cannot give it.
    NotFromRecords {
        /// Why.
        reason: Label,
    },
}

/// `scale * numerator / denominator`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratio {
    /// Above the line.
    pub numerator: Quantity,
    /// Below the line.
    pub denominator: Quantity,
    /// 100 for a percentage, 1 for a plain ratio.
    pub scale: u32,
    /// Whether values beyond the possible are brought back.
    pub cap: Cap,
    /// What is done with records without an age.
    pub unknown_age: UnknownAge,
}

/// Whether values beyond the possible are brought back, keeping the parity of the sexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cap {
    /// They stay.
    #[default]
    None,
    /// No value above `scale`: one factor for girls, boys and the total.
    Sexes,
    /// No value below 0: the same for `scale` minus the value.
    ComplementSexes,
}

/// What is done with records without an age where a formula tests it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownAge {
    /// They are in no age-specific numerator.
    #[default]
    Leave,
    /// They are spread over the known ages where they are many.
    Redistribute,
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// All records.
    All,
    /// Only those whose status is known.
    Known,
}

/// The two parity indices in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParityIndex {
    /// x.
    Plain,
    /// x up to 1, otherwise 2 - 1/x, so that both sides are symmetric around 1.
    Adjusted,
}

/// A reconstructed cohort: pupils by grade in a year and in the next, and who of them repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// Pupils of one level, by grade.
    pub pupils: Selection,
    /// What makes a pupil a repeater.
    pub repeaters: Condition,
    /// What is done where more arrive than were there.
    pub open: OpenCohort,
}

/// What is done with a grade from which more are promoted or repeat than were in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenCohort {
    /// Rates as they come, flagged.
    AsObserved,
    /// One factor for girls, boys and the total, so that nobody appears.
    Uis,
}

/// Which rate between two years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowRate {
    /// To the next grade.
    Promotion,
    /// In the same grade again.
    Repetition,
    /// Neither.
    Dropout,
}

/// What becomes of a cohort that enters grade 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survival {
    /// What is told of it.
    pub gives: SurvivalGives,
    /// Up to which grade.
    pub to: ToGrade,
    /// The reconstructed cohort.
    pub cohort: Cohort,
    /// How often a pupil may repeat.
    pub repetition: Repetition,
    /// What makes a pupil of the last grade a graduate, where graduates are asked for.
    pub graduates: Option<Condition>,
    /// 100 for a percentage.
    pub scale: u32,
}

/// Survival by linked records: of those who are in a grade, who is promoted out of it, who repeats it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedSurvival {
    /// Pupils of one level, by grade, all of whom were followed.
    pub pupils: Selection,
    /// What makes one of them promoted.
    pub promoted: Condition,
    /// What makes one of them a repeater.
    pub repeated: Condition,
    /// Up to which grade.
    pub to: ToGrade,
    /// 100 for a percentage.
    pub scale: u32,
}

/// What is told of a cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurvivalGives {
    /// The part that enters the grade.
    Survival,
    /// 1 minus that.
    Dropout,
    /// Graduates times the duration, over pupil-years.
    Efficiency,
    /// Pupil-years over graduates.
    YearsPerGraduate,
}

/// Up to which grade a cohort is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToGrade {
    /// The last grade of the level in the country's system.
    Last,
    /// The grade with this number.
    Number(i32),
}

/// How often a pupil may repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repetition {
    /// As often as it takes.
    Unlimited,
    /// At most so many times in all.
    PerCycle(u32),
    /// At most so many times in each grade.
    PerGrade(u32),
}

/// How two distributions across schools are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegregationIndex {
    /// Half the sum of the differences of the two distributions.
    Dissimilarity,
    /// The mean share of the group in the school of one of its members.
    Isolation,
}

impl Formula {
    /// The selections that decide for which countries and years there are figures, the first that is there.
    #[must_use]
    pub fn leading(&self) -> Vec<&Selection> {
        match self {
            Self::Count { of } => leading(&[of]),
            Self::Ratio(ratio) => leading(&[&ratio.numerator, &ratio.denominator]),
            Self::Share { of, .. } | Self::Mean { of, .. } => vec![of],
            Self::Flow { cohort, .. } | Self::Survival(Survival { cohort, .. }) => vec![&cohort.pupils],
            Self::LinkedSurvival(survival) => vec![&survival.pupils],
            Self::LifeExpectancy { students, .. } => vec![students],
            Self::Segregation { pupils, .. } => vec![pupils],
            Self::Parity { .. } | Self::NotFromRecords { .. } => Vec::new(),
        }
    }
}

/// The first selection of year 0, and what stands in its place where it is not measured.
fn leading<'a>(quantities: &[&'a Quantity]) -> Vec<&'a Selection> {
    let of_the_year = |quantity: &'a Quantity| {
        let terms = quantity.terms.iter().map(|term| &term.selection);
        terms.into_iter().find(|selection| selection.year == 0)
    };
    for quantity in quantities {
        if let Some(first) = of_the_year(quantity) {
            let otherwise = quantity.otherwise.as_deref().and_then(of_the_year);
            return std::iter::once(first).chain(otherwise).collect();
        }
    }
    Vec::new()
}
