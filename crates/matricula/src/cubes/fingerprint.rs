//! What decides on the cells of a source besides its files, as hashes that say which part differs.

use matricula_engine::source::SourcePlan;
use matricula_spec::Catalogue;
use matricula_spec::model::batch::Source;
use serde::{Deserialize, Serialize};

/// Which program counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Engine {
    /// Version of the library.
    pub(crate) version: String,
    /// Hash of the code that counts: two programs of one version may still differ.
    pub(crate) code: String,
}

impl Engine {
    /// The one that is running.
    pub(crate) fn this() -> Self {
        Self { version: env!("CARGO_PKG_VERSION").to_owned(), code: env!("MATRICULA_ENGINE").to_owned() }
    }
}

/// BLAKE3 of everything that decides on the cells of a source, part by part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    /// The mapping and its tables.
    pub(crate) mapping: String,
    /// What the batch says of the source, its files left out.
    pub(crate) declaration: String,
    /// The rules that apply.
    pub(crate) rules: String,
    pub(crate) code_lists: String,
    pub(crate) systems: String,
    /// Whether its pupils are followed, so that their pseudonyms are looked at.
    pub(crate) followed: bool,
}

impl Fingerprint {
    /// The first part in which another differs, in words.
    pub(crate) fn differs_from(&self, other: &Self) -> Option<&'static str> {
        let differs = [
            (self.mapping != other.mapping, "mapping"),
            (self.declaration != other.declaration, "declaration of the source in the batch"),
            (self.rules != other.rules, "rules that apply"),
            (self.code_lists != other.code_lists, "dimensions and code lists"),
            (self.systems != other.systems, "education systems"),
            (self.followed != other.followed, "following of pupils"),
        ];
        differs.into_iter().find(|(differs, _)| *differs).map(|(_, part)| part)
    }
}

/// The parts that all sources of a catalogue share.
pub(crate) struct Fingerprints<'a> {
    catalogue: &'a Catalogue,
    code_lists: String,
    systems: String,
}

impl<'a> Fingerprints<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue) -> Self {
        let below = |folders: &[&str]| {
            let paths = catalogue.files().keys().filter(|path| folders.iter().any(|folder| path.starts_with(folder)));
            of_files(catalogue, paths)
        };
        Self { catalogue, code_lists: below(&["dimensions/", "codelists/", "measures"]), systems: below(&["systems/"]) }
    }

    /// The fingerprint of a source.
    pub(crate) fn of(&self, plan: &SourcePlan<'_>, followed: bool) -> Fingerprint {
        let rules = plan.validate.rule_ids();
        let of_rules = rules.iter().flat_map(|rule| self.catalogue.files_of("rules", rule));
        Fingerprint {
            mapping: of_files(self.catalogue, self.catalogue.files_of("mappings", &plan.mapping.id)),
            declaration: declaration(plan.source),
            rules: of_files(self.catalogue, of_rules),
            code_lists: self.code_lists.clone(),
            systems: self.systems.clone(),
            followed,
        }
    }
}

/// Where the source stands in its batch, which files it names and how they are split changes no cell.
fn declaration(source: &Source) -> String {
    let deciding = Source { line: None, mapping: 0, files: Vec::new(), disjoint_by: None, ..source.clone() };
    blake3::hash(format!("{deciding:?}").as_bytes()).to_hex().to_string()
}

fn of_files<'a>(catalogue: &Catalogue, paths: impl IntoIterator<Item = &'a String>) -> String {
    let mut hasher = blake3::Hasher::new();
    for path in paths {
        let text = catalogue.files().get(path).map(String::as_str).unwrap_or_default();
        for part in [path, text] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}
