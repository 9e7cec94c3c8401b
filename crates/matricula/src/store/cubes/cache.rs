//! The cache: cube files named by the hash of all that decides on them, and an index of files that were hashed.
//!
//! Nothing in it is believed: an entry carries its own hash, and says itself what it was counted from.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::stamp::Stamp;
use crate::cubes::KEY_OF_COUNTED;
use crate::error::StoreError;

const INDEX: &str = "index.json";
const LOCK: &str = "lock";
const README: &str = "README.txt";
const ENDING: &str = "parquet";
const TEMPORARY: &str = ".matricula-tmp-";
const MARKER: &str = "cache";
const FORMAT: u32 = 1;

/// What no run has used for so many runs is removed.
const KEPT_RUNS: u64 = 10;

/// A folder with cubes that were counted before.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    index: Index,
    /// The keys of the entries that were there when it was opened, with their sizes.
    held: Vec<(String, u64)>,
    /// When it was opened, as the file system tells it.
    opened: Option<Stamp>,
    /// Held while the cache is used; only one run at a time clears it up.
    lock: Option<File>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Index {
    matricula: String,
    format: u32,
    /// Runs so far.
    runs: u64,
    /// Files by their whole path.
    files: BTreeMap<String, Hashed>,
    /// The run that last used each entry, by its name without ending.
    entries: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Hashed {
    stamp: Stamp,
    blake3: String,
    last_used: u64,
}

impl Cache {
    /// Opens a cache; the folder is made if it is absent, and refused if it holds something else.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io("make the folder", folder))?;
        let mut index = index(folder)?;
        index.runs += 1;
        let lock = File::create(folder.join(LOCK)).map_err(StoreError::io("write to the cache", folder))?;
        let lock = lock.try_lock().is_ok().then_some(lock);
        let probe = temporary(folder).map_err(StoreError::io("write to the cache", folder))?;
        let opened = Stamp::of(probe.path());
        drop(probe);
        let cache = Self { folder: folder.to_owned(), index, held: held(folder), opened, lock };
        cache.write(README, include_bytes!("CACHE.txt"))?;
        cache.write_index()?;
        Ok(cache)
    }

    /// The hash of a file, if it is the same as when it was hashed.
    pub(crate) fn known_hash(&self, path: &Path, stamp: Option<Stamp>) -> Option<String> {
        let hashed = self.index.files.get(&whole(path)?)?;
        (Some(hashed.stamp) == stamp).then(|| hashed.blake3.clone())
    }

    /// That a file was hashed and its stamp was the same before and after.
    /// One that was modified only just now is hashed again the next time.
    pub(crate) fn remember(&mut self, path: &Path, stamp: Stamp, blake3: &str) {
        let settled = self.opened.is_some_and(|opened| stamp.is_well_before(&opened));
        if let Some(path) = whole(path).filter(|_| settled) {
            self.index.files.insert(path, Hashed { stamp, blake3: blake3.to_owned(), last_used: self.index.runs });
        }
    }

    /// The entries that may serve for a key: its own, then those of the same records over other cuboids, which
    /// may have all of its own, the smallest first; each with its key and its bytes, whatever they are.
    pub(crate) fn entries(&self, key: &str) -> impl Iterator<Item = (String, Vec<u8>)> {
        let of_counted = &key[..KEY_OF_COUNTED.min(key.len())];
        let others = self.held.iter().filter(|(other, _)| other.starts_with(of_counted) && *other != key);
        let mut others: Vec<_> = others.map(|(other, bytes)| (*bytes, other)).collect();
        others.sort_unstable();
        let keys = std::iter::once(key.to_owned()).chain(others.into_iter().map(|(_, other)| other.clone()));
        let folder = self.folder.clone();
        keys.filter_map(move |key| Some((key.clone(), fs::read(folder.join(format!("{key}.{ENDING}"))).ok()?)))
    }

    /// That an entry was used.
    pub(crate) fn used(&mut self, key: &str) {
        self.index.entries.insert(key.to_owned(), self.index.runs);
    }

    /// Writes an entry, in the place of any other of this name.
    pub(crate) fn add(&mut self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(&format!("{key}.{ENDING}"), bytes)?;
        self.used(key);
        Ok(())
    }

    /// Removes what was not used for long, and keeps what was learned.
    pub(crate) fn close(mut self) -> Result<(), StoreError> {
        let oldest = self.index.runs.saturating_sub(KEPT_RUNS);
        self.index.files.retain(|_, hashed| hashed.last_used > oldest);
        if self.lock.is_some() {
            self.clear_up(oldest);
        }
        self.write_index()
    }

    /// What cannot be removed now is removed by a later run.
    fn clear_up(&mut self, oldest: u64) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let stale = key_of(&name).is_some_and(|key| {
                // One that another run has added at the same time is not in this index yet.
                *self.index.entries.entry(key.to_owned()).or_insert(self.index.runs) <= oldest
            });
            if stale || name.starts_with(TEMPORARY) {
                let _ = fs::remove_file(path);
            }
        }
        self.index.entries.retain(|_, last_used| *last_used > oldest);
    }

    fn write_index(&self) -> Result<(), StoreError> {
        self.write(INDEX, &serde_json::to_vec_pretty(&self.index)?)
    }

    /// Replaces a file as a whole, so that it is never half-written.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let write = || -> io::Result<()> {
            let mut file = temporary(&self.folder)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(self.folder.join(name)).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(StoreError::io("write to the cache", &self.folder))
    }
}

