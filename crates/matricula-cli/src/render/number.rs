//! Numbers for people: thousands apart, few decimals.

use matricula::masking::Masked;
use matricula::spec::model::indicator::Unit;
use matricula::{Number, ObsStatus};

/// A number of rows, masked where it is small.
pub(crate) fn counted(rows: Masked<u64>) -> String {
    match rows {
        Masked::Shown(rows) => thousands(&rows.to_string()),
        hidden => hidden.to_string(),
    }
}

/// An exact number, such as a numerator.
pub(crate) fn exact(number: Masked<Option<Number>>) -> String {
    match number {
        Masked::Shown(Some(number)) => thousands(&number.to_string()),
        Masked::Shown(None) => "none".to_owned(),
        Masked::Small => Masked::<u64>::Small.to_string(),
        Masked::Withheld => Masked::<u64>::Withheld.to_string(),
    }
}

/// A value, rounded for reading; the code of its status in brackets where there is none.
pub(crate) fn value(value: Masked<Option<Number>>, unit: Unit, status: ObsStatus) -> String {
    match value {
        Masked::Shown(Some(number)) => match unit {
            Unit::Number => thousands(&number.to_string()),
            Unit::Index => format!("{:.3}", number.to_f64()),
            Unit::Percent | Unit::Ratio | Unit::Years => format!("{:.2}", number.to_f64()),
        },
        Masked::Shown(None) => format!("({})", status.code()),
        hidden => exact(hidden),
    }
}

/// The unit in words.
pub(crate) fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Number => "",
        Unit::Percent => "percent",
        Unit::Ratio => "ratio",
        Unit::Index => "index",
        Unit::Years => "years",
    }
}

/// What a status means.
pub(crate) fn status(status: ObsStatus) -> &'static str {
    match status {
        ObsStatus::Normal => "a figure",
        ObsStatus::Missing => "missing although collected, or the education system is not known",
        ObsStatus::NotCollected => "exists, was not collected",
        ObsStatus::NotApplicable => "cannot exist, or the denominator is 0",
    }
}

fn thousands(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut apart = String::from(sign);
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    fraction.map_or(apart.clone(), |fraction| format!("{apart}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_stand_apart() {
        let apart = ["0", "999", "1000", "-1234567", "1234.56"].map(thousands);
        assert_eq!(apart, ["0", "999", "1,000", "-1,234,567", "1,234.56"]);
    }
}
