//! Replacing a folder whole, so that it is never half-written.
//!
//! A run writes into `.NAME.matricula-tmp-X` beside the folder `NAME` and renames it at the end;
//! an earlier run is first renamed to `.NAME.matricula-old-X` and then removed.
//! While a run lives it holds a lock on `.NAME.matricula-tmp-X.lock`;
//! what is left of a run without a living lock is a leftover, and the next run clears it away.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::manifest;
use crate::error::StoreError;

const LOCK: &str = ".lock";

/// What a folder of ours holds; one kind never replaces another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A run.
    Run,
    /// Cubes of sources.
    Cube,
}

impl Kind {
    /// What its manifest says under `matricula`.
    pub(super) fn marker(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Cube => "cube",
        }
    }
}

/// Where a run is to stand.
#[derive(Debug, Clone)]
pub(super) struct Target {
    kind: Kind,
    /// As it was named, for messages.
    named: PathBuf,
    parent: PathBuf,
    name: OsString,
}

impl Target {
    /// The place that a path names; makes missing folders above it, follows links.
    pub(super) fn of(dir: &Path, kind: Kind) -> Result<Self, StoreError> {
        let no_name = || StoreError::NoName { folder: dir.to_owned() };
        let whole = match fs::canonicalize(dir) {
            Ok(whole) => whole,
            Err(_) => {
                let above = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                if above.exists() && !above.is_dir() {
                    return Err(StoreError::NotAFolder { folder: above.to_owned() });
                }
                fs::create_dir_all(above).map_err(StoreError::io("make the folder", above))?;
                let above = fs::canonicalize(above).map_err(StoreError::io("open the folder", above))?;
                above.join(dir.file_name().ok_or_else(no_name)?)
            }
        };
        let parent = whole.parent().ok_or_else(no_name)?.to_owned();
        let name = whole.file_name().ok_or_else(no_name)?.to_owned();
        Ok(Self { kind, named: dir.to_owned(), parent, name })
    }

    fn path(&self) -> PathBuf {
        self.parent.join(&self.name)
    }

    /// Beginning of the names that stand for this folder while a run is written.
    fn beside(&self, kind: &str) -> String {
        format!(".{}.matricula-{kind}-", self.name.to_string_lossy())
    }

    /// Refuses a place that holds something else than an earlier run.
    pub(super) fn check_ours(&self) -> Result<(), StoreError> {
        let path = self.path();
        let cannot_open = |error| StoreError::io("open", &self.named)(error);
        if !path.try_exists().map_err(cannot_open)? {
            return Ok(());
        }
        if !path.is_dir() {
            return Err(StoreError::NotAFolder { folder: self.named.clone() });
        }
        let empty = fs::read_dir(&path).map_err(cannot_open)?.next().is_none();
        if empty || manifest::is_of(&path, self.kind).map_err(cannot_open)? {
            return Ok(());
        }
        Err(StoreError::NotOurs { folder: self.named.clone() })
    }

    /// All of that, before the long work.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.recover()?;
        self.check_ours()?;
        self.stage().map(drop)
    }

    /// Clears away what runs that were killed have left.
    /// Where one was killed between the two renames, the earlier run is put back.
    pub(super) fn recover(&self) -> Result<(), StoreError> {
        let leftovers = self.leftovers().map_err(StoreError::io("open the folder above", &self.named))?;
        // Held until the end, so that no other run takes the same leftovers for its own.
        let mut dead = Vec::new();
        let mut living = Vec::new();
        for (name, lock) in leftovers.iter().filter_map(|name| Some((name, run_of(name)?))) {
            match File::open(self.parent.join(name)).map(|file| (file.try_lock(), file)) {
                Ok((Err(TryLockError::WouldBlock), _)) => living.push(lock),
                Ok((_, file)) => dead.push((name, file)),
                Err(_) => {}
            }
        }
        let is_dead = |name: &&String| !living.iter().any(|run| name.ends_with(*run));
        for name in leftovers.iter().filter(|name| run_of(name).is_none()).filter(is_dead) {
            let path = self.parent.join(name);
            let moved_aside = name.starts_with(&self.beside("old"));
            // Another run may clear the same leftovers: that they are gone already is no error.
            if moved_aside && !self.path().exists() && fs::rename(&path, self.path()).is_ok() {
                continue;
            }
            let _ = fs::remove_dir_all(&path);
        }
        for (name, _) in &dead {
            let _ = fs::remove_file(self.parent.join(name));
        }
        Ok(())
    }

    /// Names of files and folders of unfinished runs, in order.
    fn leftovers(&self) -> io::Result<Vec<String>> {
        let prefixes = [self.beside("tmp"), self.beside("old")];
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.parent)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Makes a new folder beside the place.
    pub(super) fn stage(&self) -> Result<Stage, StoreError> {
        let lock = self.lock().map_err(StoreError::io("write beside", &self.named))?;
        let run = lock.path().file_name().and_then(OsStr::to_str).and_then(run_of).unwrap_or_default().to_owned();
        let folder = self.parent.join(format!("{}{run}", self.beside("tmp")));
        fs::create_dir(&folder).map_err(StoreError::io("write beside", &self.named))?;
        Ok(Stage { target: self.clone(), folder, run, _lock: lock })
    }

    fn lock(&self) -> io::Result<NamedTempFile> {
        loop {
            let lock = tempfile::Builder::new().prefix(&self.beside("tmp")).suffix(LOCK).tempfile_in(&self.parent)?;
            // A file system without locks cannot say who lives; then leftovers count as dead.
            let taken = matches!(lock.as_file().try_lock(), Err(TryLockError::WouldBlock));
            // Between its making and its locking, another run may have taken it for a leftover.
            if !taken && lock.path().exists() {
                return Ok(lock);
            }
        }
    }
}

