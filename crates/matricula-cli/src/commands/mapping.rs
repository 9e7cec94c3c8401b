//! `matricula mapping MAPPING`: how each code of a national file is read, as a document to be signed.

use std::io::Write;
use std::path::Path;

use matricula::spec::docs::{mapping_document, mapping_sheets};
use matricula::store::{write_page, write_workbook};

use crate::arguments::MappingDocument;
use crate::error::Failure;
use crate::nearest::nearest;
use crate::open;

pub(super) fn mapping(arguments: &MappingDocument, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let id = arguments.mapping.as_str();
    let Some(mapping) = catalogue.mappings().iter().find(|mapping| mapping.id == id) else {
        let ids = || catalogue.mappings().iter().map(|mapping| mapping.id.as_str());
        let near = nearest(id, ids());
        return Err(Failure::Usage {
            message: format!("the catalogue has no mapping `{id}`"),
            help: "each file below `indicator-specs/mappings/`, or that folder of `--specs`, is named like its mapping"
                .to_owned(),
            candidates: if near.is_empty() { ids().map(str::to_owned).collect() } else { near },
        });
    };
    let language = arguments.language.into();
    let Some(file) = &arguments.out else {
        return Ok(out.write_all(mapping_document(&catalogue, mapping, language).as_bytes())?);
    };
    match is_workbook(file) {
        true => write_workbook(file, &mapping_sheets(&catalogue, mapping, language))?,
        false => write_page(file, &mapping_document(&catalogue, mapping, language))?,
    }
    Ok(writeln!(out, "Written to {}", file.display())?)
}

fn is_workbook(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}
