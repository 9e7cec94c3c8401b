//! From a ministry's enrolment records to comparable SDG 4 figures.

mod read;
