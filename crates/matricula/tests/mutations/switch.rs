//! Which of the planted mutations this process has; the copy of the sources adds this file to each crate that has any.

use std::sync::LazyLock;

static CHOSEN: LazyLock<Option<usize>> =
    LazyLock::new(|| std::env::var("MATRICULA_MUTANT").ok().and_then(|number| number.parse().ok()));

/// Whether the mutation of this number is the one that was chosen.
pub(crate) fn mutant(number: usize) -> bool {
    *CHOSEN == Some(number)
}
