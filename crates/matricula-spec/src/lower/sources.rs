//! The sources and populations of a batch.

use toml::Spanned;
use toml::value::Datetime;

use super::mappings::counted;
use super::names::{Reader, nearest};
use crate::model::batch::{Encoding, EnrolmentMoment, FileFormat, Source};
use crate::model::catalogue::Catalogue;
use crate::model::dimension::CodeId;
use crate::model::mapping::{Mapping, PROXIES};
use crate::model::text::Date;
use crate::problem::{Place, Problem, ProblemCode};
use crate::raw::batch::{RawFileFormat, RawMoment, RawSource};

pub(crate) fn source(
    raw: &Spanned<RawSource>,
    population: bool,
    catalogue: &Catalogue,
    reader: &mut Reader<'_>,
) -> Option<Source> {
    let place = reader.text.of(raw);
    let raw = raw.get_ref();
    let id = raw.id.get_ref().clone();
    let mut lowering = SourceReader { reader, id: &id };
    let mapping = lowering.mapping(raw, catalogue);
    let ref_area = lowering.ref_area(raw, catalogue);
    let school_year = lowering.school_year(raw);
    let time_period = lowering.time_period(raw, school_year, catalogue);
    let age_reference_date = raw.age_reference_date.as_ref().and_then(|date| lowering.date(date));
    let encoding = lowering.encoding(raw);
    let separator = lowering.separator(raw);
    let sheet = lowering.name("sheet", raw.sheet.as_ref());
    let member = lowering.name("member", raw.member.as_ref());
    lowering.files_and_vintage(raw, population);
    let of_mapping = mapping.map(|position| &catalogue.mappings()[position]);
    let disjoint_by = lowering.disjoint_by(raw, of_mapping);
    let mobility_proxy = lowering.mobility_proxy(raw, of_mapping);
    Some(Source {
        line: place.line,
        vintage: raw.vintage.as_ref().map(|vintage| vintage.get_ref().clone()),
        ref_area,
        time_period,
        school_year,
        enrolment_moment: raw.enrolment_moment.map(moment),
        age_reference_date,
        mobility_proxy,
        unit: raw.unit.as_ref().map(|unit| counted(*unit.get_ref())),
        mapping: mapping?,
        files: raw.files.get_ref().clone(),
        format: raw.format.map(format),
        encoding,
        separator,
        sheet,
        member,
        disjoint_by,
        id,
    })
}

struct SourceReader<'a, 'r> {
    reader: &'r mut Reader<'a>,
    id: &'r str,
}

impl SourceReader<'_, '_> {
    fn push(&mut self, code: ProblemCode, place: Place, field: &str, texts: [&str; 3]) {
        let place = Place { field: Some(field.to_owned()), source: Some(self.id.to_owned()), ..place };
        self.reader.problems.push(Problem::error(code, place, texts[0], texts[1]).help(texts[2]));
    }

    fn mapping(&mut self, raw: &RawSource, catalogue: &Catalogue) -> Option<usize> {
        let name = raw.mapping.get_ref();
        let position = catalogue.mappings().iter().position(|mapping| mapping.id == *name);
        if position.is_none() {
            let ids = catalogue.mappings().iter().map(|mapping| mapping.id.as_str()).collect();
            let place = Place {
                field: Some("mapping".to_owned()),
                source: Some(self.id.to_owned()),
                ..self.reader.text.of(&raw.mapping)
            };
            let expected = "The catalogue has the mapping.";
            let problem = Problem::error(ProblemCode::UnknownMapping, place, expected, format!("`{name}`"));
            let problem = problem.help("Correct the name, or add the mapping to the catalogue or to `--specs`.");
            self.reader.problems.push(problem.candidates(nearest(name, ids)));
        }
        position
    }

    fn ref_area(&mut self, raw: &RawSource, catalogue: &Catalogue) -> Option<CodeId> {
        self.reader.code_at(catalogue.known().ref_area, raw.country.as_ref()?)
    }

    fn school_year(&mut self, raw: &RawSource) -> Option<(Date, Date)> {
        let spanned = raw.school_year.as_ref()?;
        let (start, end) = (date(&spanned.get_ref().start), date(&spanned.get_ref().end));
        let dates = start.zip(end).filter(|(start, end)| start < end);
        if dates.is_none() {
            let texts = [
                "A school year starts and ends on days, and starts first.",
                "something else",
                "Write `school_year = { start = 2022-03-02, end = 2022-12-16 }`.",
            ];
            self.push(ProblemCode::BatchValueInvalid, self.reader.text.of(spanned), "school_year", texts);
        }
        dates
    }

    /// The calendar year in which the school year ends.
    fn time_period(&mut self, raw: &RawSource, dates: Option<(Date, Date)>, catalogue: &Catalogue) -> Option<CodeId> {
        let spanned = raw.school_year.as_ref()?;
        let year = dates?.1.year.to_string();
        self.reader.code(catalogue.known().time_period, &year, |text| text.of(spanned))
    }

    fn date(&mut self, raw: &Spanned<Datetime>) -> Option<Date> {
        let date = date(raw.get_ref());
        if date.is_none() {
            let texts = ["A date is a day.", "a time, or a day that does not exist", "Write `2022-06-30`."];
            self.push(ProblemCode::BatchValueInvalid, self.reader.text.of(raw), "age_reference_date", texts);
        }
        date
    }

