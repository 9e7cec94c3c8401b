//! The words of a mapping's document: one table, from which enum and texts are made.

use crate::docs::words::Language;
use crate::model::mapping::{Absent, AgeBasis, CountedUnit, Repeats, RowKind, SplitMethod, Unlisted};

macro_rules! terms {
    ($($name:ident $en:literal $es:literal $pt:literal;)+) => {
        /// A word or sentence of the document.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Term { $($name,)+ }

        /// It in a language.
        pub(super) fn term(term: Term, language: Language) -> &'static str {
            language.one_of(match term { $(Term::$name => ($en, $es, $pt),)+ })
        }
    };
}

terms! {
    Title "Crosswalk of a national file" "Correspondencia de un archivo nacional" "Correspondência de um arquivo nacional";
    Purpose
        "How each code of the file is read, for the office that produces it to confirm. It holds no record and no count of records."
        "Cómo se lee cada código del archivo, para que lo confirme la oficina que lo produce. No contiene registros ni recuentos de registros."
        "Como se lê cada código do arquivo, para confirmação pelo órgão que o produz. Não contém registros nem contagens de registros.";
    WordsOfTheMapping
        "Reasons and notes are in the words of the specification."
        "Los motivos y las notas están en las palabras de la especificación."
        "Os motivos e as notas estão nas palavras da especificação.";
    Mapping "Mapping" "Correspondencia" "Correspondência";
    Status "Status" "Estado" "Situação";
    Units "What is counted" "Qué se cuenta" "O que se conta";
    Amount "What a row adds" "Qué suma una fila" "O que uma linha soma";
    OneEachRow "one record" "un registro" "um registro";
    NumberInColumn "the number in the column" "el número de la columna" "o número da coluna";
    NumberInEachColumn
        "the numbers of several columns, one record for each"
        "los números de varias columnas, un registro por cada una"
        "os números de várias colunas, um registro para cada uma";
    Decimals "decimals at most" "decimales como máximo" "casas decimais no máximo";
    SpelledMissing "missing is written" "sin dato se escribe" "sem dado escreve-se";
    Age "Age" "Edad" "Idade";
    Files "Files of the specification" "Archivos de la especificación" "Arquivos da especificação";
    Sources "Sources" "Fuentes" "Fontes";
    Mobility "What stands behind mobility" "Qué hay detrás de la movilidad" "O que está por trás da mobilidade";
    Proxy "Proxy" "Aproximación" "Aproximação";
    Weakness "Known weakness" "Debilidad conocida" "Fragilidade conhecida";
    Scope "Rows out of scope" "Filas fuera del alcance" "Linhas fora do escopo";
    ScopeIntroduction
        "These rows are not part of what is measured; they are counted by reason. Single codes that are out of scope stand in the tables below."
        "Estas filas no forman parte de lo que se mide; se cuentan por motivo. Los códigos fuera del alcance están en las tablas siguientes."
        "Estas linhas não fazem parte do que se mede; contam-se por motivo. Os códigos fora do escopo estão nas tabelas abaixo.";
    Is "is" "es" "é";
    IsNot "is not" "no es" "não é";
    And "and" "y" "e";
    Or "or" "o" "ou";
    Identifiers "Identifiers" "Identificadores" "Identificadores";
    IdentifiersIntroduction
        "They tell the records of one pupil, teacher or school from those of others while the file is read. No identifier is ever written."
        "Distinguen los registros de cada estudiante, docente o escuela mientras se lee el archivo. Nunca se escribe un identificador."
        "Distinguem os registros de cada estudante, docente ou escola enquanto o arquivo é lido. Nunca se escreve um identificador.";
    Together "together" "en conjunto" "em conjunto";
    FirstNotBlank "the first that is not blank" "la primera que no está en blanco" "a primeira que não está em branco";
    Coverage "Coverage" "Cobertura" "Cobertura";
    CodesCollected "codes collected" "códigos recogidos" "códigos coletados";
    IsSumOf "is the sum of" "es la suma de" "é a soma de";
    Complement
        "a part may be computed as its total minus the other parts"
        "una parte puede calcularse como su total menos las otras partes"
        "uma parte pode ser calculada como seu total menos as outras partes";
    MayBeAbsent "none where absent" "ninguno si falta" "nenhum se falta";
    Variables "Variables" "Variables" "Variáveis";
    Fixed "The same for every record" "El mismo para todos los registros" "O mesmo para todos os registros";
    ColumnHolds "Our codes stand in the column" "Nuestros códigos están en la columna" "Nossos códigos estão na coluna";
    Recoded "Translated by its table, from" "Se traduce con su tabla, desde" "Traduz-se por sua tabela, a partir de";
    GivesToo "The same table gives" "La misma tabla entrega" "A mesma tabela fornece";
    AgeAtReference
        "Derived: completed years at the age reference date of the source, from the birth date in"
        "Derivada: años cumplidos en la fecha de referencia de la fuente, desde la fecha de nacimiento en"
        "Derivada: anos completos na data de referência da fonte, a partir da data de nascimento em";
    Written "written" "escrita" "escrita";
    FirstOfMonth
        "the first of the month stands for the day"
        "el primero del mes hace de día"
        "o primeiro do mês faz as vezes do dia";
    NumberedCode "Derived: a prefix and the number in the column" "Derivada: un prefijo y el número de la columna" "Derivada: um prefixo e o número da coluna";
    Added "added to the number first" "se suma antes al número" "soma-se antes ao número";
    FirstNonEmpty
        "Derived: our code in the first of these columns that is not blank"
        "Derivada: nuestro código en la primera de estas columnas que no está en blanco"
        "Derivada: nosso código na primeira destas colunas que não está em branco";
    Band "Derived: the band of the number in the column" "Derivada: el tramo del número de la columna" "Derivada: a faixa do número da coluna";
    Below "below" "menos de" "abaixo de";
    From "from" "desde" "a partir de";
    Until "until" "hasta" "até";
    NotCollected "Exists and was not collected" "Existe y no se recogió" "Existe e não foi coletada";
    Impossible "Cannot exist in this source" "No puede existir en esta fuente" "Não pode existir nesta fonte";
    Usable "Years in which it can be used" "Años en que puede usarse" "Anos em que pode ser usada";
    OutsideYears "in other years it is not collected" "en otros años no está recogida" "em outros anos não está coletada";
    Unpivoted "Given by the column that the record comes from" "La entrega la columna de la que viene el registro" "É dada pela coluna de onde vem o registro";
    SourceCode "Source code" "Código de la fuente" "Código da fonte";
    OurCode "Our code" "Nuestro código" "Nosso código";
    Label "Label" "Etiqueta" "Rótulo";
    RelationHead "Relation" "Relación" "Relação";
    Valid "Valid" "Vigencia" "Vigência";
    OutOfScope "Out of scope" "Fuera del alcance" "Fora do escopo";
    Note "Note" "Nota" "Nota";
    Blank "(blank)" "(en blanco)" "(em branco)";
    RelationIntroduction
        "Relation: exact, the same category; broader, the source's category is wider than ours; narrower, it is a part of ours; close, near and not the same."
        "Relación: exacta, la misma categoría; más amplia, la categoría de la fuente es más amplia que la nuestra; más estrecha, es parte de la nuestra; cercana, parecida y no igual."
        "Relação: exata, a mesma categoria; mais ampla, a categoria da fonte é mais ampla que a nossa; mais estreita, é parte da nossa; próxima, parecida e não igual.";
    WideColumns "Columns that become records" "Columnas que se vuelven registros" "Colunas que se tornam registros";
    WideIntroduction
        "Each row gives one record for each of these columns, with these codes."
        "Cada fila entrega un registro por cada una de estas columnas, con estos códigos."
        "Cada linha fornece um registro para cada uma destas colunas, com estes códigos.";
    Column "Column" "Columna" "Coluna";
    Variable "Variable" "Variable" "Variável";
    Code "Code" "Código" "Código";
    HowGiven "How it is given" "Cómo se entrega" "Como é dada";
    Table "Table" "Tabla" "Tabela";
    NotSpokenOf "Not spoken of, and so not collected" "No mencionadas y, por lo tanto, no recogidas" "Não mencionadas e, portanto, não coletadas";
    Signature "Signature" "Firma" "Assinatura";
    Confirmation
        "I confirm that this document says how the codes of the file are to be read, with the corrections noted on it."
        "Confirmo que este documento dice cómo deben leerse los códigos del archivo, con las correcciones anotadas en él."
        "Confirmo que este documento diz como devem ser lidos os códigos do arquivo, com as correções nele anotadas.";
    Name "Name" "Nombre" "Nome";
    Office "Office" "Cargo e institución" "Cargo e instituição";
    Date "Date" "Fecha" "Data";
}

