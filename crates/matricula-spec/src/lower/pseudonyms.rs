//! Pseudonyms of mappings and bridges of batches.

use toml::Spanned;

use super::names::Reader;
use crate::model::catalogue::Catalogue;
use crate::model::pseudonym::{Bridge, IdType, Link, Normalisation, Pseudonym};
use crate::problem::{Place, Problem, ProblemCode};
use crate::raw::batch::{RawBatch, RawBridge};
use crate::raw::pseudonym::{RawNormalisation, RawPseudonym};

/// A column that tells who a pupil is.
pub(super) fn pseudonym(raw: &Spanned<RawPseudonym>, reader: &mut Reader<'_>) -> Option<Pseudonym> {
    let place = reader.text.of(raw);
    let raw = raw.get_ref();
    let id_type = match (&raw.id_type, &raw.id_type_column) {
        (Some(fixed), None) if !fixed.trim().is_empty() => IdType::Fixed(fixed.clone()),
        (None, Some(column)) if !column.trim().is_empty() => IdType::Column(column.clone()),
        _ => {
            let expected =
                "An identifier has a type of its own: `id_type`, or `id_type_column` where a column tells it.";
            let problem = Problem::error(ProblemCode::PseudonymInvalid, place, expected, "both, or none");
            reader.problems.push(problem.help("Write one of them; identifiers of two types never meet."));
            return None;
        }
    };
    let normalisation = match raw.normalisation {
        RawNormalisation::Exact1 => Normalisation::Exact1,
        RawNormalisation::Digits1 => Normalisation::Digits1,
        RawNormalisation::Alphanumeric1 => Normalisation::Alphanumeric1,
        RawNormalisation::Run1 => Normalisation::Run1,
        RawNormalisation::Cpf1 => Normalisation::Cpf1,
    };
    Some(Pseudonym { column: raw.column.get_ref().clone(), id_type, normalisation })
}

/// Whether and how a batch follows pupils over the years.
pub(super) fn link(raw: &RawBatch, catalogue: &Catalogue, reader: &mut Reader<'_>) -> Option<Link> {
    if let (None, Some(first)) = (&raw.link, raw.bridge.first()) {
        let place = Place { field: Some("bridge".to_owned()), ..reader.text.of(first) };
        let expected = "Bridges serve to follow pupils, which a batch asks for with `[link]`.";
        let problem = Problem::error(ProblemCode::BatchValueInvalid, place, expected, "`[[bridge]]` without `[link]`");
        reader.problems.push(problem.help("Add an empty table `[link]`, or take the bridges out."));
    }
    let asked = raw.link.as_ref()?;
    let used = raw.source.iter().filter_map(|source| {
        let id = source.get_ref().mapping.get_ref();
        catalogue.mappings().iter().find(|mapping| mapping.id == *id)
    });
    if !used.into_iter().any(|mapping| !mapping.pseudonyms.is_empty()) {
        let place = Place { field: Some("link".to_owned()), ..reader.text.of(asked) };
        let expected =
            "To follow pupils, some mapping of the batch says with `[[pseudonym]]` which column tells who they are.";
        let problem = Problem::error(ProblemCode::BatchValueInvalid, place, expected, "no mapping that does");
        reader.problems.push(problem.help("Add `[[pseudonym]]` to the mapping, or take `[link]` out."));
    }
    Some(Link { bridges: raw.bridge.iter().filter_map(|raw| bridge(raw.get_ref(), catalogue, reader)).collect() })
}

fn bridge(raw: &RawBridge, catalogue: &Catalogue, reader: &mut Reader<'_>) -> Option<Bridge> {
    let ref_area = reader.code_at(catalogue.known().ref_area, &raw.country);
    let (from, to) = (pseudonym(&raw.from, reader), pseudonym(&raw.to, reader));
    let separator = match raw.separator.as_ref().map(|text| text.get_ref().as_bytes()) {
        None => b',',
        Some([byte]) if byte.is_ascii() && !b"\"\r\n".contains(byte) => *byte,
        Some(_) => {
            let place = raw.separator.as_ref().map_or_else(|| reader.text.whole(), |text| reader.text.of(text));
            let place = Place { field: Some("separator".to_owned()), ..place };
            let expected = "A separator is one character, such as `;`, `,`, `|` or a tab.";
            let problem = Problem::error(ProblemCode::BatchValueInvalid, place, expected, "something else");
            reader.problems.push(problem.help("Write `separator = \";\"`; a tab is \"\\t\"."));
            return None;
        }
    };
    Some(Bridge { ref_area: ref_area?, file: raw.file.get_ref().clone(), separator, from: from?, to: to? })
}
