//! Records that were added to the dictionary later: long names, long strings, the character set.

use std::collections::BTreeMap;
use std::io::Read;

use encoding_rs::Encoding as TextEncoding;
use matricula_spec::model::batch::Encoding;

use super::bytes::{Bytes, Order};
use super::failure::Failure;

/// What the further records say; texts are not decoded yet.
#[derive(Debug, Default)]
pub(crate) struct Extensions {
    /// Number of rows, where it may be too large for the header.
    pub(crate) rows: Option<u64>,
    /// The number that stands for no value.
    pub(crate) absent: Option<f64>,
    /// Long names by short ones.
    pub(crate) long_names: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Bytes of long strings by short name.
    pub(crate) long_strings: BTreeMap<Vec<u8>, usize>,
    /// Values of strings that stand for no value, by name.
    pub(crate) missing: BTreeMap<Vec<u8>, Vec<[u8; 8]>>,
    character_code: Option<i32>,
    character_set: Option<Vec<u8>>,
}

impl Extensions {
    /// Reads one record, of which the kind was read; those that say nothing of rows are passed over.
    pub(crate) fn read(&mut self, bytes: &mut Bytes<impl Read>) -> Result<(), Failure> {
        let kind = bytes.int()?;
        let (width, count) = (bytes.int()?, bytes.int()?);
        let width = u64::try_from(width).map_err(|_| Failure::Damaged)?;
        let data = bytes.run_of(count, width)?;
        let order = bytes.order;
        match kind {
            3 => self.numbers(&data, order)?,
            4 => self.absent = data.first_chunk().map(|bytes| order.double(*bytes)),
            13 => self.long_names = pairs(&data).map(|(name, long)| (name, long.to_vec())).collect(),
            14 => self.long_strings(&data)?,
            16 => {
                self.rows = data
                    .get(8..)
                    .and_then(|rest| rest.first_chunk())
                    .and_then(|rows| u64::try_from(order.long(*rows)).ok());
            }
            20 => self.character_set = Some(data.trim_ascii().to_vec()),
            22 => self.long_missing(&data, order)?,
            _ => {}
        }
        Ok(())
    }

    fn numbers(&mut self, data: &[u8], order: Order) -> Result<(), Failure> {
        let numbers: Vec<i32> = data.as_chunks::<4>().0.iter().map(|four| order.int(*four)).collect();
        if numbers.get(4).is_some_and(|kind| *kind != 1) {
            return Err(Failure::OtherNumbers);
        }
        self.character_code = numbers.get(7).copied();
        Ok(())
    }

    fn long_strings(&mut self, data: &[u8]) -> Result<(), Failure> {
        for (name, width) in pairs(data) {
            let digits = width.split(|byte| *byte == 0).next().unwrap_or_default();
            let width = std::str::from_utf8(digits).ok().and_then(|digits| digits.trim().parse().ok());
            self.long_strings.insert(name, width.ok_or(Failure::Damaged)?);
        }
        Ok(())
    }

    fn long_missing(&mut self, data: &[u8], order: Order) -> Result<(), Failure> {
        let mut rest = data;
        while !rest.is_empty() {
            let name = part(&mut rest, 4).and_then(|length| part(&mut rest, length_of(length, order)?));
            let values = part(&mut rest, 1).map(|count| usize::from(count[0]));
            let width = part(&mut rest, 4).and_then(|length| length_of(length, order));
            let (Some(name), Some(count), Some(8)) = (name, values, width) else { return Err(Failure::Damaged) };
            let values = part(&mut rest, 8 * count).ok_or(Failure::Damaged)?;
            self.missing.insert(name.trim_ascii_end().to_vec(), values.as_chunks::<8>().0.to_vec());
        }
        Ok(())
    }

    /// How text is written: as the file names it, else as declared, else as its number of a character set says.
    pub(crate) fn text(&self, declared: Option<Encoding>) -> Result<&'static TextEncoding, Failure> {
        if let Some(name) = &self.character_set {
            let unknown = || Failure::UnknownText(String::from_utf8_lossy(name).into_owned());
            return TextEncoding::for_label(name).or_else(|| by_number(number_in(name)?)).ok_or_else(unknown);
        }
        match (declared, self.character_code) {
            (Some(Encoding::Utf8), _) => Ok(encoding_rs::UTF_8),
            // The small numbers say no more than that there are seven or eight bits.
            (Some(Encoding::Windows1252), _) | (None, None | Some(0 | 2 | 3)) => Ok(encoding_rs::WINDOWS_1252),
            (None, Some(number)) => by_number(number).ok_or_else(|| Failure::UnknownText(number.to_string())),
        }
    }
}

/// The number at the end of names such as `cp1252`.
fn number_in(name: &[u8]) -> Option<i32> {
    let name = std::str::from_utf8(name).ok()?;
    name.trim_start_matches(|letter: char| !letter.is_ascii_digit()).parse().ok()
}

/// A character set by the number that Windows gives it.
fn by_number(number: i32) -> Option<&'static TextEncoding> {
    let name = match number {
        20_127 => "us-ascii".to_owned(),
        65_001 => "utf-8".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        28_591..=28_606 => format!("iso-8859-{}", number - 28_590),
        _ => format!("windows-{number}"),
    };
    TextEncoding::for_label(name.as_bytes())
}

/// The parts of a text `NAME=text`, with a tabulator between them.
fn pairs(data: &[u8]) -> impl Iterator<Item = (Vec<u8>, &[u8])> {
    let parts = data.split(|byte| *byte == b'\t').map(<[u8]>::trim_ascii_start);
    parts.filter_map(|part| {
        let equals = part.iter().position(|byte| *byte == b'=')?;
        Some((part[..equals].trim_ascii().to_vec(), &part[equals + 1..]))
    })
}

fn part<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn length_of(bytes: &[u8], order: Order) -> Option<usize> {
    usize::try_from(order.int(*bytes.first_chunk()?)).ok()
}
