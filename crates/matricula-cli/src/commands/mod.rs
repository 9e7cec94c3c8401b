//! One file for each command.

mod catalogue;
mod check;
mod codes;
mod compare;
mod cube;
mod explain;
mod init;
mod mapping;
mod run;
mod sheets;
mod sql;

use std::io::Write;

use crate::arguments::{Arguments, Command};
use crate::error::Failure;

/// Does what was asked for.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    match &arguments.command {
        Command::Check(arguments) => check::check(arguments, out, err),
        Command::Run(arguments) => run::run(arguments, out, err),
        Command::Cube(arguments) => cube::cube(arguments, out, err),
        Command::Explain(arguments) => explain::explain(arguments, out, err),
        Command::Compare(arguments) => compare::compare(arguments, out, err),
        Command::Catalogue(arguments) => catalogue::catalogue(arguments, out, err),
        Command::Sheets(arguments) => sheets::sheets(arguments, out, err),
        Command::Init(arguments) => init::init(arguments, out, err),
        Command::Mapping(arguments) => mapping::mapping(arguments, out, err),
        Command::Sql(arguments) => sql::sql(arguments, out, err),
        Command::Codes => codes::codes(out),
    }
}
