//! The closed lists of an indicator's header, and the forms of formulas, in the three languages.

use super::words::Language;
use crate::model::formula::Formula;
use crate::model::indicator::{Better, MatrixCell, Unit};
use crate::model::mapping::Relation;
use crate::model::text::Status;

/// How far a definition has come.
#[must_use]
pub fn status(status: Status, language: Language) -> &'static str {
    language.one_of(match status {
        Status::Draft => ("draft", "borrador", "rascunho"),
        Status::Provisional => ("provisional", "provisional", "provisório"),
        Status::Official => ("official", "oficial", "oficial"),
        Status::Retired => ("retired", "retirado", "retirado"),
    })
}

/// The proxy behind `mobility`, in words.
#[must_use]
pub fn mobility_proxy(proxy: &str, language: Language) -> &str {
    // Other names are a finding (S016), and then there is no catalogue.
    language.one_of(match proxy {
        "protection-status" => ("protection status", "estatus de protección", "status de proteção"),
        "document-type" => ("type of document", "tipo de documento", "tipo de documento"),
        "country-of-birth" => ("country of birth", "país de nacimiento", "país de nascimento"),
        "nationality" => ("nationality", "nacionalidad", "nacionalidade"),
        "language" => ("language", "lengua", "língua"),
        "country-of-previous-schooling" => {
            ("country of previous schooling", "país de escolaridad anterior", "país de escolaridade anterior")
        }
        other => (other, other, other),
    })
}

/// How a source's category relates to ours.
#[must_use]
pub fn relation(relation: Relation, language: Language) -> &'static str {
    language.one_of(match relation {
        Relation::Exact => ("exact", "exacta", "exata"),
        Relation::Broader => ("broader", "más amplia", "mais ampla"),
        Relation::Narrower => ("narrower", "más estrecha", "mais estreita"),
        Relation::Close => ("close", "cercana", "próxima"),
    })
}

/// Unit of a value.
pub(super) fn unit(unit: Unit, language: Language) -> &'static str {
    language.one_of(match unit {
        Unit::Number => ("number", "número", "número"),
        Unit::Percent => ("percent", "porcentaje", "porcentagem"),
        Unit::Ratio => ("ratio", "razón", "razão"),
        Unit::Index => ("index", "índice", "índice"),
        Unit::Years => ("years", "años", "anos"),
    })
}

/// Which direction is an improvement.
pub(super) fn better(better: Better, language: Language) -> &'static str {
    language.one_of(match better {
        Better::Higher => ("higher", "mayor", "maior"),
        Better::Lower => ("lower", "menor", "menor"),
        Better::One => ("nearer to 1", "más cerca de 1", "mais perto de 1"),
        Better::Neutral => ("neutral", "neutro", "neutro"),
    })
}

/// A cell of the indicator matrix.
pub(super) fn matrix(cell: &MatrixCell, language: Language) -> String {
    // Other names are a finding (S021), and then there is no catalogue.
    let term = |name: &str| match name {
        "availability" => ("availability", "disponibilidad", "disponibilidade"),
        "accessibility" => ("accessibility", "accesibilidad", "acessibilidade"),
        "acceptability" => ("acceptability", "aceptabilidad", "aceitabilidade"),
        "adaptability" => ("adaptability", "adaptabilidad", "adaptabilidade"),
        "accountability" => ("accountability", "rendición de cuentas", "prestação de contas"),
        "structural" => ("structural", "estructural", "estrutural"),
        "access" => ("access", "acceso", "acesso"),
        "permanence-progression" => {
            ("permanence and progression", "permanencia y progresión", "permanência e progressão")
        }
        "graduation" => ("graduation", "egreso", "conclusão"),
        _ => ("", "", ""),
    };
    let named = |name: &str| Some(language.one_of(term(name)).to_owned()).filter(|term| !term.is_empty());
    let [dimension, cut] = [&cell.dimension, &cell.cut].map(|name| named(name).unwrap_or_else(|| name.clone()));
    format!("{dimension} x {cut}")
}

/// The form of a formula.
pub(super) fn form(formula: &Formula, language: Language) -> &'static str {
    language.one_of(match formula {
        Formula::Count { .. } => ("count", "conteo", "contagem"),
        Formula::Ratio(_) => ("ratio", "razón", "razão"),
        Formula::Share { .. } => ("share", "proporción", "proporção"),
        Formula::Parity { .. } => ("parity", "paridad", "paridade"),
        Formula::Flow { .. } => ("flow", "flujo", "fluxo"),
        Formula::LinkedSurvival(_) => {
            ("survival, linked records", "supervivencia, registros enlazados", "sobrevivência, registros vinculados")
        }
        Formula::Survival(_) => ("survival", "supervivencia", "sobrevivência"),
        Formula::LifeExpectancy { .. } => ("life expectancy", "esperanza de vida", "expectativa de vida"),
        Formula::Mean { .. } => ("mean", "media", "média"),
        Formula::Segregation { .. } => ("segregation", "segregación", "segregação"),
        Formula::NotFromRecords { .. } => ("not from records", "no de registros", "não de registros"),
    })
}
