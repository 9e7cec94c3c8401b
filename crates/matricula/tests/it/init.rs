//! What must be corrected in a proposal before it is the catalogue's own mapping: stated, and not one more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use matricula::spec::Catalogue;
use matricula::spec::docs::Language;
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::mapping::{BirthDate, Derived, Mapping, Recode, Variable};
use matricula::{InitOptions, Proposal, init, open_catalogue};

/// The most corrections that a proposal may need.
const MOST: [(&str, usize); 2] = [("chl-matricula", 24), ("bra-censo-escolar-matricula", 24)];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn catalogue() -> Catalogue {
    open_catalogue(None).0.expect("the catalogue")
}

fn propose(catalogue: &Catalogue, file: &str, country: &str) -> Proposal {
    let options = InitOptions {
        file: root().join("fixtures/demo").join(file),
        country: catalogue.dimension(catalogue.known().ref_area).codes.find(country).expect("a country"),
        encoding: None,
        separator: None,
        sheet: None,
        member: None,
        minimum: 10,
        from_scratch: true,
        language: Language::En,
        id: "proposed".to_owned(),
    };
    init(catalogue, &options).expect("a look").proposal.expect("a proposal")
}

/// The proposal as the catalogue understands it.
fn loaded(catalogue: &Catalogue, proposal: &Proposal) -> Catalogue {
    let mut files = catalogue.files().clone();
    files.insert("mappings/proposed.toml".to_owned(), proposal.text.clone());
    files.extend(proposal.tables.iter().map(|(name, text)| (format!("mappings/{name}"), text.clone())));
    let (catalogue, found) = Catalogue::read(files);
    assert!(found.is_empty(), "{found:#?}");
    catalogue.expect("the catalogue with the proposal")
}

fn mapping<'a>(catalogue: &'a Catalogue, id: &str) -> &'a Mapping {
    catalogue.mappings().iter().find(|mapping| mapping.id == id).expect("a mapping")
}

/// Two mappings of one file, compared variable by variable and code by code.
struct Comparison<'a> {
    catalogue: &'a Catalogue,
    proposed: &'a Mapping,
    wanted: &'a Mapping,
    corrections: Vec<String>,
}

impl Comparison<'_> {
    fn compare(mut self) -> Vec<String> {
        for dimension in self.catalogue.dimension_ids() {
            self.variable(dimension);
        }
        self.blank_keys();
        for ((name, ours), (_, theirs)) in facts(self.proposed).into_iter().zip(facts(self.wanted)) {
            if ours != theirs {
                self.corrections.push(format!("`[{name}]`: to be stated"));
            }
        }
        self.corrections
    }

    fn variable(&mut self, dimension: DimensionId) {
        let name = &self.catalogue.dimension(dimension).id;
        let of = |mapping: &Mapping| mapping.variables.get(&dimension).cloned();
        let columns = |mapping: &Mapping| of(mapping).map(|v| columns(mapping, &v)).unwrap_or_default();
        let (ours, theirs) = (columns(self.proposed), columns(self.wanted));
        if ours != theirs {
            self.corrections.push(format!("`{name}`: from {ours:?}, in the catalogue from {theirs:?}"));
            return;
        }
        if let (Some(Variable::Recode { recode: a, output: x }), Some(Variable::Recode { recode: b, output: y })) =
            (of(self.proposed), of(self.wanted))
        {
            let (ours, theirs) = (codes(&self.proposed.recodes[a], x), codes(&self.wanted.recodes[b], y));
            for (keys, code) in ours {
                self.code(dimension, &keys, code, theirs.get(&keys).copied());
            }
        } else if !matches!((of(self.proposed), of(self.wanted)), (a, b) if same_kind(a.as_ref(), b.as_ref())) {
            self.corrections.push(format!("`{name}`: comes about in another way"));
        }
    }

    fn code(&mut self, dimension: DimensionId, keys: &[String], ours: CodeId, theirs: Option<CodeId>) {
        let codes = &self.catalogue.dimension(dimension).codes;
        let id = |code: CodeId| codes.code(code).id.as_str();
        if Some(ours) != theirs {
            let name = &self.catalogue.dimension(dimension).id;
            let theirs = theirs.map_or("out of scope", id);
            self.corrections.push(format!(
                "`{name}`: {} is `{}`, in the catalogue `{theirs}`",
                keys.join(" | "),
                id(ours)
            ));
        }
    }

    /// Tables that say what a blank means, which a proposal never does.
    fn blank_keys(&mut self) {
        let blank = |recode: &&Recode| recode.rows.iter().any(|row| row.keys.iter().all(String::is_empty));
        for recode in self.wanted.recodes.iter().filter(blank) {
            self.corrections.push(format!("{}: what a blank means", recode.columns.join(", ")));
        }
    }
}

