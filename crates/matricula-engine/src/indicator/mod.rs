//! `Cube` -> `Estimates`: a closed set of formula forms; every breakdown is derived, none is coded.

mod cohort;
pub mod estimates;
pub mod figures;
mod form;
pub mod formulas;
mod linked;
mod outcome;
pub mod provenance;
mod provenance_of;
mod quotient;
mod reader;
mod rows;
mod segregation;
mod sexes;
mod sums_over_codes;

pub(crate) use reader::ByUnit;
pub(crate) use rows::figures;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::system::System;

use crate::cube::Cube;

/// A country in a year, with its education system of reference.
pub(crate) struct Place<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) cube: &'a Cube,
    pub(crate) ref_area: CodeId,
    pub(crate) time_period: CodeId,
    pub(crate) system: System<'a>,
}

impl<'a> Place<'a> {
    /// The place of a figure.
    pub(crate) fn new(catalogue: &'a Catalogue, cube: &'a Cube, ref_area: CodeId, time_period: CodeId) -> Self {
        let year = year_of(catalogue, time_period);
        Self { catalogue, cube, ref_area, time_period, system: catalogue.systems().of(ref_area, None, year) }
    }

    /// The same country so many years later.
    pub(crate) fn years_later(&self, years: i32) -> Self {
        let list = &self.catalogue.dimension(self.catalogue.known().time_period).codes;
        // A year that the list does not have is a year without sources; no record has `_Z` for its year.
        let time_period = list.find(&(self.year() + years).to_string()).unwrap_or(CodeId::NOT_APPLICABLE);
        Self::new(self.catalogue, self.cube, self.ref_area, time_period)
    }

    /// The calendar year.
    pub(crate) fn year(&self) -> i32 {
        year_of(self.catalogue, self.time_period)
    }
}

fn year_of(catalogue: &Catalogue, time_period: CodeId) -> i32 {
    let list = &catalogue.dimension(catalogue.known().time_period).codes;
    list.code(time_period).number().unwrap_or_default()
}
