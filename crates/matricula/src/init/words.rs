//! The sentences of a proposal and its report, in the languages of the framework.

use matricula_spec::docs::Language;

use super::draft::{Doubt, How};

/// What is unsure, in one sentence.
pub(super) fn doubt(language: Language, doubt: &Doubt) -> String {
    let say = |en: String, es: String, pt: String| language.one_of((&en, &es, &pt)).to_owned();
    let plain = |en: &str, es: &str, pt: &str| say(en.to_owned(), es.to_owned(), pt.to_owned());
    match doubt {
        Doubt::NoColumn => {
            plain("no column is called like it", "ninguna columna se llama así", "nenhuma coluna tem um nome assim")
        }
        Doubt::Blank(column) => say(
            format!("the column {column} is blank in this file"),
            format!("la columna {column} está vacía en este archivo"),
            format!("a coluna {column} está vazia neste arquivo"),
        ),
        Doubt::OneCode(column) => say(
            format!("the column {column} has the same code in every row"),
            format!("la columna {column} tiene el mismo código en todas las filas"),
            format!("a coluna {column} tem o mesmo código em todas as linhas"),
        ),
        Doubt::TooMany(column) => say(
            format!("the column {column} has too many different values to be one of codes"),
            format!("la columna {column} tiene demasiados valores distintos para ser de códigos"),
            format!("a coluna {column} tem valores distintos demais para ser de códigos"),
        ),
        Doubt::Name(column) => say(
            format!("the name {column} only suggests it"),
            format!("el nombre {column} solo lo sugiere"),
            format!("o nome {column} apenas o sugere"),
        ),
        Doubt::Alternatives(columns) => {
            let columns = columns.join(", ");
            say(
                format!("other columns would do as well: {columns}"),
                format!("otras columnas también servirían: {columns}"),
                format!("outras colunas também serviriam: {columns}"),
            )
        }
        Doubt::LikeIdentifiers(columns) => {
            let columns = columns.join(", ");
            say(
                format!("nearly every row has a value of its own in {columns}"),
                format!("casi cada fila tiene un valor propio en {columns}"),
                format!("quase cada linha tem um valor próprio em {columns}"),
            )
        }
        Doubt::Codes(count) => say(
            format!("codes guessed: {count}"),
            format!("códigos supuestos: {count}"),
            format!("códigos supostos: {count}"),
        ),
        Doubt::Unknown(count) => say(
            format!("codes not understood: {count}"),
            format!("códigos no entendidos: {count}"),
            format!("códigos não entendidos: {count}"),
        ),
        Doubt::DayMonth(other) => say(
            format!("day and month may be exchanged: {other}"),
            format!("día y mes podrían estar invertidos: {other}"),
            format!("dia e mês podem estar trocados: {other}"),
        ),
        Doubt::BlankKeys(records) => say(
            format!("blank in {records} records, which perhaps are out of scope"),
            format!("vacío en {records} registros, que quizás estén fuera de alcance"),
            format!("vazio em {records} registros, que talvez estejam fora do escopo"),
        ),
        Doubt::Ages => plain(
            "levels and grades are guessed from the ages of the pupils and the official ages of the catalogue",
            "niveles y grados se suponen por las edades de los estudiantes y las edades oficiales del catálogo",
            "níveis e anos são supostos pelas idades dos estudantes e pelas idades oficiais do catálogo",
        ),
        Doubt::NoLevels => plain(
            "no ages tell the levels: the table must be filled",
            "ninguna edad indica los niveles: hay que completar la tabla",
            "nenhuma idade indica os níveis: é preciso preencher a tabela",
        ),
    }
}

/// That a column may hold numbers of pupils.
pub(super) fn count(language: Language) -> &'static str {
    language.one_of((
        "may hold numbers of pupils: a table is declared with `[amount.column]`, not `[amount.rows]`",
        "podría tener números de estudiantes: una tabla se declara con `[amount.column]`, no `[amount.rows]`",
        "pode ter números de estudantes: uma tabela se declara com `[amount.column]`, não `[amount.rows]`",
    ))
}