/// What a mapping states beside its variables.
fn facts(mapping: &Mapping) -> [(&'static str, String); 6] {
    let reasons: Vec<&str> = mapping.out_of_scope.iter().map(|scope| scope.reason.as_str()).collect();
    let mobility = mapping.mobility.as_ref();
    [
        ("identifier", format!("{:?}", mapping.identifiers)),
        ("out_of_scope", reasons.join(", ")),
        ("available", format!("{:?}", mapping.available)),
        ("mobility.proxy", format!("{:?}", mobility.map(|mobility| &mobility.proxy))),
        ("mobility.weakness", format!("{:?}", mobility.map(|mobility| &mobility.weakness))),
        ("age.basis", format!("{:?}", mapping.age_basis)),
    ]
}

fn same_kind(a: Option<&Variable>, b: Option<&Variable>) -> bool {
    let nothing = |v: Option<&Variable>| matches!(v, None | Some(Variable::NotCollected(_) | Variable::Impossible(_)));
    (nothing(a) && nothing(b)) || a == b
}

fn codes(recode: &Recode, output: usize) -> BTreeMap<Vec<String>, CodeId> {
    let rows = recode.rows.iter().filter(|row| row.out_of_scope.is_none());
    rows.map(|row| (row.keys.clone(), row.codes[output])).collect()
}

fn columns(mapping: &Mapping, variable: &Variable) -> BTreeSet<String> {
    match variable {
        Variable::Column { name, .. } => BTreeSet::from([name.clone()]),
        Variable::Recode { recode, .. } => mapping.recodes[*recode].columns.iter().cloned().collect(),
        Variable::Derived(Derived::AgeAtReference(BirthDate::Text { column, .. })) => BTreeSet::from([column.clone()]),
        Variable::Derived(Derived::AgeAtReference(BirthDate::Parts { year, month, day })) => {
            [year, month].into_iter().chain(day).cloned().collect()
        }
        _ => BTreeSet::new(),
    }
}

/// The corrections that `docs/init.md` states: the list below a heading.
fn stated(page: &str, mapping: &str) -> Vec<String> {
    let heading = format!("### `{mapping}`");
    let below = page.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with('#'));
    below.filter_map(|line| line.strip_prefix("- ")).map(str::to_owned).collect()
}

#[test]
fn proposals_need_the_stated_corrections_and_no_others() {
    let catalogue = catalogue();
    let page = fs::read_to_string(root().join("docs/init.md")).expect("the page");
    let files = [("chl/matricula_2023.csv", "CHL"), ("bra/matricula_2023.csv.gz", "BRA")];
    for ((file, country), (wanted, most)) in files.into_iter().zip(MOST) {
        let with = loaded(&catalogue, &propose(&catalogue, file, country));
        let comparison = Comparison {
            catalogue: &with,
            proposed: mapping(&with, "proposed"),
            wanted: mapping(&with, wanted),
            corrections: Vec::new(),
        };
        let corrections = comparison.compare();
        let list: Vec<String> = corrections.iter().map(|correction| format!("- {correction}")).collect();
        assert_eq!(stated(&page, wanted), corrections, "docs/init.md, {wanted}:\n{}", list.join("\n"));
        assert!(corrections.len() <= most, "{wanted}: {} corrections", corrections.len());
    }
}

#[test]
fn a_proposal_does_not_depend_on_threads() {
    let catalogue = catalogue();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| propose(&catalogue, "chl/matricula_2023.csv", "CHL"))
    };
    let (one, three) = (with(1), with(3));
    assert_eq!((one.text, one.tables), (three.text, three.tables));
}
