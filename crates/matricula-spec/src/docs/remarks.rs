//! Remarks on how a formula is applied, in the three languages.

use super::words::Language;

/// A remark on how a formula is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remark {
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
}

/// A remark in a language.
pub(super) fn remark(remark: Remark, language: Language) -> &'static str {
    language.one_of(match remark {
        Remark::AgeClass => (
            "ages follow from the country's education system in that year",
            "las edades se derivan del sistema educativo del país en ese año",
            "as idades seguem do sistema educacional do país nesse ano",
        ),
        Remark::YearsOverAge => (
            "years above the official age of the pupil's own grade",
            "años sobre la edad oficial del grado del estudiante",
            "anos acima da idade oficial do ano ou série do estudante",
        ),
        Remark::Known => (
            "records whose status is not known are left out of the whole",
            "los registros cuya condición se desconoce no forman parte del total",
            "registros cuja condição é desconhecida não fazem parte do total",
        ),
        Remark::GradesBeforeLast => (
            "grades before the last of the level",
            "grados antes del último del nivel",
            "anos ou séries antes do último do nível",
        ),
        Remark::NotFromRecords => (
            "Cannot come from enrolment, teacher and school records",
            "No puede obtenerse de registros de matrícula, docentes y escuelas",
            "Não pode ser obtido de registros de matrículas, docentes e escolas",
        ),
        Remark::CapSexes => (
            "above the scale: one factor, scale / max(F, M), on girls, boys and the total; the value before it is kept",
            "por encima de la escala: un solo factor, escala / máx(F, M), para niñas, niños y total; se conserva el valor anterior",
            "acima da escala: um só fator, escala / máx(F, M), para meninas, meninos e total; o valor anterior é mantido",
        ),
        Remark::CapComplement => (
            "never below 0: the factor of a capped rate acts on scale minus the value; the value before it is kept",
            "nunca bajo 0: el factor de una tasa limitada actúa sobre la escala menos el valor; se conserva el valor anterior",
            "nunca abaixo de 0: o fator de uma taxa limitada atua sobre a escala menos o valor; o valor anterior é mantido",
        ),
        Remark::RedistributeAge => (
            "unknown ages are spread over the known ones where they are many",
            "las edades desconocidas se distribuyen entre las conocidas cuando son muchas",
            "idades desconhecidas são distribuídas entre as conhecidas quando são muitas",
        ),
        Remark::LastGrade => ("the last grade", "el último grado", "o último ano ou série"),
        Remark::RepeatsPerCycle => (
            "most repetitions of a pupil in the whole cycle",
            "máximo de repeticiones de un estudiante en todo el ciclo",
            "máximo de repetições de um estudante em todo o ciclo",
        ),
        Remark::RepeatsPerGrade => (
            "most repetitions of a pupil in each grade",
            "máximo de repeticiones de un estudiante en cada grado",
            "máximo de repetições de um estudante em cada ano ou série",
        ),
        Remark::AsObserved => (
            "rates as observed; a grade with p + r > 1 is flagged open-cohort",
            "tasas observadas; un grado con p + r > 1 se marca open-cohort",
            "taxas observadas; um ano ou série com p + r > 1 é marcado open-cohort",
        ),
        Remark::OpenUis => (
            "where p + r > 1 for girls or boys: one factor, 1 / max(F, M), on p and r of girls, boys and the total; the value before it is kept",
            "donde p + r > 1 para niñas o niños: un solo factor, 1 / máx(F, M), para p y r de niñas, niños y total; se conserva el valor anterior",
            "onde p + r > 1 para meninas ou meninos: um só fator, 1 / máx(F, M), para p e r de meninas, meninos e total; o valor anterior é mantido",
        ),
        Remark::Otherwise => (
            "where no source gives it",
            "donde ninguna fuente lo entrega",
            "onde nenhuma fonte o fornece",
        ),
    })
}
