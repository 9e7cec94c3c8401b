//! Every pupil on its own: the records of its years, one each, and what they say together.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::{Catalogue, Place, Problem, ProblemCode};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Group;
use super::codes::LinkCodes;
use super::layout::{LinkLayout, LinkRecord};
use super::outcome::{Standings, Step};
use super::records::Records;
use super::slices::{SourceCells, Sources};
use crate::aggregate::counted::Cells;
use crate::store::spool::PARTITIONS;

/// What following the pupils of a country came to: all that is needed later, without the records.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Followed {
    pub(crate) years: Years,
    /// For each source by position, the cells of each of its cuboids.
    pub(crate) cells: BTreeMap<usize, Vec<Cells>>,
    /// Pupils of two years whose sex differs.
    pub(crate) differing: u64,
}

impl Followed {
    /// What is to be confirmed with the producer.
    pub(crate) fn problem(&self) -> Option<Problem> {
        (self.differing > 0).then(|| differing(self.differing))
    }
}

/// What a part of the pupils gives; parts add up in any order.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// By position of the source.
    pub(super) cells: HashMap<usize, SourceCells>,
    /// Pupils of two years whose sex differs.
    differing: u64,
}

/// Years of a country in which some pupil can be found.
pub(crate) type Years = BTreeSet<(CodeId, u16)>;

/// Follows everybody in a group of sources.
pub(super) fn resolve(
    catalogue: &Catalogue,
    layout: &LinkLayout,
    codes: &LinkCodes,
    sources: &Sources<'_>,
    group: &Group,
) -> Result<Followed, Box<Problem>> {
    let refused = |source: u16| group.refused.contains(&usize::from(source));
    let seen = group.records.seen();
    let years = seen.iter().filter(|(source, ..)| !refused(*source)).map(|(_, area, year)| (CodeId(*area), *year));
    let years: Years = years.collect();
    let follower = Follower { catalogue, layout, codes, years: &years, sources, refused: &group.refused };
    let tally = (0..PARTITIONS)
        .into_par_iter()
        .map(|partition| follower.partition(&group.records, partition))
        .try_reduce(Tally::default, |a, b| Ok(a.plus(b)))
        .map_err(|error| Box::new(unreadable(&error)))?;
    let mut by_source: Vec<_> = tally.cells.into_iter().collect();
    by_source.sort_unstable_by_key(|(source, _)| *source);
    let cells = by_source.into_iter().map(|(source, cells)| (source, cells.sorted())).collect();
    Ok(Followed { years, cells, differing: tally.differing })
}

struct Follower<'a> {
    catalogue: &'a Catalogue,
    layout: &'a LinkLayout,
    codes: &'a LinkCodes,
    years: &'a Years,
    sources: &'a Sources<'a>,
    refused: &'a [usize],
}

/// What a record is told of the years around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub(super) outcome: CodeId,
    pub(super) came_from: CodeId,
    pub(super) changed_school: CodeId,
}

/// A record and what it is told.
pub(super) type Told<'a> = (LinkRecord<'a>, Around);

