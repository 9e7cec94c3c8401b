//! What is told of a file and of the proposal: counts only, small ones masked.

use std::fmt::Write as _;

use matricula_spec::docs::Language;

use super::draft::{Choice, Doubt, Draft, How, IdentifierDraft, Material};
use super::fit::Fit;
use super::missing::Fed;
use super::profile::{ColumnProfile, Values};
use super::{InitOptions, Proposal, words};
use crate::masking::{self, Masked};

/// Columns whose name says nothing show their codes only if they have so few.
const FEW: usize = 25;
/// Indicators named for each thing that is missing.
const NAMED: usize = 5;

/// How often the frequent codes of a column occur, in the order of [`ColumnProfile::codes`].
///
/// Blanks and rare codes are parts of the same whole, so that one code may have to be withheld for them.
pub(super) fn counts(profile: &ColumnProfile, minimum: u64) -> Vec<Masked<u64>> {
    let frequent = profile.codes(minimum);
    let mut parts = vec![profile.blank, profile.rarer(minimum).1];
    parts.extend(frequent.iter().map(|(_, count)| *count));
    masking::parts(&parts).split_off(2)
}

/// How many codes are not shown.
pub(super) fn rarer(language: Language, codes: u64, minimum: u64) -> String {
    let codes = masking::count(codes);
    let (en, es, pt) = (
        format!("{codes} further codes, each below {minimum} records"),
        format!("{codes} códigos más, cada uno con menos de {minimum} registros"),
        format!("{codes} códigos a mais, cada um com menos de {minimum} registros"),
    );
    language.one_of((&en, &es, &pt)).to_owned()
}

/// What is unsure about an identifier.
pub(super) fn doubts_of_identifier(identifier: &IdentifierDraft) -> Vec<Doubt> {
    let nameless = identifier.columns.is_empty().then_some(Doubt::NoColumn);
    let others = identifier.alternatives.clone();
    let doubt = if nameless.is_some() { Doubt::LikeIdentifiers } else { Doubt::Alternatives };
    let others = (!others.is_empty()).then(|| doubt(others));
    nameless.into_iter().chain(others).collect()
}

/// The report on its way to a text.
pub(super) struct Report<'a> {
    material: &'a Material<'a>,
    options: &'a InitOptions,
    text: String,
}

impl<'a> Report<'a> {
    /// An empty report.
    pub(super) fn new(material: &'a Material<'a>, options: &'a InitOptions) -> Self {
        Self { material, options, text: String::new() }
    }

