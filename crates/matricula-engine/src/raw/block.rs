//! `Block<Raw>`: the projected columns of a run of rows, as text or as numbers of texts.

use std::ops::Range;

use super::dictionary::Dictionaries;

/// The texts of one column, one after the other in a single buffer.
#[derive(Debug, Clone, Default)]
pub struct TextColumn {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl TextColumn {
    /// An empty column with room for so many rows of so many bytes in all.
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(rows) }
    }

    /// A column without a single text.
    pub fn blank(rows: usize) -> Self {
        Self { bytes: Vec::new(), ends: vec![0; rows] }
    }

    /// Adds the text of the next row.
    #[inline]
    pub fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    /// The text of a row, blanks around it dropped.
    #[must_use]
    #[inline]
    pub fn get(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        self.bytes[start..self.ends[row] as usize].trim_ascii()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all texts together were short enough to be told apart.
    pub fn fits(&self) -> bool {
        u32::try_from(self.bytes.len()).is_ok()
    }

    /// The texts of some rows.
    pub fn part(&self, rows: Range<usize>) -> Self {
        let before = |row: usize| if row == 0 { 0 } else { self.ends[row - 1] };
        let (start, end) = (before(rows.start), before(rows.end));
        let ends = self.ends[rows].iter().map(|end| end - start).collect();
        Self { bytes: self.bytes[start as usize..end as usize].to_vec(), ends }
    }
}

/// A column as it was asked for.
#[derive(Debug, Clone)]
pub enum RawColumn {
    /// The text of each row.
    Text(TextColumn),
    /// The number of each row's text in the column's dictionary.
    Coded(Vec<u32>),
}

/// A run of rows as read: only the columns that a mapping uses, in the order it asked for them.
#[derive(Debug, Clone)]
pub struct RawBlock {
    columns: Vec<RawColumn>,
    rows: usize,
    ragged: u64,
}

/// Which rows are wanted, as far as a few columns tell that are read as text.
pub struct Sieve<'a> {
    /// Their positions among the columns asked for.
    pub columns: &'a [usize],
    /// Whether a row of a block may be wanted, in which perhaps only these columns are filled.
    pub passes: &'a (dyn Fn(&RawBlock, usize) -> bool + Sync),
}

/// In the place of a column that was asked for in another way.
static NO_TEXT: TextColumn = TextColumn { bytes: Vec::new(), ends: Vec::new() };

impl RawBlock {
    /// A block of columns of equal length and the number of rows left out as ragged.
    pub fn new(columns: Vec<TextColumn>, rows: usize, ragged: u64) -> Self {
        Self::of_columns(columns.into_iter().map(RawColumn::Text).collect(), rows, ragged)
    }

    /// The same, where some columns are numbered already.
    pub fn of_columns(columns: Vec<RawColumn>, rows: usize, ragged: u64) -> Self {
        debug_assert!(columns.iter().all(|column| match column {
            RawColumn::Text(texts) => texts.len() == rows,
            RawColumn::Coded(numbers) => numbers.len() == rows,
        }));
        Self { columns, rows, ragged }
    }

    /// A block of so many rows in which some columns stay empty.
    pub fn in_part(columns: Vec<RawColumn>, rows: usize) -> Self {
        Self { columns, rows, ragged: 0 }
    }

    /// Only the rows that pass.
    pub fn sifted(self, sieve: &Sieve<'_>) -> Self {
        let passing: Vec<usize> = (0..self.rows).filter(|row| (sieve.passes)(&self, *row)).collect();
        let pick = |column: RawColumn| match column {
            RawColumn::Coded(numbers) => RawColumn::Coded(passing.iter().map(|row| numbers[*row]).collect()),
            RawColumn::Text(texts) => {
                let mut picked = TextColumn::with_capacity(passing.len(), 8 * passing.len());
                passing.iter().for_each(|row| picked.push(texts.get(*row)));
                RawColumn::Text(picked)
            }
        };
        let (rows, ragged) = (passing.len(), self.ragged);
        Self { columns: self.columns.into_iter().map(pick).collect(), rows, ragged }
    }

    /// The block with those columns numbered that are to be.
    pub fn coded(mut self, coded: &[bool], dictionaries: &mut Dictionaries) -> Self {
        for (position, column) in self.columns.iter_mut().enumerate() {
            if let RawColumn::Text(texts) = column
                && coded.get(position).copied().unwrap_or(false)
            {
                let dictionary = dictionaries.of_mut(position);
                let numbers = (0..texts.len()).map(|row| dictionary.number(texts.get(row))).collect();
                *column = RawColumn::Coded(numbers);
            }
        }
        self
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Rows with a wrong number of fields, which are not in the block.
    pub fn ragged(&self) -> u64 {
        self.ragged
    }

    /// A column of texts by its position among those asked for.
    pub fn column(&self, index: usize) -> &TextColumn {
        match &self.columns[index] {
            RawColumn::Text(texts) => texts,
            RawColumn::Coded(_) => &NO_TEXT,
        }
    }

    /// A numbered column by its position among those asked for.
    pub fn numbers(&self, index: usize) -> &[u32] {
        match &self.columns[index] {
            RawColumn::Coded(numbers) => numbers,
            RawColumn::Text(_) => &[],
        }
    }
}
