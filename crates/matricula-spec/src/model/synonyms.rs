//! The words by which national files call what our dimensions mean, and their codes.

use super::dimension::{CodeId, DimensionId};

/// A weight from which a word leaves no doubt.
pub const CERTAIN: i32 = 70;

/// One word of `synonyms.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// What it tells.
    pub tells: Tells,
    /// The word, or several, as [`words_of`] gives them; the last letters of one may be open: `deficien*`.
    pub words: Vec<String>,
    /// Whether the word must be the whole name of a column.
    pub alone: bool,
    /// A code that must occur in the same column, folded.
    pub beside: Option<String>,
    /// From -100 (it is something else) to 100 (there is no doubt).
    pub weight: i32,
}

/// What a word tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// A column with this in its name holds a dimension.
    Column(DimensionId),
    /// A column with this in its name has a role.
    Role(Role),
    /// A column with this in its name says yes or no to a code of a dimension.
    Flag {
        /// The dimension.
        dimension: DimensionId,
        /// What *yes* means.
        yes: CodeId,
        /// What *no* means.
        no: CodeId,
    },
    /// A value that reads like this means a code.
    Code(DimensionId, CodeId),
    /// A value that reads like this means *yes*.
    Yes,
    /// A value that reads like this means *no*.
    No,
}

macro_rules! roles {
    ($($variant:ident $id:literal $what:literal;)+) => {
        /// What a column may be that is no dimension.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $(#[doc = $what] $variant,)+
        }

        impl Role {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// As `synonyms.csv` spells it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }
        }
    };
}

roles! {
    Student "student" "Identifies a pupil.";
    Enrolment "enrolment" "Identifies an enrolment.";
    School "school" "Identifies a school.";
    Class "class" "Identifies a class or section.";
    Name "name" "The name of a person, school or place.";
    Contact "contact" "An address, telephone or mail.";
    OtherPerson "other-person" "Something about another person than the pupil.";
    OtherPlace "other-place" "Where the pupil lives or was born, not where the school is.";
    BirthDate "birth-date" "A day of birth.";
    BirthYear "birth-year" "The year of birth.";
    BirthMonth "birth-month" "The month of birth.";
    BirthDay "birth-day" "The day of the month of birth.";
    SchoolYear "school-year" "The school year of the record.";
    SchoolStatus "school-status" "Whether the school works.";
    ProtectionStatus "protection-status" "Refugee, asylum-seeker, or another status of protection.";
    DocumentType "document-type" "The kind of identity document.";
    CountryOfBirth "country-of-birth" "Where the pupil was born.";
    Nationality "nationality" "The nationality of the pupil.";
    Count "count" "A number of pupils: the file is a table.";
}

impl Role {
    /// Whether values of such a column may belong to one person: they are never collected.
    #[must_use]
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Student | Self::Enrolment | Self::Name | Self::Contact | Self::OtherPerson)
    }

    /// Whether the column can stand behind the dimension `mobility`; its identifier is then the proxy's.
    #[must_use]
    pub fn is_proxy(self) -> bool {
        matches!(self, Self::ProtectionStatus | Self::DocumentType | Self::CountryOfBirth | Self::Nationality)
    }
}

/// All words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Synonyms {
    /// In the order of the files.
    pub words: Vec<Synonym>,
}

impl Synonyms {
    /// How much the name of a column speaks for something: its best word, less what speaks against it.
    ///
    /// `what` chooses among the meanings of [`Tells`]; 0 where no word speaks.
    #[must_use]
    pub fn of_name(&self, name: &str, what: impl Fn(&Tells) -> bool) -> i32 {
        let words = words_of(name);
        let weights = self.words.iter().filter(|s| what(&s.tells) && s.occurs_in(&words)).map(|s| s.weight);
        let (best, worst) = weights.fold((0, 0), |(best, worst), weight| (weight.max(best), weight.min(worst)));
        if best > 0 { best + worst } else { 0 }
    }

    /// Whether any word of any column occurs in a name.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        let of_column = |tells: &Tells| matches!(tells, Tells::Column(_) | Tells::Role(_) | Tells::Flag { .. });
        self.of_name(name, of_column) > 0
    }

    /// The heaviest meaning of a value among those that `meaning` gives a name.
    ///
    /// `others` are the folded values of the column.
    #[must_use]
    pub fn of_value<T>(
        &self,
        value: &str,
        others: &[String],
        meaning: impl Fn(&Tells) -> Option<T>,
    ) -> Option<(T, i32)> {
        let words = words_of(value);
        let fits =
            |s: &&Synonym| whole(&s.words, &words) && s.beside.as_ref().is_none_or(|beside| others.contains(beside));
        let meant = self.words.iter().filter(fits).filter_map(|s| Some((meaning(&s.tells)?, s.weight)));
        // Of equal weights the first in the file.
        meant.fold(None, |best: Option<(T, i32)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        })
    }
}