/// What an earlier run has learned.
/// Without a sound index the folder must hold nothing but what a cache holds: then it is new, or only time is lost.
fn index(folder: &Path) -> Result<Index, StoreError> {
    let text = match fs::read(folder.join(INDEX)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(StoreError::io("read the index of", folder)(error)),
    };
    let index = serde_json::from_slice::<Index>(&text).ok();
    if let Some(index) = index.filter(|index| index.matricula == MARKER && index.format == FORMAT) {
        return Ok(index);
    }
    let ours =
        |name: &str| [LOCK, README, INDEX].contains(&name) || name.starts_with(TEMPORARY) || key_of(name).is_some();
    let mut entries = fs::read_dir(folder).map_err(StoreError::io("open the folder", folder))?.flatten();
    if entries.any(|entry| !ours(&entry.file_name().to_string_lossy())) {
        return Err(StoreError::NoCache { folder: folder.to_owned() });
    }
    Ok(Index { matricula: MARKER.to_owned(), format: FORMAT, ..Index::default() })
}

/// The keys of the entries of a folder, with their sizes.
fn held(folder: &Path) -> Vec<(String, u64)> {
    let entry = |entry: fs::DirEntry| {
        Some((key_of(&entry.file_name().to_string_lossy())?.to_owned(), entry.metadata().ok()?.len()))
    };
    fs::read_dir(folder).into_iter().flatten().flatten().filter_map(entry).collect()
}

/// The key of an entry's file; nothing for any other file.
fn key_of(name: &str) -> Option<&str> {
    let key = name.strip_suffix(ENDING)?.strip_suffix('.')?;
    (key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(key)
}

fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)
}

