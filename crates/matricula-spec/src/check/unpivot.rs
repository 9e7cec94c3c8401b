//! S015: a wide table gives its unpivoted columns the same dimensions, and no dimension twice.

use crate::lower::mappings::MappingPlaces;
use crate::model::mapping::{Amount, Mapping};
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(mapping: &Mapping, places: &MappingPlaces, problems: &mut Problems) {
    let unpivoted = matches!(mapping.amount, Amount::Unpivoted(_));
    let same = mapping.unpivot.windows(2).all(|pair| pair[0].codes.keys().eq(pair[1].codes.keys()));
    let twice =
        mapping.unpivot.iter().flat_map(|column| column.codes.keys()).any(|d| mapping.variables.contains_key(d));
    let found = if unpivoted == mapping.unpivot.is_empty() {
        "one of the two without the other"
    } else if !same {
        "columns with different dimensions"
    } else if twice {
        "a dimension that is a variable as well"
    } else {
        return;
    };
    let expected = "`[amount.unpivoted]` goes with `[[unpivot]]` columns that all give the same further dimensions.";
    let problem = Problem::error(ProblemCode::VariableInvalid, places.amount.clone(), expected, found);
    problems.push(problem.help("See `indicator-specs/README.md`, section Mappings."));
}
