//! From the files of a source to chunks, and from a chunk to a block.

use std::sync::Arc;
use std::vec::IntoIter;

use matricula_engine::raw::{Dictionaries, RawBlock, Sieve};
use matricula_spec::model::batch::FileFormat;
use matricula_spec::{Problem, Problems};

use crate::arrow_ipc::{self, ArrowChunk, ArrowChunks, ArrowLayout};
use crate::column::{Wanted, lacking};
use crate::files::find::InputFile;
use crate::parquet::window::{ParquetChunk, ParquetChunks};
use crate::parquet::{self, ParquetLayout};
use crate::plan::{CHUNK_ROWS, ReadPlan};
use crate::sheet::{self, SheetChunk, SheetChunks, SheetLayout};
use crate::spss::{self, SpssChunk, SpssChunks, SpssLayout};
use crate::stata::{self, StataChunk, StataChunks, StataLayout};
use crate::text::{self, TextChunk, TextChunks, TextLayout};

/// Bytes of text in a chunk: large enough to make handing it over cheap, small enough to stay in
/// the cache of a core.
const CHUNK_BYTES: usize = 1 << 20;

/// Checks the header or schema of every file before a row is read.
///
/// # Errors
/// Every finding about every file: missing (D001), not readable (D002), columns missing (D003), of
/// the wrong type (D014), another encoding (D004), empty (D006), damaged compression (D007).
pub fn open(plan: &ReadPlan) -> Result<Chunks, Problems> {
    open_by(plan, CHUNK_BYTES, CHUNK_ROWS)
}

/// [`open`] with other sizes of chunks, on which nothing may depend.
pub(crate) fn open_by(plan: &ReadPlan, bytes: usize, rows: usize) -> Result<Chunks, Problems> {
    let mut problems = Problems::default();
    let mut layouts = Vec::new();
    for file in &plan.files {
        match Layout::of(plan, file) {
            Ok(layout) => layouts.push(layout),
            Err(found) => problems.extend(found),
        }
    }
    let named = plan.files.iter().zip(&layouts);
    let lacking = named.flat_map(|(file, layout)| layout.wanted().lacking().map(|column| lacking(plan, file, column)));
    let lacking = lacking.collect();
    let chunks = Chunks { layouts: layouts.into_iter(), lacking, current: None, bytes, rows };
    if problems.is_empty() { Ok(chunks) } else { Err(problems) }
}

/// The names of all columns of a file, in its order, as they stand there.
///
/// # Errors
/// It is missing (D001), not readable (D002), empty (D006), damaged (D007), or in another encoding (D004).
pub fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    match file.format {
        FileFormat::Csv => text::names(plan, file),
        FileFormat::Parquet => parquet::names(plan, file),
        FileFormat::ArrowIpc => arrow_ipc::names(plan, file),
        FileFormat::Stata => stata::names(plan, file),
        FileFormat::Spss => spss::names(plan, file),
        FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods => sheet::names(plan, file),
    }
}

enum Layout {
    Text(Arc<TextLayout>),
    Parquet(Arc<ParquetLayout>),
    Arrow(Arc<ArrowLayout>),
    Stata(Arc<StataLayout>),
    Spss(Arc<SpssLayout>),
    Sheet(Arc<SheetLayout>),
}

impl Layout {
    fn of(plan: &ReadPlan, file: &InputFile) -> Result<Self, Problems> {
        Ok(match file.format {
            FileFormat::Csv => Self::Text(Arc::new(text::inspect(plan, file)?)),
            FileFormat::Parquet => Self::Parquet(Arc::new(parquet::inspect(plan, file)?)),
            FileFormat::ArrowIpc => Self::Arrow(Arc::new(arrow_ipc::inspect(plan, file)?)),
            FileFormat::Stata => Self::Stata(Arc::new(stata::inspect(plan, file)?)),
            FileFormat::Spss => Self::Spss(Arc::new(spss::inspect(plan, file)?)),
            FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods => Self::Sheet(Arc::new(sheet::inspect(plan, file)?)),
        })
    }

    fn wanted(&self) -> &Wanted {
        match self {
            Self::Text(layout) => layout.wanted(),
            Self::Parquet(layout) => layout.wanted(),
            Self::Arrow(layout) => layout.wanted(),
            Self::Stata(layout) => layout.wanted(),
            Self::Spss(layout) => layout.wanted(),
            Self::Sheet(layout) => layout.wanted(),
        }
    }

    fn open(&self, bytes: usize, rows: usize) -> Result<FileChunks, Box<Problem>> {
        Ok(match self {
            Self::Text(layout) => FileChunks::Text(Box::new(TextChunks::open(layout, bytes)?)),
            Self::Parquet(layout) => FileChunks::Parquet(ParquetChunks::new(layout, rows)),
            Self::Arrow(layout) => FileChunks::Arrow(Box::new(ArrowChunks::open(layout, rows)?)),
            Self::Stata(layout) => FileChunks::Stata(StataChunks::new(layout, rows)),
            Self::Spss(layout) => FileChunks::Spss(Box::new(SpssChunks::open(layout, rows)?)),
            Self::Sheet(layout) => FileChunks::Sheet(SheetChunks::open(layout, rows)?),
        })
    }
}

