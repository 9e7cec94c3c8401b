//! Every pupil on its own: the records of its years, one each, and what they say together.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::{Catalogue, Place, Problem, ProblemCode};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::Group;
use super::classes::{LinkRecord, SourceCodes};
use super::codes::LinkCodes;
use super::layout::LinkLayout;
use super::outcome::{Standing, Standings, Step, step};
use super::partition::{NOT_FOLLOWED, Partition, ToldRows};
use super::slices::Sources;
use crate::aggregate::cuboids::Cuboids;
use crate::aggregate::keyed_sums::{Cells, KeyedSums};
use crate::cube::key::Key;
use crate::harmonize::Classes;
use crate::spool::PARTITIONS;

/// Partitions that a thread follows before it may share its work: what it counts is merged once for so many.
const PARTITIONS_TOGETHER: usize = 16;

/// What following the pupils of a country came to: all that is needed later, without the records.
#[derive(Debug, Default, PartialEq)]
pub struct Followed {
    /// The years of which each country has records.
    pub years: Years,
    /// For each source by position, the cells of each of its cuboids.
    pub cells: BTreeMap<usize, Vec<Cells>>,
    /// Pupils of two years whose sex differs.
    pub differing: u64,
}

impl Followed {
    /// What is to be confirmed with the producer.
    pub fn problem(&self) -> Option<Problem> {
        (self.differing > 0).then(|| differing(self.differing))
    }
}

/// What a part of the pupils gives; parts add up in any order.
#[derive(Debug, Default)]
struct Tally {
    /// By position of the source, for each of its cuboids.
    cells: BTreeMap<u16, Vec<KeyedSums<Key>>>,
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
    let follower = Follower::new(catalogue, (layout, codes), &years, sources, group);
    let tally = (0..PARTITIONS)
        .into_par_iter()
        .with_min_len(PARTITIONS_TOGETHER)
        .try_fold(|| follower.following(), |following, partition| follower.partition(following, group, partition))
        .map(|following| following.map(Following::into_tally))
        .try_reduce(Tally::default, |a, b| Ok(a.plus(b)))
        .map_err(|error| Box::new(unreadable(&error)))?;
    let lists = |cells: Vec<KeyedSums<Key>>| cells.into_iter().map(KeyedSums::into_list).collect();
    let cells = tally.cells.into_iter().map(|(source, cells)| (usize::from(source), lists(cells))).collect();
    Ok(Followed { years, cells, differing: tally.differing })
}

struct Follower<'a> {
    catalogue: &'a Catalogue,
    layout: &'a LinkLayout,
    codes: &'a LinkCodes,
    years: &'a Years,
    sources: &'a Sources<'a>,
    of_sources: BTreeMap<u16, SourceCodes>,
    /// Position of sex in the layout, and of having graduated with its code.
    sex: Option<usize>,
    graduate: Option<(usize, CodeId)>,
}

/// What a record is told of the years around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Around {
    outcome: CodeId,
    came_from: CodeId,
    changed_school: CodeId,
}

/// What a thread knows while partition after partition passes.
struct Following<'a> {
    standings: Standings<'a>,
    /// What records were told so far, as classes of outcome, origin and change of school.
    told: Classes,
    numbers: HashMap<Around, u32>,
    cuboids: BTreeMap<u16, Cuboids>,
    differing: u64,
}

impl Following<'_> {
    /// The class of what a record is told.
    fn number(&mut self, around: Around) -> u32 {
        let Around { outcome, came_from, changed_school } = around;
        let told = &mut self.told;
        *self.numbers.entry(around).or_insert_with(|| told.number(&[outcome, came_from, changed_school]))
    }

    fn into_tally(self) -> Tally {
        let cells = |cuboids: Cuboids| cuboids.into_cells(u64::MAX);
        let by_source = self.cuboids.into_iter().map(|(source, cuboids)| (source, cells(cuboids)));
        Tally { cells: by_source.collect(), differing: self.differing }
    }
}

impl<'a> Follower<'a> {
    fn new(
        catalogue: &'a Catalogue,
        (layout, codes): (&'a LinkLayout, &'a LinkCodes),
        years: &'a Years,
        sources: &'a Sources<'a>,
        group: &Group,
    ) -> Self {
        let of_sources = group.records.sources(catalogue, layout);
        let sex = layout.position(catalogue.known().sex);
        let graduate = codes.graduate.and_then(|(dimension, yes)| Some((layout.position(dimension)?, yes)));
        Self { catalogue, layout, codes, years, sources, of_sources, sex, graduate }
    }

