//! The command line of matricula: reads arguments, calls the library, shows what it gives.

mod arguments;
mod bug;
mod commands;
mod error;
mod key;
mod nearest;
mod open;
mod progress;
mod render;

use std::io::{self, BufWriter, Write};
use std::panic::catch_unwind;
use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use error::Failure;

fn main() -> ExitCode {
    bug::install();
    let arguments = Arguments::parse();
    let ended = catch_unwind(|| {
        let mut out = BufWriter::new(io::stdout().lock());
        let ended = commands::run(&arguments, &mut out, &mut io::stderr());
        // What was written before a failure is shown too.
        out.flush().map_err(Failure::from).and(ended)
    });
    match ended {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => failure.report(&mut io::stderr()),
        Err(_) => ExitCode::from(error::BUG),
    }
}
