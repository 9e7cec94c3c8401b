//! `matricula run BATCH --out DIR`.

use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::Path;

use matricula::spec::docs::Language;
use matricula::spec::{Batch, Catalogue};
use matricula::store::{self, Facts, Written};
use matricula::{Reuse, Run as Computed, RunOptions};

use crate::arguments::Run;
use crate::error::Failure;
use crate::key;
use crate::open;
use crate::progress::Bar;
use crate::render::{account, aggregates, headline, problems};

pub(super) fn run(arguments: &Run, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let mut batch = open::batch(&arguments.batch, &catalogue, err)?;
    narrow(&mut batch, &catalogue, &arguments.indicator)?;
    store::check_target(&arguments.out)?;
    let options = RunOptions {
        keep_going: arguments.keep_going,
        threads: arguments.threads.map(usize::from),
        linking: key::linking(&arguments.key, &batch)?,
        // Beside the folder that is written, where there must be space anyway.
        ..RunOptions::new(open::base(&arguments.batch), open::base(&arguments.out))
    };
    let bar = Bar::new();
    let run = matricula::run_from(&catalogue, &batch, &options, &arguments.counted.counts(), &bar);
    bar.clear("writing");
    // The program ends after it, and the system takes memory back faster than one figure after the other.
    let run = ManuallyDrop::new(run?);
    problems::show(&run.problems, err)?;
    let written = store::write(&arguments.out, &catalogue, &batch, &run, &facts(arguments))?;
    show(&catalogue, &run, &written, out)?;
    if arguments.timings {
        bar.timings().iter().try_for_each(|(name, seconds)| writeln!(err, "{seconds:8.3} s  {name}"))?;
    }
    if run.problems.has_errors() { Err(Failure::Findings) } else { Ok(()) }
}

/// Only these indicators, if any are named.
fn narrow(batch: &mut Batch, catalogue: &Catalogue, ids: &[String]) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    batch.indicators = ids.iter().map(|id| open::computable(catalogue, id)).collect::<Result<_, _>>()?;
    batch.indicators.sort_unstable();
    batch.indicators.dedup();
    Ok(())
}

/// Names without folders: equal runs are equal bytes, wherever they are made.
fn facts(arguments: &Run) -> Facts {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut typed = vec!["run".to_owned(), name(&arguments.batch)];
    for id in &arguments.indicator {
        typed.extend(["--indicator".to_owned(), id.clone()]);
    }
    if arguments.keep_going {
        typed.push("--keep-going".to_owned());
    }
    for cubes in &arguments.counted.cubes {
        typed.extend(["--cubes".to_owned(), name(cubes)]);
    }
    let language = Language::from(arguments.language);
    if language != Language::default() {
        typed.extend(["--language".to_owned(), language.code().to_owned()]);
    }
    if let Some(specs) = &arguments.specs.specs {
        typed.extend(["--specs".to_owned(), name(specs)]);
    }
    Facts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        arguments: typed,
        batch_file: arguments.batch.clone(),
        language,
        threads: arguments.threads.map(usize::from),
    }
}

fn show(catalogue: &Catalogue, run: &Computed, written: &Written, out: &mut dyn Write) -> Result<(), Failure> {
    if run.estimates.rows().is_empty() {
        writeln!(out, "No figure was computed.")?;
    } else {
        headline::show(catalogue, &run.estimates, out)?;
    }
    aggregates::show(catalogue, &run.aggregates, out)?;
    writeln!(out, "\nRecords:")?;
    account::show(run.ledger.accounts(), out)?;
    if let Some(Reuse { read, from_cache }) = run.reuse {
        writeln!(out, "  read {read} of {} sources, {from_cache} from the cache", read + from_cache)?;
    }
    writeln!(out, "\n{}", problems::summary(&run.problems))?;
    writeln!(
        out,
        "Written to {} (restricted: holds counts of single children, not for publication):",
        written.folder.display()
    )?;
    let names: Vec<_> = written.files.iter().map(|file| file.name.as_str()).collect();
    Ok(writeln!(out, "  {}, manifest.json", names.join(", "))?)
}
