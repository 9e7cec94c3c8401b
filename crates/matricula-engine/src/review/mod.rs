//! What figures say together: over countries, beside each other, over linked records, and the breakdowns they lack.

pub mod aggregates;
pub mod compare;
pub mod disaggregation;
pub mod flows;
