//! A draft as the text of a mapping, with everything unsure marked.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use matricula_spec::docs::Language;
use matricula_spec::model::dimension::DimensionId;

use super::draft::{Choice, Draft, How, Material, RecodeDraft};
use super::levels::{GIVES, Levels};
use super::{Proposal, report, words};
use crate::masking::Masked;

/// Longer recodes stand in a table beside the mapping.
const MOST_INLINE: usize = 40;

/// Writes a draft.
pub(super) fn proposal(material: &Material<'_>, draft: &Draft, id: &str, language: Language) -> Proposal {
    let writer = Writer { material, draft, id, language };
    let (text, tables) = writer.write();
    Proposal { id: id.to_owned(), text, tables }
}

struct Writer<'a> {
    material: &'a Material<'a>,
    draft: &'a Draft,
    id: &'a str,
    language: Language,
}

impl Writer<'_> {
    fn write(&self) -> (String, BTreeMap<String, String>) {
        let mut text = String::new();
        let mut tables = BTreeMap::new();
        self.head(&mut text);
        self.variables(&mut text);
        if let Some(levels) = &self.draft.levels {
            self.levels(levels, &mut text, &mut tables);
        }
        for recode in &self.draft.recodes {
            self.recode(recode, &mut text, &mut tables);
        }
        self.tail(&mut text);
        (text, tables)
    }

    fn say(&self, en: &'static str, es: &'static str, pt: &'static str) -> &'static str {
        self.language.one_of((en, es, pt))
    }

    fn head(&self, text: &mut String) {
        let catalogue = self.material.catalogue;
        let country = &catalogue.dimension(catalogue.known().ref_area).codes.code(self.material.country).label;
        let proposed = self.say(
            "Proposed by `matricula init`; every place marked `unsure` is to be decided by the office that produces the file.",
            "Propuesto por `matricula init`; cada lugar marcado `unsure` lo decide la oficina que produce el archivo.",
            "Proposto por `matricula init`; cada lugar marcado `unsure` é decidido pelo órgão que produz o arquivo.",
        );
        let _ = writeln!(
            text,
            "# {proposed}\nformat = 1\nid = {}\nstatus = \"draft\"\nunits = [\"student\"]",
            quoted(self.id)
        );
        if !self.draft.whole_numbers.is_empty() {
            let names: Vec<String> = self.draft.whole_numbers.iter().map(|name| quoted(name)).collect();
            let _ = writeln!(text, "whole_numbers = [{}]", names.join(", "));
        }
        let label = |country: &str, what: &str| quoted(&format!("{country}: {what}"));
        let _ = writeln!(text, "\n[label]\nen = {}", label(&country.en, "enrolment file, one row a pupil"));
        let _ = writeln!(text, "es = {}", label(&country.es, "archivo de matrícula, una fila por estudiante"));
        let _ = writeln!(text, "pt = {}", label(&country.pt, "arquivo de matrícula, uma linha por estudante"));
        let unsure = self.say(
            "producer and title of the file",
            "productor y título del archivo",
            "produtor e título do arquivo",
        );
        let _ = writeln!(text, "\n[[source]]\ntitle = {} # unsure: {unsure}", quoted(self.file_name()));
        let _ = writeln!(text, "\n[amount.rows]");
        if let Some(column) = &self.draft.count {
            let table = words::count(self.language);
            let _ = writeln!(text, "# unsure: {}: {table}", plain(column));
        }
    }

    /// Without the folders, which are of one machine.
    fn file_name(&self) -> &str {
        self.material.opened.name.rsplit(['/', '\\']).next().unwrap_or_default()
    }

    fn variables(&self, text: &mut String) {
        text.push_str("\n[variable]\nmeasure = { fixed = \"students\" }\n");
        for (dimension, choice) in &self.draft.variables {
            let name = &self.material.catalogue.dimension(*dimension).id;
            if !matches!(choice.how, How::NotCollected) {
                for doubt in &choice.doubts {
                    let _ = writeln!(text, "# unsure: {name}: {}", plain(&words::doubt(self.language, doubt)));
                }
            }
            let _ = writeln!(text, "{name} = {}", self.variable(choice));
        }
    }

    fn variable(&self, choice: &Choice) -> String {
        match &choice.how {
            How::Recode(recode) => format!("{{ recode = {} }}", quoted(recode)),
            How::Levels => "{ recode = \"levels\" }".to_owned(),
            How::Born { column, format } => format!(
                "{{ derived = {{ age_at_reference = {{ column = {}, format = {} }} }} }}",
                quoted(column),
                quoted(format)
            ),
            How::BornIn { year, month, day } => {
                let day = day.as_ref().map(|day| format!(", day = {}", quoted(day))).unwrap_or_default();
                let (year, month) = (quoted(year), quoted(month));
                format!("{{ derived = {{ age_at_reference = {{ year = {year}, month = {month}{day} }} }} }}")
            }
            How::Reported(column) => format!("{{ column = {{ name = {}, unlisted = \"unmapped\" }} }}", quoted(column)),
            How::NotCollected => {
                let doubts: Vec<String> =
                    choice.doubts.iter().map(|doubt| words::doubt(self.language, doubt)).collect();
                format!("{{ not_collected = {} }}", quoted(&format!("unsure: {}", doubts.join("; "))))
            }
        }
    }

    fn levels(&self, levels: &Levels, text: &mut String, tables: &mut BTreeMap<String, String>) {
        let table = format!("{}-levels.csv", self.id);
        let keys: Vec<String> = levels.keys.iter().map(|key| quoted(key)).collect();
        let gives: Vec<String> = GIVES.iter().map(|give| quoted(give)).collect();
        let _ = write!(text, "\n[recode.levels]\ncolumns = [{}]\ngives = [{}]\n", keys.join(", "), gives.join(", "));
        let _ = writeln!(text, "table = {}\nunlisted = \"unmapped\"", quoted(&table));
        let mut rows =
            vec![levels.keys.iter().map(String::as_str).chain(GIVES).chain(["note"]).map(str::to_owned).collect()];
        for row in &levels.rows {
            let codes = row.codes.iter().map(|code| code.clone().unwrap_or_else(|| "_U".to_owned()));
            let note = words::level_note(self.language, row.age, row.labelled.as_deref());
            rows.push(row.keys.iter().cloned().chain(codes).chain([note]).collect());
        }
        tables.insert(table, csv(&rows));
    }

    fn recode(&self, recode: &RecodeDraft, text: &mut String, tables: &mut BTreeMap<String, String>) {
        let catalogue = self.material.catalogue;
        let dimension = catalogue.dimension(recode.dimension);
        let profile = self.material.profile(recode.column);
        let name = &dimension.id;
        let _ = write!(
            text,
            "\n[recode.{name}]\ncolumns = [{}]\ngives = [{}]\nunlisted = \"unmapped\"\n",
            quoted(&profile.name),
            quoted(name)
        );
        let (rarer, _) = profile.rarer(self.material.minimum);
        if rarer > 0 {
            let _ = writeln!(text, "# {}", report::rarer(self.language, rarer, self.material.minimum));
        }
        let counts = report::counts(profile, self.material.minimum);
        let mut lines: Vec<_> = recode.codes.iter().zip(counts).collect();
        lines.sort_by_key(|(code, _)| (code.code.parse::<u64>().unwrap_or(u64::MAX), &code.code));
        let lines = lines.into_iter().map(|(code, count)| {
            let id = code.guess.map_or("_U", |guess| dimension.codes.code(guess.code).id.as_str());
            let certain = code.guess.is_some_and(super::guess::Guess::is_certain);
            let doubt = words::code_doubt(self.language, code.guess.is_some(), code.by_majority);
            (code.code.clone(), id, count, (!certain).then_some(doubt))
        });
        if recode.codes.len() > MOST_INLINE {
            let table = format!("{}-{name}.csv", self.id);
            let _ = writeln!(text, "table = {}", quoted(&table));
            let mut rows = vec![vec![profile.name.clone(), name.clone(), "note".to_owned()]];
            rows.extend(lines.map(|(code, id, _, doubt)| {
                vec![code, id.to_owned(), doubt.map(|doubt| format!("unsure: {doubt}")).unwrap_or_default()]
            }));
            tables.insert(table, csv(&rows));
            return;
        }
        let _ = writeln!(text, "\n[recode.{name}.codes]");
        for (code, id, count, doubt) in lines {
            let _ = write!(text, "{} = {} # {}", quoted(&code), quoted(id), self.records(count));
            let _ = writeln!(text, "{}", doubt.map(|doubt| format!("; unsure: {doubt}")).unwrap_or_default());
        }
    }

    fn records(&self, count: Masked<u64>) -> String {
        let records = self.say("records", "registros", "registros");
        format!("{count} {records}")
    }

    fn tail(&self, text: &mut String) {
        if let Some(column) = &self.draft.school_status {
            let unsure = self.say(
                "which codes are schools that work?",
                "¿qué códigos son escuelas en funcionamiento?",
                "quais códigos são escolas em funcionamento?",
            );
            let _ = write!(
                text,
                "\n# unsure: {unsure}\n# [[out_of_scope]]\n# reason = \"school-closed\"\n# where = {{ {} = {{ not_in = [\"1\"] }} }}\n",
                plain(&quoted(column))
            );
        }
        self.identifiers(text);
        if let Some(proxy) = self.draft.proxy {
            let _ = write!(
                text,
                "\n[mobility]\nproxy = {}\n\n[mobility.weakness]\n# unsure: {}\nen = \"To be stated by the ministry.\"\n\
                 es = \"Por declarar por el ministerio.\"\npt = \"A declarar pelo ministério.\"\n",
                quoted(proxy.id()),
                words::only_the_ministry(self.language)[3]
            );
        }
        let age: Option<&str> = self.draft.variables.get(&self.age()).and_then(|choice| match choice.how {
            How::Born { .. } | How::BornIn { .. } => Some("birth-date"),
            How::Reported(_) => Some("reported"),
            How::Recode(_) | How::Levels | How::NotCollected => None,
        });
        if let Some(basis) = age {
            let _ = write!(text, "\n[age]\nbasis = {}\n", quoted(basis));
        }
        let heading = self.say("Only the ministry knows:", "Solo el ministerio sabe:", "Só o ministério sabe:");
        let _ = writeln!(text, "\n# {heading}");
        for fact in words::only_the_ministry(self.language) {
            let _ = writeln!(text, "# - {fact}");
        }
    }

    fn identifiers(&self, text: &mut String) {
        let known = self.draft.identifiers.iter().any(|identifier| !identifier.columns.is_empty());
        if known {
            text.push_str("\n[identifier]\n");
        }
        for identifier in &self.draft.identifiers {
            let role = identifier.role;
            let doubts = report::doubts_of_identifier(identifier);
            for doubt in &doubts {
                let _ = writeln!(text, "# unsure: {role}: {}", plain(&words::doubt(self.language, doubt)));
            }
            if !identifier.columns.is_empty() {
                let columns: Vec<String> = identifier.columns.iter().map(|column| quoted(column)).collect();
                let how = if identifier.first { "first_non_empty" } else { "columns" };
                let _ = writeln!(text, "{role} = {{ {how} = [{}] }}", columns.join(", "));
            }
        }
    }

    fn age(&self) -> DimensionId {
        self.material.catalogue.known().age
    }
}

/// A text as a string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A text as part of a comment, which ends with its line.
fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// Rows as comma-separated text; what begins like a comment is quoted.
fn csv(rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().comment(Some(b'#')).from_writer(Vec::new());
    for row in rows {
        // Writing to memory cannot fail, and all rows are of one length.
        let _ = writer.write_record(row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
