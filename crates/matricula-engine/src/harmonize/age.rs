//! Age in completed years at the source's reference date.

use matricula_spec::model::text::Date;

/// Where a birth date stands, by the positions of its columns.
#[derive(Debug, Clone)]
pub(super) enum BirthColumns {
    /// One column and the letters of its format.
    Text { column: usize, format: Vec<u8> },
    /// A column each.
    Parts { year: usize, month: usize, day: Option<usize> },
}

/// What a birth date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Birth {
    /// A day; the first of the month where none is given.
    On(Date),
    /// Nothing is written.
    Blank,
    /// Something that is no date.
    Invalid,
}

impl BirthColumns {
    /// Positions of the columns it reads.
    pub(super) fn inputs(&self) -> Vec<usize> {
        match self {
            Self::Text { column, .. } => vec![*column],
            Self::Parts { year, month, day } => [Some(*year), Some(*month), *day].into_iter().flatten().collect(),
        }
    }

    /// Reads the birth date of a row.
    pub(super) fn read<'a>(&self, text: impl Fn(usize) -> &'a [u8]) -> Birth {
        match self {
            Self::Text { column, format } => from_text(text(*column), format),
            Self::Parts { year, month, day } => {
                let day = day.map_or(&b"1"[..], &text);
                if text(*year).is_empty() || text(*month).is_empty() || day.is_empty() {
                    return Birth::Blank;
                }
                from_numbers(number(text(*year)), number(text(*month)), number(day))
            }
        }
    }
}

fn from_text(text: &[u8], format: &[u8]) -> Birth {
    if text.is_empty() {
        return Birth::Blank;
    }
    if text.len() != format.len() {
        return Birth::Invalid;
    }
    let mut fields = [None::<i32>; 3];
    for (byte, letter) in text.iter().zip(format) {
        let field = match letter {
            b'Y' => 0,
            b'M' => 1,
            b'D' => 2,
            _ if letter == byte => continue,
            _ => return Birth::Invalid,
        };
        if !byte.is_ascii_digit() {
            return Birth::Invalid;
        }
        fields[field] = Some(fields[field].unwrap_or(0) * 10 + i32::from(byte - b'0'));
    }
    from_numbers(fields[0], fields[1], fields[2].or((!format.contains(&b'D')).then_some(1)))
}

fn from_numbers(year: Option<i32>, month: Option<i32>, day: Option<i32>) -> Birth {
    let date = year
        .zip(month)
        .zip(day)
        .and_then(|((year, month), day)| Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?));
    date.map_or(Birth::Invalid, Birth::On)
}

/// A whole number as text, up to nine digits.
pub(super) fn number(text: &[u8]) -> Option<i32> {
    if text.len() > 10 {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, format: &str, expected: Option<(i32, u8, u8)>) {
        let birth = from_text(text.as_bytes(), format.as_bytes());
        let expected =
            expected.map_or(Birth::Invalid, |(y, m, d)| Date::new(y, m, d).map_or(Birth::Invalid, Birth::On));
        assert_eq!(birth, expected, "{text} as {format}");
    }

    #[test]
    fn dates_are_read_as_declared_or_not_at_all() {
        check("20160630", "YYYYMMDD", Some((2016, 6, 30)));
        check("2016-06-30", "YYYY-MM-DD", Some((2016, 6, 30)));
        check("30/06/2016", "DD/MM/YYYY", Some((2016, 6, 30)));
        check("201606", "YYYYMM", Some((2016, 6, 1)));
        check("20160631", "YYYYMMDD", None);
        check("2016063", "YYYYMMDD", None);
        check("30-06-2016", "DD/MM/YYYY", None);
        check("2016063a", "YYYYMMDD", None);
        assert_eq!(from_text(b"", b"YYYYMMDD"), Birth::Blank);
    }
}