impl Synonym {
    /// Whether the word, of one part or several in a row, occurs in a name; written together they are the same.
    fn occurs_in(&self, name: &[String]) -> bool {
        let wanted = &self.words;
        let in_a_row = || name.windows(wanted.len().max(1)).any(|window| whole(wanted, window));
        let together = || wanted.len() > 1 && wanted.concat() == name.concat();
        if self.alone { whole(wanted, name) } else { in_a_row() || together() }
    }
}

fn whole(wanted: &[String], name: &[String]) -> bool {
    let same = |(wanted, word): (&String, &String)| match wanted.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None => wanted == word,
    };
    !wanted.is_empty() && wanted.len() == name.len() && wanted.iter().zip(name).all(same)
}

/// The words of a name or value: `fechaNac_ALU` is `fecha nac alu`, without accents and capitals.
#[must_use]
pub fn words_of(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in text.chars() {
        let hump = character.is_uppercase() && before.is_lowercase();
        if hump || !(character.is_alphanumeric() || character == '*') {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && (character.is_alphanumeric() || character == '*')
        {
            character.to_lowercase().for_each(|lower| word.push_str(plain(lower, &mut [0; 4])));
        }
        before = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// [`words_of`], in one text.
#[must_use]
pub fn folded(text: &str) -> String {
    words_of(text).join(" ")
}

/// A letter without its accent.
fn plain(letter: char, space: &mut [u8; 4]) -> &str {
    match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => "a",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => "o",
        'ú' | 'ù' | 'û' | 'ü' => "u",
        'ñ' => "n",
        'ç' => "c",
        'œ' => "oe",
        // What is left of an accent that was written as a letter of its own.
        '\u{300}'..='\u{36f}' => "",
        other => other.encode_utf8(space),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(word: &str, weight: i32) -> Synonym {
        Synonym { tells: Tells::Role(Role::BirthDate), words: words_of(word), alone: false, beside: None, weight }
    }

    #[test]
    fn names_are_cut_into_words() {
        let check = |name: &str, expected: &str| assert_eq!(folded(name), expected, "{name}");
        check("FEC_NAC_ALU", "fec nac alu");
        check("fechaNacimiento", "fecha nacimiento");
        check("Año de matrícula (2)", "ano de matricula 2");
        check("Garçon", "garcon");
        check("__", "");
    }

    #[test]
    fn a_name_has_the_weight_of_its_best_word_less_what_speaks_against_it() {
        let words = vec![role("fec* nac*", 90), role("nac*", 40), role("hora", -60)];
        let synonyms = Synonyms { words };
        let check = |name: &str, expected: i32| assert_eq!(synonyms.of_name(name, |_| true), expected, "{name}");
        check("FEC_NAC_ALU", 90);
        check("nacido", 40);
        check("hora_nac", -20);
        check("hora", 0);
        check("rbd", 0);
        let together = Synonyms { words: vec![role("dt nascimento", 90)] };
        assert_eq!(together.of_name("DTNASCIMENTO", |_| true), 90);
    }

    #[test]
    fn what_a_letter_means_depends_on_the_others() {
        let code = |word: &str, beside: Option<&str>, code: u16, weight: i32| Synonym {
            tells: Tells::Code(DimensionId(0), CodeId(code)),
            words: words_of(word),
            alone: false,
            beside: beside.map(str::to_owned),
            weight,
        };
        let synonyms = Synonyms { words: vec![code("m", None, 3, 80), code("m", Some("h"), 4, 90)] };
        let meant = |others: &[&str]| {
            let others: Vec<String> = others.iter().map(|text| (*text).to_owned()).collect();
            let code = |tells: &Tells| if let Tells::Code(_, code) = tells { Some(code.0) } else { None };
            synonyms.of_value("M", &others, code)
        };
        assert_eq!(meant(&["m", "f"]), Some((3, 80)));
        assert_eq!(meant(&["m", "h"]), Some((4, 90)));
    }
}
