//! From a path to a profile: how the file is written is found out, as far as it was not declared.

use std::path::Path;

use matricula_read::files::find::InputFile;
use matricula_read::plan::ReadPlan;
use matricula_spec::model::batch::{Encoding, FileFormat, Source};
use matricula_spec::model::synonyms::{Role, Synonyms, Tells};
use matricula_spec::{Place, Problem, ProblemCode, Problems};

use super::InitOptions;
use super::profile::{Profile, profile};

/// Separators of text files, the likeliest first.
const SEPARATORS: [u8; 4] = *b",;\t|";

/// A file that was looked at.
pub(super) struct Opened {
    pub(super) name: String,
    pub(super) format: FileFormat,
    /// How it is read; its columns are those of the profile.
    pub(super) plan: ReadPlan,
    pub(super) profile: Profile,
    /// Columns whose type holds no codes.
    pub(super) unreadable: Vec<String>,
    /// Columns without a name, or with one that others have too.
    pub(super) nameless: usize,
}

/// Finds out how a file is written, and looks at every row of it.
pub(super) fn open(options: &InitOptions, synonyms: &Synonyms) -> Result<Opened, Problems> {
    let source = source(options);
    let files = matricula_read::find_files(Path::new(""), &source).map_err(|found| told(&found))?;
    let mut plan = ReadPlan {
        source: String::new(),
        files,
        columns: Vec::new(),
        numeric: Vec::new(),
        optional: Vec::new(),
        coded: Vec::new(),
        encoding: options.encoding,
        separator: options.separator.unwrap_or(SEPARATORS[0]),
        sheet: options.sheet.clone(),
    };
    let [file] = plan.files.as_slice() else { return Err(one(several(options, plan.files.len()))) };
    let file = file.clone();
    let names = header(&mut plan, &file, options).map_err(|found| told(&found))?;
    let usable = usable(&names);
    check_header(&file, &names, &usable, synonyms)?;
    let nameless = names.len() - usable.len();
    plan.numeric = vec![false; usable.len()];
    plan.optional = vec![false; usable.len()];
    plan.columns = usable;
    let (profile, unreadable) = look(&mut plan, options, synonyms).map_err(|found| told(&found))?;
    check_values(&file, &profile)?;
    Ok(Opened { name: file.name, format: file.format, plan, profile, unreadable, nameless })
}

fn source(options: &InitOptions) -> Source {
    Source {
        files: vec![options.file.display().to_string()],
        encoding: options.encoding,
        sheet: options.sheet.clone(),
        member: options.member.clone(),
        ..no_source()
    }
}

/// A source of which nothing is known.
pub(super) fn no_source() -> Source {
    Source {
        id: String::new(),
        line: None,
        vintage: None,
        ref_area: None,
        time_period: None,
        school_year: None,
        enrolment_moment: None,
        age_reference_date: None,
        mobility_proxy: None,
        unit: None,
        mapping: 0,
        files: Vec::new(),
        format: None,
        encoding: None,
        separator: SEPARATORS[0],
        sheet: None,
        member: None,
        disjoint_by: None,
    }
}

/// The names in the header, read in the encoding and with the separator that fit; both are kept in the plan.
fn header(plan: &mut ReadPlan, file: &InputFile, options: &InitOptions) -> Result<Vec<String>, Problems> {
    if file.format != FileFormat::Csv {
        return matricula_read::names(plan, file);
    }
    let separators = options.separator.map_or(SEPARATORS.to_vec(), |separator| vec![separator]);
    let mut best: Option<(u8, Vec<String>)> = None;
    for separator in separators {
        plan.separator = separator;
        let names = match matricula_read::names(plan, file) {
            Err(found) if plan.encoding.is_none() && is_encoding(&found) => {
                plan.encoding = Some(Encoding::Windows1252);
                matricula_read::names(plan, file)?
            }
            names => names?,
        };
        if best.as_ref().is_none_or(|(_, most)| names.len() > most.len()) {
            best = Some((separator, names));
        }
    }
    let (separator, names) = best.unwrap_or_default();
    plan.separator = separator;
    Ok(names)
}

fn is_encoding(found: &Problems) -> bool {
    found.iter().any(|problem| problem.code == ProblemCode::EncodingWrong)
}

/// The names by which columns can be asked for: none is blank, and none stands twice.
fn usable(names: &[String]) -> Vec<String> {
    let bare: Vec<&str> =
        names.iter().map(|name| name.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'')).collect();
    let once = |name: &&&str| !name.is_empty() && bare.iter().filter(|other| other == name).count() == 1;
    bare.iter().filter(once).map(|name| (*name).to_owned()).collect()
}

