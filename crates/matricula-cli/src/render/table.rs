//! Plain tables for a terminal.

use std::io::{self, Write};

/// Columns as wide as their widest cell, two blanks apart; those in `right` are aligned to the right.
pub(crate) fn show(rows: &[Vec<String>], right: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let length = |cell: &String| cell.chars().count();
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(length).max().unwrap_or_default();
    let widths: Vec<_> = (0..columns).map(widest).collect();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let blanks = " ".repeat(widths[column] - length(cell));
            let (before, after) = if right.contains(&column) { (blanks.as_str(), "") } else { ("", blanks.as_str()) };
            line.extend([before, cell, after, "  "]);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn cells_are_aligned() {
        let rows = [["País", "2021"], ["CHL", "7"]].map(|row| row.map(str::to_owned).to_vec());
        let mut out = Vec::new();
        super::show(&rows, &[1], &mut out).expect("written");
        assert_eq!(String::from_utf8_lossy(&out), "País  2021\nCHL      7\n");
    }
}
