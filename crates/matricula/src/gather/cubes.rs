//! Cube files to the results of a batch's sources, by the code that makes them from rows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use matricula_engine::cube::SliceKey;
use matricula_engine::cube::slice::Slice;
use matricula_engine::input::InputFileHash;
use matricula_engine::link::{Followed, Sources, can_be_followed, known_sources, without_key};
use matricula_engine::source::{SourcePlan, SourceResult, conclude};
use matricula_engine::spool::Scratch;
use matricula_spec::model::batch::Source;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode, Problems};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::Gathered;
use crate::cubes::file::{Refusal, decode, read_meta};
use crate::cubes::fingerprint::Fingerprints;
use crate::cubes::linked::{decode_linked, groups, wanted};
use crate::cubes::merge::{refusal, together};
use crate::cubes::meta::{Content, LinkedSource, Meta, SourceMeta};
use crate::cubes::table::{Opened, open};
use crate::results::CubeInput;
use crate::store::cubes::folder::{self, Found};

/// What cubes give to a batch.
#[derive(Debug, Default)]
struct Loaded {
    /// By position of the source in the batch.
    results: Vec<SourceResult>,
    /// Those of linked pupils.
    slices: Vec<(SliceKey, Slice)>,
    bridges: Vec<InputFileHash>,
    cubes: Vec<CubeInput>,
    problems: Problems,
}

/// A file that was opened and not yet decoded.
struct Part {
    /// As it was named, for messages.
    path: String,
    name: String,
    opened: Opened,
    meta: Meta,
}

impl Part {
    fn place(&self, source: Option<&str>) -> Place {
        Place { file: self.path.clone(), source: source.map(str::to_owned), ..Place::default() }
    }

    fn source(&self) -> Option<&SourceMeta> {
        match &self.meta.content {
            Content::Source(content) => Some(content),
            Content::Linked(_) => None,
        }
    }

    fn input(&self) -> CubeInput {
        CubeInput {
            source: self.source().map(|content| content.source.clone()).unwrap_or_default(),
            file: self.name.clone(),
            blake3: self.opened.hash.clone(),
        }
    }
}

/// Everything that cube files, or folders of them, say of a batch.
pub(crate) fn from_cubes(catalogue: &Catalogue, batch: &Batch, paths: &[PathBuf]) -> Gathered {
    let mut gathered = Gathered::default();
    let loaded = load(catalogue, batch, paths);
    loaded.results.into_iter().for_each(|source| gathered.add(source));
    gathered.cube.add(loaded.slices);
    gathered.run.inputs.extend(loaded.bridges);
    gathered.run.problems.extend(loaded.problems);
    gathered.run.cubes = loaded.cubes;
    gathered
}

/// The results of all sources of a batch, from cube files and folders of them.
fn load(catalogue: &Catalogue, batch: &Batch, paths: &[PathBuf]) -> Loaded {
    let mut loaded = Loaded::default();
    let (parts, linked): (Vec<Part>, Vec<Part>) =
        all_parts(paths, &mut loaded.problems).into_iter().partition(|part| part.source().is_some());
    let mut by_source: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for part in parts {
        let source = part.source().map(|content| content.source.clone()).unwrap_or_default();
        by_source.entry(source).or_default().push(part);
    }
    let mut take = |source: &Source| by_source.remove(&source.id).unwrap_or_default();
    let of_batch: Vec<Vec<Part>> = batch.sources.iter().map(&mut take).collect();
    let unasked =
        by_source.iter().flat_map(|(source, parts)| parts.iter().map(move |part| unasked(source, &part.name)));
    loaded.problems.extend(unasked.collect());
    loaded.cubes.extend(of_batch.iter().flatten().map(Part::input));
    let loader = Loader { catalogue, batch, fingerprints: Fingerprints::new(catalogue) };
    if batch.link.is_some() {
        loader.follow(&of_batch, &linked, &mut loaded);
    }
    let result = |(position, parts): (usize, Vec<Part>)| {
        let result = loader.result(position, &parts);
        result.unwrap_or_else(|problems| SourceResult::refused(&batch.sources[position], problems))
    };
    loaded.results = of_batch.into_par_iter().enumerate().map(result).collect();
    loaded
}

fn all_parts(paths: &[PathBuf], problems: &mut Problems) -> Vec<Part> {
    let mut parts = Vec::new();
    for path in paths {
        match folder::cube_files(path) {
            Ok(found) => {
                let opened: Vec<_> = found.into_par_iter().map(opened).collect();
                for result in opened {
                    match result {
                        Ok(part) => parts.push(part),
                        Err(problem) => problems.push(*problem),
                    }
                }
            }
            Err(found) => problems.extend(found),
        }
    }
    parts
}

fn opened(found: Found) -> Result<Part, Box<Problem>> {
    let Found { path, name, bytes } = found;
    let path = path.display().to_string();
    let place = || Place { file: path.clone(), ..Place::default() };
    let opened = open(bytes).ok_or_else(|| Box::new(damaged(place())))?;
    match read_meta(&opened) {
        Ok(meta) => Ok(Part { path, name, opened, meta }),
        Err(Refusal::Outdated(part)) => Err(Box::new(outdated(place(), part))),
        Err(_) => Err(Box::new(damaged(place()))),
    }
}

struct Loader<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    fingerprints: Fingerprints<'a>,
}

