//! The pass over rows.
fn main() {}
