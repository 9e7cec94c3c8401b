//! Killed in the middle: nothing half-written, and a second run works.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{World, batch, command};

const RUN: [&str; 6] = ["run", "batch.toml", "--specs", "specs", "--out", "out"];

/// Attempts to meet a run while it writes.
const ATTEMPTS: usize = 20;

/// Whether a folder beside `out` holds a table that is being written.
fn is_writing(world: &World) -> bool {
    let beside = world.names(".").into_iter().filter(|name| name.starts_with(".out.matricula-tmp-"));
    beside.into_iter().any(|name| world.path().join(name).join("estimates.csv").exists())
}

/// Kills a run, as soon as it writes or after some time; whether it was killed before its end.
fn kill(world: &World, after: impl Fn(Duration) -> bool) -> bool {
    let mut run = command(world.path(), &RUN);
    let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    let started = Instant::now();
    while run.try_wait().expect("a child").is_none() && !after(started.elapsed()) {
        sleep(Duration::from_micros(100));
    }
    run.kill().expect("it can be killed");
    run.wait().expect("it ends").code().is_none()
}

/// Every file that the manifest lists is there, with its size.
fn is_complete(out: &Path) -> bool {
    let manifest = fs::read(out.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let outputs = manifest["outputs"].as_array().expect("outputs");
    outputs.iter().all(|file| {
        let name = file["file"].as_str().unwrap_or_default();
        fs::metadata(out.join(name)).is_ok_and(|found| Some(found.len()) == file["bytes"].as_u64())
    })
}

#[test]
fn a_killed_run_leaves_the_folder_absent_or_complete() {
    let world = World::new(20_000);
    // Enough figures that writing them takes a while.
    world.file("batch.toml", &batch("\"all\"", 3));
    let out = world.path().join("out");
    for earlier_run in [false, true] {
        let is_sound = || if earlier_run { is_complete(&out) } else { !out.exists() || is_complete(&out) };
        for milliseconds in [0, 5, 20, 80] {
            kill(&world, |elapsed| elapsed >= Duration::from_millis(milliseconds));
            assert!(is_sound());
        }
        let met = (0..ATTEMPTS).any(|_| kill(&world, |_| is_writing(&world)) && is_writing(&world));
        assert!(met, "no run could be killed while it was writing");
        assert!(is_sound());

        let said = world.run(&[]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(is_complete(&out));
        let leftovers: Vec<_> = world.names(".").into_iter().filter(|name| name.contains("matricula-")).collect();
        assert!(leftovers.is_empty(), "{leftovers:?}");
    }
}
