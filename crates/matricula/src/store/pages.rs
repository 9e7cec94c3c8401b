//! Pages made from the catalogue: public, and not part of a run.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use super::error::StoreError;

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
    for (name, text) in pages {
        let place = dir.join(name);
        let beside = dir.join(format!(".{name}.matricula-tmp"));
        let written = File::create(&beside).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&beside, &place)).map_err(|source| {
            let _ = fs::remove_file(&beside);
            StoreError::io("write", &place)(source)
        })?;
    }
    Ok(())
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
}
