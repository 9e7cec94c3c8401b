//! What values look like, as counts: no value is kept.

/// Formats of a day of birth that a mapping can declare, in the order in which they are tried.
pub(super) const DATES: [&str; 8] =
    ["YYYYMMDD", "YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "YYYY/MM/DD", "DD.MM.YYYY", "YYYYMM"];

/// A column is of a kind if so many of a hundred of its values are.
const MOSTLY: u64 = 90;

/// How many values look like what.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes {
    values: u64,
    whole: u64,
    ages: u64,
    months: u64,
    days: u64,
    years: u64,
    dates: [u64; DATES.len()],
}

impl Shapes {
    /// Takes note of a value that is not blank and occurs so often.
    pub(super) fn see(&mut self, value: &[u8], times: u64) {
        self.values += times;
        let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok());
        if let Some(number) = number {
            let within = |count: &mut u64, low, high| *count += times * u64::from((low..=high).contains(&number));
            within(&mut self.ages, 0, 120);
            within(&mut self.months, 1, 12);
            within(&mut self.days, 1, 31);
            within(&mut self.years, 1900, 2100);
            self.whole += times;
        }
        for (count, format) in self.dates.iter_mut().zip(DATES) {
            *count += times * u64::from(day(value, format).is_some());
        }
    }

    /// Together with those of other rows.
    pub(super) fn add(&mut self, other: &Self) {
        self.values += other.values;
        self.whole += other.whole;
        self.ages += other.ages;
        self.months += other.months;
        self.days += other.days;
        self.years += other.years;
        self.dates.iter_mut().zip(other.dates).for_each(|(ours, theirs)| *ours += theirs);
    }

    fn mostly(&self, count: u64) -> bool {
        self.values > 0 && count * 100 >= self.values * MOSTLY
    }

    /// Values that are not blank.
    pub(super) fn values(&self) -> u64 {
        self.values
    }

    pub(super) fn are_whole(&self) -> bool {
        self.mostly(self.whole)
    }

    pub(super) fn are_ages(&self) -> bool {
        self.mostly(self.ages)
    }

    pub(super) fn are_months(&self) -> bool {
        self.mostly(self.months)
    }

    pub(super) fn are_days(&self) -> bool {
        self.mostly(self.days)
    }

    pub(super) fn are_years(&self) -> bool {
        self.mostly(self.years)
    }

    /// The formats that as many values have as have the best one: more than one where days and months cannot be told
    /// apart.
    pub(super) fn date_formats(&self) -> Vec<&'static str> {
        let best = self.dates.iter().copied().max().unwrap_or_default();
        let fits = |(count, _): &(&u64, &str)| **count == best && self.mostly(best);
        self.dates.iter().zip(DATES).filter(fits).map(|(_, format)| format).collect()
    }
}

/// Year and month of a text in a format; nothing where it does not have it.
pub(super) fn day(text: &[u8], format: &str) -> Option<(i32, u32)> {
    if text.len() != format.len() {
        return None;
    }
    let (mut year, mut month, mut day) = (0_i32, 0_u32, 0_u32);
    for (byte, letter) in text.iter().zip(format.bytes()) {
        match letter {
            b'Y' if byte.is_ascii_digit() => year = year * 10 + i32::from(byte - b'0'),
            b'M' if byte.is_ascii_digit() => month = month * 10 + u32::from(byte - b'0'),
            b'D' if byte.is_ascii_digit() => day = day * 10 + u32::from(byte - b'0'),
            other if other == *byte => {}
            _ => return None,
        }
    }
    let has_day = format.contains('D');
    let holds = (1900..=2100).contains(&year) && (1..=12).contains(&month) && (!has_day || (1..=31).contains(&day));
    holds.then_some((year, month))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(values: &[&str]) -> Vec<&'static str> {
        let mut shapes = Shapes::default();
        values.iter().for_each(|value| shapes.see(value.as_bytes(), 1));
        shapes.date_formats()
    }

    #[test]
    fn formats_of_days_are_told_by_their_shape() {
        assert_eq!(formats(&["20150131", "20141201"]), ["YYYYMMDD"]);
        assert_eq!(formats(&["31/01/2015", "01/12/2014"]), ["DD/MM/YYYY"]);
        assert_eq!(formats(&["01/02/2015", "03/12/2014"]), ["DD/MM/YYYY", "MM/DD/YYYY"]);
        assert_eq!(formats(&["2015-01-31"]), ["YYYY-MM-DD"]);
        assert_eq!(formats(&["201501"]), ["YYYYMM"]);
        assert!(formats(&["12345678", "x", ""]).is_empty());
    }

    #[test]
    fn numbers_are_told_by_their_range() {
        let mut shapes = Shapes::default();
        (0..10).for_each(|number| shapes.see((number + 2005).to_string().as_bytes(), 2));
        assert!(shapes.are_whole() && shapes.are_years() && !shapes.are_ages() && !shapes.are_months());
    }
}
