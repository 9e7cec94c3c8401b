//! Texts that people read, and where a statement comes from.

/// A text in the three languages of the framework.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
    /// Portuguese.
    pub pt: String,
}

/// Where a definition, a code or a number comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Title of the publication or dataset, with its producer.
    pub title: String,
    /// Address, where there is a stable one.
    pub url: Option<String>,
}

/// How far a specification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Being written; not for use in a publication.
    Draft,
    /// In use, may be replaced when the official list is known.
    Provisional,
    /// As the custodian agency publishes it.
    Official,
    /// No longer published by its custodian; kept so that old figures can be reproduced.
    Retired,
}

/// A calendar date of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Four-digit year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Date {
    /// The date, or nothing where the calendar has no such day.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// Completed years from `birth` to this date; negative for a birth in the future.
    #[must_use]
    pub fn completed_years_since(self, birth: Self) -> i32 {
        let had_birthday = (self.month, self.day) >= (birth.month, birth.day);
        self.year - birth.year - i32::from(!had_birthday)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_completed_years() {
        let at = |y, m, d| Date::new(y, m, d).expect("a real day");
        assert_eq!(at(2022, 6, 30).completed_years_since(at(2016, 6, 30)), 6);
        assert_eq!(at(2022, 6, 30).completed_years_since(at(2016, 7, 1)), 5);
        assert_eq!(at(2022, 2, 28).completed_years_since(at(2016, 2, 29)), 5);
        assert_eq!(at(2022, 1, 1).completed_years_since(at(2023, 1, 1)), -1);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert!(Date::new(2023, 2, 29).is_none());
        assert!(Date::new(2024, 2, 29).is_some());
        assert!(Date::new(1900, 2, 29).is_none());
        assert!(Date::new(2024, 13, 1).is_none());
        assert!(Date::new(2024, 4, 31).is_none());
        assert!(Date::new(2024, 4, 0).is_none());
    }
}
