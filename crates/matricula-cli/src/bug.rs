//! What is said when the program itself fails.

use std::io::{self, Write};
use std::panic::{self, Location, PanicHookInfo};

/// Says that it is a bug and where, and nothing else: the message of a panic could hold a record's value.
pub(crate) fn install() {
    panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let place = info.location().map(Location::to_string).unwrap_or_default();
        // The library catches what the reader of workbooks panics at, and gives it as a finding.
        if place.contains("/calamine-") {
            return;
        }
        let version = env!("CARGO_PKG_VERSION");
        // Nobody is left to hear that this could not be written.
        let _ = writeln!(
            io::stderr(),
            "error: this is a bug in matricula {version}, at {place}\n  \
             help: please report it with this line and what you typed; send no data. Nothing was written."
        );
    }));
}
