//! Which countries and years may be compared on an indicator.
//!
//! A definition makes figures alike; sources make them differ.
//! Only what matters for the indicator counts: the day at which age is taken says nothing about the share of
//! private schools, and the proxy behind `mobility` nothing about a figure that is not broken down by it.
//! The rules rest on METHODS, sections 1 to 3; each [`Aspect`] says which sentence.

mod facts;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::indicator::Indicator;
use matricula_spec::{Batch, Catalogue};

pub use verdict::{Note, Reason, Strength, Verdict};

use crate::indicator::estimates::{Estimate, Estimates, Flag, ObsStatus};
use crate::indicator::provenance::Provenance;
use facts::Uses;

/// Something in which sources differ and which may move a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// What stands behind `mobility`. Two countries with different proxies are comparable only with that note
    /// (METHODS 1, mobility model). Counts where mobility is tested, compared, or a breakdown of the batch.
    MobilityProxy,
    /// Birth date or as reported: part of the provenance of age (METHODS 3, age).
    /// Counts where the age of students is tested or a breakdown.
    AgeBasis,
    /// Where in the school year age is taken. On 1 January a southern school year looks under-aged; the same
    /// country counted 2.3 million six-year-olds in grade 1 in May and 1.0 million in December (METHODS 3, age).
    AgeReferenceDate,
    /// When enrolment was counted. Cumulative counts double transfers (METHODS 3, enrolment moment).
    /// Counts where students are counted.
    EnrolmentMoment,
    /// Official ages and durations of the levels that the indicator tests (METHODS 3, education system).
    /// `age_class` takes each country's own; a level of five grades is still not one of six.
    EducationSystem,
    /// Revision of the population. Part of the figure, and never mixed within a series (METHODS 3, population).
    PopulationVintage,
    /// Breakdowns that the batch asks for and a source did not collect (METHODS 2, empty is not one thing):
    /// the total may be compared, the breakdown not.
    Coverage,
    /// The total was not given by the source but computed from parts or by subtraction.
    Computed,
    /// Years differ: a comparison of countries is then also one over time.
    Year,
}

impl Aspect {
    /// A short name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MobilityProxy => "mobility proxy",
            Self::AgeBasis => "age basis",
            Self::AgeReferenceDate => "age at",
            Self::EnrolmentMoment => "enrolment moment",
            Self::EducationSystem => "education system",
            Self::PopulationVintage => "population",
            Self::Coverage => "not collected",
            Self::Computed => "computed",
            Self::Year => "year",
        }
    }
}

/// A country and year that has a source for what the indicator counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Country.
    pub ref_area: String,
    /// Year in which the school year ends.
    pub time_period: String,
    /// Which kind of figure the total is, or of nothing.
    pub obs_status: ObsStatus,
    /// What matters about its sources, in words; nothing where nothing is declared.
    pub facts: BTreeMap<Aspect, String>,
    /// Leads to the row of the provenance table.
    pub provenance_id: String,
    /// Days from the start of the school year to the day at which age is taken.
    age_taken_after: Option<i64>,
}

impl Member {
    /// Whether there is a figure to compare.
    #[must_use]
    pub fn has_figure(&self) -> bool {
        self.obs_status == ObsStatus::Normal
    }
}

/// Members that one might compare with each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// A year (countries beside each other), a country (a series), or `latest`.
    pub name: String,
    /// Positions in [`Comparison::members`], those with a figure.
    pub members: Vec<usize>,
    /// Positions of those that have no figure, and so cannot be compared.
    pub without_figure: Vec<usize>,
    /// Whether the members with a figure may be compared.
    pub verdict: Verdict,
}

/// What may be compared on one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Identifier of the indicator.
    pub indicator: String,
    /// What matters for it in this batch.
    pub aspects: BTreeSet<Aspect>,
    /// Countries and years, in order.
    pub members: Vec<Member>,
    /// Countries of the batch of which no source counts what the indicator counts.
    pub without_source: Vec<String>,
    /// Each year with several countries; the latest figures, if no year has all countries.
    pub across: Vec<Group>,
    /// Each country with several years.
    pub series: Vec<Group>,
}

impl Comparison {
    /// Whether these members may be compared with each other: a pair, or any group.
    ///
    /// # Panics
    /// If a position is not one of [`Comparison::members`].
    #[must_use]
    pub fn verdict(&self, members: &[usize]) -> Verdict {
        verdict::verdict(&self.members, &self.aspects, members)
    }
}