/// What is counted.
pub(super) fn unit(unit: CountedUnit, language: Language) -> &'static str {
    language.one_of(match unit {
        CountedUnit::Student => ("students", "estudiantes", "estudantes"),
        CountedUnit::Teacher => ("teachers", "docentes", "docentes"),
        CountedUnit::School => ("schools", "escuelas", "escolas"),
        CountedUnit::Person => ("persons of the population", "personas de la población", "pessoas da população"),
    })
}

/// Where age comes from.
pub(super) fn age_basis(basis: AgeBasis, language: Language) -> &'static str {
    language.one_of(match basis {
        AgeBasis::BirthDate => (
            "from the birth date, at the source's reference date",
            "de la fecha de nacimiento, en la fecha de referencia de la fuente",
            "da data de nascimento, na data de referência da fonte",
        ),
        AgeBasis::Reported => ("as the file reports it", "como la informa el archivo", "como o arquivo a informa"),
    })
}

/// What the rows of an aggregated source are.
pub(super) fn row_kind(kind: RowKind, language: Language) -> &'static str {
    language.one_of(match kind {
        RowKind::Pieces => ("rows are disjoint", "las filas son disjuntas", "as linhas são disjuntas"),
        RowKind::Cells => (
            "rows are the cells of a table with totals; nothing is added twice",
            "las filas son las celdas de una tabla con totales; nada se suma dos veces",
            "as linhas são as células de uma tabela com totais; nada se soma duas vezes",
        ),
    })
}

