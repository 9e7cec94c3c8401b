//! What the row pass found out about a source, as problems without a single value of a record.

use matricula_spec::model::mapping::Unlisted;
use matricula_spec::model::rule::Consequence;
use matricula_spec::{Place, Problem, ProblemCode, Severity};

use super::counted::Counted;
use super::plan::SourcePlan;
use crate::harmonize::HarmonizeTally;
use crate::harmonize::step::Step;
use crate::harmonize::tally::StepTally;
use crate::ledger::RowAccount;
use crate::location;

/// More than this part of dates that are not blank being unreadable means that the format is another one.
const ONE_IN: u64 = 20;

/// Findings of a pass.
pub(super) struct Findings<'a> {
    plan: &'a SourcePlan<'a>,
    problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(plan: &'a SourcePlan<'a>) -> Self {
        Self { plan, problems: Vec::new() }
    }

    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by(|a, b| (a.code, &a.place, &a.found).cmp(&(b.code, &b.place, &b.found)));
        self.problems.dedup();
        self.problems
    }

    fn place(&self, field: Option<String>) -> Place {
        location::of_source(self.plan.source, field)
    }

    fn add(&mut self, severity: Severity, code: ProblemCode, field: Option<String>, rows: u64, texts: [&str; 3]) {
        if rows == 0 {
            return;
        }
        let problem = match severity {
            Severity::Error => Problem::error(code, self.place(field), texts[0], texts[1]),
            Severity::Warning => Problem::warning(code, self.place(field), texts[0], texts[1]),
        };
        self.problems.push(problem.help(texts[2]).rows(rows));
    }

    /// Everything that the pass tallied.
    pub(super) fn of_pass(&mut self, counted: &Counted) {
        self.problems.extend(counted.problems.iter().chain(&counted.lacking).cloned());
        if !counted.problems.is_empty() {
            // Codes that are garbled or cut off would be told again, as if they were a second cause.
            return;
        }
        self.of_rows(counted);
        self.of_identifiers(counted);
        self.of_amounts(counted);
        for (step, tally) in self.plan.harmonize.steps().iter().zip(&counted.harmonized.steps) {
            self.of_step(step, tally);
        }
        for (rule, records) in self.plan.validate.counts(&counted.validated, Consequence::Report) {
            self.reported(&rule, records);
        }
        self.of_pseudonyms(counted);
        self.of_cells(counted);
    }

    fn of_pseudonyms(&mut self, counted: &Counted) {
        let columns: Vec<&str> = self.plan.mapping.pseudonyms.iter().map(|p| p.column.as_str()).collect();
        self.add(
            Severity::Warning,
            ProblemCode::IdentifierUnusable,
            Some(columns.join(", ")),
            counted.harmonized.pseudonyms.unusable,
            [
                "A pupil who is followed has an identifier that its `normalisation` can read, of a type that is told.",
                "identifiers that cannot be one",
                "Look at `normalisation` and `id_type_column` in the mapping; such pupils are counted as NO_IDENTIFIER.",
            ],
        );
    }

    fn of_rows(&mut self, counted: &Counted) {
        self.add(
            Severity::Error,
            ProblemCode::RowsRagged,
            None,
            counted.harmonized.ragged,
            [
                "Every row has as many fields as the header.",
                "rows with more or fewer fields",
                "Look for separators or quotes inside fields that are not quoted, and at the separator of the batch.",
            ],
        );
    }

    fn of_identifiers(&mut self, counted: &Counted) {
        self.add(
            Severity::Error,
            ProblemCode::IdentifierFloating,
            Some(self.plan.harmonize.identifier_columns().join(", ")),
            counted.harmonized.floating_identifiers,
            [
                "Identifiers are text or whole numbers.",
                "identifiers written as floating-point numbers, with decimals or an exponent",
                "Export the table again with this column as text, from where it was before a spreadsheet or program took it for a number: digits may be lost.",
            ],
        );
    }

    fn of_amounts(&mut self, counted: &Counted) {
        let column = self.plan.amount_columns();
        let tally = &counted.harmonized.amounts;
        let wrong = [
            (
                ProblemCode::CountNegative,
                tally.negative,
                [
                    "Counts are not negative.",
                    "negative counts",
                    "If they stand for missing values, list them under `missing` in the mapping.",
                ],
            ),
            (
                ProblemCode::CountNotNumber,
                tally.not_a_number,
                [
                    "Counts are numbers in the format that the mapping declares.",
                    "texts that are no such number",
                    "Check `decimal_separator`, `thousands_separator`, `percent` and `missing` in the mapping.",
                ],
            ),
            (
                ProblemCode::DecimalsTooMany,
                tally.too_many_decimals,
                [
                    "Counts have at most as many decimals as the mapping declares.",
                    "counts with more decimals",
                    "Raise `decimals` in the mapping (6 at most), so that nothing is rounded.",
                ],
            ),
            (
                ProblemCode::NumberTooLarge,
                tally.too_large,
                [
                    "Counts are at most 9,000,000,000,000.",
                    "larger counts",
                    "Check that the column holds counts, and not identifiers.",
                ],
            ),
        ];
        for (code, rows, texts) in wrong {
            self.add(Severity::Error, code, Some(column.clone()), rows, texts);
        }
    }

    fn of_step(&mut self, step: &Step, tally: &StepTally) {
        match step {
            Step::Recode { recode, .. } => {
                let code = if recode.own_codes { ProblemCode::ValueUnlisted } else { ProblemCode::UnlistedCode };
                let (severity, code) = match recode.unlisted {
                    Unlisted::Error => (Severity::Error, ProblemCode::UnlistedCode),
                    Unlisted::Unmapped => (Severity::Warning, code),
                };
                let distinct = match tally.unlisted.keys.len() {
                    0 => "codes that are not listed".to_owned(),
                    1 => "one code that is not listed".to_owned(),
                    several => format!("{several} codes that are not listed"),
                };
                let help = match recode.unlisted {
                    Unlisted::Error => {
                        "`ledger.csv` in the folder that `run` writes spells them out; add them to the table of the mapping, or declare `unlisted = \"unmapped\"` if they may be unknown."
                    }
                    Unlisted::Unmapped => {
                        "They count as unknown, as the mapping allows; `ledger.csv` in the folder that `run` writes spells them out."
                    }
                };
                let texts = ["Every code of the column is listed in the mapping.", &distinct, help];
                self.add(severity, code, Some(recode.columns.join(", ")), tally.unlisted.records, texts);
            }
            Step::Age(age) => {
                self.of_dates(age.columns.join(", "), tally);
                self.outside(age.columns.join(", "), tally.unlisted.records);
            }
            Step::Band(band) => self.add(
                Severity::Warning,
                ProblemCode::ValueUnlisted,
                Some(band.name.clone()),
                tally.invalid,
                ["The column holds whole numbers.", "texts that are no whole number", "They count as unknown."],
            ),
        }
    }

    fn of_dates(&mut self, columns: String, tally: &StepTally) {
        let readable: u64 = tally.listed.iter().sum::<u64>() + tally.unlisted.records;
        let severity =
            if tally.invalid * ONE_IN > tally.invalid + readable { Severity::Error } else { Severity::Warning };
        let texts = [
            "Dates have the format that the mapping declares and are days of the calendar.",
            "texts that are no such date",
            "Check the format of dates in the mapping. Up to one date in twenty may be unreadable: its record counts as of unknown age.",
        ];
        self.add(severity, ProblemCode::DateInvalid, Some(columns), tally.invalid, texts);
    }

    fn outside(&mut self, columns: String, records: u64) {
        let texts = [
            "Ages at the reference date are in the code list of `age`.",
            "dates that give an age outside the list",
            "They count as unknown age: an inconsistency to confirm with the producer.",
        ];
        self.add(Severity::Warning, ProblemCode::ValueUnlisted, Some(columns), records, texts);
    }

    /// Records that fail a rule that reports.
    pub(super) fn reported(&mut self, rule: &str, records: u64) {
        let expected = format!("Records meet the rule `{rule}`.");
        let texts =
            [expected.as_str(), "records that do not", "They stay: an inconsistency to confirm with the producer."];
        self.add(Severity::Warning, ProblemCode::RecordsInconsistent, None, records, texts);
    }

    fn of_cells(&mut self, counted: &Counted) {
        let texts = [
            "Each cell of an aggregated table stands in one row.",
            "cells that stand in several rows",
            "Take out the rows that repeat others; where a column that tells them apart is left out on purpose, declare `repeats = \"sum\"` in the mapping.",
        ];
        self.add(Severity::Error, ProblemCode::CellTwice, None, counted.repeated, texts);
        let over = counted.over_budget;
        let texts = [
            "A cuboid has at most as many cells as `cell_budget` allows.",
            "more cells",
            "Cross fewer dimensions, leave out the one with most codes, or raise `cell_budget` in the batch.",
        ];
        self.add(Severity::Error, ProblemCode::BudgetExceeded, None, u64::from(over), texts);
        if over && let Some(problem) = self.problems.last_mut() {
            problem.rows = None;
        }
    }

    /// Given totals that differ from the sum of their given parts.
    pub(super) fn margin_differs(&mut self, dimension: &str, totals: u64) {
        let texts = [
            "A total is the sum of its parts.",
            "totals given by the source that differ from the parts it gives",
            "The given totals are used: an inconsistency to confirm with the producer.",
        ];
        self.add(Severity::Warning, ProblemCode::MarginDiffers, Some(dimension.to_owned()), totals, texts);
    }

    /// What the account of rows says, and that of the codes of every variable.
    pub(super) fn of_account(&mut self, account: &RowAccount, harmonized: &HarmonizeTally) {
        if !account.adds_up() || !harmonized.adds_up() {
            let texts = [
                "Rows read = kept + out of scope + set aside + duplicates; each variable says of every record in scope what became of its code.",
                "an account that does not add up",
                "This is a bug of matricula. Nothing of the source is used.",
            ];
            self.add(Severity::Error, ProblemCode::IdentityBroken, None, 1, texts);
        }
        // Where rows were refused as errors, that nothing is left is no finding of its own.
        let refused = self.problems.iter().any(|problem| problem.severity == Severity::Error);
        if account.kept == 0 && account.read > 0 && !refused {
            let texts = [
                "Some row of a source is kept.",
                "every row is out of scope or set aside",
                "`ledger.csv` in the folder that `run` writes says by which reason or rule.",
            ];
            self.add(Severity::Error, ProblemCode::NothingKept, None, account.read, texts);
        }
    }
}
