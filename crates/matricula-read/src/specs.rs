//! Files that are no data: specifications and batches.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use matricula_spec::{Place, Problem, ProblemCode, Problems};

use crate::encoding::MARK;
use crate::files::file::{open_file, unreadable};

/// Folders deeper than this are a circle of links.
const DEEPEST: usize = 16;

/// Every `.toml` and `.csv` file below a folder: its path from there, with `/`, and its text.
///
/// # Errors
/// The folder or a file cannot be read (D001, D002), or a file is not UTF-8 (S001).
pub fn spec_folder(dir: &Path) -> Result<BTreeMap<String, String>, Problems> {
    let mut walk = Walk::default();
    walk.folder(dir, "", 0);
    if walk.problems.is_empty() { Ok(walk.texts) } else { Err(walk.problems) }
}

/// The text of a file of specifications, such as `batch.toml`.
///
/// # Errors
/// The file cannot be read (D001, D002) or is not UTF-8 (S001).
pub fn text_file(path: &Path, name: &str) -> Result<String, Box<Problem>> {
    let read = open_file(path).and_then(|_| fs::read(path));
    let mut bytes = read.map_err(|error| unreadable(named(name), &error))?;
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    String::from_utf8(bytes).map_err(|_| {
        let rule = "A specification is text in UTF-8.";
        let problem = Problem::error(ProblemCode::NotReadable, named(name), rule, "bytes that are not UTF-8");
        Box::new(problem.help("Save the file as UTF-8."))
    })
}

fn named(file: &str) -> Place {
    Place { file: file.to_owned(), ..Place::default() }
}

#[derive(Default)]
struct Walk {
    texts: BTreeMap<String, String>,
    problems: Problems,
}

impl Walk {
    fn folder(&mut self, dir: &Path, prefix: &str, depth: usize) {
        match entries(dir) {
            Ok(entries) => entries.iter().for_each(|name| self.entry(dir, prefix, name, depth)),
            Err(error) => self.problems.push(*unreadable(named(&dir.to_string_lossy()), &error)),
        }
    }

    fn entry(&mut self, dir: &Path, prefix: &str, name: &str, depth: usize) {
        let path = dir.join(name);
        let relative = format!("{prefix}{name}");
        if path.is_dir() {
            if depth < DEEPEST {
                self.folder(&path, &format!("{relative}/"), depth + 1);
            }
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "csv") {
            match text_file(&path, &relative) {
                Ok(text) => drop(self.texts.insert(relative, text)),
                Err(problem) => self.problems.push(*problem),
            }
        }
    }
}

/// Names in a folder, sorted, without hidden ones such as `.git`.
fn entries(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    Ok(names)
}
