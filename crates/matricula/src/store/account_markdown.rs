//! `account.md`.

use std::fmt::Write as _;

use matricula_spec::docs::Language;
use matricula_spec::docs::markdown::{code, prose, table_head, table_row};

use crate::account::{Account, Block, Cell, number};

/// The account as Markdown.
pub(super) fn markdown(account: &Account) -> String {
    let mut text = format!("# {}\n", prose(&account.title));
    for block in &account.blocks {
        text.push('\n');
        // Writing to a string cannot fail.
        let _ = match block {
            Block::Heading(level, heading) => writeln!(text, "{} {}", "#".repeat(usize::from(*level)), prose(heading)),
            Block::Paragraph(paragraph) => writeln!(text, "{}", prose(paragraph)),
            Block::Notice(notice) => writeln!(text, "> **{}**", prose(notice)),
            Block::List(items) => items.iter().try_for_each(|item| writeln!(text, "- {}", prose(item))),
            Block::Table { head, rows } => {
                let head: Vec<String> = head.iter().map(|name| prose(name)).collect();
                text.push_str(&table_head(&head));
                let row = |cells: &Vec<Cell>| {
                    table_row(&cells.iter().map(|of| cell(of, account.language)).collect::<Vec<_>>())
                };
                rows.iter().for_each(|cells| text.push_str(&row(cells)));
                Ok(())
            }
        };
    }
    text
}

fn cell(cell: &Cell, language: Language) -> String {
    match cell {
        Cell::Text(text) => prose(text),
        Cell::Code(of) => code(of),
        Cell::Number(of) => number(*of, language),
    }
}
