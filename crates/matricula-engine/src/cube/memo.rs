//! What is computed once, whoever asks for it first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

type Answers<Q, A> = BTreeMap<Q, Arc<OnceLock<A>>>;

/// Answers by question. While one is computed, others can be asked for.
///
/// No work may be handed to other threads while an answer is computed: a thread that waits for such work takes up
/// other questions, perhaps the very one that it is answering.
#[derive(Debug)]
pub(super) struct Memo<Q, A> {
    answers: Mutex<Answers<Q, A>>,
}

impl<Q, A> Default for Memo<Q, A> {
    fn default() -> Self {
        Self { answers: Mutex::default() }
    }
}

impl<Q: Ord + Clone, A: Clone> Memo<Q, A> {
    /// The answer to a question.
    pub(super) fn answer(&self, question: &Q, compute: impl FnOnce() -> A) -> A {
        let known = self.lock().get(question).map(Arc::clone);
        let place = known.unwrap_or_else(|| Arc::clone(self.lock().entry(question.clone()).or_default()));
        place.get_or_init(compute).clone()
    }

    /// The answers that are already there.
    pub(super) fn answers(&self) -> Vec<A> {
        self.lock().values().filter_map(|place| place.get()).cloned().collect()
    }

    /// Forgets all answers; whoever holds one keeps it.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Answers<Q, A>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