/// The part of a lock's name that its run's folders end in; nothing for a name that is no lock's.
fn run_of(name: &str) -> Option<&str> {
    name.strip_suffix(LOCK)?.rsplit('-').next()
}

/// A folder that is being written. Dropped before it is committed, it disappears.
#[derive(Debug)]
pub(super) struct Stage {
    target: Target,
    folder: PathBuf,
    run: String,
    _lock: NamedTempFile,
}

impl Stage {
    /// Where to write.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts the folder in its place.
    pub(super) fn commit(self) -> Result<(), StoreError> {
        sync(&self.folder).map_err(StoreError::io("write", &self.target.named))?;
        self.target.check_ours()?;
        let place = self.target.path();
        let aside = self.target.parent.join(format!("{}{}", self.target.beside("old"), self.run));
        let cannot_replace = |source| StoreError::io("replace", &self.target.named)(source);
        let replaces = place.exists();
        if replaces {
            fs::rename(&place, &aside).map_err(cannot_replace)?;
        }
        if let Err(error) = fs::rename(&self.folder, &place) {
            if replaces {
                // If this fails too, the next run finds the earlier one aside and puts it back.
                let _ = fs::rename(&aside, &place);
            }
            return Err(cannot_replace(error));
        }
        sync(&self.target.parent).map_err(StoreError::io("write", &self.target.named))?;
        if replaces {
            // The new run stands in its place; what is left aside, the next run clears away.
            let _ = fs::remove_dir_all(&aside);
        }
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.folder.exists() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Makes the entries of a folder last. Systems that cannot open a folder do so by themselves.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn write_run(dir: &Path, text: &str) {
        let target = Target::of(dir, Kind::Run).expect("a place");
        target.recover().expect("recovered");
        target.check_ours().expect("ours");
        let stage = target.stage().expect("a stage");
        fs::write(stage.folder().join("manifest.json"), r#"{"matricula": "run"}"#).expect("written");
        fs::write(stage.folder().join("text"), text).expect("written");
        stage.commit().expect("committed");
    }

    fn text(dir: &Path) -> String {
        fs::read_to_string(dir.join("text")).expect("a run")
    }

    #[test]
    fn a_run_replaces_an_earlier_one_and_leaves_nothing_beside_it() {
        let above = tempfile::tempdir().expect("a folder");
        let dir = above.path().join("new/out");
        write_run(&dir, "first");
        write_run(&dir, "second");
        assert_eq!(text(&dir), "second");
        assert_eq!(entries(&above.path().join("new")), ["out"]);
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        let above = tempfile::tempdir().expect("a folder");
        let refused = |dir: &Path| Target::of(dir, Kind::Run).and_then(|target| target.check_ours());
        let dir = above.path().join("out");
        fs::create_dir(&dir).expect("made");
        assert!(refused(&dir).is_ok(), "an empty folder is taken");
        fs::write(dir.join("manifest.json"), r#"{"name": "something else"}"#).expect("written");
        assert!(matches!(refused(&dir), Err(StoreError::NotOurs { .. })));
        assert!(matches!(refused(&dir.join("manifest.json")), Err(StoreError::NotAFolder { .. })));
        assert!(matches!(refused(&dir.join("manifest.json/out")), Err(StoreError::NotAFolder { .. })));
        assert!(matches!(refused(&dir.join("manifest.json/a/out")), Err(StoreError::Io { .. })));
        assert!(matches!(refused(Path::new("/")), Err(StoreError::NoName { .. })));
    }

    #[test]
    fn leftovers_of_a_killed_run_are_cleared_and_an_earlier_run_is_put_back() {
        let above = tempfile::tempdir().expect("a folder");
        let dir = above.path().join("out");
        write_run(&dir, "earlier");
        // Killed between the two renames.
        fs::rename(&dir, above.path().join(".out.matricula-old-x1")).expect("moved");
        fs::create_dir(above.path().join(".out.matricula-tmp-x1")).expect("made");
        fs::write(above.path().join(".out.matricula-tmp-x1.lock"), "").expect("written");
        Target::of(&dir, Kind::Run).and_then(|target| target.recover()).expect("recovered");
        assert_eq!(text(&dir), "earlier");
        assert_eq!(entries(above.path()), ["out"]);
    }

    #[test]
    fn a_living_run_is_left_alone() {
        let above = tempfile::tempdir().expect("a folder");
        let dir = above.path().join("out");
        let target = Target::of(&dir, Kind::Run).expect("a place");
        let stage = target.stage().expect("a stage");
        write_run(&dir, "other");
        assert!(stage.folder().is_dir());
        drop(stage);
        assert_eq!(entries(above.path()), ["out"]);
    }
}