    fn following(&self) -> Following<'a> {
        Following {
            standings: Standings::new(self.catalogue, self.layout),
            told: Classes::new(3),
            numbers: HashMap::new(),
            cuboids: BTreeMap::new(),
            differing: 0,
        }
    }

    /// Follows the pupils of a partition, and counts them.
    fn partition(
        &self,
        mut following: Following<'a>,
        group: &Group,
        partition: usize,
    ) -> std::io::Result<Following<'a>> {
        let bytes = group.records.take(partition)?;
        let refused = |source| group.refused.contains(&usize::from(source));
        let mut partition = Partition::read(&bytes, &self.of_sources, refused)?;
        drop(bytes);
        let told = self.tell(&mut following, &partition);
        for ((source, rows), mut told) in partition.rows.iter_mut().zip(told) {
            rows.followed(&mut told);
            let Some(codes) = self.of_sources.get(source).filter(|_| !told.is_empty()) else { continue };
            let told = (&following.told, told.as_slice());
            let rows = ToldRows { classes: codes.classes(), parts: &rows.parts, told };
            let cuboids = following.cuboids.entry(*source).or_insert_with(|| self.sources.cuboids(*source, codes));
            cuboids.add(&rows, u64::MAX);
        }
        Ok(following)
    }

    /// What each record is told, source by source.
    fn tell(&self, following: &mut Following<'a>, partition: &Partition) -> Vec<Vec<u32>> {
        let nobody = following.number(self.without_identifier());
        let told = |nobodies: &[bool]| {
            nobodies.iter().map(|is_nobody| if *is_nobody { nobody } else { NOT_FOLLOWED }).collect()
        };
        let mut told: BTreeMap<u16, Vec<u32>> =
            partition.rows.iter().map(|(source, rows)| (*source, told(&rows.nobody))).collect();
        let mut followed: Vec<LinkRecord<'_>> = Vec::new();
        let mut standings: Vec<Standing> = Vec::new();
        for pupil in partition.known.chunk_by(|a, b| a.pupil == b.pupil) {
            followed.clear();
            followed.extend(pupil.iter().filter_map(|record| partition.record(&self.of_sources, record)));
            let year = |record: &LinkRecord<'_>| (record.ref_area, record.year);
            followed.sort_unstable_by(|a, b| year(a).cmp(&year(b)).then_with(|| self.layout.preferred(a, b)));
            // The first of a year is the preferred one.
            followed.dedup_by_key(|record| (record.ref_area, record.year));
            following.differing += differing_sex(&followed, self.sex);
            standings.clear();
            standings.extend(followed.iter().filter(|_| followed.len() > 1).map(|of| following.standings.of(of)));
            for (position, record) in followed.iter().enumerate() {
                let number = following.number(self.around(&followed, position, &standings));
                if let Some(told) = told.get_mut(&record.source) {
                    told[record.row] = number;
                }
            }
        }
        told.into_values().collect()
    }

    fn without_identifier(&self) -> Around {
        let nobody = Err("NO_IDENTIFIER");
        Around {
            outcome: self.codes.outcome.code(nobody),
            came_from: self.codes.came_from.code(nobody),
            changed_school: CodeId::NOT_APPLICABLE,
        }
    }

    /// What the other records of a pupil say of one of them; all stand somewhere if there are several.
    fn around(&self, followed: &[LinkRecord<'_>], position: usize, standings: &[Standing]) -> Around {
        let record = &followed[position];
        let (area, year) = (record.ref_area, record.year);
        let step_after = |position: usize| -> Step { step(standings[position], standings[position + 1]) };
        let in_year = |other: &&LinkRecord<'_>, year: u16| other.ref_area == area && other.year == year;
        let after = followed.get(position + 1).filter(|after| in_year(after, year + 1));
        let before = position.checked_sub(1).filter(|before| in_year(&&followed[*before], year.saturating_sub(1)));
        let outcome = after.map(|_| step_after(position)).ok_or_else(|| self.why_no_after(record));
        let came_from = before.map(step_after).ok_or_else(|| {
            let earlier = followed[..position].iter().any(|earlier| earlier.ref_area == area);
            let reaches_back = self.years.range((area, 0)..(area, year.saturating_sub(1))).next().is_some();
            match (earlier, reaches_back) {
                (true, _) => "RETURNED",
                (false, true) => "FIRST_RECORD",
                (false, false) => "ABSENT_BEFORE",
            }
        });
        let changed_school = match after.map(|after| (record.school, after.school)) {
            None => CodeId::NOT_APPLICABLE,
            Some((0, _) | (_, 0)) => CodeId::UNKNOWN,
            Some((here, there)) if here == there => self.codes.no,
            Some(_) => self.codes.yes,
        };
        Around {
            outcome: self.codes.outcome.code(outcome),
            came_from: self.codes.came_from.code(came_from),
            changed_school,
        }
    }

    fn why_no_after(&self, record: &LinkRecord<'_>) -> &'static str {
        let graduated = self.graduate.is_some_and(|(position, yes)| record.code(position) == Some(yes));
        if graduated { "GRADUATED" } else { "NO_RECORD" }
    }
}

impl Tally {
    fn plus(mut self, other: Self) -> Self {
        for (source, theirs) in other.cells {
            let ours = self.cells.remove(&source);
            let cells = match ours {
                Some(ours) => ours.into_iter().zip(theirs).map(|(ours, theirs)| ours.plus(theirs)).collect(),
                None => theirs,
            };
            self.cells.insert(source, cells);
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
        .help("Free space where the output is written: linking needs about 50 bytes a record there.")
}