    /// Its text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn say<'t>(&self, en: &'t str, es: &'t str, pt: &'t str) -> &'t str {
        self.options.language.one_of((en, es, pt))
    }

    fn line(&mut self, line: &str) {
        // A name may hold an end of line, or what a terminal would obey.
        self.text.extend(line.chars().map(|character| if character.is_control() { ' ' } else { character }));
        self.text.push('\n');
    }

    /// How the file is written, and every column of it.
    pub(super) fn file(&mut self) {
        let opened = self.material.opened;
        let rows = masking::count(opened.profile.rows);
        let (columns, written) = (opened.profile.columns.len(), written(self.material));
        let (en, es, pt) = (
            format!("{}: {rows} rows, {columns} columns{written}", opened.name),
            format!("{}: {rows} filas, {columns} columnas{written}", opened.name),
            format!("{}: {rows} linhas, {columns} colunas{written}", opened.name),
        );
        let line = self.say(&en, &es, &pt).to_owned();
        self.line(&line);
        let told = [
            (
                opened.profile.ragged,
                (
                    "rows with a wrong number of fields",
                    "filas con un número equivocado de campos",
                    "linhas com número errado de campos",
                ),
            ),
            (
                opened.nameless as u64,
                (
                    "columns without a name of their own are left out",
                    "columnas sin nombre propio se dejan fuera",
                    "colunas sem nome próprio ficam de fora",
                ),
            ),
        ];
        for (count, words) in told.into_iter().filter(|(count, _)| *count > 0) {
            let line = format!("  {} {}", masking::count(count), self.options.language.one_of(words));
            self.line(&line);
        }
        if !opened.unreadable.is_empty() {
            let what = self.say(
                "columns of a type that holds no codes",
                "columnas de un tipo sin códigos",
                "colunas de um tipo sem códigos",
            );
            let line = format!("  {what}: {}", opened.unreadable.join(", "));
            self.line(&line);
        }
        let heading = self.say("\nColumns", "\nColumnas", "\nColunas").trim_start().to_owned();
        self.text.push('\n');
        self.line(&heading);
        for column in 0..opened.profile.columns.len() {
            let line = self.column(column);
            self.line(&line);
        }
    }

    fn column(&self, column: usize) -> String {
        let profile = self.material.profile(column);
        let minimum = self.material.minimum;
        let mut line = format!("  {}: ", profile.name);
        if profile.is_blank() {
            line.push_str(self.say("blank", "vacía", "vazia"));
            return line;
        }
        let codes = profile.codes(minimum);
        let few = profile.distinct().is_some_and(|distinct| distinct <= FEW);
        let dates = !profile.shapes.date_formats().is_empty();
        if codes.is_empty() || dates || !(self.is_mapped(column) || few) {
            line.push_str(&self.kind(profile));
            return line;
        }
        let shown = codes.iter().zip(counts(profile, minimum)).take(FEW);
        let shown: Vec<String> = shown.map(|((code, _), count)| format!("{code} ({count})")).collect();
        line.push_str(&shown.join(", "));
        if codes.len() > FEW {
            let _ = write!(
                line,
                ", … ({} {})",
                codes.len(),
                self.say("codes in all", "códigos en total", "códigos ao todo")
            );
        }
        let (rarer_codes, _) = profile.rarer(minimum);
        if rarer_codes > 0 {
            let _ = write!(line, "; {}", rarer(self.options.language, rarer_codes, minimum));
        }
        line
    }

    /// Whether the column is one of codes by its name.
    fn is_mapped(&self, column: usize) -> bool {
        let catalogue = self.material.catalogue;
        let mut dimensions = catalogue.dimension_ids();
        let proxies = matricula_spec::model::synonyms::Role::ALL.iter().filter(|role| role.is_proxy());
        dimensions.any(|d| self.material.columns.of_dimension(d).iter().any(|(_, known)| *known == column))
            || proxies.into_iter().any(|role| self.material.columns.of_role(*role).any(|known| known == column))
    }

    fn kind(&self, profile: &ColumnProfile) -> String {
        let shape = match profile.shapes.date_formats().first() {
            Some(format) => (*format).to_owned(),
            None if profile.shapes.are_whole() => {
                self.say("whole numbers", "números enteros", "números inteiros").to_owned()
            }
            None => self.say("text", "texto", "texto").to_owned(),
        };
        let distinct = match (&profile.values, profile.distinct()) {
            (Values::Hashes(_), Some(_)) => self
                .say("values never shown", "valores que nunca se muestran", "valores que nunca são mostrados")
                .to_owned(),
            (_, None) => self.say("many values", "muchos valores", "muitos valores").to_owned(),
            (_, Some(distinct)) => {
                format!("{} {}", masking::count(distinct as u64), self.say("values", "valores", "valores"))
            }
        };
        format!("{shape}, {distinct}")
    }

    /// The mappings of the catalogue that come near.
    pub(super) fn fits(&mut self, fits: &[Fit]) {
        for fit in fits {
            let present = fit.columns - fit.missing.len();
            let (mapping, columns) = (&fit.mapping, fit.columns);
            let (en, es, pt) = (
                format!(
                    "The catalogue has the mapping `{mapping}`: the file has {present} of the {columns} columns that it reads."
                ),
                format!(
                    "El catálogo tiene la correspondencia `{mapping}`: el archivo tiene {present} de las {columns} columnas que lee."
                ),
                format!(
                    "O catálogo tem a correspondência `{mapping}`: o arquivo tem {present} das {columns} colunas que ela lê."
                ),
            );
            let line = self.say(&en, &es, &pt).to_owned();
            self.text.push('\n');
            self.line(&line);
            if !fit.missing.is_empty() {
                let line = format!("  {}: {}", self.say("missing", "faltan", "faltam"), fit.missing.join(", "));
                self.line(&line);
            }
            if fit.unlisted.is_empty() {
                let line = format!(
                    "  {}",
                    self.say(
                        "Its tables list every code of the file.",
                        "Sus tablas tienen todos los códigos del archivo.",
                        "Suas tabelas têm todos os códigos do arquivo."
                    )
                );
                self.line(&line);
            }
            for unlisted in &fit.unlisted {
                let not_listed = self.say("codes not listed in", "códigos que no están en", "códigos que não estão em");
                let mut codes = unlisted.codes.clone();
                if unlisted.rarer > 0 {
                    codes.push(rarer(self.options.language, unlisted.rarer, self.material.minimum));
                }
                let columns = unlisted.columns.join(", ");
                let line = format!("  {not_listed} [recode.{}] ({columns}): {}", unlisted.recode, codes.join("; "));
                self.line(&line);
            }
        }
    }

    /// That no new mapping is needed.
    pub(super) fn no_new_mapping(&mut self, fit: &Fit) {
        let mapping = &fit.mapping;
        let (en, es, pt) = (
            format!(
                "No new mapping is needed: name `{mapping}` in the batch. `--from-scratch` proposes one all the same."
            ),
            format!(
                "No se necesita una correspondencia nueva: indique `{mapping}` en el lote. `--from-scratch` propone una de todos modos."
            ),
            format!(
                "Não é preciso uma nova correspondência: indique `{mapping}` no lote. `--from-scratch` propõe uma mesmo assim."
            ),
        );
        let line = self.say(&en, &es, &pt).to_owned();
        self.line(&line);
    }

    /// What feeds each dimension, and what is unsure about it.
    pub(super) fn proposal(&mut self, draft: &Draft, proposal: &Proposal) {
        let heading = self.say("Proposed mapping", "Correspondencia propuesta", "Correspondência proposta");
        let heading = format!("{heading} `{}`", proposal.id);
        self.text.push('\n');
        self.line(&heading);
        if let Some(column) = &draft.count {
            let line = format!("  {column}: {}", words::count(self.options.language));
            self.line(&line);
        }
        let nowhere = |choice: &&Choice| matches!(choice.doubts.as_slice(), [Doubt::NoColumn]);
        for (dimension, choice) in draft.variables.iter().filter(|(_, choice)| !nowhere(choice)) {
            let column = match choice.how {
                How::Recode(_) => draft.recodes.iter().find(|recode| recode.dimension == *dimension),
                _ => None,
            };
            let column = column.map(|recode| self.material.name(recode.column));
            let keys = draft.levels.as_ref().filter(|_| matches!(choice.how, How::Levels));
            let column = column.or_else(|| keys.map(|levels| levels.keys.join(" + ")));
            let how = words::how(self.options.language, &choice.how, column.as_deref());
            let mut line = format!("  {} <- {how}", self.material.catalogue.dimension(*dimension).id);
            if !choice.doubts.is_empty() {
                let doubts: Vec<String> =
                    choice.doubts.iter().map(|doubt| words::doubt(self.options.language, doubt)).collect();
                let _ = write!(line, "; unsure: {}", doubts.join("; "));
            }
            self.line(&line);
        }
        let names = draft.variables.iter().filter(|(_, choice)| nowhere(choice));
        let names: Vec<&str> = names.map(|(d, _)| self.material.catalogue.dimension(*d).id.as_str()).collect();
        if !names.is_empty() {
            let why = words::doubt(self.options.language, &Doubt::NoColumn);
            let line = format!("  {} <- {why}", names.join(", "));
            self.line(&line);
        }
        for identifier in &draft.identifiers {
            let doubts = doubts_of_identifier(identifier);
            let doubts: Vec<String> = doubts.iter().map(|d| words::doubt(self.options.language, d)).collect();
            let unsure = if doubts.is_empty() { String::new() } else { format!("; unsure: {}", doubts.join("; ")) };
            let line =
                format!("  [identifier] {} <- {}{unsure}", identifier.role, self.or_nothing(&identifier.columns));
            self.line(&line);
        }
        if let Some(levels) = draft.levels.as_ref().filter(|levels| levels.rarer > 0) {
            let line = format!(
                "  {}: {}",
                levels.keys.join(" + "),
                rarer(self.options.language, levels.rarer, self.material.minimum)
            );
            self.line(&line);
        }
    }

    fn or_nothing(&self, columns: &[String]) -> String {
        if columns.is_empty() { self.say("nothing", "nada", "nada").to_owned() } else { columns.join(", ") }
    }

    /// What could be computed, what is missing, and what only the ministry knows.
    pub(super) fn fed(&mut self, fed: &Fed) {
        let (fed_now, of) = (fed.fed, fed.of);
        let (en, es, pt) = (
            format!(
                "With two years of such files and a population, {fed_now} of {of} indicators could be computed. Missing:"
            ),
            format!(
                "Con dos años de estos archivos y una población se podrían calcular {fed_now} de {of} indicadores. Falta:"
            ),
            format!(
                "Com dois anos destes arquivos e uma população seria possível calcular {fed_now} de {of} indicadores. Falta:"
            ),
        );
        let line = self.say(&en, &es, &pt).to_owned();
        self.text.push('\n');
        self.line(&line);
        for (name, ids) in &fed.lacking {
            let more = ids.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(", … (+{more})") } else { String::new() };
            let named: Vec<&str> = ids.iter().take(NAMED).map(String::as_str).collect();
            let line = format!("  {name}: {}{more}", named.join(", "));
            self.line(&line);
        }
        let heading = self.say("Only the ministry knows", "Solo el ministerio sabe", "Só o ministério sabe").to_owned();
        self.text.push('\n');
        self.line(&heading);
        for fact in words::only_the_ministry(self.options.language) {
            let line = format!("  - {fact}");
            self.line(&line);
        }
    }
}

/// How a text file is written, as a batch would declare it.
fn written(material: &Material<'_>) -> String {
    use matricula_spec::model::batch::{Encoding, FileFormat};
    let plan = &material.opened.plan;
    if material.opened.format != FileFormat::Csv {
        return String::new();
    }
    let encoding = match plan.encoding.unwrap_or_default() {
        Encoding::Utf8 => "utf-8",
        Encoding::Windows1252 => "windows-1252",
    };
    let separator = if plan.separator == b'\t' { "\\t".to_owned() } else { char::from(plan.separator).to_string() };
    format!("; encoding = \"{encoding}\", separator = \"{separator}\"")
}
