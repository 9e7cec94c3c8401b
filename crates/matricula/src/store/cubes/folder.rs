//! The folder that `matricula cube` writes, and what `--cubes` names.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use matricula_spec::{Place, Problem, ProblemCode, Problems};
use serde::{Deserialize, Serialize};

use crate::cubes::{CubeFile, Cubes};
use crate::error::StoreError;
use crate::store::folder::{Kind, Target};
use crate::store::manifest::MANIFEST;
use crate::store::output::{Outputs, file};
use crate::store::{Written, tables};

const ENDING: &str = "parquet";

/// What the folder's manifest says.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    matricula: String,
    restricted: bool,
    version: String,
    cubes: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linked: Option<String>,
    blake3: String,
}

/// A cube file that was found.
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Its name, without folders.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Checks, before the long work, that cubes can be written to a folder, which must be absent, empty, or earlier cubes.
///
/// # Errors
/// Where the folder is something else, or cannot be written.
pub fn check_cube_target(dir: &Path) -> Result<(), StoreError> {
    Target::of(dir, Kind::Cube)?.check()
}

/// Writes cubes to a folder, which is replaced whole.
///
/// # Errors
/// Where the folder holds something else than earlier cubes, or cannot be written;
/// what stood there before stands there still.
pub fn write_cubes(dir: &Path, cubes: &Cubes) -> Result<Written, StoreError> {
    let target = Target::of(dir, Kind::Cube)?;
    target.recover()?;
    target.check_ours()?;
    let stage = target.stage()?;
    let names = file_names(&cubes.files);
    let mut outputs = Outputs::default();
    for (name, cube) in names.iter().zip(&cubes.files) {
        outputs.file(name, |file| file.write_all(&cube.bytes).map_err(StoreError::io("write", Path::new(name))));
    }
    outputs.file("ledger.csv", |file| tables::ledger_csv(file, &cubes.ledger));
    outputs.file("problems.csv", |file| tables::problems_csv(file, &cubes.problems));
    outputs.file("README.txt", |file| {
        file.write_all(include_bytes!("README.txt")).map_err(StoreError::io("write", Path::new("README.txt")))
    });
    let files = outputs.write(stage.folder())?;
    let listed = |(name, cube): (&String, &CubeFile)| Listed {
        file: name.clone(),
        source: (!cube.linked).then(|| cube.name.clone()),
        linked: cube.linked.then(|| cube.name.clone()),
        blake3: cube.blake3.clone(),
    };
    let manifest = Manifest {
        matricula: Kind::Cube.marker().to_owned(),
        restricted: true,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        cubes: names.iter().zip(&cubes.files).map(listed).collect(),
    };
    file(stage.folder(), MANIFEST, |file| {
        serde_json::to_writer_pretty(&mut *file, &manifest)?;
        file.write_all(b"\n").map_err(StoreError::io("write", Path::new(MANIFEST)))
    })?;
    stage.commit()?;
    Ok(Written { folder: dir.to_owned(), files })
}

/// A name for each file, told apart also where capitals do not count.
fn file_names(files: &[CubeFile]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for file in files {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '_' };
        let prefix = if file.linked { "linked-" } else { "" };
        let stem: String = prefix.chars().chain(file.name.chars()).map(plain).collect();
        let taken = |name: &String| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        let further = (2..).map(|number| format!("{stem}-{number}.{ENDING}"));
        let name = std::iter::once(format!("{stem}.{ENDING}")).chain(further).find(|name| !taken(name));
        names.extend(name);
    }
    names
}

/// The cube files at a path: the file itself, or those of a folder.
///
/// A folder with a manifest must hold everything that it lists: a part that is lost would not be missed elsewhere.
pub(crate) fn cube_files(path: &Path) -> Result<Vec<Found>, Problems> {
    let one = |problem: Problem| [problem].into_iter().collect::<Problems>();
    let mut paths = Vec::new();
    if path.is_dir() {
        let entries = fs::read_dir(path).map_err(|error| one(unreadable(path, &error)))?;
        let ending = |path: &PathBuf| path.extension().is_some_and(|ending| ending == ENDING);
        paths.extend(entries.flatten().map(|entry| entry.path()).filter(ending));
        paths.sort();
        let lost: Problems = lost(path).into_iter().map(|name| absent(&path.join(name))).collect();
        if !lost.is_empty() {
            return Err(lost);
        }
        if paths.is_empty() && !path.join(MANIFEST).is_file() {
            return Err(one(absent(path)));
        }
    } else {
        paths.push(path.to_owned());
    }
    let mut found = Vec::new();
    let mut problems = Problems::default();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match fs::read(&path) {
            Ok(bytes) => found.push(Found { path, name, bytes }),
            Err(error) => problems.push(unreadable(&path, &error)),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// Files that the manifest of a folder lists and that are not there.
fn lost(folder: &Path) -> Vec<String> {
    let manifest = fs::read(folder.join(MANIFEST)).ok().and_then(|text| serde_json::from_slice::<Manifest>(&text).ok());
    let listed = manifest.into_iter().flat_map(|manifest| manifest.cubes).map(|cube| cube.file);
    listed.filter(|name| !folder.join(name).is_file()).collect()
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let place = Place { file: path.display().to_string(), ..Place::default() };
    if error.kind() == std::io::ErrorKind::NotFound {
        return absent(path);
    }
    Problem::error(ProblemCode::FileUnreadable, place, "A cube file can be read to its end.", error.kind().to_string())
        .help("Check that it is there and may be read.")
}

fn absent(path: &Path) -> Problem {
    let place = Place { file: path.display().to_string(), ..Place::default() };
    let expected = "`--cubes` names a cube file, or a folder with all of those that its manifest lists.";
    Problem::error(ProblemCode::FileMissing, place, expected, "no such file")
        .help("Check the path; copy the folder again, or make it again with `matricula cube`.")
}
