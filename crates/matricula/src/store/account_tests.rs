//! The account for people: that it adds up, that nothing in it becomes a tag, and that it says why breakdowns lack.

use matricula_engine::indicator::provenance::{Input, InputSource, Provenance, ProvenanceRow};
use matricula_engine::input::InputFileHash;
use matricula_engine::ledger::{Fate, Ledger, LedgerRow, RowAccount};
use matricula_engine::review::disaggregation::{Disaggregation, DisaggregationState};
use matricula_spec::docs::Language;
use matricula_spec::model::batch::{Encoding, Source};
use matricula_spec::model::dimension::CodeId;
use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode};

use super::account_html::html;
use super::account_markdown::markdown;
use crate::account::account;
use crate::results::Run;

/// A source code with all that could be taken for a tag or for the end of a cell.
const HOSTILE: &str = "<b>&\"'|`</td>";

fn catalogue() -> Catalogue {
    crate::catalogue::open_catalogue(None).0.expect("the catalogue")
}

fn batch(catalogue: &Catalogue) -> Batch {
    let mapping = catalogue.mappings().iter().position(|mapping| mapping.id == "chl-matricula").expect("a mapping");
    let years = &catalogue.dimension(catalogue.known().time_period).codes;
    let source = Source {
        id: "pupils".to_owned(),
        line: None,
        vintage: None,
        ref_area: catalogue.dimension(catalogue.known().ref_area).codes.find("CHL"),
        time_period: years.find("2015"),
        school_year: None,
        enrolment_moment: None,
        age_reference_date: None,
        mobility_proxy: None,
        unit: None,
        mapping,
        files: Vec::new(),
        format: None,
        encoding: Some(Encoding::Utf8),
        sheet: None,
        member: None,
        disjoint_by: None,
        separator: b';',
    };
    Batch {
        id: "tiny <batch>".to_owned(),
        indicators: vec![0],
        breakdowns: Vec::new(),
        crossed: 0,
        cell_budget: 1,
        rules: Vec::new(),
        sources: vec![source],
        link: None,
        aggregates: None,
    }
}

fn ledger() -> Ledger {
    let some = |name: &str, rows: u64| vec![(name.to_owned(), rows)];
    let account = RowAccount {
        source: "pupils".to_owned(),
        read: 12_345,
        kept: 12_000,
        out_of_scope: some("school-closed", 300),
        set_aside: some("age-in-range", 40),
        duplicates: some("student-counted-once", 5),
        ragged: 0,
        refused: false,
    };
    assert!(account.adds_up());
    let row = |name: &str, code: &str, fate: Fate, target: &str, rows: u64| LedgerRow {
        source: "pupils".to_owned(),
        section: "variable".to_owned(),
        name: name.to_owned(),
        code: code.to_owned(),
        detail: fate.code().to_owned(),
        target: target.to_owned(),
        rows,
    };
    let mut variables = vec![
        row("sex", "1", Fate::Recoded, "M", 6_000),
        row("sex", "2", Fate::Recoded, "F", 6_000),
        row("sex", "", Fate::Missing, "_U", 38),
        row("sex", HOSTILE, Fate::Unmapped, "_U", 7),
    ];
    // More codes than are listed one by one.
    variables.extend((0..72).map(|code| row("area_national", &format!("{code}"), Fate::Collapsed, "CL-01101", 100)));
    variables.push(row("area_national", "(not listed)", Fate::Unmapped, "_U", 4_845));
    Ledger { accounts: vec![account], variables }
}

