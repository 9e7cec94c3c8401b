//! What the values of a column mean, by synonyms, code lists and the labels of codes.

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::synonyms::{CERTAIN, Tells, folded};

/// A code that stands in a list of ours or is called like one.
const OF_LIST: i32 = 85;
/// A code of a national area that only lacks the prefix of its country.
const OF_AREA: i32 = 80;

/// What a value probably means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) code: CodeId,
    pub(super) weight: i32,
}

impl Guess {
    /// Whether there is no doubt.
    pub(super) fn is_certain(self) -> bool {
        self.weight >= CERTAIN
    }
}

/// Where values of a column are looked up.
pub(super) struct Meanings<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) dimension: DimensionId,
    /// The name of the column, which may say what *yes* means.
    pub(super) column: &'a str,
    pub(super) country: CodeId,
    /// Folded values of the column.
    pub(super) others: Vec<String>,
}

impl Meanings<'_> {
    /// What a value means.
    pub(super) fn of(&self, value: &str) -> Option<Guess> {
        let guesses = [self.by_word(value), self.by_flag(value), self.by_list(value), self.by_area(value)];
        // Of equal weights the first.
        guesses.into_iter().flatten().fold(None, |best: Option<Guess>, next| match best {
            Some(best) if best.weight >= next.weight => Some(best),
            _ => Some(next),
        })
    }

    fn by_word(&self, value: &str) -> Option<Guess> {
        let code = |tells: &Tells| match tells {
            Tells::Code(dimension, code) if *dimension == self.dimension => Some(*code),
            _ => None,
        };
        let synonyms = self.catalogue.synonyms();
        let without_zeros = value.trim_start_matches('0');
        let found = synonyms.of_value(value, &self.others, code);
        let found = found.or_else(|| synonyms.of_value(without_zeros, &self.others, code));
        found.map(|(code, weight)| Guess { code, weight })
    }

    /// In a column that says yes or no to a code.
    fn by_flag(&self, value: &str) -> Option<Guess> {
        let synonyms = self.catalogue.synonyms();
        let mut best: Option<(CodeId, CodeId, i32)> = None;
        for tells in synonyms.words.iter().map(|synonym| synonym.tells) {
            if let Tells::Flag { dimension, yes, no } = tells
                && dimension == self.dimension
            {
                let weight = synonyms.of_name(self.column, |other| *other == tells);
                if weight > best.map_or(0, |(.., weight)| weight) {
                    best = Some((yes, no, weight));
                }
            }
        }
        let (yes, no, of_name) = best?;
        let said = |tells: &Tells| match tells {
            Tells::Yes => Some(yes),
            Tells::No => Some(no),
            _ => None,
        };
        let (code, weight) = synonyms.of_value(value, &self.others, said)?;
        Some(Guess { code, weight: weight.min(of_name) })
    }

    fn by_list(&self, value: &str) -> Option<Guess> {
        let list = &self.catalogue.dimension(self.dimension).codes;
        let wanted = folded(value);
        // A digit alone is a code of the file's own, not a label.
        if !wanted.chars().any(char::is_alphabetic) {
            return None;
        }
        let area = self.catalogue.find_dimension("area_national") == Some(self.dimension);
        let prefix = if area { self.prefix() } else { None };
        let same = |code: &CodeId| {
            let code = list.code(*code);
            // Places of the same name stand in several countries.
            if prefix.as_ref().is_some_and(|prefix| !code.id.starts_with(prefix)) {
                return false;
            }
            let label = &code.label;
            [&code.id, &label.en, &label.es, &label.pt].iter().any(|text| folded(text) == wanted)
        };
        // The first three stand for no code of a file.
        list.ids().skip(3).find(same).map(|code| Guess { code, weight: OF_LIST })
    }

    /// `13101` or `5101` are `CL-13101` and `CL-05101`.
    fn by_area(&self, value: &str) -> Option<Guess> {
        let dimension = self.catalogue.find_dimension("area_national").filter(|area| *area == self.dimension)?;
        let list = &self.catalogue.dimension(dimension).codes;
        let prefix = self.prefix()?;
        let longest = list.ids().filter_map(|code| list.code(code).id.strip_prefix(&prefix)).map(str::len).max()?;
        let found = (value.len()..=longest).find_map(|length| list.find(&format!("{prefix}{value:0>length$}")));
        found.map(|code| Guess { code, weight: OF_AREA })
    }

    /// The prefix of the country's areas: two letters and a dash.
    fn prefix(&self) -> Option<String> {
        let country = &self.catalogue.dimension(self.catalogue.known().ref_area).codes.code(self.country).id;
        let origin = self.catalogue.find_dimension("country_origin")?;
        let code = self.catalogue.dimension(origin).codes.find(country)?;
        let letters = |words: &[String]| matches!(words, [word] if word.len() == 2);
        let named = |tells: Tells| tells == Tells::Code(origin, code);
        let synonyms = &self.catalogue.synonyms().words;
        let word = synonyms.iter().find(|synonym| named(synonym.tells) && letters(&synonym.words))?;
        Some(format!("{}-", word.words.concat().to_uppercase()))
    }
}
