//! The rows of a system file, one after the other, with only the elements that are wanted.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use super::blocks::Blocks;
use super::bytes::fill;
use super::dictionary::{Compression, Dictionary, ELEMENT};
use super::failure::Failure;

const BUFFER: usize = 1 << 18;

/// Rows of any compression.
pub(crate) struct Rows {
    reader: Box<dyn Read + Send>,
    compressed: Option<Commands>,
    /// Of each element of a row, whether it is wanted.
    wanted: Vec<bool>,
    left: Option<u64>,
    row: Vec<u8>,
}

/// What a byte of a compressed file says of the next element.
struct Commands {
    bytes: [u8; ELEMENT],
    next: usize,
    blank: [u8; ELEMENT],
    /// The numbers that bytes stand for.
    numbers: Vec<[u8; ELEMENT]>,
}

/// An element of a compressed file.
enum Element {
    Of([u8; ELEMENT]),
    /// It stands in the file as it is.
    Following,
    End,
}

impl Rows {
    /// Stands before the first row.
    pub(crate) fn open(mut file: File, dictionary: &Dictionary, wanted: &[bool]) -> Result<Self, Failure> {
        let reader: Box<dyn Read + Send> = match dictionary.compression {
            Compression::Blocks => Box::new(Blocks::open(file, dictionary)?),
            Compression::None | Compression::Bytes => {
                file.seek(SeekFrom::Start(dictionary.start))?;
                Box::new(BufReader::with_capacity(BUFFER, file))
            }
        };
        let compressed = (dictionary.compression != Compression::None).then(|| Commands::new(dictionary));
        let row = vec![0; dictionary.elements * ELEMENT];
        Ok(Self { reader, compressed, wanted: wanted.to_vec(), left: dictionary.rows, row })
    }

    /// Adds the wanted elements of the next row; `false` after the last.
    pub(crate) fn next(&mut self, into: &mut Vec<u8>) -> Result<bool, Failure> {
        if self.left == Some(0) {
            return Ok(false);
        }
        let before = into.len();
        let read = match &mut self.compressed {
            None => self.plain(into)?,
            Some(commands) => commands.row(&mut self.reader, &self.wanted, into)?,
        };
        match (read, &mut self.left) {
            (true, Some(left)) => *left -= 1,
            (false, Some(_)) => return Err(Failure::CutOff),
            (true, None) => {}
            (false, None) => into.truncate(before),
        }
        Ok(read)
    }

    fn plain(&mut self, into: &mut Vec<u8>) -> Result<bool, Failure> {
        if !fill(&mut self.reader, &mut self.row)? {
            return Ok(false);
        }
        let elements = self.row.as_chunks::<ELEMENT>().0.iter().zip(&self.wanted);
        elements.filter(|(_, wanted)| **wanted).for_each(|(element, _)| into.extend_from_slice(element));
        Ok(true)
    }
}

impl Commands {
    fn new(dictionary: &Dictionary) -> Self {
        let order = dictionary.order;
        let numbers = (0..=u8::MAX).map(|byte| order.bytes_of(f64::from(byte) - dictionary.bias)).collect();
        Self { bytes: [0; ELEMENT], next: ELEMENT, blank: order.bytes_of(dictionary.absent), numbers }
    }

    fn row(&mut self, reader: &mut impl Read, wanted: &[bool], into: &mut Vec<u8>) -> Result<bool, Failure> {
        for (position, wanted) in wanted.iter().enumerate() {
            let element = match self.element(reader)? {
                Element::Of(element) => element,
                Element::Following => {
                    let mut element = [0; ELEMENT];
                    reader.read_exact(&mut element)?;
                    element
                }
                Element::End if position == 0 => return Ok(false),
                Element::End => return Err(Failure::CutOff),
            };
            if *wanted {
                into.extend_from_slice(&element);
            }
        }
        Ok(true)
    }

    fn element(&mut self, reader: &mut impl Read) -> Result<Element, Failure> {
        loop {
            if self.next == ELEMENT {
                if !fill(reader, &mut self.bytes)? {
                    return Ok(Element::End);
                }
                self.next = 0;
            }
            let byte = self.bytes[self.next];
            self.next += 1;
            return Ok(match byte {
                0 => continue,
                252 => Element::End,
                253 => Element::Following,
                254 => Element::Of([b' '; ELEMENT]),
                255 => Element::Of(self.blank),
                _ => Element::Of(self.numbers[usize::from(byte)]),
            });
        }
    }
}
