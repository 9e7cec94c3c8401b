//! Cube files to the results of a batch's sources, by the code that makes them from rows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use matricula_spec::model::batch::Source;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode, Problems};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::file::{Refusal, decode, read_meta};
use super::fingerprint::Fingerprints;
use super::merge::{refusal, together};
use super::meta::{Content, Meta};
use crate::aggregate::pass::SourcePlan;
use crate::aggregate::{SourceResult, conclude, one};
use crate::store::cubes::folder::{self, Found};
use crate::store::cubes::table::{Opened, open};

/// A cube file that a run was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CubeInput {
    /// Source of the batch.
    pub source: String,
    /// Name of the file, without folders.
    pub file: String,
    /// The hash that it carries.
    pub blake3: String,
}

/// What cubes give to a batch.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// By position of the source in the batch.
    pub(crate) results: Vec<SourceResult>,
    pub(crate) cubes: Vec<CubeInput>,
    pub(crate) problems: Problems,
}

/// A file of a source of the batch, not yet decoded.
struct Part {
    /// As it was named, for messages.
    path: String,
    name: String,
    opened: Opened,
    meta: Meta,
}

/// The results of all sources of a batch, from cube files and folders of them.
pub(crate) fn load(catalogue: &Catalogue, batch: &Batch, paths: &[PathBuf]) -> Loaded {
    let mut loaded = Loaded::default();
    let mut parts: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for path in paths {
        match folder::cube_files(path) {
            Ok(found) => {
                let opened: Vec<_> = found.into_par_iter().map(opened).collect();
                for result in opened {
                    match result {
                        Ok((source, part)) => parts.entry(source).or_default().push(part),
                        Err(problem) => loaded.problems.push(*problem),
                    }
                }
            }
            Err(problems) => loaded.problems.extend(problems),
        }
    }
    let of_batch: Vec<Vec<Part>> =
        batch.sources.iter().map(|source| parts.remove(&source.id).unwrap_or_default()).collect();
    let unasked = parts.iter().flat_map(|(source, parts)| parts.iter().map(move |part| unasked(source, &part.name)));
    loaded.problems.extend(unasked.collect());
    for (source, parts) in batch.sources.iter().zip(&of_batch) {
        loaded.cubes.extend(parts.iter().map(|part| CubeInput {
            source: source.id.clone(),
            file: part.name.clone(),
            blake3: part.opened.hash.clone(),
        }));
    }
    let fingerprints = Fingerprints::new(catalogue);
    let result = |(position, parts): (usize, Vec<Part>)| {
        let result = result(catalogue, batch, position, &parts, &fingerprints);
        result.unwrap_or_else(|problems| SourceResult::refused(&batch.sources[position], problems))
    };
    loaded.results = of_batch.into_par_iter().enumerate().map(result).collect();
    loaded
}

fn opened(found: Found) -> Result<(String, Part), Box<Problem>> {
    let Found { path, name, bytes } = found;
    let place = || Place { file: path.display().to_string(), ..Place::default() };
    let opened = open(bytes).ok_or_else(|| Box::new(damaged(place())))?;
    match read_meta(&opened) {
        Ok(meta) => match &meta.content {
            Content::Source(content) => {
                Ok((content.source.clone(), Part { path: path.display().to_string(), name, opened, meta }))
            }
            Content::Linked(_) => Err(Box::new(damaged(place()))),
        },
        Err(Refusal::Outdated(part)) => Err(Box::new(outdated(place(), part))),
        Err(_) => Err(Box::new(damaged(place()))),
    }
}

fn result(
    catalogue: &Catalogue,
    batch: &Batch,
    position: usize,
    parts: &[Part],
    fingerprints: &Fingerprints<'_>,
) -> Result<SourceResult, Problems> {
    let source = &batch.sources[position];
    if parts.is_empty() {
        return Err(one(Box::new(missing(source))));
    }
    let plan = SourcePlan::new(catalogue, batch, source, None).map_err(one)?;
    let fingerprint = fingerprints.of(&plan, false);
    let mut problems = Problems::default();
    let mut counted = Vec::new();
    let decoded: Vec<_> = parts.par_iter().map(|part| decode(&plan, &fingerprint, &part.opened, &part.meta)).collect();
    for (part, decoded) in parts.iter().zip(decoded) {
        let place = Place { file: part.path.clone(), source: Some(source.id.clone()), ..Place::default() };
        match decoded {
            Ok(part) => counted.push(part),
            Err(Refusal::Damaged) => problems.push(damaged(place)),
            Err(Refusal::Outdated(part)) => problems.push(outdated(place, part)),
            Err(Refusal::Lacks(dimensions)) => problems.push(lacks(catalogue, place, &dimensions)),
        }
    }
    if counted.len() > 1
        && let Some((found, help)) = refusal(&plan, &counted)
    {
        let names: Vec<_> = parts.iter().map(|part| part.path.as_str()).collect();
        let place = Place { file: names.join(", "), source: Some(source.id.clone()), ..Place::default() };
        let expected = "Cubes of parts of a source add up to exactly the cube of the whole.";
        problems.push(Problem::error(ProblemCode::PartsNotMerged, place, expected, found).help(help));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(conclude(&plan, position, together(&plan, counted)))
}

fn damaged(place: Place) -> Problem {
    let expected = "A cube file is as `matricula cube` wrote it; it carries the hash of its bytes.";
    Problem::error(ProblemCode::CubeDamaged, place, expected, "other bytes, or another kind of file")
        .help("Copy it again, or make it again with `matricula cube`.")
}

fn outdated(place: Place, part: &str) -> Problem {
    let expected = "A cube was counted as this program would count the source of the batch now.";
    Problem::error(ProblemCode::CubeOutdated, place, expected, format!("a cube of another {part}"))
        .help("Make it again with `matricula cube`, this program and the specifications of the batch.")
}

fn lacks(catalogue: &Catalogue, place: Place, dimensions: &[DimensionId]) -> Problem {
    let names: Vec<_> = dimensions.iter().map(|d| format!("`{}`", catalogue.dimension(*d).id)).collect();
    let expected = "A cuboid of the cube has together all dimensions that conditions and breakdowns of the batch need.";
    Problem::error(ProblemCode::CubeLacks, place, expected, format!("none with {}", names.join(", ")))
        .help("Make it again with `matricula cube` and this batch; a cube serves batches that ask for less.")
}

fn missing(source: &Source) -> Problem {
    let place = Place { line: source.line, source: Some(source.id.clone()), ..Place::default() };
    let expected = "Every source of the batch has a cube, named by its `id`.";
    Problem::error(ProblemCode::CubeMissing, place, expected, "none")
        .help("Make it with `matricula cube`, name its folder with `--cubes`, or take the source out of the batch.")
}

fn unasked(source: &str, file: &str) -> Problem {
    let place = Place { file: file.to_owned(), source: Some(source.to_owned()), ..Place::default() };
    let expected = "Every cube is of a source of the batch, by its `id`.";
    Problem::warning(ProblemCode::CubeNotAsked, place, expected, "a cube of a source that the batch does not have")
        .help("It is not used. Correct the `id` of the source in the batch, if it should be.")
}
