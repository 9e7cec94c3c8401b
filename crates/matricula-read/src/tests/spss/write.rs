//! A writer of system files, as the developers of PSPP document them.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// The number that stands for no value.
pub(super) const ABSENT: f64 = f64::MIN;
/// Bytes of a block of a `.zsav` file, few enough that a row is in several.
const BLOCK: usize = 50;

#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) big: bool,
    pub(super) compression: i32,
}

/// What a file says of itself besides its variables.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Said {
    /// The number of rows, and UTF-8.
    Rows,
    /// UTF-8, but not how many rows there are.
    No,
    /// The number of rows, and Windows-1252.
    Latin,
    /// The number of rows, and no character set.
    Nothing,
}

pub(super) struct Variable {
    short: String,
    long: String,
    labelled: bool,
    /// 0 for numbers.
    width: usize,
    format: u8,
    missing: i32,
    missing_values: Vec<Vec<u8>>,
    numbers: Vec<f64>,
    texts: Vec<String>,
}

impl Variable {
    pub(super) fn number(short: &str, format: u8, (missing, values): (i32, &[f64]), numbers: &[f64]) -> Self {
        let missing_values = values.iter().map(|value| value.to_le_bytes().to_vec()).collect();
        let long = short.to_owned();
        let (numbers, texts) = (numbers.to_vec(), Vec::new());
        Self { short: long.clone(), long, labelled: false, width: 0, format, missing, missing_values, numbers, texts }
    }

    pub(super) fn text(short: &str, width: usize, missing: &[&str], texts: &[&str]) -> Self {
        let missing_values = missing.iter().map(|text| filled(text.as_bytes(), 8)).collect();
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        let missing = missing.len() as i32;
        let (short, long) = (short.to_owned(), short.to_owned());
        Self { short, long, labelled: false, width, format: 1, missing, missing_values, numbers: Vec::new(), texts }
    }

    pub(super) fn named(self, long: &str) -> Self {
        Self { long: long.to_owned(), ..self }
    }

    pub(super) fn labelled(self) -> Self {
        Self { labelled: true, ..self }
    }

    fn rows(&self) -> usize {
        self.numbers.len().max(self.texts.len())
    }

    /// Widths of the segments.
    fn segments(&self) -> Vec<usize> {
        match self.width {
            0..=255 => vec![self.width],
            width => {
                let count = width.div_ceil(252);
                (1..=count).map(|part| if part < count { 255 } else { width - (count - 1) * 252 }).collect()
            }
        }
    }
}

fn filled(text: &[u8], width: usize) -> Vec<u8> {
    let mut bytes = text.to_vec();
    bytes.resize(width, b' ');
    bytes
}

struct Writer {
    kind: Kind,
    bytes: Vec<u8>,
}

impl Writer {
    fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Bytes in the order of this file, from those of a number with the lowest first.
    fn ordered(&mut self, bytes: &[u8]) {
        match self.kind.big {
            true => self.bytes.extend(bytes.iter().rev()),
            false => self.raw(bytes),
        }
    }

    fn ints(&mut self, values: &[i32]) {
        values.iter().for_each(|value| self.ordered(&value.to_le_bytes()));
    }

    fn longs(&mut self, values: &[usize]) {
        values.iter().for_each(|value| self.ordered(&(*value as i64).to_le_bytes()));
    }

    fn header(&mut self, rows: Option<usize>) {
        self.raw(if self.kind.compression == 2 { b"$FL3" } else { b"$FL2" });
        self.raw(&filled(b"@(#) SPSS DATA FILE invented", 60));
        let rows = rows.map_or(-1, |rows| rows as i32);
        self.ints(&[2, -1, self.kind.compression, 0, rows]);
        self.ordered(&100_f64.to_le_bytes());
        self.raw(&[b' '; 84]);
    }

    fn variable(&mut self, variable: &Variable) {
        for (part, width) in variable.segments().into_iter().enumerate() {
            let name = if part == 0 { variable.short.clone() } else { format!("{}{part}", variable.short) };
            let long = variable.width > 8;
            let missing = if long { 0 } else { variable.missing };
            let format = i32::from(variable.format) << 16;
            self.ints(&[2, width as i32, i32::from(variable.labelled), missing, format, format]);
            self.raw(&filled(name.as_bytes(), 8));
            if variable.labelled {
                self.ints(&[5]);
                self.raw(b"Label   ");
            }
            for value in variable.missing_values.iter().filter(|_| !long) {
                if variable.width == 0 { self.ordered(value) } else { self.raw(value) }
            }
            (1..width.div_ceil(8)).for_each(|_| {
                self.ints(&[2, -1, 0, 0, 0, 0]);
                self.raw(b"        ");
            });
        }
    }

    fn extension(&mut self, kind: i32, width: i32, data: &[u8]) {
        self.ints(&[7, kind, width, data.len() as i32 / width]);
        self.raw(data);
    }

