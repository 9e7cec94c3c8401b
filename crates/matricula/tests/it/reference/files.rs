//! The rows of a source's files, by column name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use matricula::spec::model::batch::Source;

/// The texts of one row, without the blanks around them.
#[derive(Debug, Clone)]
pub(crate) struct FileRow {
    header: Rc<BTreeMap<String, usize>>,
    fields: csv::StringRecord,
}

impl FileRow {
    /// The text in a column.
    pub(crate) fn text(&self, column: &str) -> &str {
        let position = self.header.get(column).expect("the column is in the header");
        self.fields.get(*position).expect("the row has a field for it").trim()
    }
}

/// Calls `each` with every row of the files, in their order.
pub(crate) fn for_each_row(source: &Source, base: &Path, mut each: impl FnMut(&FileRow)) {
    for name in &source.files {
        let text = text(&base.join(name));
        let mut reader = csv::ReaderBuilder::new().delimiter(source.separator).from_reader(text.as_bytes());
        let header = reader.headers().expect("a header").iter().enumerate();
        let header = Rc::new(header.map(|(position, name)| (name.trim().to_owned(), position)).collect());
        for fields in reader.records() {
            each(&FileRow { header: Rc::clone(&header), fields: fields.expect("a row") });
        }
    }
}

fn text(path: &Path) -> String {
    let mut file = File::open(path).expect("a file of the batch");
    let mut text = String::new();
    if path.extension().is_some_and(|ending| ending == "gz") {
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("text");
    } else {
        file.read_to_string(&mut text).expect("text");
    }
    text
}
