//! S007 and S034: a national indicator is for one country and stands beside a comparable one.

use crate::lower::indicators::IndicatorPlaces;
use crate::lower::nearest;
use crate::model::catalogue::Catalogue;
use crate::model::dimension::CodeId;
use crate::model::indicator::Indicator;
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    let Some(national) = &indicator.national else { return };
    let place = |field: &str| Place { field: Some(field.to_owned()), ..places.national.clone() };
    let areas = &catalogue.dimension(catalogue.known().ref_area).codes;
    let no_country = [CodeId::UNKNOWN, CodeId::NOT_APPLICABLE].contains(&national.country);
    if no_country || areas.is_margin(national.country) {
        let expected = "A national indicator is for one country.";
        let found = format!("`{}`", areas.code(national.country).id);
        let problem = Problem::error(ProblemCode::NationalInvalid, place("country"), expected, found);
        problems.push(problem.help("Name the country whose method it is."));
    }
    let Some(id) = &national.comparable else { return };
    let found = match catalogue.indicator(id) {
        None => {
            let ids = catalogue.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
            let expected = "A national indicator stands beside an indicator of the catalogue.";
            let found = format!("`{id}`");
            let problem = Problem::error(ProblemCode::UnknownIndicator, place("comparable"), expected, found);
            problems.push(problem.help("Correct the identifier, or leave it out.").candidates(nearest(id, ids)));
            return;
        }
        Some(_) if *id == indicator.id => format!("`{id}` itself"),
        Some(comparable) if comparable.national.is_some() => format!("`{id}`, a national indicator"),
        Some(_) => return,
    };
    let expected = "What a national indicator stands beside is comparable between countries.";
    let problem = Problem::error(ProblemCode::NationalInvalid, place("comparable"), expected, found);
    problems.push(problem.help("Name the comparable indicator, or leave `comparable` out where there is none."));
}