enum FileChunks {
    Text(Box<TextChunks>),
    Parquet(ParquetChunks),
    Arrow(Box<ArrowChunks>),
    Stata(StataChunks),
    Spss(Box<SpssChunks>),
    Sheet(SheetChunks),
}

impl FileChunks {
    fn next(&mut self) -> Result<Option<Chunk>, Box<Problem>> {
        let body = match self {
            Self::Text(chunks) => chunks.next()?.map(Body::Text),
            Self::Parquet(chunks) => chunks.next().map(Body::Parquet),
            Self::Arrow(chunks) => chunks.next()?.map(Body::Arrow),
            Self::Stata(chunks) => chunks.next().map(Body::Stata),
            Self::Spss(chunks) => chunks.next()?.map(Body::Spss),
            Self::Sheet(chunks) => chunks.next().map(Body::Sheet),
        };
        Ok(body.map(|body| Chunk { body }))
    }
}

/// The chunks of all files of a source, one after the other; one file is open at a time.
///
/// After an error it goes on with the next file.
pub struct Chunks {
    layouts: IntoIter<Layout>,
    lacking: Vec<Problem>,
    current: Option<FileChunks>,
    bytes: usize,
    rows: usize,
}

impl Chunks {
    /// Optional columns that files lack, as findings.
    pub fn lacking(&self) -> &[Problem] {
        &self.lacking
    }

    fn step(&mut self) -> Result<Option<Chunk>, Box<Problem>> {
        loop {
            if let Some(current) = &mut self.current
                && let Some(chunk) = current.next()?
            {
                return Ok(Some(chunk));
            }
            let Some(layout) = self.layouts.next() else { return Ok(None) };
            self.current = Some(layout.open(self.bytes, self.rows)?);
        }
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk, Box<Problem>>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if !matches!(step, Ok(Some(_))) {
            self.current = None;
        }
        step.transpose()
    }
}

/// A bounded piece of a file, read but not yet understood.
pub struct Chunk {
    body: Body,
}

enum Body {
    Text(TextChunk),
    Parquet(ParquetChunk),
    Arrow(ArrowChunk),
    Stata(StataChunk),
    Spss(SpssChunk),
    Sheet(SheetChunk),
}

impl Chunk {
    /// Bytes of text in it; 0 for binary formats, whose pieces do not lie in the file one after the other.
    pub fn bytes(&self) -> u64 {
        match &self.body {
            Body::Text(chunk) => chunk.bytes(),
            Body::Parquet(_) | Body::Arrow(_) | Body::Stata(_) | Body::Spss(_) | Body::Sheet(_) => 0,
        }
    }

    /// The wanted columns of its rows, none of them numbered; to be called on any thread.
    ///
    /// # Errors
    /// The text is not in the declared encoding (D004), the file is damaged (D002), or numbers of a Stata or
    /// SPSS file are no codes (D014).
    pub fn parse(&self) -> Result<RawBlock, Box<Problem>> {
        self.parse_with(&mut Dictionaries::default())
    }

    /// The same, with those columns numbered that are to be; there is a dictionary for each column.
    pub fn parse_with(&self, dictionaries: &mut Dictionaries) -> Result<RawBlock, Box<Problem>> {
        self.parse_wanted(dictionaries, None)
    }

    /// The same of the rows that pass a sieve; of text, only they are parsed.
    pub fn parse_wanted(
        &self,
        dictionaries: &mut Dictionaries,
        sieve: Option<&Sieve<'_>>,
    ) -> Result<RawBlock, Box<Problem>> {
        if let Body::Text(chunk) = &self.body {
            return chunk.parse(dictionaries, sieve);
        }
        let block = self.parse_binary(dictionaries)?;
        Ok(match sieve {
            Some(sieve) => block.sifted(sieve),
            None => block,
        })
    }

    fn parse_binary(&self, dictionaries: &mut Dictionaries) -> Result<RawBlock, Box<Problem>> {
        let (block, wanted) = match &self.body {
            Body::Text(chunk) => return chunk.parse(dictionaries, None),
            Body::Parquet(chunk) => return chunk.parse(dictionaries),
            Body::Arrow(chunk) => (chunk.parse()?, chunk.wanted()),
            Body::Stata(chunk) => (chunk.parse()?, chunk.wanted()),
            Body::Spss(chunk) => (chunk.parse()?, chunk.wanted()),
            Body::Sheet(chunk) => (chunk.parse(), chunk.wanted()),
        };
        Ok(block.coded(&wanted.coded, dictionaries))
    }
}
