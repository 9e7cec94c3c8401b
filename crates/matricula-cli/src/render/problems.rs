//! Findings, like the messages of a good compiler.

use std::io::{self, Write};

use matricula::masking;
use matricula::spec::{Place, Problem, Problems, Severity};

use super::number::counted;

/// More are in `problems.csv`.
const MOST: usize = 60;

/// Shows findings, errors first.
pub(crate) fn show(problems: &Problems, err: &mut dyn Write) -> io::Result<()> {
    for severity in [Severity::Error, Severity::Warning] {
        let of_severity = || problems.iter().filter(|problem| problem.severity == severity);
        for problem in of_severity().take(MOST) {
            show_one(problem, err)?;
        }
        let more = of_severity().count().saturating_sub(MOST);
        if more > 0 {
            writeln!(err, "… and {more} more findings of severity {}", word(severity))?;
        }
    }
    Ok(())
}

fn show_one(problem: &Problem, err: &mut dyn Write) -> io::Result<()> {
    let (severity, code) = (word(problem.severity), problem.code.id());
    let rule = problem.expected.trim_end_matches('.');
    let rows = problem.rows.map(|rows| format!(" ({})", rows_of(rows))).unwrap_or_default();
    writeln!(err, "{severity}[{code}]{}: expected: {rule}; found: {}{rows}", place(&problem.place), problem.found)?;
    if !problem.help.is_empty() {
        writeln!(err, "  help: {}", problem.help)?;
    }
    match did_you_mean(&problem.candidates) {
        Some(question) => writeln!(err, "  {question}"),
        None => Ok(()),
    }
}

fn rows_of(rows: u64) -> String {
    let unit = if rows == 1 { "row" } else { "rows" };
    // A masked one is `<10`: no singular.
    match masking::count(rows) {
        masking::Masked::Shown(_) => format!("{} {unit}", counted(masking::count(rows))),
        _ => format!("{} rows", counted(masking::count(rows))),
    }
}

/// ` file:line:column (source …, column …)`, as far as it is known.
fn place(place: &Place) -> String {
    let mut text = String::new();
    if !place.file.is_empty() {
        text.push(' ');
        text.push_str(&place.file);
        for number in [place.line, place.column].into_iter().flatten() {
            text.push_str(&format!(":{number}"));
        }
    }
    let named = [("source", &place.source), ("at", &place.field)];
    let named = named.iter().filter_map(|(name, value)| Some(format!("{name} `{}`", value.as_ref()?)));
    let named = named.collect::<Vec<_>>().join(", ");
    if named.is_empty() { text } else { format!("{text} ({named})") }
}

/// A question with what was probably meant.
pub(crate) fn did_you_mean(candidates: &[String]) -> Option<String> {
    let quoted: Vec<_> = candidates.iter().map(|candidate| format!("`{candidate}`")).collect();
    let (last, others) = quoted.split_last()?;
    let names = if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) };
    Some(format!("did you mean {names}?"))
}

/// How many findings there are, in words.
pub(crate) fn summary(problems: &Problems) -> String {
    let of = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let words = |number, singular: &str| format!("{number} {singular}{}", if number == 1 { "" } else { "s" });
    match (of(Severity::Error), of(Severity::Warning)) {
        (0, 0) => "No findings.".to_owned(),
        (errors, warnings) => format!("Findings: {}, {}.", words(errors, "error"), words(warnings, "warning")),
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

#[cfg(test)]
mod tests {
    use matricula::spec::ProblemCode;

    use super::*;

    #[test]
    fn a_finding_names_its_place_and_masks_small_numbers_of_rows() {
        let place = Place {
            file: "x.csv".to_owned(),
            line: Some(3),
            column: Some(7),
            field: Some("SEX".to_owned()),
            source: Some("chl".to_owned()),
        };
        let problem = Problem::error(ProblemCode::UnlistedCode, place, "Codes are listed.", "one that is not")
            .help("Add it.")
            .candidates(vec!["A".to_owned(), "B".to_owned()])
            .rows(3);
        let mut shown = Vec::new();
        show(&[problem].into_iter().collect(), &mut shown).expect("written");
        let expected = "error[D008] x.csv:3:7 (source `chl`, at `SEX`): expected: Codes are listed; \
                        found: one that is not (<10 rows)\n  help: Add it.\n  did you mean `A` or `B`?\n";
        assert_eq!(String::from_utf8_lossy(&shown), expected);
    }
}
