//! S017: counts can be read as declared.

use crate::lower::mappings::MappingPlaces;
use crate::model::mapping::Mapping;
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(mapping: &Mapping, places: &MappingPlaces, problems: &mut Problems) {
    let Some(number) = mapping.amount.number() else { return };
    let found = if number.decimals > 6 {
        "more than 6 decimals"
    } else if !b".,".contains(&number.decimal_separator) {
        "another decimal separator"
    } else if number.thousands_separator == Some(number.decimal_separator) {
        "the same character as both separators"
    } else if number.thousands_separator.is_some_and(|byte| !b" .,'_".contains(&byte)) {
        "another thousands separator"
    } else {
        return;
    };
    let expected = "Counts have 0 to 6 decimals after `.` or `,`, and thousands are set apart by something else.";
    let problem = Problem::error(ProblemCode::NumberFormatInvalid, places.amount.clone(), expected, found);
    problems.push(problem.help("Correct `decimals`, `decimal_separator` or `thousands_separator`."));
}
