//! How one figure came about.

use std::io::{self, Write};

use matricula::masking::{self, Masked, MaskedFigure};
use matricula::spec::docs::Language;
use matricula::spec::docs::formula_lines;
use matricula::spec::model::condition::Quantity;
use matricula::spec::model::conventions::Convention;
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::formula::{Among, Formula, ParityIndex};
use matricula::spec::model::indicator::Indicator;
use matricula::spec::model::system::System;
use matricula::spec::{Batch, Catalogue};
use matricula::{Estimate, Input, InputSource, ProvenanceRow, Run};

use super::{account, number, selection};

/// One figure.
pub(crate) struct Asked<'a> {
    pub(crate) indicator: &'a Indicator,
    pub(crate) ref_area: CodeId,
    pub(crate) time_period: CodeId,
    /// Dimensions and codes, ascending; none is the total.
    pub(crate) by: Vec<(DimensionId, CodeId)>,
    pub(crate) language: Language,
}

/// Shows how a figure came about; `row` is its provenance.
pub(crate) fn show(
    catalogue: &Catalogue,
    batch: &Batch,
    run: &Run,
    asked: &Asked<'_>,
    row: &ProvenanceRow,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = Shown { catalogue, batch, run, asked };
    writeln!(out, "{}  {}", asked.indicator.id, asked.language.of(&asked.indicator.label))?;
    writeln!(out, "{}\n", shown.place())?;
    shown.national(out)?;
    shown.figure(out)?;
    shown.provenance(row, out)
}

struct Shown<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    run: &'a Run,
    asked: &'a Asked<'a>,
}

/// One line of the sheet.
fn line(out: &mut dyn Write, name: &str, text: &str) -> io::Result<()> {
    if text.is_empty() { Ok(()) } else { writeln!(out, "  {name:<18} {text}") }
}

