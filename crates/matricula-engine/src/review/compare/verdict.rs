//! Whether figures may be compared.

use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Member};

/// Dates this many days apart within the school year are taken as the same moment:
/// a month moves the age of one child in twelve. Our convention; no source gives a number.
const SAME_MOMENT_DAYS: i64 = 31;

/// Enrolment moment that counts everybody who was enrolled at some time.
const CUMULATIVE: &str = "cumulative";

/// How much a note weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// To be said beside the figures.
    Note,
    /// Likely to move the figures.
    Strong,
}

/// A difference that must be said beside the figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// In what they differ.
    pub aspect: Aspect,
    /// How much it weighs.
    pub strength: Strength,
    /// Who has what: positions in [`super::Comparison::members`]; empty text where nothing is declared.
    pub values: Vec<(String, Vec<usize>)>,
}

impl Note {
    /// What the difference does, as a sentence.
    #[must_use]
    pub fn sentence(&self) -> &'static str {
        match self.aspect {
            Aspect::MobilityProxy => "Students on the move are told apart by different proxies.",
            Aspect::AgeBasis => "Age comes from birth dates in some, and as reported in others.",
            Aspect::AgeReferenceDate => "Age is taken at different moments of the school year.",
            Aspect::EnrolmentMoment if self.strength == Strength::Strong => {
                "Cumulative enrolment counts transfers twice; the others do not."
            }
            Aspect::EnrolmentMoment => "Enrolment was counted at different moments of the school year.",
            Aspect::EducationSystem => "Official ages or durations of the levels differ.",
            Aspect::PopulationVintage => "The populations are of different sources or revisions.",
            Aspect::Coverage => {
                "Some breakdowns were not collected everywhere: compare totals only, or leave them out."
            }
            Aspect::Computed => "Some totals were computed from parts or by subtraction, not given.",
            Aspect::Year => "The years differ.",
        }
    }
}

/// Why figures may not be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// This member has no figure; its status says why.
    NoFigure(usize),
    /// Fewer than two figures.
    Alone,
    /// A series of one country that mixes revisions of the population: who has which.
    MixedVintages(Vec<(String, Vec<usize>)>),
}

/// Whether figures may be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that matters differs.
    Comparable,
    /// They may, if these notes stand beside them; the strongest first.
    WithNotes(Vec<Note>),
    /// They may not.
    NotComparable(Vec<Reason>),
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Comparable => "comparable",
            Self::WithNotes(_) => "comparable with notes",
            Self::NotComparable(_) => "not comparable",
        }
    }
}

/// The verdict on some of the members.
pub(super) fn verdict(all: &[Member], aspects: &BTreeSet<Aspect>, members: &[usize]) -> Verdict {
    let mut reasons: Vec<_> = members.iter().filter(|m| !all[**m].has_figure()).map(|m| Reason::NoFigure(*m)).collect();
    if members.len() < 2 {
        reasons.push(Reason::Alone);
    }
    if aspects.contains(&Aspect::PopulationVintage) {
        reasons.extend(mixed_vintages(all, members));
    }
    if !reasons.is_empty() {
        return Verdict::NotComparable(reasons);
    }
    let mut notes: Vec<Note> = aspects.iter().filter_map(|aspect| note(all, *aspect, members)).collect();
    notes.sort_by_key(|note| std::cmp::Reverse(note.strength));
    if notes.is_empty() { Verdict::Comparable } else { Verdict::WithNotes(notes) }
}

/// Countries that stand there with several years and several vintages.
fn mixed_vintages(all: &[Member], members: &[usize]) -> Vec<Reason> {
    let mut countries = BTreeMap::<&str, Vec<usize>>::new();
    for member in members {
        countries.entry(&all[*member].ref_area).or_default().push(*member);
    }
    let vintages = countries.into_values().map(|years| by_value(all, Aspect::PopulationVintage, &years));
    vintages.filter(|vintages| vintages.len() > 1).map(Reason::MixedVintages).collect()
}

fn by_value(all: &[Member], aspect: Aspect, members: &[usize]) -> Vec<(String, Vec<usize>)> {
    let mut values = BTreeMap::<String, Vec<usize>>::new();
    for member in members {
        let value = all[*member].facts.get(&aspect).cloned().unwrap_or_default();
        values.entry(value).or_default().push(*member);
    }
    values.into_iter().collect()
}

