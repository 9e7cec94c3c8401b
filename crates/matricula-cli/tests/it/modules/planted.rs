//! Small crates with an arrow planted in them: the test can fail, and says which arrow it was.

use super::tree::{Crate, Files};
use super::{above_ground, circles_of, taken_from_root};

/// The crate `small` of these files, and of a root that declares the modules `low` and `high`.
fn planted(files: &[(&str, &str)]) -> Crate {
    let root = ("lib.rs", "mod high; mod low; pub use high::Tower; pub use matricula_spec as spec; pub struct Loose;");
    let files = [root].into_iter().chain(files.iter().copied());
    let files: Files = files.map(|(file, text)| (file.to_owned(), text.to_owned())).collect();
    Crate::read("small", "lib.rs", &files)
}

/// `high` names `low`, as it should. Asserts what is complained of when `low` holds this text.
fn check(low: &str, circles: &[&str], from_root: &[&str]) {
    check_files(
        &[("low.rs", low), ("high.rs", "use crate::low::Stone;\npub struct Tower(Stone);")],
        circles,
        from_root,
    );
}

fn check_files(files: &[(&str, &str)], circles: &[&str], from_root: &[&str]) {
    let read = planted(files);
    assert_eq!(read.faults, Vec::<String>::new());
    assert_eq!(circles_of(&read), circles);
    assert_eq!(taken_from_root(&read), from_root);
}

#[test]
fn a_sound_crate_passes() {
    check("pub struct Stone;", &[], &[]);
}

const LOW_TO_HIGH: &str = "crate small: low -> high -> low; the arrow low -> high is made by ";

/// Asserts that `low` with this text closes a circle by these paths.
#[track_caller]
fn closes(low: &str, paths: &str) {
    // More paths from above, so that the arrow from below is the weaker one.
    let high = "use crate::low::{Stone, Sand, Clay, Lime};\npub struct Tower(Stone);\npub fn build() {}";
    let told = format!("{LOW_TO_HIGH}low.rs ({paths})");
    check_files(&[("low.rs", low), ("high.rs", high)], &[&told], &[]);
}

#[test]
fn an_arrow_by_use_is_seen() {
    closes("use crate::high::Tower;", "`crate::high::Tower`");
    closes("use crate::high;", "`crate::high`");
    closes("use super::high::{Tower as Spire, build};", "`super::high::Tower`, `super::high::build`");
    closes("use crate::{high::{self, Tower}};", "`crate::high`, `crate::high::Tower`");
    closes("use {crate::high::Tower, std::fmt};", "`crate::high::Tower`");
    closes("use crate::high::*;", "`crate::high::*`");
    closes("fn f() { use crate::high::Tower; }", "`crate::high::Tower`");
    closes("pub(crate) use crate::high::Tower as _;", "`crate::high::Tower`");
}

#[test]
fn an_arrow_by_inline_path_is_seen() {
    closes("fn f() { crate::high::build() }", "`crate::high::build`");
    closes("fn f(tower: &crate::high::Tower) {}", "`crate::high::Tower`");
    closes("fn f<T>() { g::<crate::high::Tower>(); }", "`crate::high::Tower`");
    closes("pub struct S(pub (crate::high::Tower, u8));", "`crate::high::Tower`");
    closes("pub struct S(pub (crate::high::Tower));", "`crate::high::Tower`");
    closes("impl From<crate::high::Tower> for u8 {}", "`crate::high::Tower`");
    closes("use crate::r#high as h; fn f() { h::build() }", "`crate::high`, `h::build`");
}