    fn encoding(&mut self, raw: &RawSource) -> Option<Encoding> {
        let name = raw.encoding.as_ref()?;
        match name.get_ref().to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Encoding::Utf8),
            "windows-1252" | "latin-1" | "latin1" | "iso-8859-1" => Some(Encoding::Windows1252),
            _ => {
                let texts =
                    ["An encoding is utf-8 or windows-1252.", "another name", "Latin-1 files are windows-1252."];
                self.push(ProblemCode::BatchValueInvalid, self.reader.text.of(name), "encoding", texts);
                None
            }
        }
    }

    fn separator(&mut self, raw: &RawSource) -> u8 {
        let Some(separator) = &raw.separator else { return b',' };
        match separator.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte) => *byte,
            _ => {
                let texts = [
                    "A separator is one character, such as `;`, `,`, `|` or a tab.",
                    "something else",
                    "Write `separator = \";\"`; a tab is \"\\t\".",
                ];
                self.push(ProblemCode::BatchValueInvalid, self.reader.text.of(separator), "separator", texts);
                b','
            }
        }
    }

    /// The name of a part of a file, which is not blank.
    fn name(&mut self, key: &str, raw: Option<&Spanned<String>>) -> Option<String> {
        let name = raw?;
        if name.get_ref().trim().is_empty() {
            let texts = ["A part of a file has a name.", "a blank one", "Write its name, or leave the key out."];
            self.push(ProblemCode::BatchValueInvalid, self.reader.text.of(name), key, texts);
        }
        Some(name.get_ref().clone())
    }

    fn mobility_proxy(&mut self, raw: &RawSource, mapping: Option<&Mapping>) -> Option<String> {
        let proxy = raw.mobility_proxy.as_ref()?;
        let known = PROXIES.contains(&proxy.get_ref().as_str());
        if !known || mapping.is_some_and(|mapping| mapping.mobility.is_none()) {
            let expected =
                format!("A mobility proxy is one of {}, of a mapping that gives `mobility`.", PROXIES.join(", "));
            let found = if known { "a mapping without mobility" } else { "another proxy" };
            let texts = [expected.as_str(), found, "Correct the name, or leave the key out."];
            self.push(ProblemCode::MobilityWithoutProxy, self.reader.text.of(proxy), "mobility_proxy", texts);
        }
        Some(proxy.get_ref().clone())
    }

    /// Role of an identifier that the mapping has.
    fn disjoint_by(&mut self, raw: &RawSource, mapping: Option<&Mapping>) -> Option<String> {
        let role = raw.disjoint_by.as_ref()?;
        if mapping.is_some_and(|mapping| !mapping.identifiers.contains_key(role.get_ref())) {
            let texts = [
                "Parts of a source are disjoint by a role under `[identifier]` of its mapping.",
                "another role",
                "Correct the name, add the identifier to the mapping, or leave the key out.",
            ];
            self.push(ProblemCode::PartsInvalid, self.reader.text.of(role), "disjoint_by", texts);
        }
        Some(role.get_ref().clone())
    }

    fn files_and_vintage(&mut self, raw: &RawSource, population: bool) {
        if raw.files.get_ref().iter().all(|file| file.trim().is_empty()) {
            let texts = ["A source names its files.", "none", "Write `files = [\"folder/file.csv\"]`."];
            self.push(ProblemCode::BatchValueInvalid, self.reader.text.of(&raw.files), "files", texts);
        }
        let vintage = raw.vintage.as_ref().map(|vintage| vintage.get_ref().trim());
        if population && vintage.is_none_or(str::is_empty) {
            let texts = [
                "A population has a vintage: it is part of every figure built on it.",
                "none",
                "Write `vintage = \"WPP 2019\"`, or the projection's name and date.",
            ];
            self.push(ProblemCode::VintageMissing, self.reader.text.of(&raw.id), "vintage", texts);
        }
        if let (false, Some(vintage)) = (population, &raw.vintage) {
            let texts = ["Only populations have a vintage.", "a vintage", "Declare it under `[[population]]`."];
            self.push(ProblemCode::BatchValueInvalid, self.reader.text.of(vintage), "vintage", texts);
        }
    }
}

fn date(raw: &Datetime) -> Option<Date> {
    let date = raw.date.filter(|_| raw.time.is_none())?;
    Date::new(i32::from(date.year), date.month, date.day)
}

fn moment(raw: RawMoment) -> EnrolmentMoment {
    match raw {
        RawMoment::Initial => EnrolmentMoment::Initial,
        RawMoment::CensusDate => EnrolmentMoment::CensusDate,
        RawMoment::Final => EnrolmentMoment::Final,
        RawMoment::Cumulative => EnrolmentMoment::Cumulative,
    }
}

fn format(raw: RawFileFormat) -> FileFormat {
    match raw {
        RawFileFormat::Csv => FileFormat::Csv,
        RawFileFormat::Parquet => FileFormat::Parquet,
        RawFileFormat::Arrow => FileFormat::ArrowIpc,
        RawFileFormat::Stata => FileFormat::Stata,
        RawFileFormat::Spss => FileFormat::Spss,
        RawFileFormat::Xlsx => FileFormat::Xlsx,
        RawFileFormat::Xls => FileFormat::Xls,
        RawFileFormat::Ods => FileFormat::Ods,
    }
}
