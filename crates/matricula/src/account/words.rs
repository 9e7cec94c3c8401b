//! The words of the account: one table, from which enum and texts are made.

use matricula_engine::ledger::Fate;
use matricula_engine::review::disaggregation::DisaggregationState;
use matricula_spec::Severity;
use matricula_spec::docs::Language;
use matricula_spec::model::batch::EnrolmentMoment;

use crate::masking::Part;

macro_rules! terms {
    ($($name:ident $en:literal $es:literal $pt:literal;)+) => {
        /// A word or sentence of the account.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Term { $($name,)+ }

        /// It in a language.
        pub(super) fn term(term: Term, language: Language) -> &'static str {
            language.one_of(match term { $(Term::$name => ($en, $es, $pt),)+ })
        }
    };
}

terms! {
    Title "Account of the records" "Rendición de cuentas de los registros" "Prestação de contas dos registros";
    Restricted
        "RESTRICTED: counts are exact and may be about a single child. Keep this file where records of pupils are kept; do not publish or send it."
        "RESTRINGIDO: los recuentos son exactos y pueden referirse a un solo niño o niña. Guarde este archivo donde se guardan los registros de estudiantes; no lo publique ni lo envíe."
        "RESTRITO: as contagens são exatas e podem se referir a uma única criança. Guarde este arquivo onde se guardam os registros de estudantes; não o publique nem o envie.";
    InTheWords
        "Reasons are in the words of the specification, findings in English."
        "Los motivos están en las palabras de la especificación; los hallazgos, en inglés."
        "Os motivos estão nas palavras da especificação; os achados, em inglês.";
    AllSources "All sources" "Todas las fuentes" "Todas as fontes";
    Source "Source" "Fuente" "Fonte";
    Mapping "Mapping" "Correspondencia" "Correspondência";
    Country "Country" "País" "País";
    Year "Year in which the school year ends" "Año en que termina el año escolar" "Ano em que termina o ano letivo";
    Moment "Enrolment counted" "Matrícula contada" "Matrícula contada";
    AgeReference "Age reference date" "Fecha de referencia de la edad" "Data de referência da idade";
    Vintage "Vintage of the population" "Revisión de la población" "Revisão da população";
    Proxy "What stands behind mobility" "Qué hay detrás de la movilidad" "O que está por trás da mobilidade";
    Files "Files" "Archivos" "Arquivos";
    File "File" "Archivo" "Arquivo";
    Bytes "Bytes" "Bytes" "Bytes";
    NoFile "No file could be read." "No se pudo leer ningún archivo." "Nenhum arquivo pôde ser lido.";
    Rows "What became of the records" "Qué pasó con los registros" "O que aconteceu com os registros";
    Fate "What became of it" "Qué pasó" "O que aconteceu";
    Reason "Reason or rule" "Motivo o regla" "Motivo ou regra";
    Meaning "Meaning" "Significado" "Significado";
    Records "Records" "Registros" "Registros";
    Read "Records read" "Registros leídos" "Registros lidos";
    Used "Used" "Se usa" "É usada";
    Yes "yes" "sí" "sim";
    NotUsed "no, because of errors" "no, por errores" "não, por causa de erros";
    Refused
        "Nothing of this source is used, because of errors: see its findings."
        "Nada de esta fuente se usa, por errores: vea sus hallazgos."
        "Nada desta fonte é usado, por causa de erros: veja seus achados.";
    Flows "Pupils followed from year to year" "Estudiantes seguidos de un año a otro" "Estudantes acompanhados de um ano a outro";
    FlowsIntroduction
        "Initial programmes, all grades of a level but the last. The reconstructed cohort takes every new pupil of the next grade for a promoted one; linked records tell who returned, has a first record, or comes from elsewhere. These pupils, less what was recorded under another group in the other year, are the whole difference of the two percentages. Who has no record a year later has not necessarily left school. flows.csv has every grade."
        "Programas iniciales, todos los grados de un nivel salvo el último. La cohorte reconstruida toma a cada estudiante nuevo del grado siguiente por promovido; los registros enlazados dicen quién vuelve, quién tiene un primer registro y quién viene de otra parte. Esos estudiantes, menos lo registrado bajo otro grupo en el otro año, son toda la diferencia entre los dos porcentajes. Quien no tiene registro un año después no necesariamente dejó la escuela. flows.csv trae cada grado."
        "Programas regulares, todos os anos de um nível menos o último. A coorte reconstruída toma cada estudante novo do ano seguinte por promovido; os registros vinculados dizem quem volta, quem tem um primeiro registro e quem vem de outra parte. Esses estudantes, menos o registrado em outro grupo no outro ano, são toda a diferença entre as duas porcentagens. Quem não tem registro um ano depois não necessariamente deixou a escola. flows.csv traz cada ano.";
    Level "Level" "Nivel" "Nível";
    Group "Group" "Grupo" "Grupo";
    Pupils "Pupils" "Estudiantes" "Estudantes";
    LinkedPromotion "Promoted, linked" "Promovidos, enlazados" "Promovidos, vinculados";
    ReconstructedPromotion "Promoted, reconstructed" "Promovidos, reconstruida" "Promovidos, reconstruída";
    NextReturned "New in the next grade: returned" "Nuevos en el grado siguiente: vuelven" "Novos no ano seguinte: voltam";
    NextFirst "New: no earlier record" "Nuevos: sin registro previo" "Novos: sem registro prévio";
    NextOther "New: from elsewhere" "Nuevos: de otra parte" "Novos: de outra parte";
    NextUnknown "New: no identifier" "Nuevos: sin identificador" "Novos: sem identificador";
    NotFound "No record a year later" "Sin registro un año después" "Sem registro um ano depois";
    Findings "Findings" "Hallazgos" "Achados";
    NoFindings "No findings." "Sin hallazgos." "Sem achados.";
    OtherFindings "Findings on the batch" "Hallazgos sobre el lote" "Achados sobre o lote";
    Found "Found" "Se encontró" "Encontrou-se";
    At "at" "en" "em";
    RecordsConcerned "records concerned" "registros afectados" "registros afetados";
    WhatToDo "What to do" "Qué hacer" "O que fazer";
    Variables "Variable by variable" "Variable por variable" "Variável por variável";
    VariablesIntroduction
        "Each variable says of every record in scope what became of its code."
        "Cada variable dice de cada registro dentro del alcance qué pasó con su código."
        "Cada variável diz de cada registro dentro do escopo o que aconteceu com seu código.";
    Codes "Codes" "Códigos" "Códigos";
    Comparability "What it means for comparability" "Qué significa para la comparabilidad" "O que significa para a comparabilidade";
    InScope "Records in scope" "Registros dentro del alcance" "Registros dentro do escopo";
    SourceCode "Source code" "Código de la fuente" "Código da fonte";
    OurCode "Our code" "Nuestro código" "Nosso código";
    Label "Label" "Etiqueta" "Rótulo";
    Relation "Relation" "Relación" "Relação";
    Blank "(blank)" "(en blanco)" "(em branco)";
    NotReadable "(not readable)" "(ilegible)" "(ilegível)";
    NotListed "(not listed)" "(no está en la lista)" "(não está na lista)";
    FurtherCodes "further codes, in ledger.csv" "otros códigos, en ledger.csv" "outros códigos, em ledger.csv";
    NotGiven
        "Variables without codes in the file"
        "Variables sin códigos en el archivo"
        "Variáveis sem códigos no arquivo";
    Variable "Variable" "Variable" "Variável";
    State "State" "Estado" "Estado";
    Why "Why" "Por qué" "Por quê";
    SameForAll "the same for every record" "lo mismo para todos los registros" "o mesmo para todos os registros";
    OutsideYears "not usable in this year" "no puede usarse en este año" "não pode ser usada neste ano";
    Breakdowns
        "Figures and breakdowns that are not there"
        "Cifras y desagregaciones que faltan"
        "Números e desagregações que faltam";
    BreakdownsIntroduction
        "Of the figures that this source leads: those that could not be computed, and the permitted breakdowns that the others do not have; in at least one country and year."
        "De las cifras que esta fuente encabeza: las que no se pudieron calcular y las desagregaciones permitidas que las demás no tienen; en al menos un país y año."
        "Dos números que esta fonte encabeça: os que não puderam ser calculados e as desagregações permitidas que os demais não têm; em pelo menos um país e ano.";
    NothingLacks
        "None that the batch asks for is lacking."
        "No falta ninguna de las que pide el lote."
        "Não falta nenhuma das que o lote pede.";
    LeadsNone
        "This source leads no figure of the batch."
        "Esta fuente no encabeza ninguna cifra del lote."
        "Esta fonte não encabeça nenhum número do lote.";
    NoFigures "No figure was computed." "No se calculó ninguna cifra." "Nenhum número foi calculado.";
    Breakdown "Breakdown" "Desagregación" "Desagregação";
    Whole "the figure as a whole" "la cifra entera" "o número inteiro";
    Indicators "Indicators" "Indicadores" "Indicadores";
    Which "Which" "Cuáles" "Quais";
    Further "more in disaggregation.csv" "más en disaggregation.csv" "mais em disaggregation.csv";
    WithoutSource "Indicators without a source in some country and year" "Indicadores sin fuente en algún país y año" "Indicadores sem fonte em algum país e ano";
}

