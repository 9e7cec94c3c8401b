//! `matricula catalogue [BATCH]`: all indicators, what they need, and whether a batch can feed them.

use std::io::Write;

use matricula::spec::docs::catalogue_table;

use crate::arguments::Listing;
use crate::error::Failure;
use crate::open;
use crate::render::table;

pub(super) fn catalogue(arguments: &Listing, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let batch = arguments.batch.as_deref().map(|path| open::batch(path, &catalogue, err)).transpose()?;
    let rows = catalogue_table(&catalogue, batch.as_ref(), arguments.language.into());
    Ok(table::show(&rows, &[], out)?)
}
