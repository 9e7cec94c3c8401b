//! `matricula explain ID`: a method sheet, or one figure.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use matricula::spec::docs::method_sheet;
use matricula::spec::model::batch::Source;
use matricula::spec::model::dimension::{Code, CodeId, Dimension, DimensionId};
use matricula::spec::model::formula::Formula;
use matricula::spec::model::indicator::Indicator;
use matricula::spec::model::text::Label;
use matricula::spec::{Batch, Catalogue};

use crate::arguments::Explain;
use crate::error::Failure;
use crate::nearest::nearest;
use crate::open;
use crate::render::figure::{self, Asked};
use crate::render::problems;

pub(super) fn explain(arguments: &Explain, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let position = open::indicator(&catalogue, &arguments.indicator)?;
    let indicator = &catalogue.indicators()[position];
    match (&arguments.batch, &arguments.country, &arguments.year) {
        (Some(batch), Some(country), Some(year)) => {
            let position = open::computable(&catalogue, &arguments.indicator)?;
            let asked = asked(&catalogue, indicator, country, year, arguments)?;
            explain_figure(&catalogue, position, batch, &asked, arguments, (out, err))
        }
        _ => Ok(out.write_all(method_sheet(&catalogue, indicator, arguments.lang.into()).as_bytes())?),
    }
}

fn explain_figure(
    catalogue: &Catalogue,
    position: usize,
    path: &Path,
    asked: &Asked<'_>,
    arguments: &Explain,
    (out, err): (&mut dyn Write, &mut dyn Write),
) -> Result<(), Failure> {
    let whole = open::batch(path, catalogue, err)?;
    let counted = Batch { sources: behind(&whole, catalogue, asked), ..whole.clone() };
    let mut batch = counted.clone();
    narrow(&mut batch, catalogue, position, asked);
    let options = open::to_the_end(path, &batch, &arguments.key)?;
    let counts = arguments.counted.counts();
    let mut run = matricula::run_asking(catalogue, (&counted, &batch), &options, &counts, &matricula::NoProgress)?;
    // A folder may hold cubes of other sources, too; that these are not asked for is no finding here.
    let is_behind = |id: &String| batch.sources.iter().any(|source| source.id == *id);
    run.problems = run.problems.iter().filter(|found| found.place.source.iter().all(is_behind)).cloned().collect();
    problems::show(&run.problems, err)?;
    let Some(row) = run.provenance.rows().iter().find(|row| {
        row.indicator == asked.indicator.id && row.ref_area == asked.ref_area && row.time_period == asked.time_period
    }) else {
        return Err(no_figure(catalogue, &whole, &run, asked));
    };
    figure::show(catalogue, &batch, &run, asked, row, out)?;
    if run.problems.has_errors() { Err(Failure::Findings) } else { Ok(()) }
}

/// The indicator and the breakdowns asked for.
fn narrow(batch: &mut Batch, catalogue: &Catalogue, position: usize, asked: &Asked<'_>) {
    batch.indicators = open::with_compared(catalogue, position);
    batch.breakdowns = asked.by.iter().map(|(dimension, _)| *dimension).collect();
    if let Formula::Parity { dimension, .. } = &asked.indicator.formula {
        batch.breakdowns.push(*dimension);
    }
    batch.breakdowns.sort_unstable();
    batch.breakdowns.dedup();
    batch.crossed = batch.breakdowns.len();
}

/// The sources that can stand behind the figure.
fn behind(batch: &Batch, catalogue: &Catalogue, asked: &Asked<'_>) -> Vec<Source> {
    let years = &catalogue.dimension(catalogue.known().time_period).codes;
    let year = |code| years.code(code).number().unwrap_or_default();
    let needed: BTreeSet<i32> =
        catalogue.needs_of(&asked.indicator.formula).iter().flat_map(|need| need.years.iter().copied()).collect();
    let apart = |code| year(code) - year(asked.time_period);
    // Where pupils are followed, every year of the country has a say.
    let linked = batch.link.is_some();
    let can_stand = |source: &&Source| {
        source.ref_area.is_none_or(|area| area == asked.ref_area)
            && source.time_period.is_none_or(|code| linked || apart(code) == 0 || needed.contains(&apart(code)))
    };
    batch.sources.iter().filter(can_stand).cloned().collect()
}

