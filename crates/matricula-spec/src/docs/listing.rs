//! The catalogue as a table, with what a batch can feed.

use super::rows::{CatalogueRow, catalogue_rows};
use super::words::{Language, Word, word};
use crate::model::batch::Batch;
use crate::model::catalogue::Catalogue;
use crate::model::dimension::CodeId;
use crate::model::feeding::{Feed, Missing};
use crate::model::given::Lack;

/// A table of all indicators: identifier, status, SDG number, country of a national method, form, inputs,
/// and with a batch whether its sources can feed it. The first row holds the headings.
#[must_use]
pub fn catalogue_table(catalogue: &Catalogue, batch: Option<&Batch>, language: Language) -> Vec<Vec<String>> {
    let headings = [Word::Indicator, Word::Status, Word::Sdg, Word::Country, Word::Form, Word::Inputs];
    let mut table = vec![headings.map(|heading| word(heading, language).to_owned()).to_vec()];
    table[0].extend(batch.map(|batch| batch.id.clone()));
    for (row, indicator) in catalogue_rows(catalogue, language).into_iter().zip(catalogue.indicators()) {
        let verdict = batch.map(|batch| verdict(catalogue, &batch.feeds(catalogue, indicator), language));
        let mut cells = cells(row);
        cells.extend(verdict);
        table.push(cells);
    }
    table
}

fn cells(row: CatalogueRow) -> Vec<String> {
    let CatalogueRow { id, status, sdg, form, inputs, national, reason, .. } = row;
    let country = national.map(|national| national.country).unwrap_or_default();
    vec![id, status, sdg.join(", "), country, form, reason.unwrap_or_else(|| inputs.join("; "))]
}

fn verdict(catalogue: &Catalogue, feed: &Feed, language: Language) -> String {
    match feed {
        Feed::Fed => word(Word::Yes, language).to_owned(),
        Feed::NotFromRecords => word(Word::No, language).to_owned(),
        Feed::Lacks(missing) => {
            let missing: Vec<String> = missing.iter().map(|m| told(catalogue, m, language)).collect();
            format!("{}: {}", word(Word::Lacking, language), missing.join("; "))
        }
    }
}

fn told(catalogue: &Catalogue, missing: &Missing, language: Language) -> String {
    let known = catalogue.known();
    let name = |measure: &CodeId| catalogue.dimension(known.measure).codes.code(*measure).id.as_str();
    match missing {
        Missing::Country(country) => {
            let country = &catalogue.dimension(known.ref_area).codes.code(*country).id;
            format!("{} {country}", word(Word::SourceOf, language))
        }
        Missing::Measure { measure, year: 0 } => name(measure).to_owned(),
        Missing::Measure { measure, year } => format!("{} (t{year:+})", name(measure)),
        Missing::Dimensions { measure, source, lacks } => {
            let dimensions: Vec<String> = lacks.iter().map(|lack| lacking(catalogue, lack)).collect();
            format!("{} {} {} ({source})", name(measure), word(Word::By, language), dimensions.join(", "))
        }
        Missing::Code { measure, source, dimension, code } => {
            let dimension = catalogue.dimension(*dimension);
            format!("{} {} = {} ({source})", name(measure), dimension.id, dimension.codes.code(*code).id)
        }
        Missing::Identifier { source, role } => format!("[identifier] {role} ({source})"),
    }
}

fn lacking(catalogue: &Catalogue, lack: &Lack) -> String {
    let name = &catalogue.dimension(lack.dimension).id;
    lack.reason.as_ref().map_or_else(|| name.clone(), |reason| format!("{name} [{reason}]"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{BATCH, batch, small};

    #[test]
    fn every_indicator_has_a_row_and_with_a_batch_a_verdict() {
        let catalogue = small();
        let table = catalogue_table(&catalogue, None, Language::Es);
        assert_eq!(table.len(), catalogue.indicators().len() + 1);
        assert_eq!(table[0], ["Indicador", "Estado", "Indicador ODS", "País", "Forma", "Insumos"]);
        let batch = batch(BATCH, &catalogue);
        let table = catalogue_table(&catalogue, Some(&batch), Language::En);
        let check = |id: &str, inputs: &str, verdict: &str| {
            let row = table.iter().find(|row| row[0] == id).expect("a row");
            assert_eq!((row[5].as_str(), row[6].as_str()), (inputs, verdict));
        };
        assert_eq!(table[0].last().map(String::as_str), Some("small"));
        check("GER.1", "students by edu_level; population by age_class", "yes");
        check("DROPOUT.1", "students by edu_level, grade, repeater (t, t+1)", "lacks: students (t+1)");
        check("APART", "students by mobility", "lacks: [identifier] school (pupils)");
        check("SPENDING", "x", "no");
    }
}