    fn dictionary(&mut self, said: Said, variables: &[Variable]) {
        variables.iter().for_each(|variable| self.variable(variable));
        // A label of a value, and documents.
        self.ints(&[3, 1]);
        self.ordered(&1_f64.to_le_bytes());
        self.raw(b"\x09Masculino      ");
        self.ints(&[4, 1, 1, 6, 1]);
        self.raw(&[b'x'; 80]);
        self.ints(&[7, 3, 4, 8, 25, 0, 0, 720, 1, 1, 2, if said == Said::Nothing { 2 } else { 65_001 }]);
        self.extension(5, 1, b"$groups");
        let names: Vec<_> = variables.iter().map(|v| format!("{}={}", v.short, v.long)).collect();
        self.extension(13, 1, names.join("\t").as_bytes());
        let long: String =
            variables.iter().filter(|v| v.width > 255).map(|v| format!("{}={:05}\0\t", v.short, v.width)).collect();
        if !long.is_empty() {
            self.extension(14, 1, long.as_bytes());
        }
        match said {
            Said::Rows | Said::No => self.extension(20, 1, b"UTF-8"),
            Said::Latin => self.extension(20, 1, b"windows-1252"),
            Said::Nothing => {}
        }
        let strings = variables.iter().filter(|v| v.width > 8 && v.missing > 0);
        for variable in strings {
            let mut record = Self { kind: self.kind, bytes: Vec::new() };
            record.ints(&[variable.long.len() as i32]);
            record.raw(variable.long.as_bytes());
            record.raw(&[variable.missing as u8]);
            record.ints(&[8]);
            variable.missing_values.iter().for_each(|value| record.raw(value));
            self.extension(22, 1, &record.bytes);
        }
        self.ints(&[999, 0]);
    }

    /// The elements of all rows.
    fn elements(&self, said: Said, variables: &[Variable]) -> Vec<[u8; 8]> {
        let mut rows = Self { kind: self.kind, bytes: Vec::new() };
        for row in 0..variables.first().map_or(0, Variable::rows) {
            for variable in variables {
                if variable.width == 0 {
                    rows.ordered(&variable.numbers[row].to_le_bytes());
                    continue;
                }
                let text = &variable.texts[row];
                let text = match said {
                    Said::Latin => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
                    _ => text.as_bytes().to_vec(),
                };
                let segments = variable.segments();
                let text = filled(&text, 255 * segments.len());
                for (width, part) in segments.iter().zip(text.chunks(255)) {
                    rows.raw(&filled(&part[..*width], width.next_multiple_of(8)));
                }
            }
        }
        rows.bytes.as_chunks::<8>().0.to_vec()
    }

    fn commands(&self, elements: &[[u8; 8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for eight in elements.chunks(8) {
            let (mut commands, mut data) = (Vec::new(), Vec::new());
            for element in eight {
                let number = if self.kind.big { f64::from_be_bytes(*element) } else { f64::from_le_bytes(*element) };
                let small = number.fract() == 0.0 && (-99.0..=151.0).contains(&number);
                commands.push(match element {
                    _ if element == b"        " => 254,
                    _ if number <= ABSENT => 255,
                    _ if small => (number + 100.0) as u8,
                    _ => 253,
                });
                if commands.last() == Some(&253) {
                    data.extend_from_slice(element);
                }
            }
            commands.resize(8, 0);
            bytes.extend(commands.into_iter().chain(data));
        }
        bytes
    }

    fn blocks(&mut self, data: &[u8]) {
        let start = self.bytes.len();
        let blocks: Vec<_> = data.chunks(BLOCK).map(|block| (block.len(), zlib(block))).collect();
        let end = start + 24 + blocks.iter().map(|(_, block)| block.len()).sum::<usize>();
        self.longs(&[start, end, 24 + 24 * blocks.len()]);
        blocks.iter().for_each(|(_, block)| self.raw(block));
        self.ordered(&(-100_i64).to_le_bytes());
        self.longs(&[0]);
        self.ints(&[BLOCK as i32, blocks.len() as i32]);
        let (mut plain, mut packed) = (start, start + 24);
        for (size, block) in &blocks {
            self.longs(&[plain, packed]);
            self.ints(&[*size as i32, block.len() as i32]);
            plain += size;
            packed += block.len();
        }
    }
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A system file of variables with equally many rows.
pub(super) fn file(kind: Kind, said: Said, variables: &[Variable]) -> Vec<u8> {
    let mut writer = Writer { kind, bytes: Vec::new() };
    writer.header((said != Said::No).then(|| variables[0].rows()));
    writer.dictionary(said, variables);
    let elements = writer.elements(said, variables);
    match kind.compression {
        0 => elements.iter().for_each(|element| writer.raw(element)),
        1 => writer.raw(&writer.commands(&elements)),
        _ => writer.blocks(&writer.commands(&elements)),
    }
    writer.bytes
}
