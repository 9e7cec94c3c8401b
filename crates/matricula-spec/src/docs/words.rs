//! The headings of method sheets in the three languages.

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
    /// The text of a label in this language.
    #[must_use]
    pub fn of(self, label: &Label) -> &str {
        match self {
            Self::En => &label.en,
            Self::Es => &label.es,
            Self::Pt => &label.pt,
        }
    }
}

/// A word or sentence of the method sheets.
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
    AgeClass,
    YearsOverAge,
    Known,
}

/// A word in English, Spanish and Portuguese.
pub(super) fn word(word: Word, language: Language) -> &'static str {
    let (en, es, pt) = match word {
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
        Word::AgeClass => (
            "ages follow from the country's education system in that year",
            "las edades se derivan del sistema educativo del país en ese año",
            "as idades seguem do sistema educacional do país nesse ano",
        ),
        Word::YearsOverAge => (
            "years above the official age of the pupil's own grade",
            "años sobre la edad oficial del grado del estudiante",
            "anos acima da idade oficial do ano ou série do estudante",
        ),
        Word::Known => (
            "records whose status is not known are left out of the whole",
            "los registros cuya condición se desconoce no forman parte del total",
            "registros cuja condição é desconhecida não fazem parte do total",
        ),
    };
    match language {
        Language::En => en,
        Language::Es => es,
        Language::Pt => pt,
    }
}