/// Two indicators that the source leads: one has no breakdown by sex, of the other there is no figure.
fn figures(catalogue: &Catalogue, run: &mut Run) {
    let sex = catalogue.find_dimension("sex").expect("a dimension");
    let row = |indicator: &str, breakdown, state, reason: &str| Disaggregation {
        indicator: indicator.to_owned(),
        ref_area: CodeId(3),
        time_period: CodeId(3),
        breakdown,
        state,
        reason: reason.to_owned(),
    };
    run.disaggregation = vec![
        row("A.1", None, DisaggregationState::Computed, ""),
        row("A.1", Some(sex), DisaggregationState::Impossible, "there is <none>"),
        row("B.1", None, DisaggregationState::NotCollected, "no source gives x"),
        row("B.1", Some(sex), DisaggregationState::NotCollected, "no source gives x"),
        row("C.1", None, DisaggregationState::NotCollected, "no source gives y"),
    ];
    let source = InputSource {
        id: "pupils".to_owned(),
        mapping: String::new(),
        mapping_hash: String::new(),
        enrolment_moment: String::new(),
        school_year: String::new(),
        age_basis: String::new(),
        age_reference_date: String::new(),
        mobility_proxy: String::new(),
        vintage: String::new(),
        linked_with: Vec::new(),
        not_collected: Vec::new(),
        impossible: Vec::new(),
        rules: Vec::new(),
    };
    let led = |indicator: &str| ProvenanceRow {
        id: String::new(),
        indicator: indicator.to_owned(),
        indicator_status: "",
        indicator_hash: String::new(),
        ref_area: CodeId(3),
        time_period: CodeId(3),
        system: String::new(),
        system_source: String::new(),
        inputs: vec![Input { role: "numerator", measure: String::new(), source: Some(source.clone()) }],
    };
    run.provenance = Provenance { rows: vec![led("A.1"), led("B.1")] };
}

fn run(catalogue: &Catalogue) -> Run {
    let place = Place { source: Some("pupils".to_owned()), field: Some("a<b".to_owned()), ..Place::default() };
    let problem = Problem::warning(ProblemCode::UnlistedCode, place, "Codes are listed.", "one that is not")
        .help("Add it & run again.")
        .rows(7);
    let other = Problem::warning(ProblemCode::SystemUnknown, Place::default(), "It is known.", "unknown");
    let input = InputFileHash {
        source: "pupils".to_owned(),
        name: "/somebody/private/a<b.csv".to_owned(),
        bytes: 1_234,
        blake3: "00ff".to_owned(),
    };
    let mut run = Run {
        ledger: ledger(),
        problems: [problem, other].into_iter().collect(),
        inputs: vec![input],
        ..Run::default()
    };
    figures(catalogue, &mut run);
    run
}

fn both(language: Language) -> [String; 2] {
    let catalogue = catalogue();
    let account = account(&catalogue, &batch(&catalogue), &run(&catalogue), language);
    [markdown(&account), html(&account)]
}

/// The numbers of the column in the table below a heading.
fn numbers(markdown: &str, heading: &str, column: usize) -> Vec<u64> {
    let below = markdown.lines().skip_while(|line| !(line.starts_with('#') && line.contains(heading)));
    let table = below.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).skip(2);
    let cell = |line: &str| line.split(" | ").nth(column).map(|cell| cell.replace([',', ' ', '|'], ""));
    table.map(|line| cell(line).expect("a cell").parse().expect("a number")).collect()
}