/// What several rows with the same coordinates mean.
pub(super) fn repeats(repeats: Repeats, language: Language) -> &'static str {
    language.one_of(match repeats {
        Repeats::Error => {
            ("each cell stands in one row", "cada celda está en una fila", "cada célula está em uma linha")
        }
        Repeats::Sum => (
            "rows with the same codes are added",
            "las filas con los mismos códigos se suman",
            "as linhas com os mesmos códigos se somam",
        ),
    })
}

/// What an absent cell means.
pub(super) fn absent(absent: Absent, language: Language) -> &'static str {
    language.one_of(match absent {
        Absent::Zero => (
            "What is absent is a true zero, inside what was collected.",
            "Lo que falta es un cero verdadero, dentro de lo recogido.",
            "O que falta é um zero verdadeiro, dentro do que foi coletado.",
        ),
        Absent::Missing => {
            ("What is absent is missing.", "Lo que falta es un dato faltante.", "O que falta é um dado faltante.")
        }
    })
}

/// What becomes of a code that is not listed.
pub(super) fn unlisted(unlisted: Unlisted, language: Language) -> &'static str {
    language.one_of(match unlisted {
        Unlisted::Error => (
            "A code that is not listed stops the source.",
            "Un código que no está en la lista detiene la fuente.",
            "Um código que não está na lista interrompe a fonte.",
        ),
        Unlisted::Unmapped => (
            "A code that is not listed counts as unknown and is reported.",
            "Un código que no está en la lista cuenta como desconocido y se informa.",
            "Um código que não está na lista conta como desconhecido e é informado.",
        ),
    })
}

/// How bands become single codes.
pub(super) fn split(method: SplitMethod, language: Language) -> &'static str {
    language.one_of(match method {
        SplitMethod::Uniform => (
            "Bands are split into the codes under them in equal parts.",
            "Los tramos se reparten en partes iguales entre los códigos que abarcan.",
            "As faixas são divididas em partes iguais entre os códigos que abrangem.",
        ),
    })
}