impl Follower<'_> {
    fn partition(&self, records: &Records, partition: usize) -> std::io::Result<Tally> {
        let bytes = records.take(partition)?;
        let records: Vec<_> = self.in_order(&bytes).map(|bytes| self.layout.read(bytes)).collect();
        let mut standings = Standings::new(self.catalogue, self.layout);
        let sex = self.layout.dimensions().binary_search(&self.catalogue.known().sex).ok();
        let mut tally = Tally::default();
        let mut told: BTreeMap<usize, Vec<Told<'_>>> = BTreeMap::new();
        let mut tell = |source: usize, pupil| told.entry(source).or_default().push(pupil);
        let mut followed = Vec::new();
        let mut steps = Vec::new();
        for pupil in records.chunk_by(|a, b| a.pupil() == b.pupil()) {
            if pupil[0].is_known() {
                // The first of a year is the preferred one.
                followed.clear();
                followed.extend_from_slice(pupil);
                followed.dedup_by_key(|record| (record.ref_area(), record.year()));
                tally.differing += differing_sex(&followed, sex);
                steps.clear();
                steps.extend(followed.windows(2).map(|pair| standings.step(pair[0], pair[1])));
                for position in 0..followed.len() {
                    let around = self.around(&followed, position, &steps);
                    tell(followed[position].source(), (followed[position], around));
                }
            } else {
                for record in pupil {
                    tell(record.source(), (*record, self.without_identifier()));
                }
            }
        }
        for (source, pupils) in told {
            self.sources.count(source, &pupils, tally.cells.entry(source).or_default());
        }
        Ok(tally)
    }

    /// The records of a partition in the order of their bytes, without those of refused sources.
    fn in_order<'b>(&self, bytes: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
        let mut records: Vec<(u64, &[u8])> = bytes
            .chunks_exact(self.layout.width())
            .map(|bytes| (self.layout.read(bytes), bytes))
            .filter(|(record, _)| !self.refused.contains(&record.source()))
            .map(|(record, bytes)| (record.beginning(), bytes))
            .collect();
        // Numbers beside each other are compared without a look at the records, of which few have the same.
        records.sort_unstable();
        records.into_iter().map(|(_, bytes)| bytes)
    }

    fn without_identifier(&self) -> Around {
        let nobody = Err("NO_IDENTIFIER");
        Around {
            outcome: self.codes.outcome.code(nobody),
            came_from: self.codes.came_from.code(nobody),
            changed_school: CodeId::NOT_APPLICABLE,
        }
    }

    /// What the other records of a pupil say of one of them; `steps` holds one from each record to the next.
    fn around(&self, followed: &[LinkRecord<'_>], position: usize, steps: &[Step]) -> Around {
        let record = followed[position];
        let (area, year) = (record.ref_area(), record.year());
        let in_year = |other: &&LinkRecord<'_>, year: u16| other.ref_area() == area && other.year() == year;
        let after = followed.get(position + 1).filter(|after| in_year(after, year + 1));
        let before = position.checked_sub(1).filter(|before| in_year(&&followed[*before], year.saturating_sub(1)));
        let outcome = after.map(|_| steps[position]).ok_or_else(|| self.why_no_after(record));
        let came_from = before.map(|before| steps[before]).ok_or_else(|| {
            let earlier = followed[..position].iter().any(|earlier| earlier.ref_area() == area);
            let reaches_back = self.years.range((area, 0)..(area, year.saturating_sub(1))).next().is_some();
            match (earlier, reaches_back) {
                (true, _) => "RETURNED",
                (false, true) => "FIRST_RECORD",
                (false, false) => "ABSENT_BEFORE",
            }
        });
        let changed_school = match after.map(|after| record.school().zip(after.school())) {
            None => CodeId::NOT_APPLICABLE,
            Some(None) => CodeId::UNKNOWN,
            Some(Some((here, there))) if here == there => self.codes.no,
            Some(Some(_)) => self.codes.yes,
        };
        Around {
            outcome: self.codes.outcome.code(outcome),
            came_from: self.codes.came_from.code(came_from),
            changed_school,
        }
    }

    fn why_no_after(&self, record: LinkRecord<'_>) -> &'static str {
        let graduated = self.codes.graduate.is_some_and(|(dimension, yes)| {
            let position = self.layout.dimensions().binary_search(&dimension);
            position.ok().and_then(|position| record.code(position)) == Some(yes)
        });
        if graduated { "GRADUATED" } else { "NO_RECORD" }
    }
}

impl Tally {
    fn plus(mut self, other: Self) -> Self {
        for (source, cells) in other.cells {
            self.cells.entry(source).or_default().add(cells);
        }
        self.differing += other.differing;
        self
    }
}

/// 1 where two records of a pupil tell two sexes.
fn differing_sex(followed: &[LinkRecord<'_>], sex: Option<usize>) -> u64 {
    let mut told = followed.iter().filter_map(|record| record.code(sex?)).filter(|code| *code != CodeId::UNKNOWN);
    let first = told.next();
    u64::from(told.any(|code| Some(code) != first))
}

fn differing(pupils: u64) -> Problem {
    let expected = "The records of one pupil tell the same sex in every year.";
    let place = Place { field: Some("sex".to_owned()), ..Place::default() };
    Problem::warning(ProblemCode::LinkDisagrees, place, expected, "pupils of whom two sexes are told")
        .help("An inconsistency to confirm with the producer: sex was corrected, or two pupils have one identifier.")
        .rows(pupils)
}

fn unreadable(error: &std::io::Error) -> Problem {
    let expected = "The records to be linked fit the folder for temporary files.";
    let found = format!("{}", error.kind());
    Problem::error(ProblemCode::ScratchUnusable, Place::default(), expected, found)
        .help("Free space where the output is written: linking needs about 80 bytes a record there.")
}
