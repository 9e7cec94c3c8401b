//! A second opinion: the figures of a batch, computed slowly and row at a time from `docs/estimates.md`
//! and `indicator-specs/README.md`.
//!
//! It shares the model of specifications with the engine and nothing else: no cuboids, no packed keys,
//! a record is a map from dimension to code.

mod cells;
mod cohorts;
pub(crate) mod compare;
mod coverage;
mod figures;
mod files;
mod mobility;
mod quotients;
mod reading;
mod records;
mod rows;
mod rules;
mod sums;
mod tables;
mod value;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::{Batch, Catalogue};

pub(crate) use rows::Row;
use tables::{Number, Way};

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

/// Cells of one source, equal ones added up.
pub(crate) type Cells = BTreeMap<Codes, Number>;

/// One measure of one country and year, from one source.
pub(crate) struct Slice<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) mapping: usize,
    pub(crate) ref_area: CodeId,
    pub(crate) time_period: CodeId,
    pub(crate) cells: Cells,
    /// The same by the role of an identifier and by what it identifies; records without one are in none.
    pub(crate) units: BTreeMap<String, BTreeMap<Vec<String>, Cells>>,
    /// The codes that were collected of each dimension that was asked for.
    given: RefCell<BTreeMap<DimensionId, Rc<BTreeSet<CodeId>>>>,
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
            cells: Cells::new(),
            units: BTreeMap::new(),
            given: RefCell::default(),
        };
        for record in records {
            let mut codes = record.codes;
            let mut take = |dimension| codes.remove(&dimension).expect("every record has a measure, country and year");
            let key = (take(known.measure), take(known.ref_area), take(known.time_period));
            let slice = slices.entry(key).or_insert_with(|| empty(key.1, key.2));
            assert_eq!(slice.mapping, source.mapping, "two sources of one measure");
            for (codes, number) in without_bands(slice, codes, record.amount) {
                for (role, unit) in &record.identifiers {
                    let units = slice.units.entry(role.clone()).or_default();
                    add(units.entry(unit.clone()).or_default(), codes.clone(), number);
                }
                add(&mut slice.cells, codes, number);
            }
        }
    }
    Outcome { accounts, rows: rows::rows(catalogue, batch, &slices) }
}

fn add(cells: &mut Cells, codes: Codes, number: Number) {
    let cell = cells.entry(codes).or_default();
    *cell = cell.plus(number);
}

/// A record, or, where the mapping splits bands, equal parts of it for the codes under its band.
fn without_bands(slice: &Slice<'_>, codes: Codes, amount: i128) -> Vec<(Codes, Number)> {
    let mut parts = vec![(codes, Number::given(amount))];
    for dimension in slice.mapping().splits.keys() {
        let list = slice.list(*dimension);
        let split = |(codes, number): (Codes, Number)| {
            let leaves = list.leaves(codes[dimension]);
            if !list.is_margin(codes[dimension]) {
                return vec![(codes, number)];
            }
            let share = number.millionths / i128::try_from(leaves.len()).expect("a few codes");
            let part = |leaf: &CodeId| {
                let mut codes = codes.clone();
                codes.insert(*dimension, *leaf);
                (codes, Number { millionths: share, way: Way::Split })
            };
            leaves.iter().map(part).collect()
        };
        parts = parts.into_iter().flat_map(split).collect();
    }
    parts
}