/// Compares the sources of an indicator's figures, which a run has computed.
#[must_use]
pub fn compare(
    catalogue: &Catalogue,
    batch: &Batch,
    indicator: &Indicator,
    estimates: &Estimates,
    provenance: &Provenance,
) -> Comparison {
    let uses = Uses::of(catalogue, batch, indicator);
    let rows = provenance.rows().iter().filter(|row| row.indicator == indicator.id);
    let members: Vec<Member> = rows
        .map(|row| {
            let total = total(estimates, &indicator.id, row.ref_area, row.time_period);
            let known = catalogue.known();
            Member {
                ref_area: catalogue.dimension(known.ref_area).codes.code(row.ref_area).id.clone(),
                time_period: catalogue.dimension(known.time_period).codes.code(row.time_period).id.clone(),
                obs_status: total.map_or(ObsStatus::NotCollected, |total| total.obs_status),
                facts: uses.facts(catalogue, batch, row, total.map_or(&[][..], |total| &total.flags)),
                provenance_id: row.id.clone(),
                age_taken_after: uses.age_taken_after(batch, row),
            }
        })
        .collect();
    let mut comparison = Comparison {
        indicator: indicator.id.clone(),
        aspects: uses.aspects(),
        without_source: without_source(catalogue, batch, &members),
        members,
        across: Vec::new(),
        series: Vec::new(),
    };
    comparison.series = comparison.groups(|member| &member.ref_area);
    comparison.across = comparison.groups(|member| &member.time_period);
    let countries = comparison.members.iter().map(|member| &member.ref_area).collect::<BTreeSet<_>>().len();
    let whole = |group: &Group| group.members.len() == countries;
    if countries > 1 && !comparison.across.iter().any(whole) {
        comparison.across.extend(comparison.latest());
    }
    comparison
}

impl Comparison {
    /// Members that share a name, where there are several.
    fn groups(&self, name: impl Fn(&Member) -> &String) -> Vec<Group> {
        let mut groups = BTreeMap::<&String, Vec<usize>>::new();
        for (position, member) in self.members.iter().enumerate() {
            groups.entry(name(member)).or_default().push(position);
        }
        groups.retain(|_, members| members.len() > 1);
        groups.into_iter().map(|(name, members)| self.group(name, &members)).collect()
    }

    /// The latest figure of each country.
    fn latest(&self) -> Option<Group> {
        let mut latest = BTreeMap::new();
        for (position, member) in self.members.iter().enumerate().filter(|(_, member)| member.has_figure()) {
            latest.insert(&member.ref_area, position);
        }
        let members: Vec<usize> = latest.into_values().collect();
        (members.len() > 1).then(|| self.group("latest", &members))
    }

    fn group(&self, name: &str, members: &[usize]) -> Group {
        let (members, without_figure): (Vec<_>, Vec<_>) =
            members.iter().copied().partition(|position| self.members[*position].has_figure());
        Group { name: name.to_owned(), verdict: self.verdict(&members), members, without_figure }
    }
}

/// The figure that is not broken down.
fn total<'a>(estimates: &'a Estimates, indicator: &str, ref_area: CodeId, time_period: CodeId) -> Option<&'a Estimate> {
    let whole = |code: &CodeId| [CodeId::TOTAL, CodeId::NOT_APPLICABLE].contains(code);
    let at = |row: &&Estimate| row.indicator == indicator && row.ref_area == ref_area && row.time_period == time_period;
    estimates.rows().iter().filter(at).find(|row| row.coordinates.iter().all(whole))
}

fn without_source(catalogue: &Catalogue, batch: &Batch, members: &[Member]) -> Vec<String> {
    let list = &catalogue.dimension(catalogue.known().ref_area).codes;
    let countries: BTreeSet<_> = batch.sources.iter().filter_map(|source| source.ref_area).collect();
    let names = countries.into_iter().map(|country| list.code(country).id.clone());
    names.filter(|name| !members.iter().any(|member| member.ref_area == *name)).collect()
}

/// How a total came about, in words.
fn computed(flags: &[Flag]) -> String {
    flags.iter().map(|flag| flag.code()).collect::<Vec<_>>().join(", ")
}
