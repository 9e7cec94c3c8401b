//! Which column of codes feeds a dimension, and what its codes mean.

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::synonyms::{Role, folded};

use super::draft::{Choice, CodeDraft, Doubt, How, Material, RecodeDraft};
use super::guess::{Guess, Meanings};
use super::profile::Values;

/// What a column gains if all of its codes are understood.
const UNDERSTOOD: i32 = 40;
/// Names of this weight say what a column is.
const CLEAR_NAME: i32 = 80;
/// A column holds countries if so many of a hundred of its codes are some.
const COUNTRIES: usize = 60;
/// In a column of nationalities, so many of a hundred records are the country's own.
const MAJORITY: u64 = 70;
/// A guess for which only the number of records speaks.
const BY_MAJORITY: i32 = 50;
/// Proxies of mobility, the one that says most first.
const PROXIES: [Role; 4] = [Role::ProtectionStatus, Role::CountryOfBirth, Role::Nationality, Role::DocumentType];

/// A dimension from the best of the columns that may feed it.
pub(super) fn recode(material: &Material<'_>, dimension: DimensionId) -> (Choice, Option<RecodeDraft>) {
    let mut named = material.columns.of_dimension(dimension);
    if material.catalogue.find_dimension("country_origin") == Some(dimension) {
        let roles = [Role::CountryOfBirth, Role::Nationality].into_iter().flat_map(|role| material.filled(role));
        let countries = roles.filter(|column| holds_countries(material, *column));
        named.extend(countries.map(|column| (1, column)));
    }
    let area = material.catalogue.find_dimension("area_national") == Some(dimension);
    let mut candidates = Vec::new();
    for (weight, column) in &named {
        let profile = material.profile(*column);
        if !matches!(profile.values, Values::Codes(_)) || profile.distinct().unwrap_or_default() < 2 {
            continue;
        }
        let codes = codes(material, dimension, *column);
        let understood = codes.iter().filter(|code| code.guess.is_some()).count();
        let share = if codes.is_empty() { 0 } else { UNDERSTOOD * understood as i32 / codes.len() as i32 };
        // Nothing is known of an area that is not in our list; of two levels, the finer one gives both.
        if codes.is_empty() || (area && understood * 2 < codes.len()) {
            continue;
        }
        let finer = if area { codes.len() } else { 0 };
        candidates.push((weight + share, finer, *column, *weight, codes));
    }
    candidates.sort_by_key(|(score, finer, column, ..)| (-score, std::cmp::Reverse(*finer), *column));
    let alternatives: Vec<String> =
        candidates.iter().skip(1).map(|(_, _, column, ..)| material.name(*column)).collect();
    let Some((_, _, column, weight, codes)) = candidates.into_iter().next() else {
        return (not_collected(material, &named), None);
    };
    let mut doubts = doubts_of(&codes);
    if weight < CLEAR_NAME {
        doubts.insert(0, Doubt::Name(material.name(column)));
    }
    if !alternatives.is_empty() {
        doubts.push(Doubt::Alternatives(alternatives));
    }
    let how = How::Recode(material.catalogue.dimension(dimension).id.clone());
    (Choice { how, doubts }, Some(RecodeDraft { dimension, column, codes }))
}

/// Why no column feeds a dimension.
fn not_collected(material: &Material<'_>, named: &[(i32, usize)]) -> Choice {
    let of_column = |(_, column): &(i32, usize)| {
        let profile = material.profile(*column);
        let name = profile.name.clone();
        match profile.distinct() {
            _ if profile.is_blank() => Doubt::Blank(name),
            Some(1) => Doubt::OneCode(name),
            Some(_) => Doubt::Unknown(profile.codes(material.minimum).len()),
            None => Doubt::TooMany(name),
        }
    };
    let doubt = named.first().map_or(Doubt::NoColumn, of_column);
    Choice { how: How::NotCollected, doubts: vec![doubt] }
}

fn doubts_of(codes: &[CodeDraft]) -> Vec<Doubt> {
    let unknown = codes.iter().filter(|code| code.guess.is_none()).count();
    let guessed = codes.iter().filter(|code| code.guess.is_some_and(|guess| !guess.is_certain())).count();
    let counted = [(guessed, Doubt::Codes as fn(usize) -> Doubt), (unknown, Doubt::Unknown)];
    counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, doubt)| doubt(count)).collect()
}