impl Loader<'_> {
    fn result(&self, position: usize, parts: &[Part]) -> Result<SourceResult, Problems> {
        let source = &self.batch.sources[position];
        if parts.is_empty() {
            return Err(Box::new(missing(source)).into());
        }
        let plan = SourcePlan::new(self.catalogue, self.batch, source, Scratch::unused(), None)?;
        // Cubes serve a batch that follows pupils also if nobody was followed: as a run without a key does.
        let may_be_followed = self.batch.link.is_some() && can_be_followed(plan.mapping);
        let followed =
            |part: &Part| may_be_followed && part.source().is_some_and(|content| content.fingerprint.followed);
        let decoded = parts.par_iter().map(|part| {
            let fingerprint = self.fingerprints.of(&plan, followed(part));
            decode(&plan, &fingerprint, &part.opened, &part.meta)
        });
        let decoded: Vec<_> = decoded.collect();
        let mut problems = Problems::default();
        let mut counted = Vec::new();
        for (part, decoded) in parts.iter().zip(decoded) {
            match decoded {
                Ok(part) => counted.push(part),
                Err(refusal) => problems.push(self.refused(part.place(Some(&source.id)), &refusal)),
            }
        }
        if counted.len() > 1
            && let Some((found, help)) = refusal(&plan, &counted, parts.iter().any(followed))
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

    /// The linked pupils of each country, if they were followed when the cubes were made.
    fn follow(&self, parts: &[Vec<Part>], linked: &[Part], loaded: &mut Loaded) {
        let sources = match known_sources(self.catalogue, self.batch) {
            Ok(sources) => sources,
            Err(problems) => return loaded.problems.extend(problems),
        };
        let followed = |part: &Part| part.source().is_some_and(|content| content.fingerprint.followed);
        if !parts.iter().flatten().any(followed) {
            return loaded.problems.push(without_key());
        }
        for group in groups(self.catalogue, self.batch) {
            let of_sources = group.iter().map(|position| made(&parts[*position]));
            // Whether a cube is missing, or one of several parts, is told where its source is.
            let Some(of_sources) = of_sources.collect::<Option<Vec<_>>>() else { continue };
            match self.group(&sources, &group, of_sources, linked) {
                Ok((followed, part, bridges)) => {
                    loaded.problems.extend(followed.problem().into_iter().collect());
                    loaded.slices.extend(sources.slices(&followed));
                    if loaded.bridges.is_empty() {
                        loaded.bridges = bridges;
                    } else if loaded.bridges != bridges {
                        loaded.problems.push(outdated(part.place(None), "bridge"));
                    }
                    loaded.cubes.push(part.input());
                }
                Err(problem) => loaded.problems.push(*problem),
            }
        }
    }

    fn group<'p>(
        &self,
        sources: &Sources<'_>,
        group: &[usize],
        of_sources: Vec<LinkedSource>,
        linked: &'p [Part],
    ) -> Result<(Followed, &'p Part, Vec<InputFileHash>), Box<Problem>> {
        let wanted = wanted(self.catalogue, self.batch, group, of_sources, &[]);
        let mut found = Err(Box::new(not_linked(wanted.ref_area.as_deref())));
        for part in linked {
            let Content::Linked(content) = &part.meta.content else { continue };
            if content.ref_area != wanted.ref_area {
                continue;
            }
            // Bridges are not read here: those that were read when the cubes were made are told.
            let wanted = crate::cubes::meta::LinkedMeta { bridges: content.bridges.clone(), ..wanted.clone() };
            match decode_linked(self.catalogue, self.batch, sources, &wanted, (&part.opened, &part.meta)) {
                Ok(followed) => return Ok((followed, part, content.bridges.clone())),
                Err(refusal) => found = Err(Box::new(self.refused(part.place(None), &refusal))),
            }
        }
        found
    }

    fn refused(&self, place: Place, refusal: &Refusal) -> Problem {
        match refusal {
            Refusal::Damaged => damaged(place),
            Refusal::Outdated(part) => outdated(place, part),
            Refusal::Lacks(dimensions) => lacks(self.catalogue, place, dimensions),
        }
    }
}

/// What decided on a source that has exactly one cube.
fn made(parts: &[Part]) -> Option<LinkedSource> {
    let [part] = parts else { return None };
    let content = part.source()?;
    Some(LinkedSource {
        source: content.source.clone(),
        fingerprint: content.fingerprint.clone(),
        inputs: content.inputs.clone(),
    })
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
    Problem::error(ProblemCode::CubeLacks, place, expected, format!("none with {}", names.join(", "))).help(
        "Make it again with `matricula cube` and this batch; a cube made for another batch serves it only by chance.",
    )
}

fn missing(source: &Source) -> Problem {
    let place = Place { line: source.line, source: Some(source.id.clone()), ..Place::default() };
    let expected = "Every source of the batch has a cube, named by its `id`.";
    Problem::error(ProblemCode::CubeMissing, place, expected, "none")
        .help("Make it with `matricula cube`, name its folder with `--cubes`, or take the source out of the batch.")
}

fn not_linked(ref_area: Option<&str>) -> Problem {
    let expected = "A batch with `[link]` has a cube of the linked pupils of each country, made with the others.";
    let found = format!("none for {}", ref_area.unwrap_or("the countries that the files name"));
    Problem::error(ProblemCode::CubeMissing, Place::default(), expected, found)
        .help("Make the cubes of all years of the country at once, with `matricula cube` and the key.")
}

fn unasked(source: &str, file: &str) -> Problem {
    let place = Place { file: file.to_owned(), source: Some(source.to_owned()), ..Place::default() };
    let expected = "Every cube is of a source of the batch, by its `id`.";
    Problem::warning(ProblemCode::CubeNotAsked, place, expected, "a cube of a source that the batch does not have")
        .help("It is not used. Correct the `id` of the source in the batch, if it should be.")
}
