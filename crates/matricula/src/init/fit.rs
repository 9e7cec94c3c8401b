//! How well the mappings of the catalogue fit a file.

use std::collections::BTreeSet;

use matricula_engine::harmonize::HarmonizePlan;
use matricula_read::plan::ReadPlan;
use matricula_spec::model::batch::Source;
use matricula_spec::model::mapping::Mapping;
use matricula_spec::problem::Problems;

use super::draft::Material;
use super::profile::{AgeOf, Values, combinations};

/// Mappings of fewer columns fit anything.
const FEWEST_COLUMNS: usize = 4;
/// A mapping is spoken of if the file has so many of a hundred of its columns.
const NEAR: usize = 60;

/// A mapping that comes near.
pub(super) struct Fit {
    pub(super) mapping: String,
    /// Columns that it reads.
    pub(super) columns: usize,
    /// Those that the file does not have.
    pub(super) missing: Vec<String>,
    /// Codes of the file that its tables do not list.
    pub(super) unlisted: Vec<Unlisted>,
}

/// Codes that a table does not list.
pub(super) struct Unlisted {
    pub(super) recode: String,
    pub(super) columns: Vec<String>,
    /// Those that occur often enough.
    pub(super) codes: Vec<String>,
    /// How many others there are.
    pub(super) rarer: u64,
}

impl Fit {
    /// Whether no new mapping is needed.
    pub(super) fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// The mappings that come near, the best first.
pub(super) fn fits(material: &Material<'_>) -> Result<Vec<Fit>, Problems> {
    let mut fits = Vec::new();
    for (position, mapping) in material.catalogue.mappings().iter().enumerate() {
        let columns = columns(material, position, mapping);
        let has = |name: &String| material.opened.plan.columns.iter().any(|column| column == name.trim());
        let missing: Vec<String> = columns.iter().filter(|name| !has(name)).cloned().collect();
        let present = columns.len() - missing.len();
        if columns.len() < FEWEST_COLUMNS || present * 100 < columns.len() * NEAR {
            continue;
        }
        let unlisted = unlisted(material, mapping)?;
        fits.push(Fit { mapping: mapping.id.clone(), columns: columns.len(), missing, unlisted });
    }
    fits.sort_by_key(|fit| (fit.missing.len() * 100 / fit.columns, std::cmp::Reverse(fit.columns)));
    Ok(fits)
}

/// The columns that a mapping reads and every file of its kind has.
fn columns(material: &Material<'_>, position: usize, mapping: &Mapping) -> Vec<String> {
    let years = material.catalogue.known().time_period;
    let year = material.catalogue.dimension(years).codes.ids().nth(3);
    let source = Source {
        mapping: position,
        ref_area: Some(material.country),
        time_period: year,
        ..super::opening::no_source()
    };
    let roles: Vec<String> = mapping.identifiers.keys().cloned().collect();
    let plan = HarmonizePlan::new(material.catalogue, &source, mapping, (&roles, &[]), None);
    plan.columns().iter().filter(|column| !mapping.optional.contains(column)).cloned().collect()
}

fn unlisted(material: &Material<'_>, mapping: &Mapping) -> Result<Vec<Unlisted>, Problems> {
    let plan = &material.opened.plan;
    let has = |name: &String| plan.columns.contains(name);
    let mut all = Vec::new();
    for recode in mapping.recodes.iter().filter(|recode| recode.columns.iter().all(has)) {
        let Some(found) = values(material, &recode.columns)? else { continue };
        let listed: BTreeSet<&[String]> = recode.rows.iter().map(|row| row.keys.as_slice()).collect();
        let mut unlisted =
            Unlisted { recode: recode.id.clone(), columns: recode.columns.clone(), codes: Vec::new(), rarer: 0 };
        for (keys, records) in found {
            if listed.contains(keys.as_slice()) || keys.iter().all(String::is_empty) {
                continue;
            }
            if records < material.minimum {
                unlisted.rarer += 1;
            } else {
                unlisted.codes.push(keys.join(" | "));
            }
        }
        if !unlisted.codes.is_empty() || unlisted.rarer > 0 {
            all.push(unlisted);
        }
    }
    Ok(all)
}

/// Values of some columns, and in how many records they occur together.
type Counted = Vec<(Vec<String>, u64)>;

/// How often the values of some columns occur together.
fn values(material: &Material<'_>, columns: &[String]) -> Result<Option<Counted>, Problems> {
    if let [only] = columns {
        let profile = material.opened.profile.columns.iter().find(|column| column.name == *only);
        let codes = profile.filter(|profile| matches!(profile.values, Values::Codes(_)));
        return Ok(codes.map(|profile| profile.codes(1).into_iter().map(|(code, n)| (vec![code], n)).collect()));
    }
    let plan = &material.opened.plan;
    let numeric = columns.iter().map(|name| plan.columns.iter().position(|column| column == name));
    let numeric = numeric.map(|position| position.is_some_and(|position| plan.numeric[position])).collect();
    let plan = ReadPlan { columns: columns.to_vec(), numeric, ..plan.clone() };
    let found = combinations(&plan, columns.len(), &AgeOf::Nothing)?;
    Ok(found.map(|found| found.into_iter().map(|(keys, combination)| (keys, combination.records)).collect()))
}
