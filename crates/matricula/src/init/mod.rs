//! A look at a national file of which nothing is known yet, and the mapping that it suggests.
//!
//! Columns are profiled in bounded memory, over the same blocks as in a run: values that may belong to one person
//! are never collected, and of codes only those are told that occur at least as often as the disclosure minimum.

mod columns;
mod draft;
mod fit;
mod guess;
mod levels;
mod missing;
mod opening;
mod profile;
mod recodes;
mod report;
mod shapes;
mod words;
mod writing;

use std::collections::BTreeMap;
use std::path::PathBuf;

use matricula_spec::docs::Language;
use matricula_spec::model::batch::Encoding;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::{Catalogue, Problems};

use crate::masking::DISCLOSURE_MINIMUM;
use columns::Columns;
use draft::Material;
use report::Report;

/// What to look at, and how.
#[derive(Debug, Clone)]
pub struct InitOptions {
    /// The file.
    pub file: PathBuf,
    /// Its country, a code of `ref_area`.
    pub country: CodeId,
    /// Encoding of text; nothing means: to be found out.
    pub encoding: Option<Encoding>,
    /// Separator of text; nothing means: to be found out.
    pub separator: Option<u8>,
    /// Sheet of a spreadsheet.
    pub sheet: Option<String>,
    /// Member of a zip archive.
    pub member: Option<String>,
    /// Codes that occur less often are neither shown nor written; never below [`DISCLOSURE_MINIMUM`].
    pub minimum: u64,
    /// Propose a mapping also where the catalogue has one that fits.
    pub from_scratch: bool,
    /// Language of the report and of remarks.
    pub language: Language,
    /// Identifier of the proposed mapping, which is the name of its file.
    pub id: String,
}

/// What a look at a file gives.
#[derive(Debug, Clone)]
pub struct Initiated {
    /// For people; holds no value of a person and no small count.
    pub report: String,
    /// Nothing where a mapping of the catalogue fits.
    pub proposal: Option<Proposal>,
}

/// A proposed mapping.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Its identifier.
    pub id: String,
    /// Its text, in TOML.
    pub text: String,
    /// Tables beside it, by file name.
    pub tables: BTreeMap<String, String>,
}

/// Looks at a file and proposes a mapping.
///
/// # Errors
/// The file is missing (D001), not readable (D002), has no header (D003), another encoding (D004), no row (D006) or
/// is damaged (D007).
pub fn init(catalogue: &Catalogue, options: &InitOptions) -> Result<Initiated, Problems> {
    let opened = opening::open(options, catalogue.synonyms())?;
    let columns = Columns::new(catalogue, &opened.profile.columns);
    let minimum = options.minimum.max(DISCLOSURE_MINIMUM);
    let material = Material { catalogue, opened: &opened, columns, country: options.country, minimum };
    let mut report = Report::new(&material, options);
    report.file();
    let fits = fit::fits(&material)?;
    report.fits(&fits);
    if let Some(fit) = fits.iter().find(|fit| fit.is_complete() && !options.from_scratch) {
        report.no_new_mapping(fit);
        return Ok(Initiated { report: report.finish(), proposal: None });
    }
    let draft = draft::draft(&material)?;
    let proposal = writing::proposal(&material, &draft, &options.id, options.language);
    report.proposal(&draft, &proposal);
    let country = &catalogue.dimension(catalogue.known().ref_area).codes.code(options.country).id;
    let fed = missing::fed(catalogue, &proposal, country, draft.year).map_err(|found| missing::not_loading(&found))?;
    report.fed(&fed);
    Ok(Initiated { report: report.finish(), proposal: Some(proposal) })
}