/// What must look like names of columns before any of them is shown: in a file without a header they are values.
fn check_header(file: &InputFile, names: &[String], usable: &[String], synonyms: &Synonyms) -> Result<(), Problems> {
    let lettered = names.iter().filter(|name| name.chars().any(char::is_alphabetic)).count();
    let found = if lettered * 2 < names.len() {
        "a first row in which most fields have no letter"
    } else if !usable.iter().any(|name| synonyms.knows(name)) {
        "a first row in which no name is known"
    } else {
        return Ok(());
    };
    Err(one(no_header(file, found)))
}

/// A name that is a value of its own column is a value.
fn check_values(file: &InputFile, profile: &Profile) -> Result<(), Problems> {
    let repeated = profile.columns.iter().filter(|column| column.codes(1).iter().any(|(code, _)| *code == column.name));
    match repeated.count() {
        0 => Ok(()),
        _ => Err(one(no_header(file, "a first row that occurs again among the values"))),
    }
}

fn no_header(file: &InputFile, found: &str) -> Problem {
    let rule = "The first row holds the names of the columns.";
    let place = Place { file: file.name.clone(), ..Place::default() };
    Problem::error(ProblemCode::ColumnMissing, place, rule, found).help(
        "Add a first row with names, delete titles above it, or give `--separator`; words for unusual names go to `synonyms.csv` in a folder given with `--specs`.",
    )
}

fn several(options: &InitOptions, files: usize) -> Problem {
    let place = Place { file: options.file.display().to_string(), ..Place::default() };
    Problem::error(ProblemCode::FileMissing, place, "One file is looked at.", format!("{files} files"))
        .help("Name one of them; the mapping then serves all that have the same columns.")
}

/// Looks at all columns; those that hold fractions are read as numbers, and those that cannot be read are left out.
fn look(plan: &mut ReadPlan, options: &InitOptions, synonyms: &Synonyms) -> Result<(Profile, Vec<String>), Problems> {
    let mut unreadable = Vec::new();
    loop {
        let personal: Vec<bool> = plan.columns.iter().map(|name| is_personal(synonyms, name)).collect();
        let found = match profile(plan, &personal) {
            Ok(profile) => return Ok((profile, unreadable)),
            Err(found) => found,
        };
        if is_encoding(&found) && options.encoding.is_none() && plan.encoding.is_none() {
            plan.encoding = Some(Encoding::Windows1252);
            continue;
        }
        let mut unfit: Vec<&String> = found.iter().filter_map(unfit).collect();
        unfit.sort();
        unfit.dedup();
        if unfit.is_empty() || found.iter().any(|problem| problem.code != ProblemCode::ColumnTypeWrong) {
            return Err(found);
        }
        for name in unfit {
            let Some(position) = plan.columns.iter().position(|column| column == name) else { return Err(found) };
            if plan.numeric[position] {
                unreadable.push(plan.columns.remove(position));
                plan.numeric.remove(position);
            } else {
                plan.numeric[position] = true;
            }
        }
    }
}

fn unfit(problem: &Problem) -> Option<&String> {
    problem.place.field.as_ref().filter(|_| problem.code == ProblemCode::ColumnTypeWrong)
}

/// Whether the values of a column of this name may belong to one person.
fn is_personal(synonyms: &Synonyms, name: &str) -> bool {
    let role = |tells: &Tells| matches!(tells, Tells::Role(role) if Role::is_personal(*role));
    synonyms.of_name(name, role) > 0
}

/// Findings of the stage `read`, whose advice speaks of the keys of a source, as they are told of a single file.
fn told(found: &Problems) -> Problems {
    let of = |problem: &Problem| {
        let mut problem = problem.clone();
        problem.place.source = None;
        match problem.code {
            ProblemCode::FileMissing => {
                problem.expected = "The path names a file.".to_owned();
                problem.help = "Check the spelling, and the folder from which the path starts.".to_owned();
            }
            ProblemCode::FileUnreadable if problem.found == "a folder" => {
                problem.help = "Name one of the files in it.".to_owned();
            }
            ProblemCode::EncodingWrong => {
                problem.help =
                    "Give `--encoding utf-8` or `--encoding windows-1252`, or save the file as UTF-8.".to_owned();
            }
            _ => {
                let help = problem.help.replace("Declare `format` of the source, or convert", "Rename or convert");
                problem.help = ["member", "sheet"]
                    .iter()
                    .fold(help, |help, key| help.replace(&format!("`{key}` of the source"), &format!("`--{key}`")));
            }
        }
        problem
    };
    found.iter().map(of).collect()
}

fn one(problem: Problem) -> Problems {
    [problem].into_iter().collect()
}
