//! The account of every row and every source code.

/// The account of one source: rows read = kept + out of scope + set aside + duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowAccount {
    /// Name of the source.
    pub source: String,
    /// Records read; more than rows of the file where a wide table is unpivoted.
    pub read: u64,
    /// Records in the cube.
    pub kept: u64,
    /// Records out of scope, by the reason that the mapping declares.
    pub out_of_scope: Vec<(String, u64)>,
    /// Records set aside, by rule.
    pub set_aside: Vec<(String, u64)>,
    /// Duplicates, by rule.
    pub duplicates: Vec<(String, u64)>,
    /// Rows with a wrong number of fields: an error, nothing of the source is used.
    pub ragged: u64,
    /// Whether nothing of the source is used, because of errors.
    pub refused: bool,
}

impl RowAccount {
    /// Whether the account adds up.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let sum = |parts: &[(String, u64)]| parts.iter().map(|(_, rows)| rows).sum::<u64>();
        self.read == self.kept + sum(&self.out_of_scope) + sum(&self.set_aside) + sum(&self.duplicates) + self.ragged
    }
}

/// Stands for source codes that could not be read.
pub const NOT_READABLE: &str = "(not readable)";
/// Stands for source codes that are not listed and not spelled out.
pub const NOT_LISTED: &str = "(not listed)";

/// What became of one source code in one target variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// The code is ours already.
    Kept,
    /// It became another code, alone.
    Recoded,
    /// It shares its target with other source codes.
    Collapsed,
    /// Blank: `_U`.
    Missing,
    /// Not listed, or not readable: `_U`.
    Unmapped,
}

impl Fate {
    /// All of them, the best first.
    pub const ALL: [Self; 5] = [Self::Kept, Self::Recoded, Self::Collapsed, Self::Missing, Self::Unmapped];

    /// As the column `detail` spells it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Recoded => "recoded",
            Self::Collapsed => "collapsed",
            Self::Missing => "missing",
            Self::Unmapped => "unmapped",
        }
    }
}

/// One row of the ledger, as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LedgerRow {
    /// Name of the source.
    pub source: String,
    /// `rows` or `variable`.
    pub section: String,
    /// `read`, `kept`, `out_of_scope`, `set_aside`, `duplicates`, `ragged`; or the dimension.
    pub name: String,
    /// The source's own code; key columns of a composite code are separated by ` | `.
    pub code: String,
    /// The reason or rule; or the fate of the code.
    pub detail: String,
    /// Our code.
    pub target: String,
    /// Records.
    pub rows: u64,
}

/// The accounts of all sources of a run, in the order of the batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// One for each source.
    pub accounts: Vec<RowAccount>,
    /// What became of the codes of each source.
    pub variables: Vec<LedgerRow>,
}

impl Ledger {
    /// One account for each source, in the order of the batch.
    #[must_use]
    pub fn accounts(&self) -> &[RowAccount] {
        &self.accounts
    }

    /// The fates of source codes, by source, dimension, fate and code.
    #[must_use]
    pub fn variables(&self) -> &[LedgerRow] {
        &self.variables
    }

    /// All rows, as `ledger.csv` has them.
    #[must_use]
    pub fn rows(&self) -> Vec<LedgerRow> {
        let mut rows = Vec::new();
        for account in &self.accounts {
            rows.extend(rows_of(account));
            rows.extend(self.variables.iter().filter(|row| row.source == account.source).cloned());
        }
        rows
    }
}

fn rows_of(account: &RowAccount) -> Vec<LedgerRow> {
    let row = |name: &str, detail: &str, rows: u64| LedgerRow {
        source: account.source.clone(),
        section: "rows".to_owned(),
        name: name.to_owned(),
        code: String::new(),
        detail: detail.to_owned(),
        target: String::new(),
        rows,
    };
    let mut all = vec![row("read", "", account.read), row("kept", "", account.kept)];
    let parts = [
        ("out_of_scope", &account.out_of_scope),
        ("set_aside", &account.set_aside),
        ("duplicates", &account.duplicates),
    ];
    for (name, parts) in parts {
        all.extend(parts.iter().map(|(detail, rows)| row(name, detail, *rows)));
    }
    if account.ragged > 0 {
        all.push(row("ragged", "", account.ragged));
    }
    all
}
