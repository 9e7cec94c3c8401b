//! Pages made from the catalogue: public, and not part of a run.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::StoreError;

/// Writes pages, by file name, to a folder; each is written beside its place and moved there by renaming.
///
/// Missing folders are made; a page of that name is replaced, and nothing else in the folder is touched.
///
/// # Errors
/// Where the folder is a file, or cannot be written.
pub fn write_pages(dir: &Path, pages: &BTreeMap<String, String>) -> Result<(), StoreError> {
    if dir.exists() && !dir.is_dir() {
        return Err(StoreError::NotAFolder { folder: dir.to_owned() });
    }
    fs::create_dir_all(dir).map_err(StoreError::io("make the folder", dir))?;
    pages.iter().try_for_each(|(name, text)| write_beside(dir, name, text.as_bytes(), &dir.join(name)))
}

/// Writes one page to a file, beside its place and moved there by renaming; missing folders above it are made.
///
/// A file that stands there is replaced if its first line is that of the page: then it is an earlier one.
///
/// # Errors
/// Where a folder or another file stands there, or nothing can be written.
pub fn write_page(path: &Path, text: &str) -> Result<(), StoreError> {
    let first = text.lines().next().unwrap_or_default();
    write_file(path, text.as_bytes(), |earlier| earlier.starts_with(first.as_bytes()))
}

/// Writes a file beside its place and moves it there by renaming; what stands there must be empty or ours.
pub(super) fn write_file(path: &Path, content: &[u8], ours: impl Fn(&[u8]) -> bool) -> Result<(), StoreError> {
    let name = path.file_name().filter(|_| !path.is_dir());
    let name = name.ok_or_else(|| StoreError::AFolder { file: path.to_owned() })?.to_string_lossy();
    let above = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if above.exists() && !above.is_dir() {
        return Err(StoreError::NotAFolder { folder: above.to_owned() });
    }
    let earlier = match fs::read(path) {
        Ok(earlier) => Some(earlier),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(StoreError::io("read", path)(error)),
    };
    if earlier.is_some_and(|earlier| !earlier.is_empty() && !ours(&earlier)) {
        return Err(StoreError::NotOurFile { file: path.to_owned() });
    }
    fs::create_dir_all(above).map_err(StoreError::io("make the folder", above))?;
    write_beside(above, &name, content, path)
}

/// Writes files that belong together, such as a mapping and its tables, to a folder, the last of them last.
///
/// What stands there is replaced only if `replace` says so: it may be somebody's work.
///
/// # Errors
/// Where a file or folder stands there, or nothing can be written.
pub fn write_together(dir: &Path, files: &[(String, &str)], replace: bool) -> Result<(), StoreError> {
    if dir.exists() && !dir.is_dir() {
        return Err(StoreError::NotAFolder { folder: dir.to_owned() });
    }
    for path in files.iter().map(|(name, _)| dir.join(name)) {
        if path.is_dir() {
            return Err(StoreError::AFolder { file: path });
        }
        if path.exists() && !replace {
            return Err(StoreError::Exists { file: path });
        }
    }
    fs::create_dir_all(dir).map_err(StoreError::io("make the folder", dir))?;
    files.iter().try_for_each(|(name, text)| write_beside(dir, name, text.as_bytes(), &dir.join(name)))
}

/// `place` is the page of this name in `dir`, as messages call it.
fn write_beside(dir: &Path, name: &str, content: &[u8], place: &Path) -> Result<(), StoreError> {
    let beside = dir.join(format!(".{name}.matricula-tmp"));
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&beside, place)).map_err(|source| {
        let _ = fs::remove_file(&beside);
        StoreError::io("write", place)(source)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_replaced_and_nothing_else_is_touched() {
        let above = tempfile::tempdir().expect("a folder");
        let dir = above.path().join("methods/en");
        let page = |text: &str| BTreeMap::from([("GER.md".to_owned(), text.to_owned())]);
        write_pages(&dir, &page("first")).expect("written");
        fs::write(dir.join("notes.md"), "mine").expect("written");
        write_pages(&dir, &page("second")).expect("written");
        let mut names: Vec<_> =
            fs::read_dir(&dir).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        assert_eq!(names, ["GER.md", "notes.md"]);
        assert_eq!(fs::read_to_string(dir.join("GER.md")).expect("a page"), "second");
        let file = dir.join("notes.md");
        assert!(matches!(write_pages(&file, &page("third")), Err(StoreError::NotAFolder { .. })));
        assert!(matches!(write_pages(&file.join("en"), &page("third")), Err(StoreError::Io { .. })));
    }

    #[test]
    fn files_that_belong_together_replace_nothing_unless_asked() {
        let above = tempfile::tempdir().expect("a folder");
        let dir = above.path().join("mappings");
        let files = |text| [("table.csv".to_owned(), text), ("mapping.toml".to_owned(), text)];
        write_together(&dir, &files("first"), false).expect("written");
        fs::remove_file(dir.join("table.csv")).expect("removed");
        assert!(matches!(write_together(&dir, &files("second"), false), Err(StoreError::Exists { .. })));
        assert!(!dir.join("table.csv").exists(), "nothing is half-written");
        write_together(&dir, &files("third"), true).expect("written");
        assert_eq!(fs::read_to_string(dir.join("table.csv")).expect("a table"), "third");
        fs::remove_file(dir.join("table.csv")).expect("removed");
        fs::create_dir(dir.join("table.csv")).expect("a folder");
        assert!(matches!(write_together(&dir, &files("fourth"), true), Err(StoreError::AFolder { .. })));
    }

    #[test]
    fn a_page_replaces_an_earlier_one_and_no_other_file() {
        let above = tempfile::tempdir().expect("a folder");
        let page = above.path().join("new/page.md");
        write_page(&page, "<!-- ours -->\nfirst\n").expect("written");
        write_page(&page, "<!-- ours -->\nsecond\n").expect("written");
        assert_eq!(fs::read_to_string(&page).expect("a page"), "<!-- ours -->\nsecond\n");
        let thesis = above.path().join("thesis.md");
        fs::write(&thesis, "mine").expect("written");
        assert!(matches!(write_page(&thesis, "<!-- ours -->\n"), Err(StoreError::NotOurFile { .. })));
        assert_eq!(fs::read_to_string(&thesis).expect("a text"), "mine");
        assert!(matches!(write_page(above.path(), "x"), Err(StoreError::AFolder { .. })));
        assert!(matches!(write_page(Path::new(".."), "x"), Err(StoreError::AFolder { .. })));
        assert!(matches!(write_page(&thesis.join("page.md"), "x"), Err(StoreError::NotAFolder { .. })));
    }
}
