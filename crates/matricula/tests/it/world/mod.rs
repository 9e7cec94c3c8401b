//! Small invented worlds: a catalogue, a batch and its files, all made from a few random numbers.

mod catalogue;
pub(crate) mod dice;
mod forms;
mod indicators;
mod pupils;
mod students;
mod tables;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use dice::Dice;
use indicators::Names;
use matricula::spec::{Batch, Catalogue};

/// The random numbers that a world is made of: one for its specifications and one for each row.
#[derive(Debug, Clone)]
pub(crate) struct Seeds {
    pub(crate) specs: u64,
    pub(crate) pupils: Vec<u64>,
    pub(crate) people: Vec<u64>,
    pub(crate) teachers: Vec<u64>,
}

/// A file of data: a header and rows.
#[derive(Clone, Default)]
pub(crate) struct Table {
    pub(crate) header: String,
    pub(crate) rows: Vec<String>,
}

/// One world.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) specs: BTreeMap<String, String>,
    /// By the name of the source.
    pub(crate) data: BTreeMap<String, Table>,
    /// Everything but the sources.
    batch: String,
    /// Sources without their files.
    sources: BTreeMap<String, String>,
}

impl World {
    pub(crate) fn new(seeds: &Seeds) -> Self {
        let mut dice = Dice::new(seeds.specs);
        let mut world = Self {
            specs: catalogue::files(&mut dice),
            data: BTreeMap::new(),
            batch: String::new(),
            sources: BTreeMap::new(),
        };
        let names = indicators::add(&mut world.specs);
        world.batch = batch(&mut dice, &names);
        let whole = dice.chance(60);
        if dice.chance(15) {
            students::add(&mut world, &mut dice);
        } else {
            pupils::add(&mut world, &mut dice, &seeds.pupils, whole);
        }
        tables::people(&mut world, &mut dice, &seeds.people, whole);
        tables::teachers(&mut world, &mut dice, &seeds.teachers);
        world
    }

    /// Adds a mapping and the source that uses it; `scope` holds the keys of the source beyond name and mapping.
    fn add_source(&mut self, name: &str, kind: &str, scope: &str, mapping: String, data: Table) {
        self.specs.insert(format!("mappings/{name}.toml"), mapping);
        self.add_source_of(name, name, kind, scope, data);
    }

    /// Adds a source that uses a mapping which is there.
    fn add_source_of(&mut self, mapping: &str, name: &str, kind: &str, scope: &str, data: Table) {
        let source = format!("[[{kind}]]\nid = \"{name}\"\nmapping = \"{mapping}\"\n{scope}");
        self.sources.insert(name.to_owned(), source);
        self.data.insert(name.to_owned(), data);
    }

    /// Writes the files, each split into `parts`, and gives the batch that names them.
    pub(crate) fn write(&self, folder: &Path, parts: usize) -> String {
        let mut batch = self.batch.clone();
        // Sources come before populations, as their keys stand for themselves.
        for (name, source) in &self.sources {
            let table = &self.data[name];
            let mut files = Vec::new();
            for part in 0..parts {
                let rows = table.rows.iter().skip(part).step_by(parts);
                let lines: Vec<&str> = std::iter::once(&table.header).chain(rows).map(String::as_str).collect();
                if lines.len() == 1 && part > 0 {
                    // A file without a row would be a finding of its own.
                    continue;
                }
                let file = format!("{name}-{part}.csv");
                fs::write(folder.join(&file), lines.join("\n") + "\n").expect("written");
                files.push(format!("\"{file}\""));
            }
            batch += &format!("{source}files = [{}]\n", files.join(", "));
        }
        batch
    }

    /// The same world with the rows of every file in another order.
    pub(crate) fn shuffled(&self, seed: u64) -> Self {
        let mut other = self.clone();
        let mut dice = Dice::new(seed);
        for table in other.data.values_mut() {
            for position in (1..table.rows.len()).rev() {
                table.rows.swap(position, dice.below(position + 1));
            }
        }
        other
    }

    pub(crate) fn catalogue(&self) -> Catalogue {
        let (catalogue, problems) = Catalogue::read(self.specs.clone());
        assert!(!problems.has_errors(), "{problems:#?}\n{self:?}");
        catalogue.expect("no problems")
    }

    pub(crate) fn batch(&self, text: &str, catalogue: &Catalogue) -> Batch {
        let (batch, problems) = Batch::read(text, "batch.toml", catalogue);
        assert!(!problems.has_errors(), "{problems:#?}\n{self:?}");
        batch.expect("no problems")
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.batch)?;
        for (name, source) in &self.sources {
            let mapping = self.specs.get(&format!("mappings/{name}.toml"));
            writeln!(f, "{source}--- {name}: mapping\n{}", mapping.map_or("", String::as_str))?;
            writeln!(f, "--- {name}: file\n{}\n{}\n", self.data[name].header, self.data[name].rows.join("\n"))?;
        }
        for (path, text) in &self.specs {
            let telling = ["rules/", "systems/", "conventions", "releases"].iter().any(|start| path.starts_with(start));
            if telling || path.ends_with("commune.csv") || (path.starts_with("mappings/") && path.ends_with(".csv")) {
                writeln!(f, "--- {path}\n{text}")?;
            }
        }
        Ok(())
    }
}

/// The identifiers of all indicators that a world may have.
pub(crate) fn indicators() -> Vec<String> {
    let names = indicators::add(&mut BTreeMap::new());
    [names.simple, names.further].concat()
}

fn batch(dice: &mut Dice, indicators: &Names) -> String {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let simple: Vec<&str> = indicators.simple.iter().map(String::as_str).collect();
    let further: Vec<&str> = indicators.further.iter().map(String::as_str).collect();
    let chosen = [dice.some(&simple, 5), dice.some(&further, 9)].concat();
    let breakdowns = ["sex", "mobility", "commune", "grade", "edu_level", "sector", "age", "repeater", "programme"];
    let rules = ["a-age", "b-over-age", "c-adult", "d-girls", "e-once", "f-once"];
    let crossed = dice.below(4);
    let most = if crossed == 3 { 4 } else { 5 };
    format!(
        "format = 1\nid = \"world\"\nindicators = [{}]\nbreakdowns = [{}]\ncrossed = {crossed}\nrules = [{}]\n",
        quoted(&chosen),
        quoted(&dice.some(&breakdowns, most)),
        quoted(&dice.some(&rules, 4)),
    )
}