/// The frequent codes of a column, with what they mean.
fn codes(material: &Material<'_>, dimension: DimensionId, column: usize) -> Vec<CodeDraft> {
    let frequent = material.profile(column).codes(material.minimum);
    let others = frequent.iter().map(|(code, _)| folded(code)).collect();
    let name = material.name(column);
    let meanings =
        Meanings { catalogue: material.catalogue, dimension, column: &name, country: material.country, others };
    let draft = |(code, records): (String, u64)| {
        let guess = meanings.of(&code);
        CodeDraft { code, records, guess, by_majority: false }
    };
    frequent.into_iter().map(draft).collect()
}

/// `mobility`, from the column that says most about it, with the role of that column.
pub(super) fn mobility(material: &Material<'_>) -> (Choice, Option<(Role, RecodeDraft)>) {
    let dimension = material.catalogue.known().mobility;
    let usable = |column: &usize| {
        let profile = material.profile(*column);
        matches!(profile.values, Values::Codes(_))
            && profile.distinct().unwrap_or_default() > 1
            && !profile.codes(material.minimum).is_empty()
    };
    let found =
        PROXIES.into_iter().flat_map(|role| material.filled(role).into_iter().map(move |column| (role, column)));
    let found: Vec<(Role, usize)> = found.filter(|(_, column)| usable(column)).collect();
    let Some((role, column)) = found.first().copied() else {
        let all: Vec<(i32, usize)> =
            PROXIES.into_iter().flat_map(|role| material.columns.of_role(role)).map(|column| (1, column)).collect();
        return (not_collected(material, &all), None);
    };
    let mut codes = codes(material, dimension, column);
    if holds_countries(material, column) {
        by_country(material, &mut codes, column);
    } else if matches!(role, Role::Nationality | Role::CountryOfBirth) {
        by_majority(material, &mut codes);
    }
    let mut doubts = doubts_of(&codes);
    let alternatives: Vec<String> = found[1..].iter().map(|(_, column)| material.name(*column)).collect();
    if !alternatives.is_empty() {
        doubts.push(Doubt::Alternatives(alternatives));
    }
    let how = How::Recode(material.catalogue.dimension(dimension).id.clone());
    (Choice { how, doubts }, Some((role, RecodeDraft { dimension, column, codes })))
}

/// The codes of a column as countries.
fn countries(material: &Material<'_>, column: usize) -> Vec<CodeDraft> {
    let origin = material.catalogue.find_dimension("country_origin");
    origin.map(|origin| codes(material, origin, column)).unwrap_or_default()
}

fn holds_countries(material: &Material<'_>, column: usize) -> bool {
    let codes = countries(material, column);
    let understood = codes.iter().filter(|code| code.guess.is_some()).count();
    understood > 0 && understood * 100 >= codes.len() * COUNTRIES
}

/// The country's own code is no migrant, every other country a migrant.
fn by_country(material: &Material<'_>, codes: &mut [CodeDraft], column: usize) {
    let Some(origin) = material.catalogue.find_dimension("country_origin") else { return };
    let known = material.catalogue.known();
    let own = &material.catalogue.dimension(known.ref_area).codes.code(material.country).id;
    let own = material.catalogue.dimension(origin).codes.find(own);
    for (code, country) in codes.iter_mut().zip(countries(material, column)) {
        let Some(guess) = country.guess.filter(|_| code.guess.is_none()) else { continue };
        let meant = if Some(guess.code) == own { "non-migrant" } else { "migrant" };
        code.guess = group(material, meant).map(|code| Guess { code, weight: guess.weight });
    }
}

/// Where no code says who is a national, the one of most records probably does.
fn by_majority(material: &Material<'_>, codes: &mut [CodeDraft]) {
    let rows = material.opened.profile.rows;
    let national = group(material, "non-migrant");
    if codes.iter().any(|code| code.guess.map(|guess| guess.code) == national) {
        return;
    }
    if let Some(code) = codes.first_mut().filter(|code| code.guess.is_none() && code.records * 100 >= rows * MAJORITY) {
        code.guess = national.map(|code| Guess { code, weight: BY_MAJORITY });
        code.by_majority = true;
    }
}

fn group(material: &Material<'_>, name: &str) -> Option<CodeId> {
    material.catalogue.dimension(material.catalogue.known().mobility).codes.find(name)
}
