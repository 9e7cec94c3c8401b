//! What is known of the sources of a batch before any figure: counted from files, from cube files, or out of a cache.

mod cache;
pub(crate) mod cells;
mod cubes;
mod files;

use std::path::Path;

use matricula_engine::cube::CubeBuilder;
use matricula_engine::options::RunOptions;
use matricula_engine::progress::Progress;
use matricula_engine::source::SourceResult;
use matricula_spec::{Batch, Catalogue};

use crate::counts::Counts;
use crate::error::StoreError;
use crate::results::Run;
use cache::from_cache;
use cubes::from_cubes;
use files::from_files;

/// What is known of the sources, before any figure.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) run: Run,
    pub(crate) cube: CubeBuilder,
    pub(crate) rules: Vec<Vec<String>>,
}

impl Gathered {
    /// Adds a source; they come in the order of the batch.
    pub(crate) fn add(&mut self, source: SourceResult) {
        self.run.problems.extend(source.problems);
        self.run.ledger.accounts.push(source.account);
        self.run.ledger.variables.extend(source.variables);
        self.run.inputs.extend(source.inputs);
        self.rules.push(source.rules);
        self.cube.add(source.slices);
    }
}

/// The sources of `asked`: read, harmonized, validated, counted and linked, or out of what was counted for `batch`
/// before, where that is the same batch with more indicators, breakdowns or crossings.
///
/// # Errors
/// Where the folder of the cache cannot be used.
pub(crate) fn gather(
    catalogue: &Catalogue,
    (batch, asked): (&Batch, &Batch),
    options: &RunOptions,
    counts: &Counts,
    progress: &dyn Progress,
) -> Result<Gathered, StoreError> {
    let asks_for_less = batch != asked && asks_no_more(asked, batch);
    let cached = |batch: &Batch, folder: &Path, rehash: bool, only_held: bool| {
        from_cache(catalogue, batch, options, (folder, rehash, only_held), progress)
    };
    Ok(match counts {
        Counts::Files => from_files(catalogue, asked, options, progress),
        Counts::Cubes(paths) => from_cubes(catalogue, if asks_for_less { batch } else { asked }, paths),
        Counts::Cache { folder, rehash } => {
            let of_more = if asks_for_less { cached(batch, folder, *rehash, true)? } else { None };
            match of_more {
                Some(gathered) => gathered,
                // What is to be hashed anew was so for the first look.
                None => cached(asked, folder, *rehash && !asks_for_less, false)?.unwrap_or_default(),
            }
        }
    })
}

/// Whether every crossing of every indicator that one batch asks for is one of the other's, and they are the same
/// in everything else.
fn asks_no_more(asked: &Batch, batch: &Batch) -> bool {
    let (indicators, breakdowns) = (batch.indicators.clone(), batch.breakdowns.clone());
    let as_much = Batch { indicators, breakdowns, crossed: batch.crossed, ..asked.clone() };
    as_much == *batch
        && asked.crossed <= batch.crossed
        && asked.indicators.iter().all(|indicator| batch.indicators.contains(indicator))
        && asked.breakdowns.iter().all(|breakdown| batch.breakdowns.contains(breakdown))
}
