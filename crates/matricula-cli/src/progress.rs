//! A bar on the terminal while rows are read.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use matricula::{Phase, Progress};

/// Shows how far a run is, on standard error; nothing if that is no terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
    watch: Mutex<Watch>,
}

/// How long the parts of a run took.
struct Watch {
    since: Instant,
    now: &'static str,
    spent: Vec<(&'static str, Duration)>,
}

impl Watch {
    fn turn_to(&mut self, next: &'static str) {
        let passed = self.since.elapsed();
        self.since = Instant::now();
        match self.spent.iter_mut().find(|(name, _)| *name == self.now) {
            Some((_, spent)) => *spent += passed,
            None => self.spent.push((self.now, passed)),
        }
        self.now = next;
    }
}

impl Bar {
    pub(crate) fn new() -> Self {
        let watch = Mutex::new(Watch { since: Instant::now(), now: "begin", spent: Vec::new() });
        if !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden(), watch };
        }
        let template = "{msg:20!} {wide_bar} {bytes}/{total_bytes} {eta}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { bar: ProgressBar::new(0).with_style(style), watch }
    }

    /// Leaves the terminal as it was; what follows counts as `next`.
    pub(crate) fn clear(&self, next: &'static str) {
        self.bar.finish_and_clear();
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).turn_to(next);
    }

    /// Seconds by part of the run, in the order in which these began.
    pub(crate) fn timings(&self) -> Vec<(&'static str, f64)> {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        watch.turn_to("end");
        watch.spent.iter().map(|(name, spent)| (*name, spent.as_secs_f64())).collect()
    }
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Rows => "row pass",
        Phase::Duplicates => "duplicates",
        Phase::Link => "linking",
        Phase::Figures => "figures",
    }
}

impl Progress for Bar {
    fn source(&self, id: &str, bytes: u64) {
        self.bar.reset();
        self.bar.set_message(id.to_owned());
        self.bar.set_length(bytes);
    }

    fn read(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn phase(&self, phase: Phase) {
        if phase == Phase::Figures {
            self.bar.set_message("figures");
        }
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).turn_to(name(phase));
    }
}