fn whole(path: &Path) -> Option<String> {
    Some(fs::canonicalize(path).ok()?.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn opened(folder: &Path) -> Cache {
        Cache::open(folder).expect("a cache")
    }

    fn key(name: &str) -> String {
        blake3::hash(name.as_bytes()).to_hex().to_string()
    }

    #[test]
    fn what_is_not_used_for_long_is_removed() {
        let above = tempfile::tempdir().expect("a folder");
        let folder = above.path().join("cache");
        let mut cache = opened(&folder);
        cache.add(&key("used"), b"one").expect("written");
        cache.add(&key("unused"), b"other").expect("written");
        cache.close().expect("closed");
        fs::write(folder.join(format!("{}.parquet", key("third"))), b"third").expect("written");
        fs::write(folder.join("thesis.parquet"), b"not ours").expect("written");
        fs::write(folder.join(format!("{TEMPORARY}left")), b"of a killed run").expect("written");
        let read = |cache: &Cache, name: &str| cache.entries(&key(name)).next().map(|(_, bytes)| bytes);
        for run in 1..=KEPT_RUNS {
            let mut cache = opened(&folder);
            assert_eq!(read(&cache, "unused").as_deref(), Some(&b"other"[..]), "after {run} runs");
            cache.used(&key("used"));
            cache.close().expect("closed");
        }
        let cache = opened(&folder);
        assert_eq!(read(&cache, "used").as_deref(), Some(&b"one"[..]));
        assert_eq!(read(&cache, "unused"), None);
        assert_eq!(read(&cache, "third").as_deref(), Some(&b"third"[..]));
        assert!(!folder.join(format!("{TEMPORARY}left")).exists());
        assert!(folder.join("thesis.parquet").exists());
    }

    #[test]
    fn an_index_of_something_else_does_not_make_a_cache() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(INDEX), r#"{"matricula": "run"}"#).expect("written");
        fs::write(folder.path().join("page.html"), "not ours").expect("written");
        assert!(matches!(Cache::open(folder.path()), Err(StoreError::NoCache { .. })));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "nothing is written there");
    }

    #[test]
    fn two_runs_at_a_time_take_nothing_from_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = opened(folder.path());
        let mut second = opened(folder.path());
        first.add(&key("first"), b"one").expect("written");
        second.add(&key("second"), b"other").expect("written");
        let waiting = temporary(folder.path()).expect("a file of the first");
        second.close().expect("closed");
        assert!(waiting.path().exists(), "only one of them clears up");
        first.close().expect("closed");
        let cache = opened(folder.path());
        assert!(["first", "second"].iter().all(|name| cache.entries(&key(name)).count() == 1));
    }

    #[test]
    fn entries_of_the_same_records_come_after_the_one_of_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let [ours, others] = ["ours", "others"].map(|name| key(name)[..KEY_OF_COUNTED].to_owned());
        let of = |counted: &str, cuboids: char| counted.to_owned() + &cuboids.to_string().repeat(64 - KEY_OF_COUNTED);
        let mut cache = opened(folder.path());
        for (key, bytes) in [(of(&ours, 'a'), "large one"), (of(&ours, 'b'), "small"), (of(&others, 'b'), "others")] {
            cache.add(&key, bytes.as_bytes()).expect("written");
        }
        cache.close().expect("closed");
        let cache = opened(folder.path());
        let found = |key: &str| {
            let found = cache.entries(key).map(|(_, bytes)| String::from_utf8(bytes).expect("text"));
            found.collect::<Vec<_>>()
        };
        assert_eq!(found(&of(&ours, 'a')), ["large one", "small"]);
        assert_eq!(found(&of(&ours, 'c')), ["small", "large one"]);
        assert!(found(&key("none")).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_hash_is_known_while_size_and_time_are_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data.csv");
        let write = |text: &str, age: u64| {
            fs::write(&data, text).expect("written");
            let file = File::options().append(true).open(&data).expect("a file");
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).expect("a time");
        };
        let cache_folder = folder.path().join("cache");
        let remembered = || {
            let mut cache = opened(&cache_folder);
            cache.remember(&data, Stamp::of(&data).expect("a stamp"), "hash");
            cache.close().expect("closed");
            opened(&cache_folder).known_hash(&data, Stamp::of(&data))
        };
        write("a", 0);
        assert_eq!(remembered(), None, "it may be written again with the same time");
        write("a", 3600);
        assert_eq!(remembered().as_deref(), Some("hash"));
        write("a", 3599);
        assert_eq!(opened(&cache_folder).known_hash(&data, Stamp::of(&data)), None);
        write("ab", 3600);
        assert_eq!(opened(&cache_folder).known_hash(&data, Stamp::of(&data)), None);
        assert_eq!(opened(&cache_folder).known_hash(&folder.path().join("absent"), None), None);
    }
}
