//! A second opinion: the figures of a batch, computed slowly and row at a time from `docs/estimates.md`
//! and `indicator-specs/README.md`.
//!
//! It shares the model of specifications with the engine and nothing else: no cuboids, no packed keys,
//! a record is a map from dimension to code.

mod cells;
pub(crate) mod compare;
mod coverage;
mod figures;
mod files;
mod records;
mod rows;
mod rules;
mod tables;
mod value;

use std::collections::BTreeMap;
use std::path::Path;

use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::{Batch, Catalogue};

pub(crate) use rows::Row;

/// What is known of one record: a code for each dimension that its source gives.
pub(crate) type Codes = BTreeMap<DimensionId, CodeId>;

/// The account of one source; entries without rows are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Account {
    pub(crate) read: u64,
    pub(crate) kept: u64,
    pub(crate) out_of_scope: BTreeMap<String, u64>,
    pub(crate) set_aside: BTreeMap<String, u64>,
    pub(crate) duplicates: BTreeMap<String, u64>,
}

/// Everything that the reference has an opinion on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) accounts: Vec<Account>,
    pub(crate) rows: Vec<Row>,
}

/// One measure of one country and year: the cells of one source, equal ones added up.
pub(crate) struct Slice<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) mapping: usize,
    pub(crate) ref_area: CodeId,
    pub(crate) time_period: CodeId,
    /// Amounts in millionths.
    pub(crate) cells: BTreeMap<Codes, i128>,
}

/// Slices by measure, country and year.
pub(crate) type Slices<'a> = BTreeMap<(CodeId, CodeId, CodeId), Slice<'a>>;

/// The accounts and figures of a batch whose files stand in `base`.
pub(crate) fn compute(catalogue: &Catalogue, batch: &Batch, base: &Path) -> Outcome {
    let mut slices = Slices::new();
    let mut accounts = Vec::new();
    for source in &batch.sources {
        let (account, records) = rules::kept(catalogue, batch, source, base);
        accounts.push(account);
        let known = catalogue.known();
        let empty = |ref_area, time_period| Slice {
            catalogue,
            mapping: source.mapping,
            ref_area,
            time_period,
            cells: BTreeMap::new(),
        };
        for record in records {
            let mut codes = record.codes;
            let mut take = |dimension| codes.remove(&dimension).expect("every record has a measure, country and year");
            let key = (take(known.measure), take(known.ref_area), take(known.time_period));
            let slice = slices.entry(key).or_insert_with(|| empty(key.1, key.2));
            assert_eq!(slice.mapping, source.mapping, "two sources of one measure");
            *slice.cells.entry(codes).or_default() += record.amount;
        }
    }
    Outcome { accounts, rows: rows::rows(catalogue, batch, &slices) }
}