/// Names what the batch has, as far as it says so itself or the rows that were read do.
fn no_figure(catalogue: &Catalogue, whole: &Batch, run: &matricula::Run, asked: &Asked<'_>) -> Failure {
    let known = catalogue.known();
    let areas = &catalogue.dimension(known.ref_area).codes;
    let years = &catalogue.dimension(known.time_period).codes;
    let place = |area: CodeId, year: CodeId| format!("{} {}", areas.code(area).id, years.code(year).id);
    let declared = whole.sources.iter().filter_map(|source| Some(place(source.ref_area?, source.time_period?)));
    let rows = run.provenance.rows().iter().filter(|row| row.indicator == asked.indicator.id);
    let candidates: BTreeSet<_> = rows.map(|row| place(row.ref_area, row.time_period)).chain(declared).collect();
    let wanted = place(asked.ref_area, asked.time_period);
    let near = nearest(&wanted, candidates.iter().map(String::as_str));
    let message = format!("no source of the batch counts what {} counts in {wanted}", asked.indicator.id);
    usage(
        message,
        "name a country and year of the batch, or add a source for this one",
        if near.is_empty() { candidates.into_iter().collect() } else { near },
    )
}

fn asked<'a>(
    catalogue: &Catalogue,
    indicator: &'a Indicator,
    country: &str,
    year: &str,
    arguments: &Explain,
) -> Result<Asked<'a>, Failure> {
    let known = catalogue.known();
    let mut by = Vec::new();
    for typed in &arguments.by {
        by.extend(breakdown(catalogue, indicator, typed)?);
    }
    by.sort_unstable();
    if let Some(pair) = by.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let name = &catalogue.dimension(pair[0].0).id;
        let help = "a figure has one code of each dimension";
        return Err(usage(format!("`--by` names the dimension `{name}` twice"), help, Vec::new()));
    }
    crossing_allowed(catalogue, indicator, &by)?;
    Ok(Asked {
        indicator,
        ref_area: code(catalogue, known.ref_area, ("--country", country))?,
        time_period: code(catalogue, known.time_period, ("--year", year))?,
        by,
        language: arguments.lang.into(),
    })
}

/// `sex=F`; nothing for `sex=_T`, which is the total.
fn breakdown(
    catalogue: &Catalogue,
    indicator: &Indicator,
    typed: &str,
) -> Result<Option<(DimensionId, CodeId)>, Failure> {
    let Some((name, value)) = typed.split_once('=') else {
        let help = "write `--by sex=F`, and one `--by` for each further dimension";
        return Err(usage(format!("`--by {typed}` is not of the form DIMENSION=CODE"), help, Vec::new()));
    };
    let permitted = || indicator.breakdowns.iter().map(|id| catalogue.dimension(*id).id.as_str());
    let found = catalogue.find_dimension(name).filter(|id| indicator.breakdowns.contains(id));
    let Some(dimension) = found else {
        let near = nearest(name, permitted());
        let candidates = if near.is_empty() { permitted().map(str::to_owned).collect() } else { near };
        let help = format!("`matricula explain {}` lists its breakdowns", indicator.id);
        return Err(usage(format!("{} has no breakdown by `{name}`", indicator.id), &help, candidates));
    };
    let code = code(catalogue, dimension, ("--by", value))?;
    Ok((code != CodeId::TOTAL).then_some((dimension, code)))
}

fn crossing_allowed(catalogue: &Catalogue, indicator: &Indicator, by: &[(DimensionId, CodeId)]) -> Result<(), Failure> {
    let asked = |dimension: &DimensionId| by.iter().any(|(d, _)| d == dimension);
    match indicator.never_cross.iter().find(|never| never.iter().all(asked)) {
        None => Ok(()),
        Some(never) => {
            let names: Vec<_> = never.iter().map(|d| catalogue.dimension(*d).id.as_str()).collect();
            let message = format!("{} is never crossed by {}", indicator.id, names.join(" and "));
            Err(usage(message, "leave one of them out", Vec::new()))
        }
    }
}

/// The code that was typed after an option.
fn code(catalogue: &Catalogue, dimension: DimensionId, (option, typed): (&str, &str)) -> Result<CodeId, Failure> {
    let of = catalogue.dimension(dimension);
    of.codes.find(typed).ok_or_else(|| {
        let message = format!("`{option}`: the dimension `{}` has no code `{typed}`", of.id);
        usage(message, &format!("its codes stand in `codelists/{}*.csv` of the catalogue", of.id), meant(of, typed))
    })
}

/// The codes whose label was typed, in any language; otherwise those that look like it; otherwise the first.
fn meant(of: &Dimension, typed: &str) -> Vec<String> {
    let ids = || of.codes.ids().map(|id| of.codes.code(id));
    let labelled = |code: &&Code| {
        let Label { en, es, pt } = &code.label;
        [en, es, pt].iter().any(|label| label.to_lowercase() == typed.to_lowercase())
    };
    let labelled: Vec<_> = ids().filter(labelled).map(|code| code.id.clone()).collect();
    if !labelled.is_empty() {
        return labelled;
    }
    let near = nearest(typed, ids().map(|code| code.id.as_str()));
    if near.is_empty() { ids().take(8).map(|code| code.id.clone()).collect() } else { near }
}

fn usage(message: String, help: &str, candidates: Vec<String>) -> Failure {
    Failure::Usage { message, help: help.to_owned(), candidates }
}
