//! Records -> exact sums by key: counters of one part of the rows, and what their sums are as slices of the cube.

mod axis;
mod blocks;
pub(crate) mod counter;
pub(crate) mod cuboids;
pub mod keyed_sums;
pub(crate) mod margins;
pub(crate) mod slices;
