//! `matricula init FILE --country XXX`: a look at a national file, and the mapping that it suggests.

use std::io::Write;
use std::path::Path;

use matricula::spec::model::batch::Encoding;
use matricula::spec::model::dimension::CodeId;
use matricula::spec::{Catalogue, ProblemCode};
use matricula::store::write_together;
use matricula::{InitOptions, Proposal};

use crate::arguments::{Init, TextEncoding};
use crate::error::Failure;
use crate::nearest::nearest;
use crate::open;
use crate::render::problems;

pub(super) fn init(arguments: &Init, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let country = country(&catalogue, &arguments.country)?;
    let options = InitOptions {
        file: arguments.file.clone(),
        country,
        encoding: arguments.encoding.map(|encoding| match encoding {
            TextEncoding::Utf8 => Encoding::Utf8,
            TextEncoding::Windows1252 => Encoding::Windows1252,
        }),
        separator: arguments.separator,
        sheet: arguments.sheet.clone(),
        member: arguments.member.clone(),
        minimum: arguments.minimum_count,
        from_scratch: arguments.from_scratch,
        language: arguments.language.into(),
        id: id(arguments)?,
    };
    let looked = match matricula::init(&catalogue, &options) {
        Ok(looked) => looked,
        Err(found) => {
            problems::show(&found, err)?;
            let of_file = |code| [ProblemCode::FileMissing, ProblemCode::FileUnreadable].contains(&code);
            let of_file = found.iter().any(|problem| of_file(problem.code));
            return Err(if of_file { Failure::Input } else { Failure::Findings });
        }
    };
    out.write_all(looked.report.as_bytes())?;
    match (&looked.proposal, &arguments.out) {
        (None, _) => Ok(()),
        (Some(proposal), Some(file)) => write(proposal, file, arguments.force, out),
        (Some(proposal), None) => show(proposal, out),
    }
}

/// Writes the tables, then the mapping beside them.
fn write(proposal: &Proposal, file: &Path, force: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut files: Vec<(String, &str)> =
        proposal.tables.iter().map(|(name, text)| (name.clone(), text.as_str())).collect();
    files.push((format!("{}.toml", proposal.id), proposal.text.as_str()));
    write_together(folder, &files, force)?;
    writeln!(out)?;
    for (name, _) in &files {
        writeln!(
            out,
            "Written to {}",
            if folder == Path::new(".") { name.into() } else { folder.join(name) }.display()
        )?;
    }
    writeln!(out, "A mapping is used from the folder `mappings` of a folder that is given with `--specs`.")?;
    Ok(())
}

fn show(proposal: &Proposal, out: &mut dyn Write) -> Result<(), Failure> {
    let mapping = (format!("{}.toml", proposal.id), &proposal.text);
    let tables = proposal.tables.iter().map(|(name, text)| (name.clone(), text));
    for (name, text) in std::iter::once(mapping).chain(tables) {
        write!(out, "\n----- {name}\n{text}")?;
    }
    Ok(writeln!(out, "\nNothing was written; `--out FILE.toml` writes it.")?)
}

/// The country of this code.
fn country(catalogue: &Catalogue, typed: &str) -> Result<CodeId, Failure> {
    let countries = &catalogue.dimension(catalogue.known().ref_area).codes;
    let upper = typed.to_uppercase();
    // The first three stand for no country; a code with parts is a region.
    let all = || countries.ids().skip(3).filter(|code| !countries.is_margin(*code)).map(|code| countries.code(code));
    if let Some(code) = countries.find(&upper).filter(|code| all().any(|known| known.id == countries.code(*code).id)) {
        return Ok(code);
    }
    let called = |label: &str| label.to_lowercase() == typed.to_lowercase();
    let by_name = all().find(|code| [&code.label.en, &code.label.es, &code.label.pt].into_iter().any(|l| called(l)));
    let candidates = match by_name {
        Some(code) => vec![code.id.clone()],
        None => nearest(typed, all().map(|code| code.id.as_str())),
    };
    Err(Failure::Usage {
        message: format!("`{typed}` is no country"),
        help: "give the three letters of ISO 3166-1, such as CHL".to_owned(),
        candidates,
    })
}

/// The identifier of the mapping: the name of its file, or one made of country and file.
fn id(arguments: &Init) -> Result<String, Failure> {
    let Some(out) = &arguments.out else {
        let name = arguments.file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        return Ok(format!("{}-{}", arguments.country.to_lowercase(), plain.trim_matches('-')));
    };
    let is_toml = out.extension().is_some_and(|ending| ending == "toml");
    match out.file_stem().filter(|_| is_toml).and_then(|stem| stem.to_str()) {
        Some(stem) => Ok(stem.to_owned()),
        None => Err(Failure::Usage {
            message: format!("`{}` is no name for a mapping", out.display()),
            help: "a mapping is a file that ends in .toml, such as chl-matricula.toml".to_owned(),
            candidates: Vec::new(),
        }),
    }
}
