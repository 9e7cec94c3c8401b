//! Everything that is known about a source before its first row.

use matricula_spec::model::batch::{Batch, Source};
use matricula_spec::model::mapping::{Amount, Mapping};
use matricula_spec::{Catalogue, Problem, ProblemCode};

use super::identities::Identities;
use crate::cube::key::KeyLayout;
use crate::harmonize::HarmonizePlan;
use crate::link::SourceLink;
use crate::location;
use crate::plan::cuboids;
use crate::raw::RawColumns;
use crate::spool::Scratch;
use crate::validate::ValidatePlan;

/// Everything that is known about a source before its first row.
pub struct SourcePlan<'a> {
    /// Of the batch.
    pub catalogue: &'a Catalogue,
    /// Of the batch.
    pub source: &'a Source,
    /// Of the source.
    pub mapping: &'a Mapping,
    /// From its rows to records.
    pub harmonize: HarmonizePlan,
    /// The rules that apply to it.
    pub validate: ValidatePlan<'a>,
    /// The cuboids into which its records are counted.
    pub cuboids: Vec<KeyLayout>,
    /// Those that are kept apart for each unit.
    pub grains: Vec<GrainPlan>,
    /// Most cells of a cuboid.
    pub cell_budget: u64,
    /// Where the records of pupils that are followed go.
    pub(super) link: Option<SourceLink>,
    pub(super) scratch: Scratch<'a>,
    /// Those of every unique rule.
    pub(super) identities: Identities,
    /// Coordinates, where no two rows may have the same.
    pub(super) coordinates: Identities,
}

/// A cuboid that is kept apart for each unit of a grain.
pub struct GrainPlan {
    /// Role of the identifier of the units.
    pub role: String,
    /// Position of that identifier in every record.
    pub(super) identifier: usize,
    /// Its dimensions; the unit comes besides.
    pub layout: KeyLayout,
}

impl<'a> SourcePlan<'a> {
    /// The plan of a source.
    ///
    /// # Errors
    /// The codes of a cuboid or of the cells of units do not fit a key (D016).
    pub fn new(
        catalogue: &'a Catalogue,
        batch: &'a Batch,
        source: &'a Source,
        scratch: Scratch<'a>,
        link: Option<SourceLink>,
    ) -> Result<Self, Box<Problem>> {
        let mapping = &catalogue.mappings()[source.mapping];
        let validate = ValidatePlan::new(catalogue, batch, source, mapping);
        let mut roles = validate.roles();
        let compared = roles.len();
        roles.extend(mapping.identifiers.keys().filter(|role| cuboids::counts_by(catalogue, batch, role)).cloned());
        let (rules, units) = roles.split_at(compared);
        let harmonize =
            HarmonizePlan::new(catalogue, source, mapping, (rules, units), link.as_ref().map(SourceLink::pseudonyms));
        let grains = cuboids::grains(catalogue, batch, mapping, harmonize.dimensions()).into_iter().map(|grain| {
            let of_grain = roles[compared..].iter().position(|role| *role == grain.role)?;
            let layout = KeyLayout::of_units(catalogue, &grain.dimensions)?;
            Some(GrainPlan { role: grain.role, identifier: compared + of_grain, layout })
        });
        let grains = grains.collect::<Option<_>>().ok_or_else(|| Box::new(too_wide(source)))?;
        let wanted = cuboids::cuboids(catalogue, batch, mapping, harmonize.dimensions());
        let layouts = wanted.iter().map(|dimensions| KeyLayout::new(catalogue, dimensions));
        let cuboids = layouts.collect::<Option<_>>().ok_or_else(|| Box::new(too_wide(source)))?;
        let cell_budget = batch.cell_budget;
        let [identities, coordinates] = [Identities::new(scratch), Identities::new(scratch)];
        Ok(Self {
            catalogue,
            source,
            mapping,
            harmonize,
            validate,
            cuboids,
            grains,
            cell_budget,
            link,
            scratch,
            identities,
            coordinates,
        })
    }

    /// What is read of its rows.
    pub(super) fn columns(&self) -> RawColumns {
        let names = self.harmonize.columns().to_vec();
        RawColumns {
            numeric: self.harmonize.numeric().to_vec(),
            coded: self.harmonize.coded().to_vec(),
            optional: names.iter().map(|column| self.mapping.optional.contains(column)).collect(),
            names,
        }
    }

    /// Whether one row counts one record.
    pub(super) fn counts_records(&self) -> bool {
        matches!(self.mapping.amount, Amount::Rows)
    }

    /// Names of the columns that hold counts.
    pub(super) fn amount_columns(&self) -> String {
        let numeric = self.harmonize.columns().iter().zip(self.harmonize.numeric());
        let counts = numeric.filter(|(name, numeric)| **numeric && !self.mapping.whole_numbers.contains(name));
        let names: Vec<&str> = counts.map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }
}

pub(super) fn too_wide(source: &Source) -> Problem {
    Problem::error(
        ProblemCode::BudgetExceeded,
        location::of_source(source, None),
        "The codes of the dimensions of one cuboid fit 128 bits.",
        "breakdowns and conditions together need more",
    )
    .help("Ask for fewer breakdowns, or cross fewer of them.")
}
