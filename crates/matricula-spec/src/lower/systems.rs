//! `systems/*.csv` and `crosswalks/*.csv`.

use std::collections::BTreeMap;

use super::dimensions::files_of;
use super::names::{Names, Reader};
use super::table::{Table, TableRow};
use crate::model::catalogue::{Crosswalk, CrosswalkRow, KnownDimensions};
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::mapping::Validity;
use crate::model::system::{SystemLevel, Systems};
use crate::problem::Problems;

/// Reads the education systems.
pub(crate) fn systems(
    files: &BTreeMap<String, String>,
    names: Names<'_>,
    known: KnownDimensions,
    problems: &mut Problems,
) -> Systems {
    let mut levels = Vec::new();
    for text in files_of(files, "systems/", ".csv") {
        let required = ["ref_area", "structure", "edu_level", "entry_age", "duration", "reference", "source"];
        let Some(table) = Table::read(text, &required, problems) else { continue };
        for row in &table.rows {
            let mut reader = Reader { names, text, problems };
            levels.extend(level(&table, row, known, &mut reader));
        }
    }
    levels.sort_by_key(|level| (level.ref_area, level.structure, level.edu_level, level.validity.from));
    Systems { levels }
}

fn level(table: &Table<'_>, row: &TableRow, known: KnownDimensions, reader: &mut Reader<'_>) -> Option<SystemLevel> {
    let mut code =
        |dimension: DimensionId, name: &str| reader.code(dimension, table.field(row, name), |_| table.at(row));
    let ref_area = code(known.ref_area, "ref_area");
    let structure = code(known.structure, "structure");
    let edu_level = code(known.edu_level, "edu_level");
    let mut number = |name| table.number(row, name, reader.problems);
    let validity = Validity { from: number("valid_from"), to: number("valid_to") };
    let (entry_age, duration) = (number("entry_age"), number("duration"));
    Some(SystemLevel {
        ref_area: ref_area?,
        structure: structure?,
        edu_level: edu_level?,
        // Out of range; the check of systems says so, with the line.
        entry_age: entry_age.unwrap_or(-1),
        duration: duration.unwrap_or(0),
        validity,
        reference: table.field(row, "reference") == "yes",
        source: table.field(row, "source").to_owned(),
        file: table.text.path.to_owned(),
        line: row.line,
    })
}

/// Reads the crosswalks of published codes.
pub(crate) fn crosswalks(
    files: &BTreeMap<String, String>,
    names: Names<'_>,
    problems: &mut Problems,
) -> Vec<Crosswalk> {
    let mut crosswalks = Vec::new();
    for text in files_of(files, "crosswalks/", ".csv") {
        let Some(table) = Table::read(text, &["published", "indicator"], problems) else { continue };
        let mut reader = Reader { names, text, problems };
        let others = table.header.iter().filter(|name| !["published", "indicator", "note"].contains(&name.as_str()));
        let dimensions: Vec<(DimensionId, &String)> =
            others.filter_map(|name| Some((reader.dimension(name, super::text::Text::whole)?, name))).collect();
        let mut rows = Vec::new();
        for row in &table.rows {
            let mut coordinates: BTreeMap<DimensionId, CodeId> = BTreeMap::new();
            for (dimension, name) in &dimensions {
                let field = table.field(row, name);
                if !field.is_empty() && field != "_T" {
                    coordinates
                        .extend(reader.code(*dimension, field, |_| table.at(row)).map(|code| (*dimension, code)));
                }
            }
            rows.push(CrosswalkRow {
                published: table.field(row, "published").to_owned(),
                indicator: table.field(row, "indicator").to_owned(),
                coordinates,
                line: row.line,
            });
        }
        crosswalks.push(Crosswalk { id: text.stem().to_owned(), rows });
    }
    crosswalks
}
