//! Dimensions with their code lists, measures, age classes, education systems.

use std::collections::{BTreeMap, BTreeSet};

use super::common::{header, label};
use super::names::Names;
use super::table::{Table, TableRow};
use super::text::Text;
use crate::model::age_class::{AgeClass, AgeSpan};
use crate::model::dimension::{Code, CodeId, CodeList, Dimension, DimensionId, Needs};
use crate::model::mapping::CountedUnit;
use crate::model::text::Label;
use crate::problem::{Problem, ProblemCode, Problems};
use crate::raw::dimension::RawDimension;

/// All dimensions in the order of their positions, with the units of measures.
pub(crate) struct Dimensions {
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) measure_units: BTreeMap<CodeId, CountedUnit>,
    pub(crate) age_classes: BTreeMap<CodeId, AgeClass>,
}

/// Reads `dimensions/`, `codelists/` and `measures.csv`.
pub(crate) fn dimensions(files: &BTreeMap<String, String>, problems: &mut Problems) -> Dimensions {
    let mut raw = Vec::new();
    for text in files_of(files, "dimensions/", ".toml") {
        match text.parse::<RawDimension>() {
            Ok(dimension) => {
                header(&text, &dimension.format, &dimension.id, problems);
                raw.push((text, dimension));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    raw.sort_by_key(|(_, dimension)| (dimension.position, dimension.id.get_ref().clone()));
    let mut units = Vec::new();
    let mut dimensions = Vec::new();
    for (text, raw) in raw {
        let id = raw.id.get_ref().clone();
        let rows = if id == "measure" { measures(files, &mut units, problems) } else { codes(files, &id, problems) };
        dimensions.push(Dimension {
            label: label(&raw.label, &text, &text.of(&raw.id), problems),
            position: raw.position,
            column: raw.column,
            enumerate: raw.enumerate,
            codes: code_list(rows, problems),
            id,
        });
    }
    let names = Names { dimensions: &dimensions };
    let of_measure = |(code, unit): &(String, CountedUnit)| {
        let list = names.list(names.find("measure")?);
        Some((list.find(code)?, *unit))
    };
    let measure_units = units.iter().filter_map(of_measure).collect();
    let age_classes = age_classes(files, names, problems);
    Dimensions { dimensions, measure_units, age_classes }
}

/// The files below a folder with an ending, in the order of their paths.
pub(crate) fn files_of<'a>(
    files: &'a BTreeMap<String, String>,
    folder: &'a str,
    ending: &'a str,
) -> impl Iterator<Item = Text<'a>> {
    let chosen = files.iter().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending));
    chosen.map(|(path, text)| Text { path, text })
}

/// A code as its table has it.
struct RawCode<'a> {
    text: Text<'a>,
    line: u32,
    id: String,
    parts: Vec<String>,
    needs: Needs,
    label: Label,
}

fn codes<'a>(files: &'a BTreeMap<String, String>, dimension: &str, problems: &mut Problems) -> Vec<RawCode<'a>> {
    let mut codes = Vec::new();
    for text in files_of(files, "codelists/", ".csv") {
        let stem = text.stem();
        if stem != dimension && !stem.strip_prefix(dimension).is_some_and(|rest| rest.starts_with('.')) {
            continue;
        }
        let Some(table) = Table::read(text, &["code"], problems) else { continue };
        for row in &table.rows {
            let needs = match table.field(row, "needs") {
                "any" => Needs::Any,
                _ => Needs::All,
            };
            let parts = table.field(row, "parts").split_whitespace().flat_map(expanded).collect();
            let id = table.field(row, "code").to_owned();
            codes.push(RawCode { text, line: row.line, id, parts, needs, label: labels(&table, row) });
        }
    }
    codes
}

/// `a..b` stands for the whole numbers from a to b.
fn expanded(part: &str) -> Vec<String> {
    let ends = part.split_once("..").and_then(|(a, b)| Some((a.parse::<i32>().ok()?, b.parse::<i32>().ok()?)));
    ends.map_or_else(|| vec![part.to_owned()], |(first, last)| (first..=last).map(|n| n.to_string()).collect())
}

fn labels(table: &Table<'_>, row: &TableRow) -> Label {
    let text = |name| table.field(row, name).to_owned();
    Label { en: text("label_en"), es: text("label_es"), pt: text("label_pt") }
}

fn measures<'a>(
    files: &'a BTreeMap<String, String>,
    units: &mut Vec<(String, CountedUnit)>,
    problems: &mut Problems,
) -> Vec<RawCode<'a>> {
    let mut codes = Vec::new();
    for text in files_of(files, "measures", ".csv") {
        let Some(table) = Table::read(text, &["measure", "unit"], problems) else { continue };
        for row in &table.rows {
            let id = table.field(row, "measure").to_owned();
            match unit(table.field(row, "unit")) {
                Some(unit) => units.push((id.clone(), unit)),
                None => problems.push(
                    Problem::error(
                        ProblemCode::CodeListInvalid,
                        table.at(row),
                        "The unit of a measure is student, teacher, school or person.",
                        format!("`{}`", table.field(row, "unit")),
                    )
                    .help("Write one of the four units."),
                ),
            }
            codes.push(RawCode {
                text,
                line: row.line,
                id,
                parts: Vec::new(),
                needs: Needs::All,
                label: labels(&table, row),
            });
        }
    }
    codes
}

