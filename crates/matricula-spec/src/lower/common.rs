//! What all kinds of files share: header, label, citations, status.

use toml::Spanned;

use super::text::Text;
use crate::model::text::{Citation, Label, Status};
use crate::problem::{Place, Problem, ProblemCode, Problems};
use crate::raw::common::{RawCitation, RawLabel, RawStatus};

/// The number of the format that this version reads.
const FORMAT: i64 = 1;

/// Checks `format` and `id`.
pub(crate) fn header(text: &Text<'_>, format: &Spanned<i64>, id: &Spanned<String>, problems: &mut Problems) {
    format_number(text, format, problems);
    if id.get_ref() != text.stem() {
        let place = Place { field: Some("id".to_owned()), ..text.of(id) };
        let expected = "An identifier is its file's name without the ending.";
        let found = format!("`{}` in the file `{}`", id.get_ref(), text.stem());
        problems.push(
            Problem::error(ProblemCode::IdNotFileName, place, expected, found).help("Rename the file or the id."),
        );
    }
}

/// Checks `format`.
pub(crate) fn format_number(text: &Text<'_>, format: &Spanned<i64>, problems: &mut Problems) {
    if *format.get_ref() != FORMAT {
        let place = Place { field: Some("format".to_owned()), ..text.of(format) };
        let problem =
            Problem::error(ProblemCode::UnknownFormat, place, "The format is 1.", format!("{}", format.get_ref()));
        problems.push(problem.help("Write `format = 1`, or use a newer version of matricula."));
    }
}

/// A label; a warning where a language is missing.
pub(crate) fn label(raw: &RawLabel, text: &Text<'_>, place: &Place, problems: &mut Problems) -> Label {
    let languages = [("en", &raw.en), ("es", &raw.es), ("pt", &raw.pt)];
    let missing = |(_, label): &(&str, &Option<String>)| label.as_deref().is_none_or(|label| label.trim().is_empty());
    let missing: Vec<&str> = languages.into_iter().filter(missing).map(|(language, _)| language).collect();
    if !missing.is_empty() {
        let place = Place { file: text.path.to_owned(), field: Some("label".to_owned()), ..place.clone() };
        let expected = "Labels and definitions are given in en, es and pt.";
        let problem =
            Problem::error(ProblemCode::LabelMissing, place, expected, format!("none in {}", missing.join(", ")));
        problems.push(problem.help("Add the missing languages."));
    }
    let of = |label: &Option<String>| label.clone().unwrap_or_default();
    Label { en: of(&raw.en), es: of(&raw.es), pt: of(&raw.pt) }
}

/// Citations; an error where there are none.
pub(crate) fn citations(raw: &[RawCitation], place: Place, problems: &mut Problems) -> Vec<Citation> {
    if raw.is_empty() {
        let expected = "At least one `[[source]]` says where the specification comes from.";
        let problem = Problem::error(ProblemCode::CitationMissing, place, expected, "no source");
        problems.push(problem.help("Add `[[source]]` with a `title` and, where there is a stable one, a `url`."));
    }
    raw.iter().map(|raw| Citation { title: raw.title.clone(), url: raw.url.clone() }).collect()
}

pub(crate) fn status(raw: RawStatus) -> Status {
    match raw {
        RawStatus::Draft => Status::Draft,
        RawStatus::Provisional => Status::Provisional,
        RawStatus::Official => Status::Official,
        RawStatus::Retired => Status::Retired,
    }
}
