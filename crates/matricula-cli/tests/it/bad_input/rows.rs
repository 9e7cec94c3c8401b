//! Rows that cannot be counted as they stand.

use std::fs;

use super::{Says, change, check, check_mended};
use crate::support::{World, pupils};

/// A file that is bad through its rows is refused; as it was before, it is not.
fn check_rows(world: &World, file: &str, text: &str, says: &Says<'_>) {
    let sound = fs::read_to_string(world.path().join(file)).expect("a file");
    world.file(file, text);
    check(world, &world.run(&[]), says);
    world.file(file, &sound);
    check_mended(world);
}

#[test]
fn unlisted_code() {
    let says = Says {
        exit: 1,
        error: "error[D008] bra.csv (source `bra`, at `level`)",
        with: &["expected: Every code of the column is listed", "found: one code that is not listed (<10 rows)"],
        help: "add them to the table of the mapping",
    };
    check_rows(&World::new(100), "bra.csv", &pupils(100, "31415926;Q77;1;1;6;N\n"), &says);
}

#[test]
fn rows_with_too_many_or_too_few_fields() {
    let says = |with| Says {
        exit: 1,
        error: "error[D005] bra.csv (source `bra`)",
        with,
        help: "Look for separators or quotes inside fields",
    };
    let some = says(&["expected: Every row has as many fields as the header", "fewer fields (<10 rows)"]);
    check_rows(&World::new(100), "bra.csv", &pupils(100, "31415926;P;1;1;6;N;Q77\n"), &some);
    check_rows(&World::new(100), "bra.csv", &pupils(100, "31415926;Q77\n"), &some);
    // That no row is left is no second cause.
    let all = pupils(100, "").replace(";N\n", ";N;Q77\n").replace(";E\n", ";E;Q77\n");
    check_rows(&World::new(100), "bra.csv", &all, &says(&["fewer fields (100 rows)"]));
}

#[test]
fn quote_that_nobody_closes() {
    let says = Says {
        exit: 1,
        error: "error[D005] bra.csv (source `bra`)",
        with: &["expected: A quote that opens a field is closed", "found: a quoted field left open"],
        help: "The file is cut off, or a field begins with a quote",
    };
    check_rows(&World::new(100), "bra.csv", &pupils(100, "31415926;\"Q77;1;1;6;N\n"), &says);
}

/// A world whose pupils have birth dates, and its Brazil with the last so many of them unreadable.
fn with_birth_dates(unreadable: usize) -> (World, String) {
    let world = World::new(100);
    let mapping = "specs/mappings/tiny.toml";
    let derived = "{ derived = { age_at_reference = { column = \"age\", format = \"YYYY-MM-DD\" } } }";
    change(&world, mapping, "{ column = { name = \"age\", unlisted = \"unmapped\" } }", derived);
    change(&world, mapping, "basis = \"reported\"", "basis = \"birth-date\"");
    let dated = |row: usize, line: &str| {
        let mut fields: Vec<_> = line.split(';').map(str::to_owned).collect();
        let year = 2018 - fields[4].parse::<i32>().unwrap_or(7);
        fields[4] = if row < unreadable { "Q77".to_owned() } else { format!("{year}-02-01") };
        fields.join(";") + "\n"
    };
    let file = |from: usize| {
        let pupils = pupils(100, "");
        let mut lines = pupils.lines();
        let header = lines.next().expect("a header").to_owned() + "\n";
        header + &lines.enumerate().map(|(row, line)| dated(row + from, line)).collect::<String>()
    };
    world.file("chl.csv", &file(unreadable));
    world.file("bra.csv", &file(unreadable));
    (world, file(0))
}

#[test]
fn some_dates_that_are_none() {
    let (world, bad) = with_birth_dates(3);
    world.file("bra.csv", &bad);
    let said = world.run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let warning = "warning[D009] bra.csv (source `bra`, at `age`): expected: Dates have the format";
    assert!(said.err.starts_with(warning), "{}", said.err);
    assert!(said.err.contains("texts that are no such date (<10 rows)"), "{}", said.err);
    assert!(said.err.contains("  help: Check the format of dates in the mapping."), "{}", said.err);
    assert_eq!(said.err.lines().count(), 2, "{}", said.err);
    assert!(!said.err.contains("Q77") && !said.out.contains("Q77"), "{}{}", said.err, said.out);
}

#[test]
fn most_dates_of_a_column_that_are_none() {
    for (unreadable, found) in [(9, "no such date (<10 rows)"), (80, "no such date (80 rows)"), (100, "(100 rows)")] {
        let (world, bad) = with_birth_dates(unreadable);
        let says = Says {
            exit: 1,
            error: "error[D009] bra.csv (source `bra`, at `age`)",
            with: &["expected: Dates have the format that the mapping declares", found],
            help: "Check the format of dates in the mapping",
        };
        check_rows(&world, "bra.csv", &bad, &says);
    }
}

/// Rows added to the population, whose column of counts has the name of the file.
fn check_counts(code: &str, rows: &str, with: &[&str], help: &str) {
    let world = World::new(100);
    let sound = fs::read_to_string(world.path().join("population.csv")).expect("a file");
    let error = format!("error[{code}] population.csv (source `population`, at `population`)");
    check_rows(&world, "population.csv", &(sound + rows), &Says { exit: 1, error: &error, with, help });
}

#[test]
fn negative_count() {
    let with = ["expected: Counts are not negative", "found: negative counts (<10 rows)"];
    check_counts("D010", "CHL,2018,30,F,-31415926\n", &with, "list them under `missing`");
}

#[test]
fn count_that_is_no_number() {
    let with = ["expected: Counts are numbers in the format", "found: texts that are no such number (<10 rows)"];
    check_counts("D011", "CHL,2018,30,F,Q77\n", &with, "`decimal_separator`");
}

#[test]
fn no_count_that_is_a_number() {
    let says = Says {
        exit: 1,
        error: "error[D011] population.csv (source `population`, at `population`)",
        with: &["found: texts that are no such number (<10 rows)"],
        help: "`decimal_separator`",
    };
    let rows = "iso3,year,age,sex,population\nCHL,2018,6,F,Q77\nCHL,2018,7,F,31415926x\n";
    check_rows(&World::new(100), "population.csv", rows, &says);
}

#[test]
fn more_decimals_than_declared() {
    let with = ["expected: Counts have at most as many decimals", "found: counts with more decimals (<10 rows)"];
    check_counts("D012", "CHL,2018,30,F,31415926.1234\n", &with, "Raise `decimals` in the mapping");
}

#[test]
fn count_too_large() {
    let with = ["expected: Counts are at most 9,000,000,000,000", "found: larger counts (<10 rows)"];
    check_counts("D022", "CHL,2018,30,F,31415926000000\n", &with, "Check that the column holds counts");
}

#[test]
fn two_rows_for_one_cell() {
    let world = World::new(100);
    let sound = fs::read_to_string(world.path().join("population.csv")).expect("a file");
    let says = Says {
        exit: 1,
        error: "error[D013] population.csv (source `population`)",
        with: &["expected: Each cell of an aggregated table stands in one row", "in several rows (<10 rows)"],
        help: "Take out the rows that repeat others",
    };
    check_rows(&world, "population.csv", &(sound + "CHL,2018,7,F,31415926\n"), &says);
}
