//! Cells of units, however they are held.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::CodeId;

use super::*;
use crate::harmonize::Classes;

/// Records of units: one part for each dimension, a class for each code.
struct OfUnits {
    classes: Vec<Classes>,
    parts: Vec<Vec<u32>>,
    units: Vec<u32>,
}

impl Classified for OfUnits {
    fn records(&self) -> usize {
        self.units.len()
    }

    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn part(&self, part: usize) -> &[u32] {
        &self.parts[part]
    }

    fn classes(&self, part: usize) -> &Classes {
        &self.classes[part]
    }

    fn unit_numbers(&self, _identifier: usize) -> &[u32] {
        &self.units
    }
}

/// The catalogue of the project.
fn catalogue() -> Catalogue {
    fn add(files: &mut BTreeMap<String, String>, folder: &Path, below: &str) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!("{below}{}", path.file_name().expect("a name").to_string_lossy());
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("toml" | "csv") => drop(files.insert(name, fs::read_to_string(&path).expect("text"))),
                None if path.is_dir() => add(files, &path, &format!("{name}/")),
                _ => {}
            }
        }
    }
    let mut files = BTreeMap::new();
    add(&mut files, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../indicator-specs"), "");
    Catalogue::read(files).0.expect("the catalogue")
}

/// Sex, level, and a place that most units have one of; classes are met little by little.
#[test]
fn cells_of_units_are_the_same_however_they_are_held() {
    let catalogue = catalogue();
    let dimensions = ["sex", "edu_level", "area_national"].map(|id| catalogue.find_dimension(id).expect("known"));
    let layout = KeyLayout::of_units(&catalogue, &dimensions).expect("narrow");
    let origin = |dimension| dimensions.iter().position(|of| *of == dimension).map(|part| Origin::Part(part, 0));
    let mut counter = Counter::new(origin, &layout, Some(0), true);
    let mut expected: BTreeMap<(u128, Key), i128> = BTreeMap::new();
    let mut records = OfUnits { classes: vec![Classes::new(1); 3], parts: vec![Vec::new(); 3], units: Vec::new() };
    let mut was_in_blocks = false;
    for block in 0..60_u32 {
        records.units.clear();
        records.parts.iter_mut().for_each(Vec::clear);
        for record in 0..1000 {
            let number = block * 1000 + record;
            let unit = (number.wrapping_mul(2_654_435_761) >> 7) % (100 + 50 * block);
            let moved = u32::from(number % 97 == 0);
            let codes = [1 + number % 2, 1 + number / 7 % (2 + block / 15), 1 + (unit + moved) % 150];
            for (part, code) in codes.into_iter().enumerate() {
                let code = CodeId(u16::try_from(code).expect("small"));
                let class = records.classes[part].number(&[code]);
                records.parts[part].push(class);
            }
            records.units.push(if number % 50 == 0 { NO_UNIT } else { unit });
            let places = codes.iter().enumerate();
            let position = |part: usize| layout.position(dimensions[part]).expect("in the layout");
            let key = places.fold(0, |key, (part, code)| key | layout.place(position(part), CodeId(*code as u16)));
            if number % 50 != 0 {
                *expected.entry((u128::from(unit) * 7919 % 1_000_003, key)).or_default() += 1;
            }
        }
        counter.add(&records, u64::MAX);
        was_in_blocks |= matches!(counter.held, Held::Blocks(_));
    }
    assert!(was_in_blocks, "places of units repeat themselves");
    let cells = counter.into_unit_cells(|unit| Some(u128::from(unit) * 7919 % 1_000_003)).into_list();
    assert_eq!(cells, expected.into_iter().collect::<Vec<_>>());
}