/// What became of some records.
pub(super) fn part(part: Part, language: Language) -> &'static str {
    language.one_of(match part {
        Part::Kept => ("kept", "conservados", "mantidos"),
        Part::OutOfScope => ("out of scope", "fuera del alcance", "fora do escopo"),
        Part::SetAside => ("set aside", "apartados", "postos à parte"),
        Part::Duplicates => ("duplicates", "duplicados", "duplicados"),
        Part::Ragged => (
            "rows with a wrong number of fields",
            "filas con un número de campos distinto",
            "linhas com outro número de campos",
        ),
    })
}

/// What became of a code.
pub(super) fn fate(fate: Fate, language: Language) -> &'static str {
    language.one_of(match fate {
        Fate::Kept => ("kept", "conservado", "mantido"),
        Fate::Recoded => ("recoded", "recodificado", "recodificado"),
        Fate::Collapsed => ("collapsed", "agrupado", "agrupado"),
        Fate::Missing => ("missing", "sin dato", "sem dado"),
        Fate::Unmapped => ("unmapped", "sin correspondencia", "sem correspondência"),
    })
}

/// What that means for comparability.
pub(super) fn comparability(fate: Fate, language: Language) -> &'static str {
    language.one_of(match fate {
        Fate::Kept => ("the file uses our code", "el archivo usa nuestro código", "o arquivo usa nosso código"),
        Fate::Recoded => (
            "translated to a code of its own; no distinction is lost",
            "traducido a un código propio; no se pierde ninguna distinción",
            "traduzido a um código próprio; nenhuma distinção se perde",
        ),
        Fate::Collapsed => (
            "shares our code with other codes of the file; comparable, and the finer distinction is not in the figures",
            "comparte nuestro código con otros del archivo; es comparable, y la distinción más fina no está en las cifras",
            "partilha nosso código com outros do arquivo; é comparável, e a distinção mais fina não está nos números",
        ),
        Fate::Missing => (
            "blank: counts as unknown, in totals and in no category",
            "en blanco: cuenta como desconocido, en los totales y en ninguna categoría",
            "em branco: conta como desconhecido, nos totais e em nenhuma categoria",
        ),
        Fate::Unmapped => (
            "counts as unknown, in totals and in no category, until the code is confirmed with the producer",
            "cuenta como desconocido, en los totales y en ninguna categoría, hasta confirmar el código con el productor",
            "conta como desconhecido, nos totais e em nenhuma categoria, até que o código seja confirmado com o produtor",
        ),
    })
}

