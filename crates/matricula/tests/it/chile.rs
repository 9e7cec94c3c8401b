//! Chile's population projection and its foreign population as denominators of invented pupils in the national format:
//! sub-national rates, and rates of students on the move.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use matricula::spec::Catalogue;
use matricula::{Estimate, Flag, ObsStatus, Run};
use polars::prelude::{ParquetReader, SerReader};

use crate::data::files::required;
use crate::data::{Place, compute, figures};

const INE: &str = "ine_proyecciones_comuna_anio_edad_genero.parquet";
const SERMIG: &str = "ine_sermig_extranjeros_2018_2022_baseregiones.csv";
const METROPOLITANA: &str = "CL-13";

fn batch() -> String {
    let pupils = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo/chl/matricula_2022.csv");
    format!(
        "format = 1\nid = \"chile\"\nindicators = [\"ENRL.OTM.1\", \"GER.1\", \"NERT.1\", \"GER.OTM.1\", \"NERT.OTM.1\"]\n\
         breakdowns = [\"sex\", \"mobility\", \"area_national\"]\ncrossed = 2\n\
         [[source]]\nid = \"pupils\"\ncountry = \"CHL\"\nschool_year = {{ start = 2022-03-02, end = 2022-12-16 }}\n\
         enrolment_moment = \"census-date\"\nage_reference_date = 2022-06-30\nmapping = \"chl-matricula\"\n\
         files = [{pupils:?}]\nseparator = \";\"\n\
         [[population]]\nid = \"ine\"\nvintage = \"INE 2002-2035, base 2017\"\nmapping = \"chl-ine-proyeccion\"\n\
         files = [\"{INE}\"]\n\
         [[population]]\nid = \"sermig\"\nvintage = \"INE-SERMIG 2022\"\nmapping = \"chl-ine-sermig\"\n\
         files = [\"{SERMIG}\"]\nencoding = \"windows-1252\"\n"
    )
}

struct Figures {
    rows: BTreeMap<Place, Estimate>,
}

impl Figures {
    fn of(catalogue: &Catalogue, run: &Run) -> Self {
        Self { rows: figures(catalogue, run) }
    }

    fn find(&self, indicator: &str, by: &[(&str, &str)]) -> &Estimate {
        let by = by.iter().map(|(dimension, code)| ((*dimension).to_owned(), (*code).to_owned())).collect();
        let place = (indicator.to_owned(), "CHL".to_owned(), "2022".to_owned(), by);
        self.rows.get(&place).expect("a row")
    }

    fn denominator(&self, indicator: &str, by: &[(&str, &str)]) -> String {
        self.find(indicator, by).denominator.expect("a denominator").to_string()
    }
}

/// People of ages 6 to 11 in 2022 by region and in all, read without the engine.
fn projected(path: &Path) -> BTreeMap<i64, i64> {
    let frame = ParquetReader::new(File::open(path).expect("the projection")).finish().expect("a frame");
    let numbers = |name: &str| {
        let column = frame.column(name).expect("a column").as_materialized_series();
        let numbers = column.cast(&polars::prelude::DataType::Int64).expect("numbers");
        numbers.i64().expect("numbers").into_no_null_iter().collect::<Vec<_>>()
    };
    let (years, ages, communes, people) =
        (numbers("año"), numbers("edad"), numbers("cut_comuna"), numbers("población"));
    let mut regions = BTreeMap::new();
    for row in 0..years.len() {
        if years[row] == 2022 && (6..=11).contains(&ages[row]) {
            *regions.entry(communes[row] / 1000).or_default() += people[row];
        }
    }
    regions
}

/// Foreign residents of 2022 in the Metropolitan Region by five-year band, and in all.
fn foreign(path: &Path) -> (BTreeMap<String, i64>, i64) {
    let text = std::fs::read(path).expect("the foreign population");
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_slice());
    let mut bands = BTreeMap::new();
    let mut all = 0;
    for record in reader.byte_records() {
        let record = record.expect("a row");
        let text = |field: usize| String::from_utf8_lossy(&record[field]).into_owned();
        if text(3) != "2022" {
            continue;
        }
        let people: i64 = text(10).parse().expect("a number");
        all += people;
        if text(5) == "METROPOLITANA DE SANTIAGO" {
            *bands.entry(text(1)).or_default() += people;
        }
    }
    (bands, all)
}

#[test]
fn foreign_and_projected_population_stand_below_the_line() {
    let Some(data) = required() else { return };
    let chile = data.join("chile");
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let run = compute(&catalogue, &batch(), &chile);
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    let accounts: Vec<_> = run.ledger.accounts().iter().map(|account| (account.read, account.adds_up())).collect();
    assert_eq!(accounts[1..], [(1_905_768, true), (51_946, true)]);
    let figures = Figures::of(&catalogue, &run);

    // Sub-national rates: the projection by commune adds up to regions and to the country.
    let regions = projected(&chile.join(INE));
    assert_eq!(figures.denominator("GER.1", &[("area_national", METROPOLITANA)]), regions[&13].to_string());
    assert_eq!(figures.denominator("GER.1", &[]), regions.values().sum::<i64>().to_string());
    assert_eq!(figures.find("GER.1", &[("area_national", METROPOLITANA)]).obs_status, ObsStatus::Normal);

    // Ages 6 to 11 are four fifths of one band and two fifths of the next.
    let (bands, all) = foreign(&chile.join(SERMIG));
    assert_eq!(all, 1_625_074);
    let tenths = 8 * bands["05 A 09"] + 4 * bands["10 A 14"];
    let of_region = figures.find("GER.OTM.1", &[("area_national", METROPOLITANA)]);
    let denominator = of_region.denominator.expect("a denominator");
    assert_eq!(denominator.millionths(), i128::from(tenths) * 100_000);
    assert_eq!(of_region.flags, [Flag::SplitOfBand]);
    assert_eq!(of_region.obs_status, ObsStatus::Normal);
    assert_eq!(of_region.mobility_proxy, "nationality");
    let pupils = figures.find("ENRL.OTM.1", &[("area_national", METROPOLITANA)]).value;
    assert_eq!(of_region.numerator, pupils);
    let girls = figures.find("NERT.OTM.1", &[("sex", "F"), ("area_national", METROPOLITANA)]);
    assert_eq!((girls.obs_status, girls.flags.contains(&Flag::SplitOfBand)), (ObsStatus::Normal, true));

    // What no population gives is not collected; nothing falls back to everybody.
    let commune = figures.find("GER.OTM.1", &[("area_national", "CL-13101")]);
    assert_eq!((commune.obs_status, commune.value), (ObsStatus::NotCollected, None));
    let by_mobility = figures.find("GER.1", &[("mobility", "on-the-move")]);
    assert_eq!((by_mobility.obs_status, by_mobility.denominator), (ObsStatus::NotCollected, None));
}
