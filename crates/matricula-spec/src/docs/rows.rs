//! The catalogue as a list: what each indicator is and what it needs.

use super::terms;
use super::words::{Language, Word, word};
use crate::model::catalogue::Catalogue;
use crate::model::formula::Formula;
use crate::model::indicator::{Indicator, National};
use crate::model::needs::Need;
use crate::model::ways::Way;

/// One indicator of the catalogue, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRow {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub label: String,
    /// How far the definition has come.
    pub status: String,
    /// Unit of the value.
    pub unit: String,
    /// SDG indicator numbers with the version of the list.
    pub sdg: Vec<String>,
    /// Cell of the indicator matrix.
    pub matrix: String,
    /// Form of the formula.
    pub form: String,
    /// What must have been counted, by what and in which years: `students by edu_level, grade (t, t+1)`.
    /// An entry that starts with *or* takes the place of those before it.
    pub inputs: Vec<String>,
    /// Whose national method it is, if it is one.
    pub national: Option<NationalRow>,
    /// Why enrolment, teacher and school records cannot give it, if so.
    pub reason: Option<String>,
}

/// What a national indicator is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NationalRow {
    /// Code of the country.
    pub country: String,
    /// The comparable indicator it stands beside.
    pub comparable: Option<String>,
}

/// All indicators, in the order of their identifiers.
#[must_use]
pub fn catalogue_rows(catalogue: &Catalogue, language: Language) -> Vec<CatalogueRow> {
    catalogue.indicators().iter().map(|indicator| row(catalogue, indicator, language)).collect()
}

fn row(catalogue: &Catalogue, indicator: &Indicator, language: Language) -> CatalogueRow {
    let areas = &catalogue.dimension(catalogue.known().ref_area).codes;
    let national = |national: &National| NationalRow {
        country: areas.code(national.country).id.clone(),
        comparable: national.comparable.clone(),
    };
    let reason = match &indicator.formula {
        Formula::NotFromRecords { reason } => Some(language.of(reason).to_owned()),
        _ => None,
    };
    CatalogueRow {
        id: indicator.id.clone(),
        label: language.of(&indicator.label).to_owned(),
        status: terms::status(indicator.status, language).to_owned(),
        unit: terms::unit(indicator.unit, language).to_owned(),
        sdg: indicator.sdg.clone(),
        matrix: terms::matrix(&indicator.matrix, language),
        form: terms::form(&indicator.formula, language).to_owned(),
        inputs: inputs(catalogue, &indicator.formula, language),
        national: indicator.national.as_ref().map(national),
        reason,
    }
}

fn inputs(catalogue: &Catalogue, formula: &Formula, language: Language) -> Vec<String> {
    let mut ways = catalogue.ways_to_feed(formula).into_iter();
    let way = |way: Way| way.needs.iter().map(|need| input(catalogue, need, language)).collect::<Vec<_>>();
    let mut inputs = ways.next().map(way).unwrap_or_default();
    inputs.extend(ways.map(|other| format!("{} {}", word(Word::Or, language), way(other).join("; "))));
    inputs
}

fn input(catalogue: &Catalogue, need: &Need, language: Language) -> String {
    let mut text = catalogue.dimension(catalogue.known().measure).codes.code(need.measure).id.clone();
    let dimensions: Vec<&str> = need.dimensions.iter().map(|d| catalogue.dimension(*d).id.as_str()).collect();
    if !dimensions.is_empty() {
        text.push_str(&format!(" {} {}", word(Word::By, language), dimensions.join(", ")));
    }
    if need.years.iter().any(|year| *year != 0) {
        let years = need.years.iter().map(|year| if *year == 0 { "t".to_owned() } else { format!("t{year:+}") });
        text.push_str(&format!(" ({})", years.collect::<Vec<_>>().join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::small;

    fn check(id: &str, inputs: &[&str], form: &str) {
        let rows = catalogue_rows(&small(), Language::En);
        let row = rows.iter().find(|row| row.id == id).expect("an indicator");
        assert_eq!((row.inputs.join("; "), row.form.as_str()), (inputs.join("; "), form));
    }

    #[test]
    fn inputs_are_told_with_their_dimensions_and_years() {
        check("PUPILS", &["students"], "count");
        check("GER.1", &["students by edu_level", "population by age_class"], "ratio");
        check("GER.1.GPI", &["students by edu_level, sex", "population by age_class, sex"], "parity");
        check("DROPOUT.1", &["students by edu_level, grade, repeater (t, t+1)"], "flow");
        check("SPENDING", &[], "not from records");
    }
}
