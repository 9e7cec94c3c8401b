//! `matricula mapping MAPPING`: how each code of a national file is read, as a document to be signed.

use std::io::Write;

use matricula::spec::docs::mapping_document;
use matricula::store::write_page;

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
    let document = mapping_document(&catalogue, mapping, arguments.language.into());
    match &arguments.out {
        None => Ok(out.write_all(document.as_bytes())?),
        Some(file) => {
            write_page(file, &document)?;
            Ok(writeln!(out, "Written to {}", file.display())?)
        }
    }
}
