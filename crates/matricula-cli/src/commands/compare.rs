//! `matricula compare ID --batch BATCH`.

use std::io::{self, Write};

use matricula::compare::{self, Aspect, Comparison, Group, Member, Note, Reason, Strength, Verdict};

use crate::arguments::Compare;
use crate::error::Failure;
use crate::open;
use crate::render::{number, problems, table};

/// Aspects with a column of their own; the year has one already.
const COLUMNS: [Aspect; 8] = [
    Aspect::MobilityProxy,
    Aspect::AgeBasis,
    Aspect::AgeReferenceDate,
    Aspect::EnrolmentMoment,
    Aspect::EducationSystem,
    Aspect::PopulationVintage,
    Aspect::Coverage,
    Aspect::Computed,
];

pub(super) fn compare(arguments: &Compare, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let position = open::computable(&catalogue, &arguments.indicator)?;
    let whole = open::batch(&arguments.batch, &catalogue, err)?;
    let mut batch = whole.clone();
    batch.indicators = vec![position];
    // Totals suffice: what was collected does not depend on what is crossed.
    batch.crossed = 0;
    let options = open::to_the_end(&arguments.batch, &batch, &arguments.key)?;
    let counts = arguments.counted.counts();
    let run = matricula::run_asking(&catalogue, (&whole, &batch), &options, &counts, &matricula::NoProgress)?;
    problems::show(&run.problems, err)?;
    let indicator = &catalogue.indicators()[position];
    let comparison = compare::compare(&catalogue, &batch, indicator, &run.estimates, &run.provenance);
    writeln!(out, "{}  {}\n", indicator.id, indicator.label.en)?;
    show(&comparison, out)?;
    if run.problems.has_errors() { Err(Failure::Findings) } else { Ok(()) }
}

fn show(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    show_members(comparison, out)?;
    for country in &comparison.without_source {
        writeln!(out, "{country}: no source of the batch counts what the indicator counts")?;
    }
    for (title, groups) in [("Countries beside each other", &comparison.across), ("Series", &comparison.series)] {
        if !groups.is_empty() {
            writeln!(out, "\n{title}")?;
        }
        for group in groups {
            show_group(comparison, group, out)?;
        }
    }
    if comparison.across.is_empty() && comparison.series.is_empty() {
        writeln!(out, "\nThere is nothing to compare: the batch has one country and year, or none.")?;
    }
    Ok(())
}

fn show_members(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let matters = |aspect: &&Aspect| comparison.members.iter().any(|member| member.facts.contains_key(aspect));
    let columns: Vec<Aspect> = COLUMNS.iter().filter(matters).copied().collect();
    let mut rows = vec![vec!["country".to_owned(), "year".to_owned(), "total".to_owned()]];
    rows[0].extend(columns.iter().map(|aspect| aspect.name().to_owned()));
    for member in &comparison.members {
        let facts = columns.iter().map(|aspect| member.facts.get(aspect).cloned().unwrap_or_else(|| "-".to_owned()));
        let total = number::status(member.obs_status).to_owned();
        rows.push([member.ref_area.clone(), member.time_period.clone(), total].into_iter().chain(facts).collect());
    }
    table::show(&rows, &[], out)
}

fn show_group(comparison: &Comparison, group: &Group, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::of(comparison, group);
    let members = if group.members.is_empty() { "nothing".to_owned() } else { names.list(&group.members) };
    writeln!(out, "  {}: {members}: {}", group.name, group.verdict.words())?;
    match &group.verdict {
        Verdict::Comparable => {}
        Verdict::WithNotes(notes) => notes.iter().try_for_each(|note| show_note(&names, note, out))?,
        Verdict::NotComparable(reasons) => {
            reasons.iter().try_for_each(|reason| writeln!(out, "    - {}", names.reason(reason)))?;
        }
    }
    let without = group.without_figure.iter().map(|position| Reason::NoFigure(*position));
    without.map(|reason| names.reason(&reason)).try_for_each(|reason| writeln!(out, "    - {reason}"))
}

fn show_note(names: &Names<'_>, note: &Note, out: &mut dyn Write) -> io::Result<()> {
    let mark = if note.strength == Strength::Strong { "!" } else { "-" };
    writeln!(out, "    {mark} {} {}", note.sentence(), names.who_has_what(&note.values))
}

/// Names the members of a group, without what they all share.
struct Names<'a> {
    members: &'a [Member],
    /// Whether the group has several countries.
    countries: bool,
    /// Whether it has several years.
    years: bool,
}

impl<'a> Names<'a> {
    fn of(comparison: &'a Comparison, group: &Group) -> Self {
        let members = &comparison.members;
        let all = || group.members.iter().chain(&group.without_figure).map(|position| &members[*position]);
        let differ = |name: fn(&Member) -> &String| all().any(|member| all().any(|other| name(other) != name(member)));
        let (countries, years) = (differ(|member| &member.ref_area), differ(|member| &member.time_period));
        Self { members, countries, years }
    }

    /// `CHL 2021 2022, BRA 2022`; members are in the order of countries and years.
    fn list(&self, positions: &[usize]) -> String {
        let mut text = String::new();
        let mut country = "";
        for member in positions.iter().map(|position| &self.members[*position]) {
            if self.countries && member.ref_area != country {
                text.push_str(if text.is_empty() { "" } else { ", " });
                text.push_str(&member.ref_area);
                country = &member.ref_area;
            }
            if self.years {
                text.push_str(if text.is_empty() { "" } else { " " });
                text.push_str(&member.time_period);
            }
        }
        text
    }

    fn who_has_what(&self, values: &[(String, Vec<usize>)]) -> String {
        let parts = values.iter().map(|(value, members)| {
            let value = if value.is_empty() { "nothing" } else { value };
            format!("{value} ({})", self.list(members))
        });
        parts.collect::<Vec<_>>().join("; ")
    }

    fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::NoFigure(position) => {
                let status = number::status(self.members[*position].obs_status);
                format!("{} has no figure: {status}", self.list(&[*position]))
            }
            Reason::Alone => "fewer than two figures".to_owned(),
            Reason::MixedVintages(values) => {
                format!("a series never mixes populations: {}", self.who_has_what(values))
            }
        }
    }
}
