//! `matricula sheets DIR`: the method sheets of all indicators as pages.

use std::io::Write;

use matricula::spec::docs::{Language, method_pages};
use matricula::store::write_pages;

use crate::arguments::Sheets;
use crate::error::Failure;
use crate::open;

pub(super) fn sheets(arguments: &Sheets, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    for language in Language::ALL {
        let folder = arguments.dir.join(language.code());
        let pages = method_pages(&catalogue, language);
        write_pages(&folder, &pages)?;
        writeln!(out, "{}: {} pages", folder.display(), pages.len())?;
    }
    Ok(())
}
