//! SPSS files: the same figures as from text, and what is wrong with some.

use super::{Says, change, check, check_mended, write};
use crate::support::{World, estimates, pupils};

const TEXTS: [&str; 2] = ["level", "nationality"];

/// The pupils as SPSS keeps them: every number is a `double`. Identifiers are moved by `shift`.
fn spss(rows: usize, shift: f64) -> Vec<u8> {
    let text = pupils(rows, "");
    let mut lines = text.lines().map(|line| line.split(';').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let mut bytes = b"$FL2".to_vec();
    bytes.extend([b' '; 60]);
    let ints = |bytes: &mut Vec<u8>, values: &[i32]| values.iter().for_each(|v| bytes.extend(v.to_le_bytes()));
    ints(&mut bytes, &[2, 6, 0, 0, i32::try_from(rows).expect("a few")]);
    bytes.extend(100_f64.to_le_bytes());
    bytes.extend([b' '; 84]);
    let long: Vec<_> = header.iter().enumerate().map(|(number, name)| format!("V{number}={name}")).collect();
    for (number, name) in header.iter().enumerate() {
        ints(&mut bytes, &[2, if TEXTS.contains(name) { 3 } else { 0 }, 0, 0, 5 << 16, 5 << 16]);
        bytes.extend(format!("{:8}", format!("V{number}")).as_bytes());
    }
    let long = long.join("\t");
    ints(&mut bytes, &[7, 13, 1, i32::try_from(long.len()).expect("a few")]);
    bytes.extend(long.as_bytes());
    ints(&mut bytes, &[999, 0]);
    for line in lines {
        for (name, text) in header.iter().zip(line) {
            match text.parse::<f64>() {
                Ok(number) if *name == "id" => bytes.extend((number + shift).to_le_bytes()),
                Ok(number) => bytes.extend(number.to_le_bytes()),
                Err(_) => bytes.extend(format!("{text:8}").as_bytes()),
            }
        }
    }
    bytes
}

#[test]
fn spss_gives_the_figures_of_text() {
    let world = World::new(500);
    assert_eq!(world.run(&[]).code, Some(0));
    let from_text = estimates(&world);
    assert!(from_text.len() > 20, "{from_text:?}");
    change(&world, "batch.toml", "\"chl.csv\"", "\"chl.sav\"");
    write(&world, "chl.sav", &spss(500, 0.0));
    check_mended(&world);
    assert_eq!(estimates(&world), from_text);
}

#[test]
fn a_file_cut_in_half_or_with_identifiers_that_are_none() {
    let world = World::new(100);
    change(&world, "batch.toml", "\"bra.csv\"", "\"bra.sav\"");
    let whole = spss(100, 31_415_926.0);
    let damaged = "error[D002] bra.sav (source `bra`)";
    let unfit = "error[D014] bra.sav (source `bra`, at `id`)";
    let broken = [
        (whole[..whole.len() / 2].to_vec(), damaged, "ends before the rows it declares", "Copy the file again"),
        (b"id;level\n31415926;P\n".to_vec(), damaged, "does not begin as SPSS's", "declare `format = \"csv\"`"),
        (spss(100, 31_415_926.5), unfit, "numbers with a fraction", "list the column under `whole_numbers`"),
        (spss(100, 31_415_926e11), unfit, "may have been rounded", "as a string"),
    ];
    for (bytes, error, found, help) in broken {
        write(&world, "bra.sav", &bytes);
        check(&world, &world.run(&[]), &Says { exit: 1, error, with: &["expected: ", found], help });
    }
    write(&world, "bra.sav", &whole);
    check_mended(&world);
}