/// How a dimension comes about, for the report.
pub(super) fn how(language: Language, how: &How, column: Option<&str>) -> String {
    let column = column.unwrap_or_default();
    match how {
        How::Recode(_) => column.to_owned(),
        How::Levels => column.to_owned(),
        How::Born { column, format } => format!("{column} ({format})"),
        How::BornIn { year, month, day } => {
            let day = day.iter().map(String::as_str);
            [year.as_str(), month.as_str()].into_iter().chain(day).collect::<Vec<_>>().join(" + ")
        }
        How::Reported(column) => column.clone(),
        How::NotCollected => language.one_of(("nothing", "nada", "nada")).to_owned(),
    }
}

/// Why a code is unsure.
pub(super) fn code_doubt(language: Language, known: bool, by_majority: bool) -> &'static str {
    match (known, by_majority) {
        (false, _) => language.one_of(("not understood", "no entendido", "não entendido")),
        (true, true) => language.one_of((
            "guessed: most records have it",
            "supuesto: la mayoría de los registros lo tiene",
            "suposto: a maioria dos registros o tem",
        )),
        (true, false) => language.one_of(("guessed by convention", "supuesto por convención", "suposto por convenção")),
    }
}

/// The remark of a row of levels.
pub(super) fn level_note(language: Language, age: Option<i32>, labelled: Option<&str>) -> String {
    let mut note = match age {
        Some(age) => {
            let (en, es, pt) = (
                format!("unsure: the most frequent age is {age}"),
                format!("unsure: la edad más frecuente es {age}"),
                format!("unsure: a idade mais frequente é {age}"),
            );
            language.one_of((&en, &es, &pt)).to_owned()
        }
        None => language.one_of(("unsure: to be filled", "unsure: por completar", "unsure: a preencher")).to_owned(),
    };
    if let Some(label) = labelled {
        let says =
            language.one_of(("the file's label says", "la etiqueta del archivo dice", "o rótulo do arquivo diz"));
        note.push_str(&format!("; {says} {label}"));
    }
    note
}

/// What only the ministry knows, one sentence each.
pub(super) fn only_the_ministry(language: Language) -> [&'static str; 7] {
    [
        language.one_of((
            "Age reference date: the batch must state `age_reference_date`; there is no default.",
            "Fecha de referencia de la edad: el lote debe declarar `age_reference_date`; no hay valor por omisión.",
            "Data de referência da idade: o lote deve declarar `age_reference_date`; não há valor padrão.",
        )),
        language.one_of((
            "Enrolment moment: initial, census date, final or cumulative (`enrolment_moment` of the batch).",
            "Momento de la matrícula: inicial, fecha censal, final o acumulada (`enrolment_moment` del lote).",
            "Momento da matrícula: inicial, data do censo, final ou acumulada (`enrolment_moment` do lote).",
        )),
        language.one_of((
            "Rows out of scope: closed schools, complementary activities, courses beside another enrolment.",
            "Filas fuera de alcance: escuelas cerradas, actividades complementarias, cursos junto a otra matrícula.",
            "Linhas fora do escopo: escolas fechadas, atividades complementares, cursos ao lado de outra matrícula.",
        )),
        language.one_of((
            "Mobility: whom the proxy misses or counts wrongly (children of migrants born in the country, two nationalities, naturalised pupils, returnees).",
            "Movilidad: a quién el indicio no ve o cuenta mal (hijos de migrantes nacidos en el país, doble nacionalidad, nacionalizados, retornados).",
            "Mobilidade: quem o indício não vê ou conta errado (filhos de migrantes nascidos no país, dupla nacionalidade, naturalizados, retornados).",
        )),
        language.one_of((
            "ISCED: level, general or vocational, and kind of programme of every combination, as agreed with UIS.",
            "CINE: nivel, general o vocacional, y tipo de programa de cada combinación, según lo acordado con la UIS.",
            "ISCED: nível, geral ou profissional, e tipo de programa de cada combinação, conforme acordado com a UIS.",
        )),
        language.one_of((
            "Codes: the official list of every code; a guess here is a question to the office that produces the file.",
            "Códigos: la lista oficial de cada código; lo supuesto aquí es una pregunta a la oficina que produce el archivo.",
            "Códigos: a lista oficial de cada código; o suposto aqui é uma pergunta ao órgão que produz o arquivo.",
        )),
        language.one_of((
            "Years: since when each column has been collected (`[available]`).",
            "Años: desde cuándo se recoge cada columna (`[available]`).",
            "Anos: desde quando cada coluna é coletada (`[available]`).",
        )),
    ]
}
