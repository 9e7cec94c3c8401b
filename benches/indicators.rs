//! What more indicators cost: a national file with 10, 50 and 200 of them over the same breakdowns, in turn.
//!
//! `cargo bench -p matricula-benches --bench indicators [-- PUPILS RUNS]`; nothing is written but the file.

#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a bench prints what it measured")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use matricula::spec::{Batch, Catalogue};
use matricula::{ObsStatus, Phase, Progress, Run, RunOptions};
use matricula_benches::{batch, read_batch, spread, write_pupils};

/// How many indicators stand beside each other.
const SIZES: [usize; 3] = [10, 50, 200];

/// Notes when the rows are counted.
#[derive(Default)]
struct Clock(Mutex<Option<Instant>>);

impl Progress for Clock {
    fn phase(&self, phase: Phase) {
        if phase != Phase::Figures {
            return;
        }
        *self.0.lock().expect("nobody panicked") = Some(Instant::now());
    }
}

fn batch_of(catalogue: &Catalogue, indicators: &[String]) -> Batch {
    read_batch(&batch(indicators), catalogue)
}

/// The whole run, and its part until every row was counted.
fn timed(catalogue: &Catalogue, batch: &Batch, base: &Path) -> (Duration, Duration, Run) {
    let options = RunOptions { keep_going: true, ..RunOptions::new(base.to_owned(), std::env::temp_dir()) };
    let clock = Clock::default();
    let start = Instant::now();
    let run = matricula::run(catalogue, batch, &options, &clock).expect("it runs");
    let whole = start.elapsed();
    let counted = clock.0.lock().expect("nobody panicked").expect("rows were counted");
    (whole, counted - start, run)
}

/// So many of the identifiers, evenly drawn, so that few of them need what many need.
fn chosen(ids: &[String], size: usize) -> Vec<String> {
    (0..size).map(|position| ids[position * ids.len() / size].clone()).collect()
}

/// The identifiers of indicators that have a figure.
fn computed(run: &Run) -> Vec<String> {
    let figures = run.estimates.rows().iter().filter(|row| row.obs_status == ObsStatus::Normal);
    figures.map(|row| row.indicator.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Copies of indicators under other identifiers, until there are so many.
fn copied(catalogue: &Catalogue, ids: &[String], size: usize, specs: &Path) -> Vec<String> {
    let mut all = ids.to_vec();
    for (number, id) in (1..).zip(ids.iter().cycle()).take(size.saturating_sub(ids.len())) {
        let copy = format!("{id}.COPY{number}");
        let path = catalogue.files_of("indicators", id).first().expect("its file");
        let text = catalogue.files()[path].replacen(&format!("id = \"{id}\""), &format!("id = \"{copy}\""), 1);
        fs::write(specs.join("indicators").join(format!("{copy}.toml")), text).expect("written");
        all.push(copy);
    }
    all.sort();
    all
}

fn median(mut times: Vec<Duration>) -> f64 {
    spread(&mut times)[1].as_secs_f64()
}

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (pupils, runs) = (numbers.first().copied().unwrap_or(1_000_000), numbers.get(1).copied().unwrap_or(7));
    let folder = tempfile::tempdir().expect("a folder");
    write_pupils(folder.path(), pupils);

    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let (_, _, run) = timed(&catalogue, &batch_of(&catalogue, &["all".to_owned()]), folder.path());
    let with_figures = computed(&run);
    let rows = run.ledger.accounts().first().map_or(0, |account| account.read);
    println!("{rows} rows, {} indicators with figures and copies of them, {runs} runs each", with_figures.len());

    let specs = folder.path().join("specs");
    fs::create_dir_all(specs.join("indicators")).expect("made");
    let all = copied(&catalogue, &with_figures, SIZES[SIZES.len() - 1], &specs);
    let (catalogue, problems) = matricula::open_catalogue(Some(&specs));
    let catalogue = catalogue.unwrap_or_else(|| panic!("{problems:#?}"));
    let batches = SIZES.map(|size| batch_of(&catalogue, &chosen(&all, size)));
    let mut times: Vec<(Vec<Duration>, Vec<Duration>)> = vec![Default::default(); SIZES.len()];
    for _ in 0..runs {
        for (batch, times) in batches.iter().zip(&mut times) {
            let (whole, counted, _) = timed(&catalogue, batch, folder.path());
            times.0.push(whole);
            times.1.push(counted);
        }
    }
    let medians: Vec<(f64, f64)> = times.into_iter().map(|(whole, counted)| (median(whole), median(counted))).collect();
    println!("indicators  row pass s  ratio  whole run s  ratio");
    for (size, (whole, counted)) in SIZES.iter().zip(&medians) {
        let (first_whole, first_counted) = medians[0];
        println!(
            "{size:10}  {counted:10.3}  {:5.2}  {whole:11.3}  {:5.2}",
            counted / first_counted,
            whole / first_whole
        );
    }
}
