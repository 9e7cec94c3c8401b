//! Runs that read only what has changed: every other source comes from the cache, as if it had been read.

use std::collections::BTreeSet;
use std::path::Path;

use matricula_engine::input::InputFileHash;
use matricula_engine::link::{Followed, Linker};
use matricula_engine::options::RunOptions;
use matricula_engine::progress::Progress;
use matricula_engine::source::{SourcePlan, SourceResult, conclude, count};
use matricula_engine::spool::Scratch;
use matricula_read::files::find::InputFile;
use matricula_read::files::hash::hash_file;
use matricula_read::{SourceFiles, find_files};
use matricula_spec::model::batch::Source;
use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode, Problems};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::Gathered;
use crate::counting::linker;
use crate::cubes::table::open;
use crate::cubes::{
    Fingerprint, Fingerprints, LinkedMeta, LinkedSource, decode, decode_linked, encode, encode_linked, key_of_linked,
    key_of_source, read_meta, together, wanted,
};
use crate::error::StoreError;
use crate::results::Reuse;
use crate::store::cubes::cache::Cache;
use crate::store::cubes::stamp::Stamp;

/// A source whose files are found and hashed.
struct Prepared<'a> {
    plan: SourcePlan<'a>,
    fingerprint: Fingerprint,
    files: Vec<Hashed>,
    inputs: Vec<InputFileHash>,
    key: String,
}

/// A file and what it was when its hash was taken.
struct Hashed {
    file: InputFile,
    stamp: Option<Stamp>,
}

/// The sources of a batch, each from the cache or from its files; with `only_held` nothing where a file would be read.
pub(crate) fn from_cache(
    catalogue: &Catalogue,
    batch: &Batch,
    options: &RunOptions,
    (folder, rehash, only_held): (&Path, bool, bool),
    progress: &dyn Progress,
) -> Result<Option<Gathered>, StoreError> {
    let cache = Cache::open(folder)?;
    let linker = linker(catalogue, batch, options);
    let mut incremental = Incremental { catalogue, batch, options, cache, linker, failed: None };
    let prepared = incremental.prepare(&options.base, rehash);
    let mut held = incremental.held(&prepared);
    let mut gathered = Gathered::default();
    for group in incremental.groups() {
        // Pupils are followed from record to record: where their outcomes are not held, all records are needed.
        match incremental.followed_before(&group, &prepared, &held) {
            Some(followed) => gathered.cube.add(incremental.linker.slices(&followed)),
            None => group.iter().for_each(|position| held[*position] = None),
        }
    }
    let from_cache = held.iter().flatten().count();
    if only_held && from_cache < held.len() {
        // What was hashed for it need not be hashed again.
        incremental.cache.close()?;
        return Ok(None);
    }
    gathered.run.reuse = Some(Reuse { read: held.len() - from_cache, from_cache });
    for (position, held) in held.into_iter().enumerate() {
        let result = match held {
            Some(result) => result,
            None => incremental.read(position, &prepared, &mut gathered, progress),
        };
        gathered.add(result);
    }
    Ok(Some(incremental.finish(gathered)))
}

struct Incremental<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    cache: Cache,
    options: &'a RunOptions,
    linker: Linker<'a>,
    /// The first failure to write to the cache, which is no reason to stop.
    failed: Option<StoreError>,
}