fn unit(name: &str) -> Option<CountedUnit> {
    Some(match name {
        "student" => CountedUnit::Student,
        "teacher" => CountedUnit::Teacher,
        "school" => CountedUnit::School,
        "person" => CountedUnit::Person,
        _ => return None,
    })
}

fn code_list(raw: Vec<RawCode<'_>>, problems: &mut Problems) -> CodeList {
    let general = ["_T", "_U", "_Z"].map(|id| Code {
        id: id.to_owned(),
        parts: Vec::new(),
        needs: Needs::All,
        label: general_label(id),
    });
    let mut index: BTreeMap<String, usize> = general.iter().enumerate().map(|(i, code)| (code.id.clone(), i)).collect();
    let mut kept = Vec::new();
    for code in raw {
        if index.contains_key(&code.id) || code.id.is_empty() {
            problems
                .push(does_not_hold(&code, "A code stands once in its list, and `_T`, `_U`, `_Z` are not written."));
            continue;
        }
        index.insert(code.id.clone(), kept.len() + general.len());
        kept.push(code);
    }
    let circular = circular(&kept);
    let mut codes: Vec<Code> = general.to_vec();
    for code in &kept {
        let mut parts = Vec::new();
        for part in code.parts.iter().filter(|_| !circular.contains(&code.id)) {
            match index.get(part).and_then(|position| u16::try_from(*position).ok()) {
                Some(position) => parts.push(CodeId(position)),
                None => problems.push(does_not_hold(code, "The parts of a code are codes of the same list.")),
            }
        }
        if circular.contains(&code.id) {
            problems.push(does_not_hold(code, "Parts do not form a circle."));
        }
        codes.push(Code { id: code.id.clone(), parts, needs: code.needs, label: code.label.clone() });
    }
    CodeList::new(codes)
}

/// The codes that are, over any number of steps, parts of themselves.
fn circular(codes: &[RawCode<'_>]) -> BTreeSet<String> {
    let parts: BTreeMap<&str, &[String]> = codes.iter().map(|code| (code.id.as_str(), code.parts.as_slice())).collect();
    let reaches_itself = |start: &str| {
        let mut open: Vec<&str> = parts.get(start).copied().unwrap_or_default().iter().map(String::as_str).collect();
        let mut seen = BTreeSet::new();
        while let Some(code) = open.pop() {
            if code == start {
                return true;
            }
            if seen.insert(code) {
                open.extend(parts.get(code).copied().unwrap_or_default().iter().map(String::as_str));
            }
        }
        false
    };
    codes.iter().filter(|code| !code.parts.is_empty() && reaches_itself(&code.id)).map(|code| code.id.clone()).collect()
}

fn does_not_hold(code: &RawCode<'_>, expected: &str) -> Problem {
    let place = code.text.line(code.line);
    Problem::error(ProblemCode::CodeListInvalid, place, expected, format!("the code `{}`", code.id))
        .help("Correct the list; a further file `codelists/DIMENSION.ANYTHING.csv` extends it and repeats nothing.")
}

fn general_label(id: &str) -> Label {
    let (en, es, pt) = match id {
        "_T" => ("Total", "Total", "Total"),
        "_U" => ("Unknown", "Desconocido", "Desconhecido"),
        _ => ("Not applicable", "No aplicable", "Não aplicável"),
    };
    Label { en: en.to_owned(), es: es.to_owned(), pt: pt.to_owned() }
}

fn age_classes(
    files: &BTreeMap<String, String>,
    names: Names<'_>,
    problems: &mut Problems,
) -> BTreeMap<CodeId, AgeClass> {
    let Some((dimension, edu_level)) = names.find("age_class").zip(names.find("edu_level")) else {
        return BTreeMap::new();
    };
    let list = names.list(dimension);
    let mut classes = BTreeMap::new();
    for code in list.ids().skip(3) {
        match age_class(&list.code(code).id, names, edu_level) {
            Some(class) => {
                classes.insert(code, class);
            }
            None => problems.push(not_understood(files, &list.code(code).id)),
        }
    }
    classes
}

fn age_class(id: &str, names: Names<'_>, edu_level: DimensionId) -> Option<AgeClass> {
    let (span, level) = id.split_once(':')?;
    let (level, span) = match (span, level.split_once('+')) {
        ("after", Some((level, years))) => (level, AgeSpan::After(years.parse().ok().filter(|years| *years > 0)?)),
        ("official", None) => (level, AgeSpan::Official),
        ("entry", None) => (level, AgeSpan::Entry(0)),
        ("last", None) => (level, AgeSpan::Last),
        (span, None) => (level, AgeSpan::Entry(span.strip_prefix("entry")?.parse().ok()?)),
        _ => return None,
    };
    Some(AgeClass { span, edu_level: names.list(edu_level).find(level)? })
}

fn not_understood(files: &BTreeMap<String, String>, id: &str) -> Problem {
    let stands_in = files_of(files, "codelists/age_class", ".csv").find_map(|text| {
        let line = text
            .text
            .lines()
            .position(|line| line.split(',').next().is_some_and(|first| first.trim_matches('"') == id))?;
        Some(text.line(u32::try_from(line + 1).ok()?))
    });
    let expected =
        "An age class is `official:LEVEL`, `entry:LEVEL`, `entry-1:LEVEL`, `last:LEVEL` or `after:LEVEL+YEARS`.";
    Problem::error(ProblemCode::AgeClassInvalid, stands_in.unwrap_or_default(), expected, format!("`{id}`"))
        .help("Use one of these forms with a level of `codelists/edu_level.csv`.")
}
