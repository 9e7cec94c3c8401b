//! Arguments that name what does not exist.

use super::{Says, check, check_said};
use crate::support::{World, command, matricula};

#[test]
fn no_threads_or_far_too_many() {
    let world = World::new(100);
    for threads in ["0", "60000", "two"] {
        let says = Says {
            exit: 2,
            error: &format!("error: invalid value '{threads}' for '--threads <N>'"),
            with: &[],
            help: "For more information, try '--help'.",
        };
        check(&world, &world.run(&["--threads", threads]), &says);
    }
}

#[test]
fn unknown_indicator() {
    let world = World::new(100);
    let says = |error, help| Says { exit: 2, error, with: &[], help };
    let near = says("error: the catalogue has no indicator `GER.l`", "`GER.1`");
    check(&world, &world.run(&["--indicator", "GER.l"]), &near);
    let far = says("error: the catalogue has no indicator `literacy`", "is named like its indicator");
    check(&world, &world.run(&["--indicator", "literacy"]), &far);
}

#[test]
fn missing_arguments() {
    let world = World::new(100);
    let says = |error, help| Says { exit: 2, error, with: &[], help };
    let missing = "error: the following required arguments were not provided:";
    check_said(&matricula(world.path(), &["run"]), &says(missing, "--out <DIR>"));
    let figure = ["explain", "GER.1", "--specs", "specs", "--batch", "batch.toml", "--country", "CHL"];
    check_said(&matricula(world.path(), &figure), &says(missing, "--year <YYYY>"));
}

#[test]
fn country_by_its_name() {
    let world = World::new(100);
    let figure = ["explain", "GER.1", "--specs", "specs", "--batch", "batch.toml", "--year", "2018"];
    let error = "error: `--country`: the dimension `ref_area` has no code";
    for (name, code) in [("Brasil", "BRA"), ("chile", "CHL"), ("CHI", "CHL")] {
        let said = matricula(world.path(), &[&figure[..], &["--country", name]].concat());
        check_said(&said, &Says { exit: 2, error, with: &[name], help: &format!("`{code}`") });
    }
}

#[test]
#[cfg(unix)]
fn reader_that_has_seen_enough() {
    use std::process::Stdio;

    for arguments in [&["codes"][..], &["explain", "GER.1"]] {
        let mut codes = command(std::path::Path::new("."), arguments);
        let mut child = codes.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    }
}
