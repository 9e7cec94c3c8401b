//! Figures over several countries: means weighted by the indicator's own denominator, with their coverage.

use std::collections::{BTreeMap, BTreeSet};

use matricula_spec::model::batch::Aggregates as Asked;
use matricula_spec::model::conventions::Convention;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::formula::{Cap, Formula, OpenCohort, ParityIndex};
use matricula_spec::model::indicator::{Indicator, Unit};
use matricula_spec::{Batch, Catalogue};

use crate::indicator::estimates::{Estimate, Estimates, Number, ObsStatus};
use crate::indicator::formulas;

/// What became of an aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AggregateStatus {
    /// A figure over the countries that have one.
    Aggregated,
    /// Too few countries have one.
    BelowMinimumCoverage,
    /// A parity whose two groups the batch does not compute.
    NotCollected,
    /// The countries' denominators add up to 0.
    NotApplicable,
}

impl AggregateStatus {
    /// As `aggregates.csv` spells it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Aggregated => "aggregated",
            Self::BelowMinimumCoverage => "below-minimum-coverage",
            Self::NotCollected => "not-collected",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// One figure over the countries of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Identifier of the indicator.
    pub indicator: String,
    /// The area: a code of `ref_area` with parts.
    pub area: CodeId,
    /// Year.
    pub time_period: CodeId,
    /// One code for each dimension that has a column in the estimates.
    pub coordinates: Vec<CodeId>,
    /// The value; nothing where the status says why.
    pub value: Option<Number>,
    /// Sum above the line, where the countries' numbers add up.
    pub numerator: Option<Number>,
    /// Sum of the weights.
    pub denominator: Option<Number>,
    /// Countries with a figure.
    pub countries: usize,
    /// Countries of the area.
    pub countries_in_area: usize,
    /// The first as percentage of the second.
    pub coverage: Option<Number>,
    /// Unit of the value.
    pub unit: Unit,
    /// What became of it.
    pub status: AggregateStatus,
}

/// Where an aggregate stands: indicator, year, coordinates.
type Key<'a> = (&'a str, CodeId, &'a [CodeId]);
/// The countries' figures there.
type Members<'a> = BTreeMap<Key<'a>, Vec<&'a Estimate>>;

/// All aggregates of a batch, in the order of area, indicator, year, coordinates.
pub fn aggregates(catalogue: &Catalogue, batch: &Batch, estimates: &Estimates) -> Vec<Aggregate> {
    let Some(asked) = &batch.aggregates else { return Vec::new() };
    let mut all = Vec::new();
    for area in &asked.areas {
        let list = &catalogue.dimension(catalogue.known().ref_area).codes;
        let countries: BTreeSet<CodeId> = list.leaves(*area).iter().copied().collect();
        let mut members = Members::new();
        for row in estimates.rows().iter().filter(|row| countries.contains(&row.ref_area)) {
            members.entry((&row.indicator, row.time_period, &row.coordinates)).or_default().push(row);
        }
        let of = Area { catalogue, asked, estimates, area: *area, countries: countries.len(), members: &members };
        all.extend(members.iter().filter_map(|(key, rows)| of.aggregate(*key, rows)));
    }
    all
}

struct Area<'a> {
    catalogue: &'a Catalogue,
    asked: &'a Asked,
    estimates: &'a Estimates,
    area: CodeId,
    countries: usize,
    members: &'a Members<'a>,
}

/// Value, numerator and denominator.
type Sums = (Option<f64>, Option<Number>, Option<Number>);

