//! A bar on the terminal while rows are read.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use matricula::Progress;

/// Shows how far a run is, on standard error; nothing if that is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let template = "{msg:20!} {wide_bar} {bytes}/{total_bytes} {eta}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(0).with_style(style))
    }

    /// Leaves the terminal as it was.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn source(&self, id: &str, bytes: u64) {
        self.0.reset();
        self.0.set_message(id.to_owned());
        self.0.set_length(bytes);
    }

    fn read(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    fn figures(&self) {
        self.0.set_message("figures");
    }
}
