//! The files of a source, as the engine asks for them.

use std::path::Path;

use matricula_engine::input::InputFileHash;
use matricula_engine::raw::{self, Dictionaries, Opened, RawBlock, RawColumns, Reader, Sieve};
use matricula_spec::model::batch::Source;
use matricula_spec::{Problem, Problems};

use crate::chunk::{Chunk, open};
use crate::files::find::{InputFile, find_files};
use crate::files::hash::{hash_file, size};
use crate::plan::ReadPlan;

/// The files of a source of a batch.
#[derive(Debug, Clone)]
pub struct SourceFiles<'a> {
    source: &'a Source,
    files: Vec<InputFile>,
}

impl<'a> SourceFiles<'a> {
    /// Turns the paths and patterns of a source, relative to a folder, into files.
    ///
    /// # Errors
    /// As those of [`find_files`].
    pub fn find(base: &Path, source: &'a Source) -> Result<Self, Problems> {
        Ok(Self::of(source, find_files(base, source)?))
    }

    /// Files that were found before.
    #[must_use]
    pub fn of(source: &'a Source, files: Vec<InputFile>) -> Self {
        Self { source, files }
    }

    fn plan(&self, columns: &RawColumns) -> ReadPlan {
        let RawColumns { names, numeric, optional, coded } = columns.clone();
        ReadPlan {
            source: self.source.id.clone(),
            files: self.files.clone(),
            columns: names,
            numeric,
            optional,
            coded,
            encoding: self.source.encoding,
            separator: self.source.separator,
            sheet: self.source.sheet.clone(),
        }
    }
}

impl Reader for SourceFiles<'_> {
    fn bytes(&self) -> u64 {
        self.files.iter().map(size).sum()
    }

    fn hashes(&self) -> Result<Vec<InputFileHash>, Problems> {
        let source = &self.source.id;
        let hash = |file: &InputFile| {
            let (blake3, bytes) = hash_file(source, file)?;
            Ok(InputFileHash { source: source.clone(), name: file.name.clone(), bytes, blake3 })
        };
        self.files.iter().map(hash).collect()
    }

    fn open<'a>(&'a self, columns: &RawColumns) -> Result<Opened<'a>, Problems> {
        let chunks = open(&self.plan(columns))?;
        let lacking = chunks.lacking().to_vec();
        let boxed = |chunk: Result<Chunk, _>| chunk.map(|chunk| Box::new(chunk) as Box<dyn raw::Chunk>);
        Ok(Opened { lacking, chunks: Box::new(chunks.map(boxed)) })
    }
}

impl raw::Chunk for Chunk {
    fn bytes(&self) -> u64 {
        Self::bytes(self)
    }

    fn parse(&self, dictionaries: &mut Dictionaries, sieve: Option<&Sieve<'_>>) -> Result<RawBlock, Box<Problem>> {
        self.parse_wanted(dictionaries, sieve)
    }
}
