//! From the paths and patterns of a source to its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use matricula_engine::location;
use matricula_spec::model::batch::{FileFormat, Source};
use matricula_spec::{Place, Problem, ProblemCode, Problems};

use super::archive::{self, Member};
use super::file::{named, unreadable};
use crate::nearest::nearest;

/// A file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Where it is.
    pub path: PathBuf,
    /// As the user named it, or relative to the batch: for messages.
    pub name: String,
    /// How it is written.
    pub format: FileFormat,
    /// Of a zip archive, the member that is read.
    pub member: Option<Member>,
}

/// The files of a source, sorted by name, none twice.
///
/// # Errors
/// Patterns that find nothing (D001); files that are folders, or whose format is not known, or archives without
/// exactly one data file (D002); damaged archives (D007).
pub fn find_files(base: &Path, source: &Source) -> Result<Vec<InputFile>, Problems> {
    let mut problems = Problems::default();
    let mut named = BTreeMap::new();
    for pattern in &source.files {
        match matches(base, pattern, &source.id) {
            Ok(found) => named.extend(found),
            Err(problem) => problems.push(*problem),
        }
    }
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for (name, path) in named {
        // The same file may be reached by two names, for example through a link.
        if !seen.insert(fs::canonicalize(&path).unwrap_or_else(|_| path.clone())) {
            continue;
        }
        match input(name, path, source) {
            Ok(file) => files.push(file),
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

/// Names and paths of what a path or pattern finds.
fn matches(base: &Path, pattern: &str, source: &str) -> Result<Vec<(String, PathBuf)>, Box<Problem>> {
    let path = base.join(pattern);
    if path.is_file() {
        return Ok(vec![(pattern.to_owned(), path)]);
    }
    if path.is_dir() {
        return Err(folder(&path, pattern, source));
    }
    let found = if has_wildcard(pattern) { glob(base, pattern, source)? } else { Vec::new() };
    if found.is_empty() { Err(nothing(&path, pattern, source)) } else { Ok(found) }
}

fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

fn glob(base: &Path, pattern: &str, source: &str) -> Result<Vec<(String, PathBuf)>, Box<Problem>> {
    // Absolute patterns replace the base, as with paths; wildcards of the base itself are none.
    let escaped = PathBuf::from(Pattern::escape(&base.to_string_lossy()));
    let whole = escaped.join(pattern).to_string_lossy().into_owned();
    let options =
        MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let paths = glob::glob_with(&whole, options).map_err(|error| {
        let rule = "A pattern uses `*`, `?`, `[...]` and `**` as a whole folder.";
        Problem::error(ProblemCode::FileMissing, location::of_file(source, pattern), rule, error.msg)
            .help("Correct the pattern under `files` of the source.")
    })?;
    let mut found = Vec::new();
    for path in paths {
        let path = path.map_err(|error| unreadable(location::of_file(source, pattern), error.error()))?;
        if path.is_file() {
            found.push((name(base, &path), path));
        }
    }
    Ok(found)
}

fn name(base: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/").replace("//", "/")
}

fn folder(path: &Path, pattern: &str, source: &str) -> Box<Problem> {
    let problem = Problem::error(
        ProblemCode::FileUnreadable,
        location::of_file(source, pattern),
        "`files` names files, or patterns such as `folder/*.csv`.",
        "a folder",
    );
    let problem = problem.help("Name the files in it, or write a pattern for them.");
    Box::new(problem.candidates(file_names(path).into_iter().take(3).collect()))
}

fn nothing(path: &Path, pattern: &str, source: &str) -> Box<Problem> {
    // Of a pattern such as `data/**/x.csv` the folder before the first wildcard is shown.
    let literal = path.ancestors().skip(1).find(|folder| !has_wildcard(&folder.to_string_lossy()) || folder.is_dir());
    let folder = literal.unwrap_or(path);
    let wanted = path.file_name().map(|name| name.to_string_lossy().replace('*', "")).unwrap_or_default();
    let found = if folder.is_dir() {
        format!("no such file in the folder `{}`", folder.display())
    } else {
        format!("the folder `{}` does not exist", folder.display())
    };
    let rule = format!("`{pattern}` names at least one file.");
    let problem = Problem::error(ProblemCode::FileMissing, location::of_file(source, pattern), rule, found);
    let problem = problem.help("Correct `files` of the source; paths start from the folder of the batch file.");
    let names = file_names(folder);
    Box::new(problem.candidates(nearest(&wanted, names.iter().map(String::as_str))))
}

fn file_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<_> = files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

/// A file with its format; of an archive, that of its member.
fn input(name: String, path: PathBuf, source: &Source) -> Result<InputFile, Box<Problem>> {
    let here = location::of_file(&source.id, &name);
    let member = match named(&path, "zip") {
        true => Some(archive::choose(&path, &here, source.member.as_deref())?),
        false => None,
    };
    let format = format(&name, member.as_ref().map_or(&path, |member| Path::new(&member.name)), source)?;
    if let Some(member) = &member
        && (format != FileFormat::Csv || named(Path::new(&member.name), "gz"))
    {
        return Err(archive::packed(&here));
    }
    if source.member.is_some() && member.is_none() {
        return Err(misplaced(here, "`member` is for sources whose files are zip archives.", "member"));
    }
    if source.sheet.is_some() && !matches!(format, FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods) {
        return Err(misplaced(here, "`sheet` is for sources whose files are spreadsheets.", "sheet"));
    }
    Ok(InputFile { path, name, format, member })
}

/// A key of the source that says nothing about a file.
fn misplaced(place: Place, rule: &str, key: &str) -> Box<Problem> {
    let problem = Problem::error(ProblemCode::FileUnreadable, place, rule, "a file of another kind");
    Box::new(problem.help(format!("Take `{key}` out of the source, or name other files.")))
}

/// The format of a file: as declared, or by its ending.
fn format(name: &str, path: &Path, source: &Source) -> Result<FileFormat, Box<Problem>> {
    let stem = if named(path, "gz") { path.with_extension("") } else { path.to_path_buf() };
    let ending = stem.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let by_ending = match ending.as_str() {
        "csv" | "tsv" | "txt" => Some(FileFormat::Csv),
        "parquet" | "pq" => Some(FileFormat::Parquet),
        "arrow" | "arrows" | "feather" | "ipc" => Some(FileFormat::ArrowIpc),
        "dta" => Some(FileFormat::Stata),
        "sav" | "zsav" => Some(FileFormat::Spss),
        "xlsx" | "xlsm" => Some(FileFormat::Xlsx),
        "xls" => Some(FileFormat::Xls),
        "ods" => Some(FileFormat::Ods),
        _ => None,
    };
    source.format.or(by_ending).ok_or_else(|| {
        if ending == "sas7bdat" {
            return sas(location::of_file(&source.id, name));
        }
        let rule = "The ending of a file tells its format: csv, tsv, txt (also .gz, .zip), parquet, arrow, feather, dta, sav, zsav, xlsx, xls, ods.";
        let problem = Problem::error(ProblemCode::FileUnreadable, location::of_file(&source.id, name), rule, "another ending");
        Box::new(problem.help("Declare `format` of the source, or convert the file."))
    })
}

/// SAS's own files: their format is not published, and no free program writes one to test a reader with.
fn sas(place: Place) -> Box<Problem> {
    let rule = "Files of SAS are exported to a format that is documented.";
    let problem = Problem::error(ProblemCode::FileUnreadable, place, rule, "a file of SAS (`.sas7bdat`)");
    Box::new(problem.help("In SAS: `PROC EXPORT DATA=lib.table OUTFILE='table.dta' DBMS=DTA;`, or DBMS=SAV for SPSS, or CSV; free programs such as R (haven) and Python (pyreadstat) convert it to Parquet or CSV."))
}
