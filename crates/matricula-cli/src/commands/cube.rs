//! `matricula cube BATCH --out DIR`.

use std::io::Write;

use matricula::{RunOptions, store};

use crate::arguments::Cube;
use crate::error::Failure;
use crate::key;
use crate::open;
use crate::progress::Bar;
use crate::render::{account, problems};

pub(super) fn cube(arguments: &Cube, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let batch = open::batch(&arguments.batch, &catalogue, err)?;
    store::check_cube_target(&arguments.out)?;
    let options = RunOptions {
        keep_going: true,
        threads: arguments.threads.map(usize::from),
        linking: key::linking(&arguments.key, &batch)?,
        // Beside the folder that is written, where there must be space anyway.
        ..RunOptions::new(open::base(&arguments.batch), open::base(&arguments.out))
    };
    let bar = Bar::new();
    let cubes = matricula::cubes(&catalogue, &batch, &options, &bar);
    bar.clear("writing");
    let cubes = cubes?;
    problems::show(&cubes.problems, err)?;
    let written = store::write_cubes(&arguments.out, &cubes)?;
    writeln!(out, "Records:")?;
    account::show(cubes.ledger.accounts(), out)?;
    writeln!(out, "\n{}", problems::summary(&cubes.problems))?;
    writeln!(
        out,
        "Cubes of {} of {} sources written to {} (restricted: personal data, not for publication)",
        cubes.files.iter().filter(|file| !file.linked).count(),
        batch.sources.len(),
        written.folder.display()
    )?;
    if cubes.problems.has_errors() { Err(Failure::Findings) } else { Ok(()) }
}
