//! The account of a source's rows, as an equation.

use std::io::{self, Write};

use matricula::RowAccount;
use matricula::masking::{self, Masked, Part};

use super::number::counted;

/// `chl-2022: read 1,000 = kept 990 + set aside 10 (age-in-range)`.
pub(crate) fn line(account: &RowAccount) -> String {
    let masked = masking::account(account);
    let parts = masked.parts.iter().map(|(part, reason, rows)| {
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        format!("{} {}{reason}", word(*part), counted(*rows))
    });
    let parts = parts.collect::<Vec<_>>().join(" + ");
    let refused = if account.refused { "  [not used: it has errors]" } else { "" };
    format!("{}: records read {} = {parts}{refused}", account.source, counted(masked.read))
}

/// The accounts of all sources.
pub(crate) fn show(accounts: &[RowAccount], out: &mut dyn Write) -> io::Result<()> {
    for account in accounts {
        writeln!(out, "  {}", line(account))?;
    }
    let hidden = |account: &RowAccount| {
        masking::account(account).parts.iter().any(|(.., rows)| !matches!(rows, Masked::Shown(_)))
    };
    if accounts.iter().any(hidden) {
        let (small, withheld) = (Masked::<u64>::Small, Masked::<u64>::Withheld);
        writeln!(out, "  {small}, {withheld}: a small count, or one that would give it away; ledger.csv is exact")?;
    }
    Ok(())
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Kept => "kept",
        Part::OutOfScope => "out of scope",
        Part::SetAside => "set aside",
        Part::Duplicates => "duplicates",
        Part::Ragged => "rows with a wrong number of fields",
    }
}
