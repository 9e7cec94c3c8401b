//! From provisional to definitive identifiers, by a table that the ministry supplies.

use hashbrown::HashMap;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::pseudonym::{Bridge as BridgeFile, IdType, Pseudonym};
use matricula_spec::{Catalogue, Place, Problem, ProblemCode};

use super::normalise::{normalise, version};
use crate::input::InputFileHash;
use crate::key::PseudonymKey;
use crate::raw::{BridgeRows, ReadBridge};

/// Most steps from an identifier to the one that stands for it.
const MOST_STEPS: usize = 8;

/// Pseudonyms that stand for others.
#[derive(Debug, Clone, Default)]
pub struct Bridge {
    stands_for: HashMap<u128, u128>,
    inputs: Vec<InputFileHash>,
}

impl Bridge {
    /// The bridges of a batch; every table that cannot be used is told.
    pub(crate) fn read(
        catalogue: &Catalogue,
        files: &[BridgeFile],
        read: &ReadBridge<'_>,
        key: &PseudonymKey,
    ) -> Result<Self, Vec<Problem>> {
        let mut bridge = Self::default();
        let mut problems = Vec::new();
        for file in files {
            match read(file) {
                Ok(rows) => {
                    problems.extend(bridge.add(catalogue, file, &rows, key));
                    bridge.inputs.push(rows.input);
                }
                Err(problem) => problems.push(*problem),
            }
        }
        if problems.is_empty() { Ok(bridge) } else { Err(problems) }
    }

    /// The pseudonym that stands for one, however many tables lie between.
    pub(crate) fn across(&self, pseudonym: u128) -> u128 {
        let mut at = pseudonym;
        for _ in 0..MOST_STEPS {
            match self.stands_for.get(&at) {
                Some(next) => at = *next,
                None => break,
            }
        }
        at
    }

    /// The files it was read from.
    pub(crate) fn inputs(&self) -> &[InputFileHash] {
        &self.inputs
    }

    fn add(
        &mut self,
        catalogue: &Catalogue,
        file: &BridgeFile,
        rows: &BridgeRows,
        key: &PseudonymKey,
    ) -> Option<Problem> {
        let (mut unusable, mut contradicting, mut circular) = (0, 0, 0);
        for row in &rows.rows {
            let of = |end: &Pseudonym, position: usize| pseudonym(catalogue, file.ref_area, end, &row[position], key);
            let (Some(from), Some(to)) = (of(&file.from, 0), of(&file.to, 1)) else {
                unusable += 1;
                continue;
            };
            match self.stands_for.insert(from, to) {
                Some(other) if other != to => contradicting += 1,
                _ if self.across(to) == from || from == to => {
                    self.stands_for.remove(&from);
                    circular += 1;
                }
                _ => {}
            }
        }
        [
            (unusable, "pairs with an identifier that is blank or cannot be one"),
            (contradicting, "identifiers that stand for two pupils"),
            (circular, "identifiers that stand for themselves"),
        ]
        .into_iter()
        .find(|(pairs, _)| *pairs > 0)
        .map(|(pairs, found)| {
            let place = Place { file: file.file.clone(), ..Place::default() };
            let expected = "A bridge has two usable identifiers in each row, and leads every one to a single pupil.";
            Problem::error(ProblemCode::BridgeInvalid, place, expected, found)
                .help("Correct the table with its producer, or take the bridge out of the batch.")
                .rows(pairs)
        })
    }
}

fn pseudonym(
    catalogue: &Catalogue,
    ref_area: CodeId,
    end: &Pseudonym,
    text: &[u8],
    key: &PseudonymKey,
) -> Option<u128> {
    // A bridge joins one type to one other, so its types are texts of their own.
    let IdType::Fixed(id_type) = &end.id_type else { return None };
    let area = &catalogue.dimension(catalogue.known().ref_area).codes.code(ref_area).id;
    let mut normal = Vec::new();
    normalise(end.normalisation, text, &mut normal)
        .then(|| key.pseudonym(area, id_type.as_bytes(), version(end.normalisation), &normal))
}