#[test]
fn an_arrow_in_a_macro_is_seen() {
    closes(r#"fn f() { format!("{}", crate::high::build()); }"#, "`crate::high::build`");
    closes("fn f() { assert!(vec![crate::high::build()].is_empty()) }", "`crate::high::build`");
    closes("macro_rules! m { ($a:ident) => { $crate::high::build($a) } }", "`crate::high::build`");
    closes("macro_rules! m { () => { use $crate::high::Tower; } }", "`crate::high::Tower`");
    closes("#[derive(crate::high::Made)] struct S;", "`crate::high::Made`");
    closes(r#"struct S { #[serde(with = "crate::high::tower")] a: u8 }"#, "`crate::high::tower`");
}

#[test]
fn an_arrow_by_super_is_seen() {
    closes("fn f() { super::high::build() }", "`super::high::build`");
    closes("fn f() { self::super::high::build() }", "`self::super::high::build`");
    closes("mod inner { use super::super::high::Tower; }", "`super::super::high::Tower`");
    closes("mod inner { fn f() { crate::high::build() } }", "`crate::high::build`");
}

#[test]
fn super_in_an_inline_module_is_the_module_around_it() {
    let text = "pub struct Stone; mod high {} #[cfg(test)] mod tests { use super::*; use super::high::Tower; }";
    check(text, &[], &[]);
}

#[test]
fn super_in_a_file_below_counts_from_that_file() {
    let high = ("high.rs", "use crate::low::{Stone, Sand, Clay}; struct Tower;");
    let told = format!("{LOW_TO_HIGH}low/deep.rs (`super::super::high::Tower`)");
    let deep = "use super::Stone; use super::super::high::Tower;";
    check_files(&[("low/mod.rs", "mod deep; struct Stone;"), ("low/deep.rs", deep), high], &[&told], &[]);
    check_files(&[("low.rs", "mod deep; struct Stone;"), ("low/deep.rs", deep), high], &[&told], &[]);
    let placed = r#"#[path = "cellar.rs"] mod deep; struct Stone;"#;
    let told = told.replace("low/deep.rs", "cellar.rs");
    check_files(&[("low.rs", placed), ("cellar.rs", deep), high], &[&told], &[]);
}

#[test]
fn a_name_from_the_root_is_no_way_around() {
    let told = format!("{LOW_TO_HIGH}low.rs (`crate::Tower`)");
    let root = "crate small: low.rs takes `crate::Tower` from the root: say `crate::high::Tower`";
    let high = ("high.rs", "use crate::low::{Stone, Sand}; pub struct Tower;");
    check_files(&[("low.rs", "use crate::Tower;"), high], &[&told], &[root]);
    check_files(&[("low.rs", "fn f(t: crate::Tower) {}"), high], &[&told], &[root]);
    check_files(&[("low.rs", "fn f() { vec![crate::Tower] }"), high], &[&told], &[root]);
    let by_super = |text: &str| text.replace("`crate::Tower`", "`super::Tower`");
    check_files(&[("low.rs", "use super::Tower;"), high], &[&by_super(&told)], &[&by_super(root)]);
}

#[test]
fn nothing_is_taken_from_the_root() {
    let told = |path: &str, advice: &str| format!("crate small: low.rs takes `{path}` from the root: {advice}");
    let loose = told("crate::Loose", "it stands there and needs a module of its own");
    check("use crate::Loose;", &[], &[&loose]);
    check("use crate::spec::Batch;", &[], &[&told("crate::spec::Batch", "say `matricula_spec`")]);
    check("use super::*;", &[], &[&told("super::*", "name the modules")]);
    check("use crate as all;", &[], &[&told("crate", "name the modules")]);
    check(
        "fn f() { crate::exported!() }",
        &[],
        &[&told("crate::exported", "it stands there and needs a module of its own")],
    );
}

#[test]
fn a_function_is_not_taken_for_the_module_of_its_name() {
    let root = "mod low; mod run; pub use run::run;";
    let files = [("lib.rs", root), ("run.rs", "pub fn run() {}\npub struct Run;"), ("low.rs", "")];
    let from_root = |low| {
        let mut files: Files = files.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
        files.insert("low.rs".to_owned(), String::from(low));
        taken_from_root(&Crate::read("small", "lib.rs", &files))
    };
    let told = ["crate small: low.rs takes `crate::run` from the root: say `crate::run::run`"];
    assert_eq!(from_root("fn f() { crate::run() }"), told);
    assert_eq!(from_root("use crate::run;\nfn f() { run() }"), told);
    assert!(from_root("use crate::run;\nfn f() { run::run() }").is_empty());
    assert!(from_root("fn f() { crate::run::run() }").is_empty());
}

/// `front` re-exports from `low` what `middle` takes from it; `low` names `middle`.
fn through_front(front: &str, middle: &str) -> Vec<String> {
    let files = [
        ("lib.rs", "mod front; mod low; mod middle;"),
        ("front.rs", front),
        ("low/mod.rs", "mod parts; pub use parts::Stone; use crate::middle::{A, B, C, D};"),
        ("low/parts.rs", "pub struct Stone;"),
        ("middle.rs", middle),
    ];
    let files: Files = files.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
    circles_of(&Crate::read("small", "lib.rs", &files))
}

#[test]
fn what_a_module_re_exports_leads_to_the_module_that_defines_it() {
    let check = |front: &str, middle: &str, path: &str| {
        let made = format!("the arrow middle -> low is made by middle.rs (`{path}`)");
        let told = format!("crate small: middle -> low -> middle; {made}");
        let all = through_front(front, middle);
        assert!(all.contains(&told), "{all:#?}");
    };
    let front = "pub(crate) use crate::low::Stone;";
    check(front, "use crate::front::Stone;", "crate::front::Stone");
    check(front, "fn f(s: super::front::Stone) {}", "super::front::Stone");
    check(front, "fn f() { crate::front::Stone::new() }", "crate::front::Stone::new");
    check("pub use crate::low::Stone as Rock;", "use crate::front::Rock;", "crate::front::Rock");
    check("pub use crate::low as ground;", "use crate::front::ground::Stone;", "crate::front::ground::Stone");
    let glob = "pub use super::low::*;";
    check(glob, "use crate::front::Stone;", "crate::front::Stone");
    check(glob, "use crate::front::*; fn f(s: Stone) {}", "crate::front::*` for `Stone");
    check(front, "use crate::front::*; fn f(s: Stone) {}", "crate::front::*` for `Stone");
}

#[test]
fn a_re_export_between_modules_closes_a_circle_of_all_of_them() {
    // `low` names `middle`, `middle` names `front`, `front` names `low`.
    let told =
        "crate small: front -> low -> middle -> front; the arrow front -> low is made by front.rs (`super::low::Wood`)";
    assert_eq!(through_front("pub use super::low::Wood;", "use crate::front::Nothing;"), [told]);
}

#[test]
fn a_private_use_is_not_brought_by_a_glob() {
    let told = through_front("use crate::low::Stone;", "use crate::front::*; struct Stone; fn f(s: Stone) {}");
    assert!(told.iter().all(|told| !told.contains("the arrow middle -> low")), "{told:?}");
}

#[test]
fn two_modules_that_re_export_each_other_come_to_an_end() {
    let high = "pub use crate::low::{Stone, Sand};";
    check_files(
        &[("low.rs", "pub use crate::high::Stone;"), ("high.rs", high)],
        &[&format!("{LOW_TO_HIGH}low.rs (`crate::high::Stone`)")],
        &[],
    );
}

#[test]
fn what_is_no_path_does_not_count() {
    check("// crate::high::Tower\n/* use crate::high::Tower; */ pub struct Stone;", &[], &[]);
    check("/// See [`crate::high::Tower`].\n/** super::high */ pub struct Stone;", &[], &[]);
    check("//! use crate::high::Tower;\n#[doc = \"crate::high::Tower\"] pub struct Stone;", &[], &[]);
    check(r#"const A: &str = "crate::high::Tower";"#, &[], &[]);
    check(r##"const A: &str = r#"use crate::high::"Tower";"#;"##, &[], &[]);
    check(r#"const A: &[u8] = b"crate::high"; const B: char = '"'; const C: &str = "// \" crate::high::X";"#, &[], &[]);
    check(r#"#[expect(lint, reason = "crate::high is above")] pub struct Stone;"#, &[], &[]);
    check("pub(in crate::high) struct Stone; pub(crate) fn f() {} pub(super) struct A(pub(crate) u8);", &[], &[]);
    check("use ::high::Tower; fn f() { ::high::build(); <u8 as T>::high() }", &[], &[]);
    check("fn f<'high>(a: &'high u8) -> impl Iterator + use<'high> { a.high::<u8>() }", &[], &[]);
    check("use std::fmt; use high::Tower; fn f() { high::build() }", &[], &[]);
}

#[test]
fn a_binary_has_its_own_root() {
    let files = [
        ("main.rs", "mod commands; mod error;\nuse error::Failure;\nfn main() { commands::run() }"),
        ("commands.rs", "use crate::Failure;\nuse crate::error::Code;"),
        ("error.rs", "pub struct Failure; fn f() { crate::commands::run() }"),
    ];
    let files: Files = files.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
    let read = Crate::read("tool", "main.rs", &files);
    assert_eq!(
        circles_of(&read),
        [
            "crate tool: error -> commands -> error; the arrow error -> commands is made by error.rs (`crate::commands::run`)"
        ]
    );
    assert_eq!(
        taken_from_root(&read),
        ["crate tool: commands.rs takes `crate::Failure` from the root: say `crate::error::Failure`"]
    );
}

#[test]
fn a_module_without_a_file_and_a_file_that_is_not_rust_are_told() {
    let read = planted(&[("low.rs", "fn f( {")]);
    let faults: Vec<&str> = read.faults.iter().map(String::as_str).collect();
    assert_eq!(
        faults,
        ["crate small: high.rs: there is no such file", "crate small: low.rs: cannot parse string into token stream"]
    );
}

#[test]
fn macros_without_a_path_are_told() {
    let read = planted(&[("low.rs", "#[macro_use] mod deep { macro_rules! m { () => {} } }"), ("high.rs", "")]);
    let told = "crate small: low.rs: `#[macro_use]` hides arrows: let macros be taken by `pub(crate) use`";
    assert_eq!(read.faults, [told]);
}

#[test]
fn ground_that_names_what_is_above_is_told() {
    let read = planted(&[("low.rs", "fn f() { crate::high::build() }"), ("high.rs", "")]);
    assert_eq!(
        above_ground(&read, &["low"]),
        ["crate small: low is ground and high is not; the arrow is made by low.rs (`crate::high::build`)"]
    );
    assert_eq!(above_ground(&read, &["low", "high"]), Vec::<String>::new());
    assert_eq!(above_ground(&read, &["high", "lower"]), ["crate small: the ground `lower` is no module of it"]);
}
