//! What the benches of the engine share: a national file of invented pupils, and a batch on it. See `README.md`.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench that cannot begin says why and stops")]

use std::path::Path;
use std::time::Duration;

use matricula::spec::{Batch, Catalogue};
use matricula_fixtures::world::{Format, Structure, WorldOptions, write_world};

/// The national file, below the folder of [`write_pupils`].
pub const FILE: &str = "chl/matricula_2022.csv";

/// Writes [`FILE`] with about so many pupils; of a thousand, ten have a defect as real files have them.
pub fn write_pupils(folder: &Path, pupils: u64) {
    let options = WorldOptions {
        pupils,
        seed: 1,
        years: (2022, 2022),
        formats: vec![Format::ChileEnrolment],
        structure: Structure::Chile,
        dirt: 10,
    };
    write_world(&options, folder).expect("a world");
}

/// A batch of these indicators on the file.
#[must_use]
pub fn batch(indicators: &[String]) -> String {
    let names: Vec<String> = indicators.iter().map(|id| format!("{id:?}")).collect();
    format!(
        "format = 1\nid = \"bench\"\nindicators = [{}]\n\
         breakdowns = [\"sex\", \"mobility\", \"location\", \"sector_edu\", \"grade\"]\ncrossed = 2\n\
         [[source]]\nid = \"chl\"\ncountry = \"CHL\"\nschool_year = {{ start = 2022-03-02, end = 2022-12-16 }}\n\
         enrolment_moment = \"census-date\"\nage_reference_date = 2022-06-30\nmapping = \"chl-matricula\"\n\
         files = [\"{FILE}\"]\nseparator = \";\"\n",
        names.join(", ")
    )
}

/// The batch of a text.
#[must_use]
pub fn read_batch(text: &str, catalogue: &Catalogue) -> Batch {
    let (batch, problems) = Batch::read(text, "batch.toml", catalogue);
    batch.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// The least, the middle and the most.
pub fn spread(times: &mut [Duration]) -> [Duration; 3] {
    times.sort_unstable();
    [times[0], times[times.len() / 2], times[times.len() - 1]]
}
