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
    GradesBeforeLast,
    NotFromRecords,
    CapSexes,
    CapComplement,
    RedistributeAge,
    LastGrade,
    RepeatsPerCycle,
    RepeatsPerGrade,
    AsObserved,
    OpenUis,
    Otherwise,
    National,
    Comparable,
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
        other => remark(other),
    };
    match language {
        Language::En => en,
        Language::Es => es,
        Language::Pt => pt,
    }
}

/// A remark on how a formula is applied, in English, Spanish and Portuguese.
fn remark(word: Word) -> (&'static str, &'static str, &'static str) {
    match word {
        Word::GradesBeforeLast => (
            "grades before the last of the level",
            "grados antes del último del nivel",
            "anos ou séries antes do último do nível",
        ),
        Word::NotFromRecords => (
            "Cannot come from enrolment, teacher and school records",
            "No puede obtenerse de registros de matrícula, docentes y escuelas",
            "Não pode ser obtido de registros de matrículas, docentes e escolas",
        ),
        Word::CapSexes => (
            "above the scale: one factor, scale / max(F, M), on girls, boys and the total; the value before it is kept",
            "por encima de la escala: un solo factor, escala / máx(F, M), para niñas, niños y total; se conserva el valor anterior",
            "acima da escala: um só fator, escala / máx(F, M), para meninas, meninos e total; o valor anterior é mantido",
        ),
        Word::CapComplement => (
            "never below 0: the factor of a capped rate acts on scale minus the value; the value before it is kept",
            "nunca bajo 0: el factor de una tasa limitada actúa sobre la escala menos el valor; se conserva el valor anterior",
            "nunca abaixo de 0: o fator de uma taxa limitada atua sobre a escala menos o valor; o valor anterior é mantido",
        ),
        Word::RedistributeAge => (
            "unknown ages are spread over the known ones where they are many",
            "las edades desconocidas se distribuyen entre las conocidas cuando son muchas",
            "idades desconhecidas são distribuídas entre as conhecidas quando são muitas",
        ),
        Word::LastGrade => ("the last grade", "el último grado", "o último ano ou série"),
        Word::RepeatsPerCycle => (
            "most repetitions of a pupil in the whole cycle",
            "máximo de repeticiones de un estudiante en todo el ciclo",
            "máximo de repetições de um estudante em todo o ciclo",
        ),
        Word::RepeatsPerGrade => (
            "most repetitions of a pupil in each grade",
            "máximo de repeticiones de un estudiante en cada grado",
            "máximo de repetições de um estudante em cada ano ou série",
        ),
        Word::AsObserved => (
            "rates as observed; a grade with p + r > 1 is flagged open-cohort",
            "tasas observadas; un grado con p + r > 1 se marca open-cohort",
            "taxas observadas; um ano ou série com p + r > 1 é marcado open-cohort",
        ),
        Word::OpenUis => (
            "where p + r > 1 for girls or boys: one factor, 1 / max(F, M), on p and r of girls, boys and the total; the value before it is kept",
            "donde p + r > 1 para niñas o niños: un solo factor, 1 / máx(F, M), para p y r de niñas, niños y total; se conserva el valor anterior",
            "onde p + r > 1 para meninas ou meninos: um só fator, 1 / máx(F, M), para p e r de meninas, meninos e total; o valor anterior é mantido",
        ),
        Word::Otherwise => (
            "where no source gives it",
            "donde ninguna fuente lo entrega",
            "onde nenhuma fonte o fornece",
        ),
        Word::National => ("National method of", "Método nacional de", "Método nacional de"),
        Word::Comparable => (
            "stands beside the comparable indicator",
            "acompaña al indicador comparable",
            "acompanha o indicador comparável",
        ),
        _ => ("", "", ""),
    }
}