impl Area<'_> {
    fn aggregate(&self, (id, time_period, coordinates): Key<'_>, rows: &[&Estimate]) -> Option<Aggregate> {
        let indicator = self.catalogue.indicator(id).filter(|indicator| indicator.national.is_none())?;
        let with_figure: Vec<&Estimate> =
            rows.iter().copied().filter(|row| row.obs_status == ObsStatus::Normal).collect();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred countries")]
        let coverage = formulas::rate(100.0, with_figure.len() as f64, self.countries as f64);
        let computed = match &indicator.formula {
            Formula::Parity { .. } => self.parity(indicator, time_period, coordinates),
            _ => Some(sums(indicator, &with_figure)),
        };
        let enough = coverage.is_some_and(|coverage| coverage >= self.minimum(time_period));
        let (status, (value, numerator, denominator)) = match computed {
            _ if !enough => (AggregateStatus::BelowMinimumCoverage, (None, None, None)),
            None => (AggregateStatus::NotCollected, (None, None, None)),
            Some(sums) if sums.0.is_none() => (AggregateStatus::NotApplicable, sums),
            Some(sums) => (AggregateStatus::Aggregated, sums),
        };
        Some(Aggregate {
            indicator: id.to_owned(),
            area: self.area,
            time_period,
            coordinates: coordinates.to_vec(),
            value: value.map(Number::rounded),
            numerator,
            denominator,
            countries: with_figure.len(),
            countries_in_area: self.countries,
            coverage: coverage.map(Number::rounded),
            unit: indicator.unit,
            status,
        })
    }

    /// Smallest percentage of the countries.
    fn minimum(&self, time_period: CodeId) -> f64 {
        let years = &self.catalogue.dimension(self.catalogue.known().time_period).codes;
        let year = years.code(time_period).number().unwrap_or_default();
        let convention = || self.catalogue.conventions().of(Convention::AggregateMinimumCoverage, year);
        self.asked.minimum_coverage.map(f64::from).or_else(convention).unwrap_or_default()
    }

    /// The parity of the weighted means of its two groups; nothing where the batch does not compute them.
    fn parity(&self, indicator: &Indicator, time_period: CodeId, coordinates: &[CodeId]) -> Option<Sums> {
        let Formula::Parity { of, dimension, group, comparison, index } = &indicator.formula else { return None };
        let compared = self.catalogue.indicator(of)?;
        let position = self.estimates.dimensions().iter().position(|column| column == dimension)?;
        let mean = |code: CodeId| {
            let mut wanted = coordinates.to_vec();
            // What the index is not broken down by, the indicator compared may be.
            for (column, code) in self.estimates.dimensions().iter().zip(&mut wanted) {
                if *code == CodeId::NOT_APPLICABLE && compared.breakdowns.contains(column) {
                    *code = CodeId::TOTAL;
                }
            }
            wanted[position] = code;
            let rows = self.members.get(&(of.as_str(), time_period, wanted.as_slice()))?;
            let rows: Vec<&Estimate> = rows.iter().copied().filter(|row| row.obs_status == ObsStatus::Normal).collect();
            uncapped(compared, &rows)
        };
        let (above, below) = (mean(*group)?, mean(*comparison)?);
        let value = formulas::parity(above, below).map(|x| match index {
            ParityIndex::Plain => x,
            ParityIndex::Adjusted => formulas::adjusted(x),
        });
        Some((value, Some(Number::rounded(above)), Some(Number::rounded(below))))
    }
}

/// The sum of counts, or the mean weighted by the denominators.
fn sums(indicator: &Indicator, rows: &[&Estimate]) -> Sums {
    let (numerator, denominator) = (sum(rows, |row| row.numerator), sum(rows, |row| row.denominator));
    match (&indicator.formula, exact_scale(&indicator.formula)) {
        (Formula::Count { .. }, _) => (numerator.map(Number::to_f64), numerator, None),
        (_, Some(scale)) => {
            let value = numerator.zip(denominator).and_then(|(above, below)| quotient(scale, above, below));
            (value, numerator, denominator)
        }
        (_, None) => (weighted(rows, |row| row.value), None, denominator),
    }
}

/// The same before caps.
fn uncapped(indicator: &Indicator, rows: &[&Estimate]) -> Option<f64> {
    match exact_scale(&indicator.formula) {
        Some(_) => sums(indicator, rows).0,
        None => match indicator.formula {
            Formula::Count { .. } => sums(indicator, rows).0,
            _ => weighted(rows, |row| row.uncapped.or(row.value)),
        },
    }
}

/// The scale of forms whose weighted mean is the quotient of two sums.
fn exact_scale(formula: &Formula) -> Option<u32> {
    match formula {
        Formula::Ratio(ratio) if ratio.cap == Cap::None => Some(ratio.scale),
        Formula::Share { scale, .. } => Some(*scale),
        Formula::Flow { cohort, scale, .. } if cohort.open == OpenCohort::AsObserved => Some(*scale),
        Formula::Mean { .. } => Some(1),
        _ => None,
    }
}

fn quotient(scale: u32, above: Number, below: Number) -> Option<f64> {
    formulas::rate(f64::from(scale), above.to_f64(), below.to_f64())
}

fn sum(rows: &[&Estimate], of: impl Fn(&Estimate) -> Option<Number>) -> Option<Number> {
    let numbers: Option<Vec<i128>> = rows.iter().map(|row| of(row).map(Number::millionths)).collect();
    numbers.map(|numbers| Number::from_millionths(numbers.iter().sum()))
}

fn weighted(rows: &[&Estimate], of: impl Fn(&Estimate) -> Option<Number>) -> Option<f64> {
    let pairs: Option<Vec<(f64, f64)>> =
        rows.iter().map(|row| Some((of(row)?.to_f64(), row.denominator?.to_f64()))).collect();
    let pairs = pairs?;
    let weights: f64 = pairs.iter().map(|(_, weight)| weight).sum();
    formulas::rate(1.0, pairs.iter().map(|(value, weight)| value * weight).sum(), weights)
}
