//! What the proposal feeds, and what it leaves without.

use std::collections::BTreeMap;

use matricula_spec::model::batch::Batch;
use matricula_spec::model::feeding::{Feed, Missing};
use matricula_spec::model::text::Status;
use matricula_spec::problem::Problems;
use matricula_spec::{Catalogue, Place, Problem, ProblemCode};

use super::Proposal;

/// The mapping of a population, without which most rates lack their denominator.
const POPULATION: &str = "population-single-age";

/// What two years of the file, and a population, would feed.
pub(super) struct Fed {
    /// Indicators that could be computed.
    pub(super) fed: usize,
    /// Indicators that records can give.
    pub(super) of: usize,
    /// What is missing, and which indicators lack it, the most wanted first.
    pub(super) lacking: Vec<(String, Vec<String>)>,
}

/// Reads the proposal with the catalogue, as a batch would, and asks of every indicator whether it is fed.
///
/// # Errors
/// The proposal does not load: a bug, which is told and not hidden.
pub(super) fn fed(
    catalogue: &Catalogue,
    proposal: &Proposal,
    country: &str,
    year: Option<i32>,
) -> Result<Fed, Problems> {
    let mut files = catalogue.files().clone();
    let own = format!("/{}.toml", proposal.id);
    files.retain(|path, _| !(path.starts_with("mappings/") && path.ends_with(&own)));
    files.insert(format!("mappings{own}"), proposal.text.clone());
    files.extend(proposal.tables.iter().map(|(name, text)| (format!("mappings/{name}"), text.clone())));
    let (with, found) = Catalogue::read(files);
    let Some(with) = with else { return Err(found) };
    let population = with.mappings().iter().any(|mapping| mapping.id == POPULATION);
    let (batch, found) = Batch::read(&batch(&proposal.id, country, year, population), "batch.toml", &with);
    let Some(batch) = batch else { return Err(found) };
    let code = with.dimension(with.known().ref_area).codes.find(country);
    let mut lacking: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut fed, mut of) = (0, 0);
    for indicator in with.indicators() {
        let elsewhere = indicator.national.as_ref().is_some_and(|national| Some(national.country) != code);
        if elsewhere || matches!(indicator.status, Status::Draft | Status::Retired) {
            continue;
        }
        match batch.feeds(&with, indicator) {
            Feed::NotFromRecords => continue,
            Feed::Fed => fed += 1,
            Feed::Lacks(missing) => {
                for name in missing.iter().flat_map(|missing| names(&with, missing)) {
                    let ids = lacking.entry(name).or_default();
                    if ids.last() != Some(&indicator.id) {
                        ids.push(indicator.id.clone());
                    }
                }
            }
        }
        of += 1;
    }
    let mut lacking: Vec<_> = lacking.into_iter().collect();
    lacking.sort_by_key(|(name, ids)| (std::cmp::Reverse(ids.len()), name.clone()));
    Ok(Fed { fed, of, lacking })
}

fn names(catalogue: &Catalogue, missing: &Missing) -> Vec<String> {
    let known = catalogue.known();
    let measure = |code| catalogue.dimension(known.measure).codes.code(code).id.clone();
    match missing {
        Missing::Country(_) => Vec::new(),
        Missing::Measure { measure: code, .. } => vec![measure(*code)],
        Missing::Dimensions { lacks, .. } => {
            lacks.iter().map(|lack| catalogue.dimension(lack.dimension).id.clone()).collect()
        }
        // Each of the codes that exist in all lists only says that the others are missing.
        Missing::Code { code, .. } if code.index() < 3 => Vec::new(),
        Missing::Code { dimension, code, .. } => {
            let dimension = catalogue.dimension(*dimension);
            vec![format!("{} = {}", dimension.id, dimension.codes.code(*code).id)]
        }
        Missing::Identifier { role, .. } => vec![format!("[identifier] {role}")],
    }
}

/// Two years, so that flows are not missed for the lack of the other one.
fn batch(mapping: &str, country: &str, year: Option<i32>, population: bool) -> String {
    let first = year.unwrap_or(FALLBACK_YEAR);
    let mut text = "format = 1\nid = \"batch\"\nindicators = [\"all\"]\n".to_owned();
    for year in [first, first + 1] {
        text.push_str(&format!(
            "[[source]]\nid = \"file-{year}\"\ncountry = \"{country}\"\nmapping = \"{mapping}\"\nfiles = [\"file\"]\n\
             school_year = {{ start = {year}-01-01, end = {year}-12-31 }}\nage_reference_date = {year}-06-30\n"
        ));
    }
    if population {
        text.push_str(&format!(
            "[[population]]\nid = \"population\"\nvintage = \"any\"\nmapping = \"{POPULATION}\"\nfiles = [\"file\"]\n"
        ));
    }
    text
}

/// A year to ask about where the file tells none: what a mapping feeds does not depend on it.
const FALLBACK_YEAR: i32 = 2020;

/// The finding that a proposal does not load.
pub(super) fn not_loading(found: &Problems) -> Problems {
    let problem = |inner: &Problem| {
        let place = Place { file: inner.place.file.clone(), line: inner.place.line, ..Place::default() };
        Problem::error(ProblemCode::NotReadable, place, inner.expected.clone(), inner.found.clone())
            .help("The proposal does not load, which is a bug of `init`: please report the columns of the file.")
    };
    found.iter().map(problem).collect()
}
