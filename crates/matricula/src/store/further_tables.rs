//! Tables beside the estimates: aggregates over countries, expected and actual disaggregation.

use matricula_engine::indicator::estimates::Number;
use matricula_spec::Catalogue;

use super::output::Hashed;
use super::tables::flushed;
use crate::error::StoreError;
use crate::interchange::unit_code;
use crate::results::Run;

/// `aggregates.csv`, as `docs/estimates.md` says.
pub(super) fn aggregates_csv(file: &mut Hashed, catalogue: &Catalogue, run: &Run) -> Result<(), StoreError> {
    let known = catalogue.known();
    let dimensions = run.estimates.dimensions();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.as_str();
    let number = |number: Option<Number>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut writer = csv::Writer::from_writer(file);
    let names = dimensions.iter().map(|dimension| catalogue.dimension(*dimension).id.as_str());
    let after = ["value", "numerator", "denominator", "countries", "countries_in_area", "coverage", "unit", "status"];
    writer.write_record(["indicator", "area", "time_period"].into_iter().chain(names).chain(after))?;
    for row in &run.aggregates {
        let mut fields = vec![row.indicator.clone()];
        fields.push(code(known.ref_area, row.area).to_owned());
        fields.push(code(known.time_period, row.time_period).to_owned());
        let coordinates = dimensions.iter().zip(&row.coordinates);
        fields.extend(coordinates.map(|(dimension, of)| code(*dimension, *of).to_owned()));
        fields.extend([number(row.value), number(row.numerator), number(row.denominator)]);
        fields.extend([row.countries.to_string(), row.countries_in_area.to_string(), number(row.coverage)]);
        fields.extend([unit_code(row.unit).to_owned(), row.status.code().to_owned()]);
        writer.write_record(fields)?;
    }
    flushed(writer, "aggregates.csv")
}

/// `disaggregation.csv`, as `docs/estimates.md` says.
pub(super) fn disaggregation_csv(file: &mut Hashed, catalogue: &Catalogue, run: &Run) -> Result<(), StoreError> {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.as_str();
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(["indicator", "ref_area", "time_period", "breakdown", "state", "reason"])?;
    for row in &run.disaggregation {
        let breakdown = row.breakdown.map_or("_T", |dimension| catalogue.dimension(dimension).id.as_str());
        writer.write_record([
            row.indicator.as_str(),
            code(known.ref_area, row.ref_area),
            code(known.time_period, row.time_period),
            breakdown,
            row.state.code(),
            row.reason.as_str(),
        ])?;
    }
    flushed(writer, "disaggregation.csv")
}
