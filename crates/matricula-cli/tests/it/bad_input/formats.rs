//! Stata files, spreadsheets and archives: the same figures as from text, and what is wrong with some.

use std::io::{Cursor, Write};

use dta::stata::dta::byte_order::ByteOrder;
use dta::stata::dta::dta_writer::DtaWriter;
use dta::stata::dta::header::Header;
use dta::stata::dta::release::Release;
use dta::stata::dta::schema::Schema;
use dta::stata::dta::value::Value;
use dta::stata::dta::variable::Variable;
use dta::stata::dta::variable_type::VariableType;
use dta::stata::stata_double::StataDouble;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Says, change, check, check_mended, write};
use crate::support::{World, estimates, pupils};

/// The pupils as Stata keeps them: every number is a `double`. Identifiers are moved by `shift`.
fn stata(rows: usize, shift: f64) -> Vec<u8> {
    let text = pupils(rows, "");
    let mut lines = text.lines().map(|line| line.split(';').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let numbers = |name: &str| !["level", "nationality"].contains(&name);
    let mut schema = Schema::builder();
    for name in &header {
        let kind = if numbers(name) { VariableType::Double } else { VariableType::FixedString(3) };
        schema = schema.add_variable(Variable::builder(kind, *name).format("%9.0g"));
    }
    let writer = DtaWriter::new().from_writer(Cursor::new(Vec::new()));
    let writer = writer.write_header(Header::builder(Release::V118, ByteOrder::LittleEndian).build()).expect("written");
    let writer = writer.write_schema(schema.build().expect("a schema")).expect("written");
    let mut writer = writer.into_record_writer().expect("written");
    for line in lines {
        let value = |(name, text): (&&str, &&'_ str)| {
            let number = text.parse().map(|number: f64| if *name == "id" { number + shift } else { number });
            number
                .map_or(Value::String((*text).to_owned().into()), |number| Value::Double(StataDouble::Present(number)))
        };
        let values: Vec<_> = header.iter().zip(&line).map(value).collect();
        writer.write_record(&values).expect("written");
    }
    let writer = writer.into_long_string_writer().expect("written").into_value_label_writer().expect("written");
    writer.finish().expect("written").into_inner()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        writer.start_file(*name, options).expect("started");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

#[test]
fn stata_and_zip_give_the_figures_of_text() {
    let world = World::new(500);
    assert_eq!(world.run(&[]).code, Some(0));
    let from_text = estimates(&world);
    assert!(from_text.len() > 20, "{from_text:?}");
    change(&world, "batch.toml", "\"chl.csv\"", "\"chl.dta\"");
    change(&world, "batch.toml", "\"bra.csv\"", "\"bra.zip\"");
    write(&world, "chl.dta", &stata(500, 0.0));
    write(&world, "bra.zip", &zip(&[("docs/read.pdf", b"x"), ("data/bra.csv", pupils(500, "").as_bytes())]));
    check_mended(&world);
    assert_eq!(estimates(&world), from_text);
}

#[test]
fn a_stata_file_cut_in_half_or_with_fractions_in_an_identifier() {
    let world = World::new(100);
    change(&world, "batch.toml", "\"bra.csv\"", "\"bra.dta\"");
    let whole = stata(100, 31_415_926.0);
    let broken = [
        (
            whole[..whole.len() / 2].to_vec(),
            "error[D002] bra.dta (source `bra`)",
            "ends before the rows it declares",
            "Copy the file again",
        ),
        (
            stata(100, 31_415_926.5),
            "error[D014] bra.dta (source `bra`, at `id`)",
            "numbers with a fraction",
            "list the column under `whole_numbers`",
        ),
    ];
    for (bytes, error, found, help) in broken {
        write(&world, "bra.dta", &bytes);
        check(&world, &world.run(&[]), &Says { exit: 1, error, with: &["expected: ", found], help });
    }
    write(&world, "bra.dta", &whole);
    check_mended(&world);
}

#[test]
fn identifiers_that_a_program_took_for_numbers() {
    let world = World::new(100);
    let rows = pupils(100, "");
    // As pandas writes a column of numbers with a gap, and as spreadsheets write large numbers.
    for identifier in ["31415926.0", "3.1415926E+07", "3,1415926E+07"] {
        write(&world, "bra.csv", (rows.clone() + identifier + ";P;1;1;6;N\n").as_bytes());
        let says = Says {
            exit: 1,
            error: "error[D024] bra.csv (source `bra`, at `id`)",
            with: &["expected: Identifiers are text or whole numbers", "identifiers written as floating-point numbers"],
            help: "with this column as text",
        };
        check(&world, &world.run(&[]), &says);
    }
    write(&world, "bra.csv", rows.as_bytes());
    check_mended(&world);
}

#[test]
fn a_file_of_sas() {
    let world = World::new(100);
    change(&world, "batch.toml", "\"bra.csv\"", "\"bra.sas7bdat\"");
    write(&world, "bra.sas7bdat", b"31415926");
    let error = "error[D002] bra.sas7bdat (source `bra`)";
    let with = &["expected: Files of SAS are exported", "a file of SAS"];
    check(&world, &world.run(&[]), &Says { exit: 1, error, with, help: "PROC EXPORT" });
}

#[test]
fn archives_with_two_tables_a_way_out_or_too_much() {
    let world = World::new(100);
    change(&world, "batch.toml", "\"bra.csv\"", "\"bra.zip\"");
    let rows = pupils(100, "31415926;P;1;1;6;N\n");
    let mut outside = zip(&[("xx/bra.csv", rows.as_bytes())]);
    // No writer of archives writes such names: it is put in place in both directories.
    let names: Vec<_> = (0..outside.len() - 3).filter(|start| outside[*start..].starts_with(b"xx/")).collect();
    names.iter().for_each(|start| outside[*start..start + 2].copy_from_slice(b".."));
    let two = zip(&[("a.csv", rows.as_bytes()), ("b.csv", rows.as_bytes())]);
    let bomb = {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("bra.csv", SimpleFileOptions::default()).expect("started");
        writer.write_all(&vec![b'1'; 4 << 20]).expect("written");
        writer.finish().expect("finished").into_inner()
    };
    let many: Vec<_> = (0..1001).map(|number| format!("{number}.txt")).collect();
    let many = zip(&many.iter().map(|name| (name.as_str(), rows.as_bytes())).collect::<Vec<_>>());
    for (bytes, found, help) in [
        (bomb, "as in an archive made to exhaust a computer", "ask who made the archive"),
        (many, "an archive of 1001 members", "Unpack it"),
        (two, "an archive of 2 data files", "member = \"NAME\""),
        (outside, "a member whose path has `..`", "do not unpack it"),
    ] {
        write(&world, "bra.zip", &bytes);
        let error = "error[D002] bra.zip (source `bra`)";
        check(&world, &world.run(&[]), &Says { exit: 1, error, with: &["expected: ", found], help });
    }
    write(&world, "bra.zip", &zip(&[("bra.csv", pupils(100, "").as_bytes())]));
    check_mended(&world);
}

#[test]
fn a_page_of_html_that_is_called_a_spreadsheet() {
    let world = World::new(100);
    change(&world, "batch.toml", "\"bra.csv\"", "\"bra.xls\"");
    write(&world, "bra.xls", b"<html><table><tr><td>31415926</td></tr></table></html>");
    let says = Says {
        exit: 1,
        error: "error[D002] bra.xls (source `bra`)",
        with: &["expected: A file that is named or declared as a spreadsheet is one", "does not begin as workbooks do"],
        help: "if it is a page of HTML, save it again as xlsx",
    };
    check(&world, &world.run(&[]), &says);
}