/// Why a breakdown is not there.
pub(super) fn state(state: DisaggregationState, language: Language) -> &'static str {
    language.one_of(match state {
        DisaggregationState::Computed => ("computed", "calculada", "calculada"),
        DisaggregationState::NotCollected => ("not collected", "no recogida", "não coletada"),
        DisaggregationState::Impossible => ("cannot exist", "no puede existir", "não pode existir"),
        DisaggregationState::Unmapped => ("not spoken of", "no mencionada", "não mencionada"),
        DisaggregationState::DenominatorMissing => (
            "denominator or further year lacks it",
            "falta en el denominador o en otro año",
            "falta no denominador ou em outro ano",
        ),
        DisaggregationState::Missing => ("collected, no figure", "recogida, sin cifra", "coletada, sem número"),
        DisaggregationState::NotReleased => ("not released", "no autorizada", "não autorizada"),
        DisaggregationState::NotAsked => ("not asked for", "no pedida", "não pedida"),
    })
}

/// How serious a finding is.
pub(super) fn severity(severity: Severity, language: Language) -> &'static str {
    language.one_of(match severity {
        Severity::Error => ("Error", "Error", "Erro"),
        Severity::Warning => ("Warning", "Advertencia", "Advertência"),
    })
}

/// When enrolment was counted.
pub(super) fn moment(moment: EnrolmentMoment, language: Language) -> &'static str {
    language.one_of(match moment {
        EnrolmentMoment::Initial => {
            ("at the start of the school year", "al inicio del año escolar", "no início do ano letivo")
        }
        EnrolmentMoment::CensusDate => ("on a census date", "en una fecha censal", "em uma data censitária"),
        EnrolmentMoment::Final => ("at the end of the school year", "al final del año escolar", "no fim do ano letivo"),
        EnrolmentMoment::Cumulative => (
            "everybody enrolled at some time; transfers count twice",
            "quienes estuvieron matriculados en algún momento; los traslados cuentan dos veces",
            "todos os matriculados em algum momento; as transferências contam duas vezes",
        ),
    })
}