fn note(all: &[Member], aspect: Aspect, members: &[usize]) -> Option<Note> {
    let values = by_value(all, aspect, members);
    let cumulative = values.iter().any(|(value, _)| value == CUMULATIVE);
    let differ = match aspect {
        Aspect::Year => !one_country(all, members) && values.len() > 1,
        Aspect::AgeReferenceDate => !same_moment(all, members),
        // Where there is no proxy, mobility was not collected: that is a matter of coverage.
        Aspect::MobilityProxy => values.iter().filter(|(proxy, _)| !proxy.is_empty()).count() > 1,
        _ => values.len() > 1,
    };
    let strong = matches!(aspect, Aspect::MobilityProxy) || (aspect == Aspect::EnrolmentMoment && cumulative);
    let strength = if strong { Strength::Strong } else { Strength::Note };
    differ.then_some(Note { aspect, strength, values })
}

/// In a series of one country the years differ by intent.
fn one_country(all: &[Member], members: &[usize]) -> bool {
    members.windows(2).all(|pair| all[pair[0]].ref_area == all[pair[1]].ref_area)
}

/// Dates move with the school year: what counts is how long after its start age is taken.
fn same_moment(all: &[Member], members: &[usize]) -> bool {
    let after: Vec<_> = members.iter().map(|member| all[*member].age_taken_after).collect();
    let declared: Vec<_> = after.iter().flatten().copied().collect();
    let (least, most) = (declared.iter().min(), declared.iter().max());
    let near = least.zip(most).is_none_or(|(least, most)| most - least <= SAME_MOMENT_DAYS);
    near && (declared.is_empty() || declared.len() == after.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::estimates::ObsStatus;

    fn member(ref_area: &str, year: &str, obs_status: ObsStatus, facts: &[(Aspect, &str)], after: i64) -> Member {
        Member {
            ref_area: ref_area.to_owned(),
            time_period: year.to_owned(),
            obs_status,
            facts: facts.iter().map(|(aspect, text)| (*aspect, (*text).to_owned())).collect(),
            provenance_id: String::new(),
            age_taken_after: Some(after),
        }
    }

    fn check(members: &[Member], aspects: &[Aspect]) -> String {
        let positions: Vec<_> = (0..members.len()).collect();
        match verdict(members, &aspects.iter().copied().collect(), &positions) {
            Verdict::WithNotes(notes) => {
                let names = notes.iter().map(|note| format!("{} ({:?})", note.aspect.name(), note.strength));
                names.collect::<Vec<_>>().join(", ")
            }
            Verdict::NotComparable(reasons) => format!("{reasons:?}"),
            Verdict::Comparable => "comparable".to_owned(),
        }
    }

    #[test]
    fn only_aspects_that_matter_count() {
        let normal = ObsStatus::Normal;
        let chl = member("CHL", "2022", normal, &[(Aspect::MobilityProxy, "nationality")], 120);
        let bra = member("BRA", "2022", normal, &[(Aspect::MobilityProxy, "country-of-birth")], 50);
        let pair = [chl, bra];
        assert_eq!(check(&pair, &[]), "comparable");
        assert_eq!(check(&pair, &[Aspect::MobilityProxy]), "mobility proxy (Strong)");
        assert_eq!(check(&pair, &[Aspect::AgeReferenceDate]), "age at (Note)");
    }

    #[test]
    fn cumulative_enrolment_weighs_more() {
        let of = |moment| member("CHL", "2022", ObsStatus::Normal, &[(Aspect::EnrolmentMoment, moment)], 0);
        let aspects = [Aspect::EnrolmentMoment];
        assert_eq!(check(&[of("initial"), of("final")], &aspects), "enrolment moment (Note)");
        assert_eq!(check(&[of("initial"), of("cumulative")], &aspects), "enrolment moment (Strong)");
    }

    #[test]
    fn a_series_does_not_mix_vintages_and_countries_may() {
        let of = |area, year, vintage| {
            member(area, year, ObsStatus::Normal, &[(Aspect::PopulationVintage, vintage), (Aspect::Year, year)], 0)
        };
        let aspects = [Aspect::PopulationVintage, Aspect::Year];
        let series = [of("CHL", "2021", "WPP 2019"), of("CHL", "2022", "WPP 2022")];
        assert!(check(&series, &aspects).starts_with("[MixedVintages"));
        let countries = [of("CHL", "2022", "WPP 2019"), of("BRA", "2022", "IBGE 2018")];
        assert_eq!(check(&countries, &aspects), "population (Note)");
    }

    #[test]
    fn what_has_no_figure_is_not_compared() {
        let chl = member("CHL", "2022", ObsStatus::Normal, &[], 0);
        let bra = member("BRA", "2022", ObsStatus::NotCollected, &[], 0);
        assert_eq!(check(&[chl.clone(), bra], &[]), "[NoFigure(1)]");
        assert_eq!(check(&[chl], &[]), "[Alone]");
    }
}