impl<'a> Incremental<'a> {
    /// Finds and hashes the files of all sources, those that are known to be unchanged without reading them.
    fn prepare(&mut self, base: &Path, rehash: bool) -> Vec<Result<Prepared<'a>, Problems>> {
        let fingerprints = Fingerprints::new(self.catalogue);
        let followed: Vec<bool> =
            (0..self.batch.sources.len()).map(|position| !self.linker.together_with(position).is_empty()).collect();
        let (catalogue, batch, cache) = (self.catalogue, self.batch, &self.cache);
        let prepare = |position: usize| -> Result<Prepared<'a>, Problems> {
            let source = &batch.sources[position];
            let plan = SourcePlan::new(catalogue, batch, source, Scratch::unused(), None)?;
            let files = find_files(base, source)?;
            let hashed = files.into_iter().map(|file| hashed(source, file, cache, rehash));
            let (files, inputs): (Vec<_>, Vec<_>) = hashed.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
            let fingerprint = fingerprints.of(&plan, followed[position]);
            let key = key_of_source(&plan, &fingerprint, &inputs);
            Ok(Prepared { plan, fingerprint, files, inputs, key })
        };
        let prepared: Vec<_> = (0..batch.sources.len()).into_par_iter().map(prepare).collect();
        for prepared in prepared.iter().flatten() {
            for (file, input) in prepared.files.iter().zip(&prepared.inputs) {
                if let Some(stamp) = file.stamp {
                    self.cache.remember(&file.file.path, stamp, &input.blake3);
                }
            }
        }
        prepared
    }

    /// What the cache holds of each source.
    fn held(&mut self, prepared: &[Result<Prepared<'_>, Problems>]) -> Vec<Option<SourceResult>> {
        let numbered: Vec<_> = prepared.iter().enumerate().collect();
        let cache = &self.cache;
        let held = |(position, prepared): &(usize, &Result<Prepared<'_>, Problems>)| {
            prepared.as_ref().ok().and_then(|prepared| held(cache, prepared, *position))
        };
        let held: Vec<Option<(String, SourceResult)>> = numbered.par_iter().map(held).collect();
        held.iter().flatten().for_each(|(key, _)| self.cache.used(key));
        held.into_iter().map(|held| held.map(|(_, result)| result)).collect()
    }

    /// The sources whose pupils are followed together.
    fn groups(&self) -> BTreeSet<Vec<usize>> {
        let groups = (0..self.batch.sources.len()).map(|position| self.linker.together_with(position));
        groups.filter(|group| !group.is_empty()).collect()
    }

    /// What decides on the linked pupils of a group; nothing where a file of it is missing.
    fn wanted(&self, group: &[usize], prepared: &[Result<Prepared<'_>, Problems>]) -> Option<LinkedMeta> {
        let of = |position: &usize| {
            let prepared = prepared[*position].as_ref().ok()?;
            Some(LinkedSource {
                source: prepared.plan.source.id.clone(),
                fingerprint: prepared.fingerprint.clone(),
                inputs: prepared.inputs.clone(),
            })
        };
        let sources = group.iter().map(of).collect::<Option<_>>()?;
        Some(wanted(self.catalogue, self.batch, group, sources, self.linker.bridges()))
    }

    /// The outcomes of pupils that the cache holds, where it holds all their sources.
    fn followed_before(
        &mut self,
        group: &[usize],
        prepared: &[Result<Prepared<'_>, Problems>],
        held: &[Option<SourceResult>],
    ) -> Option<Followed> {
        let wanted = self.wanted(group, prepared)?;
        let sources = self.linker.sources()?;
        let key = key_of_linked(self.catalogue, sources, group, &wanted);
        let followed = |(key, bytes)| {
            let opened = open(bytes)?;
            let meta = read_meta(&opened).ok()?;
            let followed = decode_linked(self.catalogue, self.batch, sources, &wanted, (&opened, &meta)).ok()?;
            Some((key, followed))
        };
        let (key, followed) = self.cache.entries(&key).find_map(followed)?;
        if group.iter().any(|position| held[*position].is_none()) {
            return None;
        }
        self.cache.used(&key);
        Some(followed)
    }

    /// Reads a source, and keeps what it came to.
    fn read(
        &mut self,
        position: usize,
        prepared: &[Result<Prepared<'a>, Problems>],
        gathered: &mut Gathered,
        progress: &dyn Progress,
    ) -> SourceResult {
        let source = &self.batch.sources[position];
        let result = match &prepared[position] {
            Ok(prepared) => self.count(position, prepared, progress),
            Err(problems) => Err(problems.clone()),
        };
        let result = result.unwrap_or_else(|problems| SourceResult::refused(source, problems));
        if let Some(finished) = self.linker.finished(position, result.account.refused) {
            gathered.cube.add(self.linker.slices(&finished.followed));
            let group = self.linker.together_with(position);
            let unchanged = |position: &usize| prepared[*position].as_ref().is_ok_and(Prepared::is_unchanged);
            if finished.complete && group.iter().all(unchanged) {
                self.add_followed(&group, prepared, &finished.followed);
            }
        }
        result
    }

    fn count(
        &mut self,
        position: usize,
        prepared: &Prepared<'a>,
        progress: &dyn Progress,
    ) -> Result<SourceResult, Problems> {
        let source = &self.batch.sources[position];
        let link = self.linker.source(position);
        let plan = SourcePlan::new(self.catalogue, self.batch, source, self.options.scratch(), link)?;
        let files = prepared.files.iter().map(|hashed| hashed.file.clone()).collect();
        let counted = count(&plan, &SourceFiles::of(source, files), Some(prepared.inputs.clone()), progress)?;
        let encoded = encode(&plan, prepared.fingerprint.clone(), &counted);
        let result = conclude(&plan, position, counted);
        // A file that changed while it was read is not the one that was hashed.
        if !result.account.refused && prepared.is_unchanged() {
            self.keep(&prepared.key, encoded);
        }
        Ok(result)
    }

    fn add_followed(&mut self, group: &[usize], prepared: &[Result<Prepared<'_>, Problems>], followed: &Followed) {
        let (Some(wanted), Some(sources)) = (self.wanted(group, prepared), self.linker.sources()) else { return };
        let key = key_of_linked(self.catalogue, sources, group, &wanted);
        let encoded = encode_linked(self.catalogue, self.batch, sources, wanted, followed);
        self.keep(&key, encoded);
    }

    fn keep(&mut self, key: &str, encoded: Result<(Vec<u8>, String), StoreError>) {
        let kept = encoded.and_then(|(bytes, _)| self.cache.add(key, &bytes));
        if let Err(error) = kept {
            self.failed.get_or_insert(error);
        }
    }

    fn finish(mut self, mut gathered: Gathered) -> Gathered {
        let (found, bridges) = self.linker.finish();
        gathered.run.problems.extend(found);
        gathered.run.inputs.extend(bridges);
        if let Err(error) = self.cache.close() {
            self.failed.get_or_insert(error);
        }
        gathered.run.problems.extend(self.failed.iter().map(unwritten).collect());
        gathered
    }
}

impl Prepared<'_> {
    /// Whether its files are still those that were hashed, as far as size and time tell.
    fn is_unchanged(&self) -> bool {
        self.files.iter().all(|hashed| hashed.stamp.is_some() && Stamp::of(&hashed.file.path) == hashed.stamp)
    }
}

fn hashed(source: &Source, file: InputFile, cache: &Cache, rehash: bool) -> Result<(Hashed, InputFileHash), Problems> {
    let stamp = Stamp::of(&file.path);
    let known = if rehash { None } else { cache.known_hash(&file.path, stamp) };
    let (blake3, bytes) = match (known, stamp) {
        (Some(blake3), Some(stamp)) => (blake3, stamp.bytes()),
        _ => hash_file(&source.id, &file)?,
    };
    // One that changed while it was hashed has no stamp: it is neither remembered nor kept.
    let stamp = stamp.filter(|stamp| Stamp::of(&file.path) == Some(*stamp));
    let input = InputFileHash { source: source.id.clone(), name: file.name.clone(), bytes, blake3 };
    Ok((Hashed { file, stamp }, input))
}

/// What the cache holds of a source, if it is what the source would give now, and the key of the entry.
fn held(cache: &Cache, prepared: &Prepared<'_>, position: usize) -> Option<(String, SourceResult)> {
    let counted = |(key, bytes)| {
        let opened = open(bytes)?;
        let meta = read_meta(&opened).ok()?;
        let counted = decode(&prepared.plan, &prepared.fingerprint, &opened, &meta).ok()?;
        (counted.inputs == prepared.inputs).then_some((key, counted))
    };
    let (key, counted) = cache.entries(&prepared.key).find_map(counted)?;
    Some((key, conclude(&prepared.plan, position, together(&prepared.plan, vec![counted]))))
}

fn unwritten(error: &StoreError) -> Problem {
    let expected = "What a source came to is kept in the cache.";
    Problem::warning(ProblemCode::CacheUnwritten, Place::default(), expected, error.to_string()).help(
        "The figures are complete; the next run reads the sources again. Check the space and rights of the folder.",
    )
}
