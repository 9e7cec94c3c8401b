//! The engine: from blocks of raw rows to figures, and the review of figures.
//!
//! Stages, each a module with a type of its own, so that none can be left out:
//! [`raw`] (what a reader hands over), `plan` (what must be counted), [`harmonize`] (our codes, and what became of
//! every source code), [`validate`] (rules; records set aside are counted), [`link`] (pupils followed by
//! [`pseudonym`]), [`aggregate`] (counting), [`source`](mod@source) (the row pass of one source, and its account),
//! [`cube`] (exact counts), [`indicator`] (figures, every breakdown derived), [`review`] (what figures say together).
//! Below all of them lies the ground: values that everybody names.
//!
//! The engine opens no input file: whoever calls it hands it a [`raw::Reader`].
//! The only files it writes are nameless ([`spool`]).
//! It never prints and reads neither environment nor clock.

pub mod aggregate;
pub mod cube;
pub mod harmonize;
pub mod indicator;
pub mod link;
mod plan;
pub mod pseudonym;
pub mod raw;
pub mod review;
pub mod source;
pub mod validate;

// The ground, below all stages.
mod condition;
pub mod input;
mod integer_table;
pub mod key;
pub mod ledger;
pub mod location;
mod official_age;
pub mod options;
pub mod progress;
pub mod spool;
