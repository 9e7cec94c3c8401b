//! S020: education systems hold together.

use std::collections::BTreeMap;

use crate::model::catalogue::Catalogue;
use crate::model::system::SystemLevel;
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, problems: &mut Problems) {
    let levels = &catalogue.systems.levels;
    let mut places: BTreeMap<_, Vec<&SystemLevel>> = BTreeMap::new();
    for level in levels {
        if !(0..=30).contains(&level.entry_age) || !(1..=15).contains(&level.duration) {
            problems.push(invalid(catalogue, level, "an entry age outside 0 to 30, or a duration outside 1 to 15"));
        }
        places.entry((level.ref_area, level.edu_level)).or_default().push(level);
    }
    for levels in places.values() {
        overlapping(catalogue, levels, problems);
    }
}

/// Of one level of a country: the same structure twice in a year, or two structures of reference.
fn overlapping(catalogue: &Catalogue, levels: &[&SystemLevel], problems: &mut Problems) {
    for (position, level) in levels.iter().enumerate() {
        for other in &levels[..position] {
            if !level.validity.overlaps(other.validity) {
                continue;
            }
            if level.structure == other.structure {
                problems.push(invalid(catalogue, level, "two rows for one level of a structure in the same year"));
            } else if level.reference && other.reference {
                problems.push(invalid(catalogue, level, "two structures of reference in the same year"));
            }
        }
    }
}

fn invalid(catalogue: &Catalogue, level: &SystemLevel, found: &str) -> Problem {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.clone();
    let place = Place {
        file: level.file.clone(),
        line: Some(level.line),
        field: Some(format!("{} {}", code(known.ref_area, level.ref_area), code(known.edu_level, level.edu_level))),
        ..Place::default()
    };
    let expected = "In a year, a level of a structure has one row, and one structure of a country is the reference.";
    Problem::error(ProblemCode::SystemInvalid, place, expected, found)
        .help("Correct the ages, the years in `valid_from` and `valid_to`, or `reference`.")
}
