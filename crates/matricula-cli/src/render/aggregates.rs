//! What the aggregates of a run rest on: how many countries of each area have a figure.

use std::collections::BTreeMap;
use std::io::{self, Write};

use matricula::spec::Catalogue;
use matricula::spec::model::dimension::CodeId;
use matricula::{Aggregate, AggregateStatus};

/// Countries with a figure, fewest and most, and how many totals stand and how many do not.
#[derive(Debug, Default, Clone, Copy)]
struct Coverage {
    fewest: usize,
    most: usize,
    of: usize,
    standing: usize,
    below: usize,
}

/// One line for each area: the totals of its indicators, with their coverage.
pub(crate) fn show(catalogue: &Catalogue, aggregates: &[Aggregate], out: &mut dyn Write) -> io::Result<()> {
    let mut areas = BTreeMap::<CodeId, Coverage>::new();
    for row in aggregates.iter().filter(|row| is_total(row)) {
        let of = areas.entry(row.area).or_insert(Coverage { fewest: usize::MAX, ..Coverage::default() });
        of.of = row.countries_in_area;
        of.below += usize::from(row.status == AggregateStatus::BelowMinimumCoverage);
        if row.status == AggregateStatus::Aggregated {
            of.standing += 1;
            of.fewest = of.fewest.min(row.countries);
            of.most = of.most.max(row.countries);
        }
    }
    if areas.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nAggregates (totals by indicator and year; aggregates.csv has the coverage of each):")?;
    for (area, coverage) in areas {
        let name = &catalogue.dimension(catalogue.known().ref_area).codes.code(area).id;
        let Coverage { fewest, most, of, standing, below } = coverage;
        match standing {
            0 => writeln!(out, "  {name}: none; {below} below the minimum coverage of {of} countries")?,
            _ => writeln!(
                out,
                "  {name}: {standing} over {fewest} to {most} of {of} countries; {below} below the minimum coverage"
            )?,
        }
    }
    Ok(())
}

fn is_total(row: &Aggregate) -> bool {
    row.coordinates.iter().all(|code| [CodeId::TOTAL, CodeId::NOT_APPLICABLE].contains(code))
}
