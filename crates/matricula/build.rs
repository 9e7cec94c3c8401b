//! Embeds `indicator-specs/` in the library, so that an installed binary works anywhere,
//! and gives the code that counts a name, so that cubes counted by other code are told from its own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name.to_owned()));
    let crates = variable("CARGO_MANIFEST_DIR")?.join("..").canonicalize()?;
    let specs = crates.join("../indicator-specs").canonicalize()?;
    println!("cargo::rerun-if-changed={}", specs.display());
    println!("cargo::rustc-env=MATRICULA_ENGINE={:016x}", engine(&crates)?);
    let mut files = Vec::new();
    collect(&specs, &["toml", "csv"], &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for file in files {
        let path = file.strip_prefix(&specs).map_err(io::Error::other)?;
        let name = path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        writeln!(code, "    ({name:?}, include_str!({:?})),", file.display().to_string()).map_err(io::Error::other)?;
    }
    code.push(']');
    fs::write(variable("OUT_DIR")?.join("embedded.rs"), code)
}

/// What decides which cells a file gives: the stages up to the cube, the specifications behind them, all dependencies.
const COUNTING: &[&str] = &[
    "../Cargo.lock",
    "matricula-spec/src",
    "matricula-engine/src/aggregate",
    "matricula-engine/src/cube",
    "matricula-engine/src/harmonize",
    "matricula-engine/src/link",
    "matricula-engine/src/plan",
    "matricula-engine/src/pseudonym",
    "matricula-engine/src/raw",
    "matricula-engine/src/source",
    "matricula-engine/src/validate",
    "matricula-engine/src/condition.rs",
    "matricula-engine/src/integer_table.rs",
    "matricula-engine/src/key.rs",
    "matricula-engine/src/official_age.rs",
    "matricula-engine/src/spool.rs",
    "matricula-read/src",
    "matricula/src/counting.rs",
    "matricula/src/cubes",
    "matricula/src/gather",
    "matricula/src/store/cubes",
];

/// FNV-1a of the names and texts of the code that counts.
fn engine(crates: &Path) -> io::Result<u64> {
    let mut files = Vec::new();
    for name in COUNTING {
        let path = crates.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        if path.is_dir() { collect(&path, &["rs"], &mut files)? } else { files.push(path) }
    }
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        let name = file.strip_prefix(crates).map_err(io::Error::other)?.to_string_lossy().into_owned();
        for byte in name.bytes().chain([0]).chain(fs::read(&file)?).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(hash)
}

fn collect(folder: &Path, endings: &[&str], files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            collect(&path, endings, files)?;
        } else if ending.is_some_and(|ending| endings.contains(&ending)) {
            files.push(path);
        }
    }
    Ok(())
}