impl Shown<'_> {
    fn code(&self, dimension: DimensionId, code: CodeId) -> &str {
        &self.catalogue.dimension(dimension).codes.code(code).id
    }

    /// `CHL 2022, sex F`.
    fn place(&self) -> String {
        let known = self.catalogue.known();
        let (area, year) = (self.asked.ref_area, self.asked.time_period);
        format!("{} {}{}", self.code(known.ref_area, area), self.code(known.time_period, year), self.by())
    }

    /// `, sex F`: the codes asked for.
    fn by(&self) -> String {
        let by = self.asked.by.iter();
        by.map(|(d, code)| format!(", {} {}", self.catalogue.dimension(*d).id, self.code(*d, *code))).collect()
    }

    /// The row of an indicator at the place; `further` are codes besides those asked for.
    fn find(&self, indicator: &str, further: &[(DimensionId, CodeId)]) -> Option<&Estimate> {
        let estimates = &self.run.estimates;
        let wanted = |dimension: &DimensionId| {
            let named = self.asked.by.iter().chain(further).find(|(d, _)| d == dimension);
            named.map_or(CodeId::TOTAL, |(_, code)| *code)
        };
        let whole = |code: CodeId| if code == CodeId::NOT_APPLICABLE { CodeId::TOTAL } else { code };
        estimates.rows().iter().find(|row| {
            let codes = estimates.dimensions().iter().zip(&row.coordinates);
            row.indicator == indicator
                && row.ref_area == self.asked.ref_area
                && row.time_period == self.asked.time_period
                && codes.into_iter().all(|(dimension, code)| whole(*code) == whole(wanted(dimension)))
        })
    }

    fn figure(&self, out: &mut dyn Write) -> io::Result<()> {
        let indicator = self.asked.indicator;
        let Some(estimate) = self.find(&indicator.id, &[]) else {
            line(out, "value", "no row: no source holds a cell for these codes, or the breakdown was not collected")?;
            return self.formula(None, out);
        };
        let masked = masking::figure(self.catalogue, &self.run.estimates, indicator, estimate);
        let value = number::value(masked.value, estimate.unit, estimate.obs_status);
        line(out, "value", format!("{value} {}", number::unit(estimate.unit)).trim_end())?;
        let status = number::status(estimate.obs_status);
        line(out, "status", &format!("{}: {status}", estimate.obs_status.code()))?;
        if matches!(masked.value, Masked::Shown(_)) && estimate.uncapped.is_some() {
            let uncapped = number::value(Masked::Shown(estimate.uncapped), estimate.unit, estimate.obs_status);
            line(out, "before the cap", &uncapped)?;
        }
        let flags: Vec<_> = estimate.flags.iter().map(|flag| flag.code()).collect();
        line(out, "flags", &flags.join(", "))?;
        self.formula(Some(&masked), out)
    }

    /// How a country's own method differs from the comparable one.
    fn national(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(national) = &self.asked.indicator.national else { return Ok(()) };
        let of = self.code(self.catalogue.known().ref_area, national.country);
        let beside = national.comparable.as_ref().map(|id| format!(", beside {id}")).unwrap_or_default();
        line(out, "national method", &format!("{of}{beside}"))?;
        line(out, "how it differs", self.asked.language.of(&national.differs))
    }

    fn system(&self) -> System<'_> {
        let years = &self.catalogue.dimension(self.catalogue.known().time_period).codes;
        let year = years.code(self.asked.time_period).number().unwrap_or_default();
        self.catalogue.systems().of(self.asked.ref_area, None, year)
    }

    /// The formula with the codes of the specification.
    fn formula(&self, masked: Option<&MaskedFigure>, out: &mut dyn Write) -> io::Result<()> {
        let system = self.system();
        let words = |of| selection::words(self.catalogue, &system, of);
        let quantity = |of: &Quantity| selection::quantity(self.catalogue, &system, of);
        match &self.asked.indicator.formula {
            Formula::Count { of } => line(out, "counts", &format!("{}{}", quantity(of), self.by())),
            Formula::Ratio(ratio) => {
                line(out, "formula", &format!("{} x numerator / denominator", ratio.scale))?;
                self.sides(masked, [&quantity(&ratio.numerator), &quantity(&ratio.denominator)], out)
            }
            Formula::Share { of, group, among, scale } => {
                let group = selection::condition(self.catalogue, &system, group);
                let known = if *among == Among::Known { ", status known" } else { "" };
                line(out, "formula", &format!("{scale} x numerator / denominator"))?;
                let whole = words(of);
                self.sides(masked, [&format!("{whole}, {group}"), &format!("{whole}{known}")], out)
            }
            Formula::Parity { of, dimension, group, comparison, index } => {
                let formula = match index {
                    ParityIndex::Plain => "group / comparison group",
                    ParityIndex::Adjusted => "x = group / comparison group; 2 - 1/x where x is above 1",
                };
                line(out, "formula", &format!("{formula}, from unrounded counts"))?;
                self.group("group", of, *dimension, *group, out)?;
                self.group("comparison group", of, *dimension, *comparison, out)?;
                line(out, "band of parity", &self.band(masked))
            }
            formula => {
                let lines = formula_lines(self.catalogue, formula, self.asked.language);
                lines.iter().try_for_each(|text| line(out, "formula", text))?;
                let number = |side: fn(&MaskedFigure) -> String| masked.map(side).unwrap_or_default();
                line(out, "numerator", &number(|figure| number::exact(figure.numerator)))?;
                line(out, "denominator", &number(|figure| number::exact(figure.denominator)))
            }
        }
    }

    /// Whether an index lies in the band that counts as parity.
    fn band(&self, masked: Option<&MaskedFigure>) -> String {
        let years = &self.catalogue.dimension(self.catalogue.known().time_period).codes;
        let year = years.code(self.asked.time_period).number().unwrap_or_default();
        let of = |convention| self.catalogue.conventions().of(convention, year);
        let ends = of(Convention::ParityBandLow).zip(of(Convention::ParityBandHigh));
        let value = masked.and_then(|figure| match figure.value {
            Masked::Shown(value) => value,
            Masked::Small | Masked::Withheld => None,
        });
        let (Some((low, high)), Some(value)) = (ends, value) else { return String::new() };
        let lies = match value.to_f64() {
            below if below < low => "below it",
            above if above > high => "above it",
            _ => "inside",
        };
        format!("{low} to {high}: {lies}")
    }

    fn sides(&self, masked: Option<&MaskedFigure>, words: [&str; 2], out: &mut dyn Write) -> io::Result<()> {
        let number = |side: fn(&MaskedFigure) -> String| masked.map(side).unwrap_or_default();
        let above = number(|figure| number::exact(figure.numerator));
        let below = number(|figure| number::exact(figure.denominator));
        let by = self.by();
        line(out, "numerator", format!("{above}  {}{by}", words[0]).trim_start())?;
        line(out, "denominator", format!("{below}  {}{by}", words[1]).trim_start())
    }

    /// One of the two groups of a parity, with the counts of the indicator compared.
    fn group(&self, name: &str, of: &str, dimension: DimensionId, code: CodeId, out: &mut dyn Write) -> io::Result<()> {
        let label =
            format!("{of}{}, {} {}", self.by(), self.catalogue.dimension(dimension).id, self.code(dimension, code));
        let compared = self.catalogue.indicator(of).zip(self.find(of, &[(dimension, code)]));
        let Some((indicator, estimate)) = compared else { return line(out, name, &label) };
        let masked = masking::figure(self.catalogue, &self.run.estimates, indicator, estimate);
        let value = number::value(masked.value, estimate.unit, estimate.obs_status);
        let counts = format!("{} / {}", number::exact(masked.numerator), number::exact(masked.denominator));
        line(out, name, &format!("{value}  {label}  ({counts})"))
    }

    fn provenance(&self, row: &ProvenanceRow, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out)?;
        line(out, "definition", &format!("{}, {}", row.indicator_status, row.indicator_hash))?;
        line(out, "education system", if row.system.is_empty() { "not known" } else { &row.system })?;
        line(out, "its source", &row.system_source)?;
        line(out, "provenance id", &row.id)?;
        for (position, input) in row.inputs.iter().enumerate() {
            let before = row.inputs[..position].iter().find(|before| before.source == input.source);
            match (before, &input.source) {
                (Some(before), Some(_)) => {
                    let text = format!("{} from the source of the {}", input.measure, before.role);
                    line(out, input.role, &text)?;
                }
                _ => self.input(input, out)?,
            }
        }
        Ok(())
    }

    fn input(&self, input: &Input, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out)?;
        let Some(source) = &input.source else {
            return line(out, input.role, &format!("{}: no source of the batch has it", input.measure));
        };
        line(out, input.role, &format!("{} from source `{}`", input.measure, source.id))?;
        line(out, "mapping", &format!("{}, {}", source.mapping, source.mapping_hash))?;
        line(out, "school year", &source.school_year)?;
        line(out, "enrolment moment", &source.enrolment_moment)?;
        let basis = if source.age_basis.is_empty() { "age" } else { &source.age_basis };
        if !source.age_reference_date.is_empty() {
            line(out, "age", &format!("{basis}, at {}", source.age_reference_date))?;
        }
        line(out, "mobility proxy", &self.proxy(source))?;
        line(out, "vintage", &source.vintage)?;
        line(out, "not collected", &source.not_collected.join(", "))?;
        line(out, "cannot exist", &source.impossible.join(", "))?;
        line(out, "rules", &source.rules.join(", "))?;
        let accounts = self.run.ledger.accounts().iter().filter(|account| account.source == source.id);
        accounts.map(account::line).try_for_each(|account| line(out, "rows", &account))
    }

    /// The proxy with its known weakness.
    fn proxy(&self, source: &InputSource) -> String {
        let of_batch = self.batch.sources.iter().find(|of_batch| of_batch.id == source.id);
        let mapping = of_batch.map(|of_batch| &self.catalogue.mappings()[of_batch.mapping]);
        match mapping.and_then(|mapping| mapping.mobility.as_ref()) {
            Some(mobility) => format!("{}: {}", source.mobility_proxy, self.asked.language.of(&mobility.weakness)),
            None => source.mobility_proxy.clone(),
        }
    }
}
