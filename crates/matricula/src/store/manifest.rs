//! `manifest.json`: what a run was made of, by hash. No time and no folder, so that equal runs are equal bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use matricula_spec::{Batch, Catalogue, Problems, Severity};
use serde::Serialize;

use super::Facts;
use super::folder::Kind;
use super::output::{Hashed, OutputFile};
use super::tables::severity;
use crate::error::StoreError;
use crate::results::Run;

/// Name of the manifest in the folder.
pub(super) const MANIFEST: &str = "manifest.json";

/// The manifest; the order of fields is the order in the file.
#[derive(Debug, Serialize)]
pub(super) struct Manifest<'a> {
    matricula: &'static str,
    format: u32,
    version: &'a str,
    restricted: bool,
    arguments: &'a [String],
    batch: BatchHash<'a>,
    indicators: Vec<&'a str>,
    rules: Vec<&'a str>,
    inputs: Vec<InputHash<'a>>,
    /// Not there where the inputs were read in the same run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cubes: Vec<CubeHash<'a>>,
    specs: BTreeMap<&'a str, String>,
    cube_hash: &'a str,
    figures: usize,
    problems: ProblemCounts,
    outputs: Vec<FileHash<'a>>,
}

#[derive(Debug, Serialize)]
struct BatchHash<'a> {
    id: &'a str,
    file: String,
    blake3: String,
}

#[derive(Debug, Serialize)]
struct InputHash<'a> {
    source: &'a str,
    file: String,
    bytes: u64,
    blake3: &'a str,
}

#[derive(Debug, Serialize)]
struct CubeHash<'a> {
    source: &'a str,
    file: &'a str,
    blake3: &'a str,
}

#[derive(Debug, Serialize)]
struct FileHash<'a> {
    file: &'a str,
    bytes: u64,
    blake3: &'a str,
}

#[derive(Debug, Default, Serialize)]
struct ProblemCounts {
    errors: usize,
    warnings: usize,
    by_code: Vec<CodeCount>,
}

#[derive(Debug, Serialize)]
struct CodeCount {
    code: &'static str,
    severity: &'static str,
    findings: usize,
}

/// The manifest of a run whose other files are written.
pub(super) fn manifest<'a>(
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    run: &'a Run,
    facts: &'a Facts,
    outputs: &'a [OutputFile],
) -> Result<Manifest<'a>, StoreError> {
    let indicators = batch.indicators.iter().map(|position| catalogue.indicators()[*position].id.as_str());
    let rules = batch.rules.iter().map(|position| catalogue.rules()[*position].id.as_str());
    let specs = catalogue.files().iter().map(|(path, text)| (path.as_str(), hash(text.as_bytes())));
    let inputs = run.inputs.iter().map(|input| InputHash {
        source: &input.source,
        file: input.without_folders_above(),
        bytes: input.bytes,
        blake3: &input.blake3,
    });
    let cubes = run.cubes.iter();
    let cubes = cubes.map(|cube| CubeHash { source: &cube.source, file: &cube.file, blake3: &cube.blake3 });
    let outputs = outputs.iter().map(|file| FileHash { file: &file.name, bytes: file.bytes, blake3: &file.blake3 });
    Ok(Manifest {
        matricula: Kind::Run.marker(),
        format: 1,
        version: &facts.version,
        restricted: true,
        arguments: &facts.arguments,
        batch: batch_hash(batch, facts)?,
        indicators: indicators.collect(),
        rules: rules.collect(),
        inputs: inputs.collect(),
        cubes: cubes.collect(),
        specs: specs.collect(),
        cube_hash: &run.cube_hash,
        figures: run.estimates.rows().len(),
        problems: counts(&run.problems),
        outputs: outputs.collect(),
    })
}

/// Writes it.
pub(super) fn write(file: &mut Hashed, manifest: &Manifest<'_>) -> Result<(), StoreError> {
    serde_json::to_writer_pretty(&mut *file, manifest)?;
    file.write_all(b"\n").map_err(StoreError::io("write", Path::new(MANIFEST)))
}

/// Whether a folder holds the manifest of something earlier of a kind.
pub(super) fn is_of(folder: &Path, kind: Kind) -> Result<bool, io::Error> {
    let text = match fs::read(folder.join(MANIFEST)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let manifest = serde_json::from_slice::<serde_json::Value>(&text);
    Ok(manifest.is_ok_and(|manifest| manifest["matricula"] == kind.marker()))
}

fn batch_hash<'a>(batch: &'a Batch, facts: &Facts) -> Result<BatchHash<'a>, StoreError> {
    let text = fs::read(&facts.batch_file).map_err(StoreError::io("read", &facts.batch_file))?;
    let name = facts.batch_file.file_name().unwrap_or_default().to_string_lossy();
    Ok(BatchHash { id: &batch.id, file: name.into_owned(), blake3: hash(&text) })
}

fn counts(problems: &Problems) -> ProblemCounts {
    let mut by_code = BTreeMap::<_, usize>::new();
    for problem in problems {
        *by_code.entry((problem.code.id(), problem.severity)).or_default() += 1;
    }
    let total = |of: Severity| by_code.iter().filter(|((_, severity), _)| *severity == of).map(|(_, n)| n).sum();
    ProblemCounts {
        errors: total(Severity::Error),
        warnings: total(Severity::Warning),
        by_code: by_code
            .iter()
            .map(|((code, of), findings)| CodeCount { code, severity: severity(*of), findings: *findings })
            .collect(),
    }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
