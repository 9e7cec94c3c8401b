//! `account.html`: one file without scripts and without anything from elsewhere, for screen and paper.

use std::fmt::Write as _;

use matricula_spec::docs::Language;

use crate::account::{Account, Block, Cell, number};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}\
h1,h2,h3,h4{line-height:1.25}h2{border-top:2px solid #444;padding-top:1rem;margin-top:2.5rem}\
table{border-collapse:collapse;margin:1rem 0;width:100%;font-size:.9rem}\
th,td{border:1px solid #999;padding:.25rem .5rem;text-align:left;vertical-align:top}th{background:#eee}\
td.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}code{overflow-wrap:anywhere}\
p.notice{border:2px solid #8a1c1c;padding:.5rem 1rem;font-weight:bold}\
@media print{body{font-size:10pt;max-width:none;margin:0}h2{break-before:page}h2,h3,h4{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}}";

/// The account as HTML.
pub(super) fn html(account: &Account) -> String {
    let (title, language) = (escaped(&account.title), account.language);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<h1>{title}</h1>\n",
        language.code()
    );
    for block in &account.blocks {
        // Writing to a string cannot fail.
        let _ = match block {
            Block::Heading(level, heading) => writeln!(text, "<h{level}>{}</h{level}>", escaped(heading)),
            Block::Paragraph(paragraph) => writeln!(text, "<p>{}</p>", escaped(paragraph)),
            Block::Notice(notice) => writeln!(text, "<p class=\"notice\">{}</p>", escaped(notice)),
            Block::List(items) => {
                let items: String = items.iter().map(|item| format!("<li>{}</li>\n", escaped(item))).collect();
                writeln!(text, "<ul>\n{items}</ul>")
            }
            Block::Table { head, rows } => {
                let head: String =
                    head.iter().map(|name| format!("<th scope=\"col\">{}</th>", escaped(name))).collect();
                let rows: String = rows.iter().map(|cells| row(cells, language)).collect();
                writeln!(text, "<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>")
            }
        };
    }
    text.push_str("</body>\n</html>\n");
    text
}

fn row(cells: &[Cell], language: Language) -> String {
    let cells: String = cells.iter().map(|of| cell(of, language)).collect();
    format!("<tr>{cells}</tr>\n")
}

fn cell(cell: &Cell, language: Language) -> String {
    match cell {
        Cell::Text(text) => format!("<td>{}</td>", escaped(text)),
        Cell::Code(code) => format!("<td><code>{}</code></td>", escaped(code)),
        Cell::Number(of) => format!("<td class=\"number\">{}</td>", number(*of, language)),
    }
}

/// Text in which nothing can be taken for a tag.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
