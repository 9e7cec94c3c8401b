//! `matricula check BATCH`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use matricula::check_files;
use matricula::spec::model::dimension::CodeId;
use matricula::spec::{Batch, Catalogue};

use crate::arguments::Check;
use crate::error::Failure;
use crate::open;
use crate::render::problems;

pub(super) fn check(arguments: &Check, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let batch = open::batch(&arguments.batch, &catalogue, err)?;
    let found = check_files(&batch, &open::base(&arguments.batch));
    problems::show(&found, err)?;
    writeln!(out, "{}\n{}", paragraph(&catalogue, &batch), problems::summary(&found))?;
    if found.has_errors() { Err(Failure::Findings) } else { Ok(()) }
}

/// What the batch asks for.
fn paragraph(catalogue: &Catalogue, batch: &Batch) -> String {
    let populations = batch.sources.iter().filter(|source| source.vintage.is_some()).count();
    let names: Vec<_> = batch.breakdowns.iter().map(|d| catalogue.dimension(*d).id.as_str()).collect();
    let broken_down = match names.as_slice() {
        [] => "totals only".to_owned(),
        names => format!("broken down by {}, at most {} crossed", names.join(", "), batch.crossed),
    };
    format!(
        "Batch `{}`: {} sources, {populations} of them populations ({}); {} indicators, {broken_down}; {} rules; \
         at most {} cells in a cuboid.",
        batch.id,
        batch.sources.len(),
        places(catalogue, batch),
        batch.indicators.len(),
        batch.rules.len(),
        batch.cell_budget,
    )
}

/// `BRA 2021 2022, CHL 2022`; sources that bring country and year in their rows are not named.
fn places(catalogue: &Catalogue, batch: &Batch) -> String {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.as_str();
    let mut years = BTreeMap::<CodeId, BTreeSet<CodeId>>::new();
    for (area, year) in batch.sources.iter().filter_map(|source| source.ref_area.zip(source.time_period)) {
        years.entry(area).or_default().insert(year);
    }
    let countries = years.iter().map(|(area, years)| {
        let years: Vec<_> = years.iter().map(|year| code(known.time_period, *year)).collect();
        format!("{} {}", code(known.ref_area, *area), years.join(" "))
    });
    let countries: Vec<_> = countries.collect();
    if countries.is_empty() { "country and year as in the rows".to_owned() } else { countries.join(", ") }
}
