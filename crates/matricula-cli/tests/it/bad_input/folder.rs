//! Folders that must not, or cannot, be written to.

use std::fs;
use std::path::Path;

use super::{Says, assert_nothing_beside, check_mended, check_said};
use crate::support::{Said, World, matricula};

fn run_into(world: &World, out: &str) -> Said {
    matricula(world.path(), &["run", "batch.toml", "--specs", "specs", "--out", out])
}

#[test]
fn folder_that_is_not_ours() {
    let world = World::new(100);
    world.file("out/thesis.txt", "do not lose");
    let says = Says {
        exit: 3,
        error: "error: the folder `out` is not empty and holds no earlier run",
        with: &[],
        help: "name a folder that is absent, empty, or holds an earlier run; nothing in it was touched",
    };
    check_said(&world.run(&[]), &says);
    // The manifest of something else does not make it ours.
    world.file("out/manifest.json", "{\"name\": \"an extension\"}");
    check_said(&world.run(&[]), &says);
    assert_eq!(world.names("out"), ["manifest.json", "thesis.txt"]);
    assert_nothing_beside(&world);
    fs::remove_dir_all(world.path().join("out")).expect("removed");
    check_mended(&world);
}

#[test]
fn place_where_no_folder_can_stand() {
    let world = World::new(100);
    let cases = [
        ("chl.csv", "error: `chl.csv` is not a folder", "name a folder, or a place where nothing stands yet"),
        ("chl.csv/out", "error: `chl.csv` is not a folder", "name a folder, or a place where nothing stands yet"),
        ("chl.csv/a/out", "error: cannot make the folder `chl.csv/a`", "check that the folder above it exists"),
        ("/", "error: `/` is no name for a folder", "name a folder, or a place where nothing stands yet"),
    ];
    let before = world.bytes("specs/mappings");
    for (out, error, help) in cases {
        check_said(&run_into(&world, out), &Says { exit: 3, error, with: &[], help });
    }
    assert_eq!(world.names("."), ["batch.toml", "bra.csv", "chl.csv", "population.csv", "specs"]);
    assert_eq!(world.bytes("specs/mappings"), before);
}

#[test]
#[cfg(target_os = "linux")]
fn folder_that_nobody_can_write_to() {
    let world = World::new(100);
    let help = "check that the folder above it exists, is a folder, and may be written to";
    let says = Says { exit: 3, error: "error: cannot write beside `/proc/out`", with: &[], help };
    check_said(&run_into(&world, "/proc/out"), &says);
    assert!(!Path::new("/proc/out").exists());
}

#[test]
#[cfg(unix)]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn folder_without_the_right_to_write() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = World::new(100);
    let closed = world.path().join("closed");
    fs::create_dir(&closed).expect("made");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("closed");
    let superuser = fs::write(closed.join("try"), "").is_ok();
    if superuser {
        eprintln!("skipped: this user may write to every folder");
        return;
    }
    let help = "check that the folder above it exists, is a folder, and may be written to";
    let says = Says { exit: 3, error: "error: cannot write beside `closed/out`", with: &[], help };
    check_said(&run_into(&world, "closed/out"), &says);
    assert!(world.names("closed").is_empty());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("opened");
    assert_eq!(run_into(&world, "closed/out").code, Some(0));
}