/// Asserts that every tag is closed in its turn, that there is no script, and that each `&` starts an entity.
fn assert_well_formed(html: &str) {
    let known = [
        "html", "head", "title", "style", "body", "h1", "h2", "h3", "h4", "p", "ul", "li", "table", "thead", "tbody",
        "tr", "th", "td", "code",
    ];
    let body = html.strip_prefix("<!DOCTYPE html>\n").expect("a type");
    let mut open = Vec::new();
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a closed tag");
        assert!(!text.contains('>') && !tag.contains("src=") && !tag.contains("href="), "<{piece}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "</{name}>"),
            None => {
                let name = tag.split(' ').next().expect("a name");
                if name != "meta" {
                    assert!(known.contains(&name), "<{tag}>");
                    open.push(name);
                }
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let entities = ["amp;", "lt;", "gt;", "quot;", "#39;"];
    for after in body.split('&').skip(1) {
        assert!(entities.iter().any(|entity| after.starts_with(entity)), "&{}", after.get(..9).unwrap_or(after));
    }
}

#[test]
fn the_page_is_well_formed_and_all_text_is_escaped() {
    for language in Language::ALL {
        let [_, html] = both(language);
        assert_well_formed(&html);
        assert!(html.contains("<td><code>&lt;b&gt;&amp;&quot;&#39;|`&lt;/td&gt;</code></td>"), "{html}");
        assert!(html.contains(&format!("<html lang=\"{}\">", language.code())));
        assert!(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"));
    }
}

#[test]
fn signs_of_a_table_do_not_leave_their_cell() {
    let [markdown, _] = both(Language::En);
    assert!(markdown.contains("| ``<b>&\"'\\|`</td>`` | unmapped | `_U` |"), "{markdown}");
    assert!(markdown.contains("at a&lt;b (records concerned: 7). What to do: Add it &amp; run again."), "{markdown}");
    assert!(!markdown.contains("somebody") && markdown.contains("| `a<b.csv` | 1,234 | `00ff` |"), "{markdown}");
}

#[test]
fn the_numbers_add_up() {
    let [markdown, html] = both(Language::En);
    let rows = numbers(&markdown, "What became of the records", 3);
    assert_eq!(rows, [12_345, 12_000, 300, 40, 5]);
    assert_eq!(rows[0], rows[1..].iter().sum::<u64>());
    for name in ["(sex)", "(area_national)"] {
        let fates = numbers(&markdown, name, 2);
        let (all, parts) = fates.split_last().expect("numbers");
        assert_eq!((*all, parts.iter().sum::<u64>()), (12_045, rows[0] - rows[2]), "{name}");
    }
    // The codes that are listed and the line for the others hold every record.
    let below = markdown.split("(area_national)").nth(1).expect("a variable").split("| Source code |").nth(1);
    let codes = numbers(&format!("# codes\n\n|{}", below.expect("a table")), "codes", 5);
    assert_eq!((codes.len(), codes.iter().sum::<u64>()), (61, 12_045));
    assert!(markdown.contains("| 13 further codes, in ledger.csv |"), "{markdown}");
    assert!(html.contains("<td>= kept</td><td></td><td></td><td class=\"number\">12,000</td>"), "{html}");
    assert!(markdown.contains("| + set aside | age-in-range | Age lies between 0 and 100 years | 40 |"), "{markdown}");
}

#[test]
fn what_is_not_there_is_told_with_the_reason() {
    let [markdown, _] = both(Language::En);
    let told = |line: &str| assert_eq!(markdown.matches(line).count(), 1, "{line}\n{markdown}");
    told("| Sex (sex) | cannot exist | there is &lt;none> | 1 | A.1 |");
    told("| the figure as a whole | not collected | no source gives x | 1 | B.1 |");
    told("## Indicators without a source in some country and year");
    told("| no source gives y | 1 | C.1 |");
    told("## Findings on the batch");
    // Nationality is recorded from 2016 on, and who repeats not at all.
    assert!(markdown.contains("(mobility) | not collected | not usable in this year |"), "{markdown}");
    assert!(
        markdown.contains("(repeater) | not collected | the enrolment file does not say who repeats"),
        "{markdown}"
    );
}

#[test]
fn a_source_that_was_refused_says_so() {
    let catalogue = catalogue();
    let account_of = RowAccount { source: "pupils".to_owned(), refused: true, ..RowAccount::default() };
    let run = Run { ledger: Ledger { accounts: vec![account_of], variables: Vec::new() }, ..Run::default() };
    let text = markdown(&account(&catalogue, &batch(&catalogue), &run, Language::Pt));
    assert!(text.contains("> **Nada desta fonte é usado, por causa de erros: veja seus achados.**"), "{text}");
    assert!(text.contains("Nenhum número foi calculado."), "{text}");
}

#[test]
fn the_words_are_those_that_a_ministry_may_read() {
    for language in Language::ALL {
        let text = both(language).concat().to_lowercase();
        for word in ["illegal", "ilegal", "native", "nativo", "foreign pupil"] {
            assert!(!text.contains(word), "{word}");
        }
    }
    assert!(both(Language::Es)[0].contains("| + apartados | age-in-range |"));
}
