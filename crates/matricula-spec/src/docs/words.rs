//! Languages, and the headings of method sheets in them.

use crate::model::text::Label;

/// A language of the framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
    /// Portuguese.
    Pt,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::Es, Self::Pt];

    /// The two letters of ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.one_of(("en", "es", "pt"))
    }

    /// One of three texts: English, Spanish, Portuguese.
    #[must_use]
    pub fn one_of<'t>(self, (en, es, pt): (&'t str, &'t str, &'t str)) -> &'t str {
        match self {
            Self::En => en,
            Self::Es => es,
            Self::Pt => pt,
        }
    }

    /// The text of a label in this language.
    #[must_use]
    pub fn of(self, label: &Label) -> &str {
        self.one_of((&label.en, &label.es, &label.pt))
    }
}

/// A word of the method sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Status,
    Sdg,
    Matrix,
    Unit,
    Better,
    Definition,
    Formula,
    Breakdowns,
    NeverCrossed,
    Mappings,
    Gives,
    DoesNotGive,
    Sources,
    Worked,
    None,
    Where,
    National,
    Comparable,
    MethodSheets,
    Indicator,
    Label,
    Or,
    By,
    Country,
    Form,
    Inputs,
    Yes,
    No,
    Lacking,
    SourceOf,
}

/// A word in a language.
pub(super) fn word(word: Word, language: Language) -> &'static str {
    language.one_of(match word {
        Word::Status => ("Status", "Estado", "Situação"),
        Word::Sdg => ("SDG indicator", "Indicador ODS", "Indicador ODS"),
        Word::Matrix => {
            ("Cell of the indicator matrix", "Celda de la matriz de indicadores", "Célula da matriz de indicadores")
        }
        Word::Unit => ("Unit", "Unidad", "Unidade"),
        Word::Better => ("Improvement", "Mejora", "Melhoria"),
        Word::Definition => ("Definition", "Definición", "Definição"),
        Word::Formula => ("Formula", "Fórmula", "Fórmula"),
        Word::Breakdowns => ("Permitted breakdowns", "Desagregaciones permitidas", "Desagregações permitidas"),
        Word::NeverCrossed => ("Never crossed", "Nunca se cruzan", "Nunca se cruzam"),
        Word::Mappings => {
            ("What national files give", "Qué entregan los archivos nacionales", "O que os arquivos nacionais fornecem")
        }
        Word::Gives => ("gives what it needs", "entrega lo necesario", "fornece o necessário"),
        Word::DoesNotGive => ("lacks", "carece de", "não tem"),
        Word::Sources => ("Sources", "Fuentes", "Fontes"),
        Word::Worked => ("Worked case", "Caso desarrollado", "Caso desenvolvido"),
        Word::None => ("none", "ninguna", "nenhuma"),
        Word::Where => ("where", "donde", "onde"),
        Word::National => ("National method of", "Método nacional de", "Método nacional de"),
        Word::Comparable => (
            "stands beside the comparable indicator",
            "acompaña al indicador comparable",
            "acompanha o indicador comparável",
        ),
        Word::MethodSheets => ("Method sheets", "Fichas metodológicas", "Fichas metodológicas"),
        Word::Indicator => ("Indicator", "Indicador", "Indicador"),
        Word::Label => ("Name", "Nombre", "Nome"),
        Word::Or => ("or", "o bien", "ou"),
        Word::By => ("by", "por", "por"),
        Word::Country => ("Country", "País", "País"),
        Word::Form => ("Form", "Forma", "Forma"),
        Word::Inputs => ("Inputs", "Insumos", "Insumos"),
        Word::Yes => ("yes", "sí", "sim"),
        Word::No => ("no", "no", "não"),
        Word::Lacking => ("lacks", "falta", "falta"),
        Word::SourceOf => ("a source of", "una fuente de", "uma fonte de"),
    })
}
