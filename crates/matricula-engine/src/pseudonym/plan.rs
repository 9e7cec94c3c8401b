//! From the identifier in a record to the pseudonym by which a pupil is followed.

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::mapping::Mapping;
use matricula_spec::model::pseudonym::{IdType, Normalisation};
use serde::{Deserialize, Serialize};

use super::Pseudonyms;
use super::normalise::{normalise, version};
use crate::raw::block::RawBlock;

/// Records in scope without a pseudonym.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PseudonymTally {
    /// The identifier, or its type, cannot be one.
    pub unusable: u64,
}

/// How records of a source get pseudonyms.
#[derive(Debug, Clone)]
pub(crate) struct PseudonymPlan {
    pseudonyms: Pseudonyms,
    /// Spelling of each country.
    areas: Vec<String>,
    /// The first that is not blank counts.
    columns: Vec<(usize, TypeOf, Normalisation)>,
}

#[derive(Debug, Clone)]
enum TypeOf {
    Fixed(Vec<u8>),
    Column(usize),
}

impl PseudonymPlan {
    /// The plan of a mapping; `column` finds the position of a column.
    pub(crate) fn new(
        catalogue: &Catalogue,
        mapping: &Mapping,
        pseudonyms: &Pseudonyms,
        mut column: impl FnMut(&str) -> usize,
    ) -> Self {
        let list = &catalogue.dimension(catalogue.known().ref_area).codes;
        let columns = mapping.pseudonyms.iter().map(|pseudonym| {
            let id_type = match &pseudonym.id_type {
                IdType::Fixed(id_type) => TypeOf::Fixed(id_type.clone().into_bytes()),
                IdType::Column(name) => TypeOf::Column(column(name)),
            };
            (column(&pseudonym.column), id_type, pseudonym.normalisation)
        });
        Self {
            pseudonyms: pseudonyms.clone(),
            columns: columns.collect(),
            areas: list.ids().map(|code| list.code(code).id.clone()).collect(),
        }
    }

    /// Positions of the columns that tell who a pupil is.
    pub(crate) fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.columns.iter().map(|(column, ..)| *column)
    }

    /// The pseudonym of a row's pupil; nothing where there is none, which is counted where something else is written.
    /// `normal` is room for an identifier, so that not each row asks for some.
    pub(crate) fn of(
        &self,
        block: &RawBlock,
        row: usize,
        ref_area: CodeId,
        (tally, normal): (&mut PseudonymTally, &mut Vec<u8>),
    ) -> Option<u128> {
        let text = |column: usize| block.column(column).get(row).trim_ascii();
        let (column, id_type, rule) = self.columns.iter().find(|(column, ..)| !text(*column).is_empty())?;
        let id_type = match id_type {
            TypeOf::Fixed(id_type) => id_type.as_slice(),
            TypeOf::Column(column) => text(*column),
        };
        if id_type.is_empty() || !normalise(*rule, text(*column), normal) {
            tally.unusable += 1;
            return None;
        }
        let pseudonym = self.pseudonyms.key.pseudonym(&self.areas[ref_area.index()], id_type, version(*rule), normal);
        Some(self.pseudonyms.bridge.across(pseudonym))
    }
}
