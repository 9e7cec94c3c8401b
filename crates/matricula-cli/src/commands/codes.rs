//! `matricula codes`.

use std::io::Write;

use matricula::spec::docs::problem_code_table;

use crate::error::Failure;

pub(super) fn codes(out: &mut dyn Write) -> Result<(), Failure> {
    Ok(out.write_all(problem_code_table().as_bytes())?)
}
