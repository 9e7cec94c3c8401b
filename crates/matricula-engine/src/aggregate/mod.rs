//! Records -> exact sums by key: counters of one part of the rows, and what their sums are as slices of the cube.

mod axis;
mod blocks;
pub mod counter;
pub mod cuboids;
pub mod keyed_sums;
pub mod margins;
pub mod slices;
