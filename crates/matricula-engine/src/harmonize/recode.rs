//! Recode tables compiled for the row pass: the key columns of a row give one row of the table.

use hashbrown::HashMap;
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, CodeList, DimensionId};
use matricula_spec::model::mapping::{Recode, RowKind, Unlisted, Validity};

use super::step::Seen;

/// Stands between the key columns of a composite key; never occurs in a text file's field.
pub(crate) const KEY_SEPARATOR: u8 = 0x1f;

/// How the key of a row is read.
#[derive(Debug, Clone)]
pub(super) enum KeySource {
    /// All columns together.
    Columns(Vec<usize>),
    /// The first column that is not blank.
    FirstNonEmpty(Vec<usize>),
    /// The whole number in a column, shifted.
    Number { column: usize, offset: i32 },
}

/// One row of a compiled table.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The source's key, its columns separated by [`KEY_SEPARATOR`].
    pub(crate) key: Vec<u8>,
    /// One code for each output.
    pub(crate) codes: Vec<CodeId>,
    /// Why records with this key are left out, if they are.
    pub(crate) out_of_scope: Option<String>,
    validity: Validity,
}

/// A compiled recode table.
#[derive(Debug, Clone)]
pub(crate) struct RecodeStep {
    /// What the ledger and messages call it: its columns.
    pub(crate) columns: Vec<String>,
    /// The dimensions it gives.
    pub(crate) gives: Vec<DimensionId>,
    /// Its rows.
    pub(crate) entries: Vec<Entry>,
    /// What to do with other keys.
    pub(crate) unlisted: Unlisted,
    /// Whether its keys are our own codes.
    pub(crate) own_codes: bool,
    source: KeySource,
    index: HashMap<Vec<u8>, Vec<usize>>,
}

/// What a table says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// This entry.
    Entry(usize),
    /// All key columns are blank and no row lists that.
    Blank,
    /// The table has no such key.
    Unlisted,
}

impl RecodeStep {
    /// A table of the mapping.
    pub(super) fn table(recode: &Recode, source: KeySource) -> Self {
        let entry = |row: &matricula_spec::model::mapping::RecodeRow| Entry {
            key: row.keys.join(std::str::from_utf8(&[KEY_SEPARATOR]).unwrap_or(" ")).into_bytes(),
            codes: row.codes.clone(),
            out_of_scope: row.out_of_scope.clone(),
            validity: row.validity,
        };
        let entries = recode.rows.iter().map(entry).collect();
        Self::new(recode.columns.clone(), recode.gives.clone(), entries, recode.unlisted, source)
    }

    /// A column that holds codes of a dimension. For pieces `_T` is no code a record may have.
    pub(super) fn own_codes(
        catalogue: &Catalogue,
        dimension: DimensionId,
        rows: RowKind,
        columns: Vec<String>,
        unlisted: Unlisted,
        source: KeySource,
    ) -> Self {
        let list = &catalogue.dimension(dimension).codes;
        let allowed = list.ids().filter(|code| rows == RowKind::Cells || *code != CodeId::TOTAL);
        let entries = allowed.map(|code| own_entry(list, code, list.code(code).id.clone())).collect();
        Self { own_codes: true, ..Self::new(columns, vec![dimension], entries, unlisted, source) }
    }

    /// A column whose numbers become codes with a prefix.
    pub(super) fn numbered(
        catalogue: &Catalogue,
        dimension: DimensionId,
        prefix: &str,
        column: &str,
        unlisted: Unlisted,
        source: KeySource,
    ) -> Self {
        let list = &catalogue.dimension(dimension).codes;
        let number = |code: &CodeId| list.code(*code).id.strip_prefix(prefix)?.parse::<i32>().ok();
        let numbered = list.ids().filter_map(|code| Some((code, number(&code)?)));
        let entries = numbered.map(|(code, number)| own_entry(list, code, number.to_string())).collect();
        Self::new(vec![column.to_owned()], vec![dimension], entries, unlisted, source)
    }

    fn new(
        columns: Vec<String>,
        gives: Vec<DimensionId>,
        entries: Vec<Entry>,
        unlisted: Unlisted,
        source: KeySource,
    ) -> Self {
        let mut index: HashMap<Vec<u8>, Vec<usize>> = HashMap::with_capacity(entries.len());
        for (position, entry) in entries.iter().enumerate() {
            index.entry(entry.key.clone()).or_default().push(position);
        }
        Self { columns, gives, entries, unlisted, own_codes: false, source, index }
    }

    /// Finds a row's entry; `key` is a buffer that holds the row's key afterwards.
    pub(super) fn find(&self, seen: &Seen<'_>, key: &mut Vec<u8>) -> Found {
        self.source.read(seen, key);
        let year = seen.year;
        let valid = |position: &&usize| self.entries[**position].validity.holds_in(year);
        if let Some(position) = self.index.get(key.as_slice()).and_then(|p| p.iter().find(valid)) {
            return Found::Entry(*position);
        }
        if key.iter().all(|byte| *byte == KEY_SEPARATOR) { Found::Blank } else { Found::Unlisted }
    }

    /// Positions of the columns it reads.
    pub(super) fn inputs(&self) -> Vec<usize> {
        match &self.source {
            KeySource::Columns(columns) | KeySource::FirstNonEmpty(columns) => columns.clone(),
            KeySource::Number { column, .. } => vec![*column],
        }
    }

    /// Whether what it says depends on the year.
    pub(super) fn depends_on_year(&self) -> bool {
        self.entries.iter().any(|entry| entry.validity != Validity::default())
    }
}

fn own_entry(list: &CodeList, code: CodeId, key: String) -> Entry {
    debug_assert!(code.index() < list.len());
    Entry { key: key.into_bytes(), codes: vec![code], out_of_scope: None, validity: Validity::default() }
}

impl KeySource {
    fn read(&self, seen: &Seen<'_>, key: &mut Vec<u8>) {
        key.clear();
        match self {
            Self::Columns(columns) => {
                for (position, column) in columns.iter().enumerate() {
                    if position > 0 {
                        key.push(KEY_SEPARATOR);
                    }
                    key.extend_from_slice(seen.text(*column));
                }
            }
            Self::FirstNonEmpty(columns) => {
                let mut texts = columns.iter().map(|column| seen.text(*column));
                key.extend_from_slice(texts.find(|text| !text.is_empty()).unwrap_or_default());
            }
            Self::Number { column, offset } => {
                let text = seen.text(*column);
                match super::age::number(text) {
                    Some(number) => key.extend_from_slice(number.saturating_add(*offset).to_string().as_bytes()),
                    None => key.extend_from_slice(text),
                }
            }
        }
    }
}
