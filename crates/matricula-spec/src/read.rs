//! From the texts of specifications to a model that holds together: raw, lowered, checked.

use std::collections::BTreeMap;

use crate::model::batch::Batch;
use crate::model::catalogue::Catalogue;
use crate::problem::Problems;
use crate::{check, lower};

impl Catalogue {
    /// Reads a catalogue from the texts of its files, by path relative to `indicator-specs/` with `/`.
    /// Nothing where one of the problems is an error.
    #[must_use]
    pub fn read(files: BTreeMap<String, String>) -> (Option<Self>, Problems) {
        let mut problems = Problems::default();
        let lowered = lower::catalogue(files, &mut problems);
        if let Some((catalogue, places)) = &lowered {
            check::catalogue(catalogue, places, &mut problems);
        }
        let complete = !problems.has_errors();
        (lowered.filter(|_| complete).map(|(catalogue, _)| catalogue), problems.sorted())
    }
}

impl Batch {
    /// Reads a batch from its text; `file_name` is for messages. Nothing where one of the problems is an error.
    #[must_use]
    pub fn read(text: &str, file_name: &str, catalogue: &Catalogue) -> (Option<Self>, Problems) {
        let mut problems = Problems::default();
        let lowered = lower::batch(text, file_name, catalogue, &mut problems);
        if let Some((batch, places)) = &lowered {
            check::batch(catalogue, batch, places, &mut problems);
        }
        let complete = !problems.has_errors();
        (lowered.filter(|_| complete).map(|(batch, _)| batch), problems.sorted())
    }
}
