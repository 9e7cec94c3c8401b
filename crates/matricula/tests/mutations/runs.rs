//! The engine with all mutations, built once, and the runs of its tests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::bake::target;

/// What is built: the package and the binary of its tests that hold the watching ones.
const BUILT: [&str; 4] = ["--package", "matricula", "--test", "it"];

/// Most mutations are noticed in a world or two, so that building is what takes the time. Since nothing else is built
/// like this, no engine with mutations stays where another build with the same target folder would take it for its own.
const PROFILE: [&str; 4] = [
    "profile.dev.debug=false",
    "profile.dev.package.matricula.opt-level=0",
    "profile.dev.package.matricula-engine.opt-level=0",
    "profile.dev.package.matricula-read.opt-level=0",
];

/// How often a run is looked after.
const LOOK: Duration = Duration::from_millis(20);

/// The binary of the tests of an engine with all mutations.
pub(crate) struct Engine {
    binary: PathBuf,
    /// Where the binary runs: the folder of its package, as under cargo.
    package: PathBuf,
    /// What runs print, until it is read.
    printed: tempfile::TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The one test that was to run passed.
    Passed,
    /// The one test that was to run failed; where in the sources it first panicked.
    Failed(String),
    /// It was ended, as it took too long.
    Hung,
    /// Something else happened, which tells nothing about the engine: what it printed.
    Broke(String),
}

/// A run of one test.
pub(crate) struct Finished {
    pub(crate) ending: Ending,
    pub(crate) took: Duration,
}

impl Engine {
    /// Builds the tests of a copy of the sources.
    pub(crate) fn built(copy: &Path) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["test", "--no-run", "--locked", "--message-format=json-render-diagnostics"]).args(BUILT);
        for setting in PROFILE {
            command.args(["--config", setting]);
        }
        let output = command.current_dir(copy).env("CARGO_TARGET_DIR", target()).output().expect("cargo runs");
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the engine with its mutations does not compile:\n{printed}");
        let messages = String::from_utf8(output.stdout).expect("messages are text");
        let binaries: Vec<PathBuf> = messages.lines().filter_map(binary).collect();
        let [binary] = binaries.as_slice() else { panic!("one binary of tests is built, and not {binaries:?}") };
        let printed = tempfile::tempdir().expect("a folder");
        Self { binary: binary.clone(), package: copy.join("crates/matricula"), printed }
    }

    /// Runs one test with the mutation of this number, or with none, and ends it after a time.
    pub(crate) fn run(&self, test: &str, mutant: Option<usize>, limit: Duration) -> Finished {
        let path = self.printed.path().join(mutant.map_or_else(|| test.replace(':', "-"), |n| n.to_string()));
        let file = File::create(&path).expect("a file");
        let mut command = Command::new(&self.binary);
        command.args([test, "--exact"]).current_dir(&self.package).stdin(Stdio::null());
        command.stdout(file.try_clone().expect("the same file")).stderr(file);
        // Whoever fails on purpose need not be made smaller, nor say from where.
        command.env("MATRICULA_MUTATION", "1").env("RUST_BACKTRACE", "0").env_remove("MATRICULA_MUTANT");
        if let Some(number) = mutant {
            command.env("MATRICULA_MUTANT", number.to_string());
        }
        let begun = Instant::now();
        let status = wait(command.spawn().expect("the binary runs"), begun + limit);
        let took = begun.elapsed();
        let printed = String::from_utf8_lossy(&fs::read(&path).expect("what was printed")).into_owned();
        fs::remove_file(path).expect("removed");
        let ending = status.map_or(Ending::Hung, |status| ending(status, &printed));
        Finished { ending, took }
    }
}

/// The executable that a message of cargo tells of.
fn binary(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let executable = message.get("executable")?.as_str()?;
    (message["profile"]["test"] == true).then(|| executable.into())
}

/// How a process ended; nothing where that was too late.
fn wait(mut child: Child, end: Instant) -> Option<ExitStatus> {
    while Instant::now() < end {
        if let Some(status) = child.try_wait().expect("a process of ours") {
            return Some(status);
        }
        thread::sleep(LOOK);
    }
    child.kill().expect("a process of ours");
    child.wait().expect("it has ended");
    None
}

/// What a run says.
fn ending(status: ExitStatus, printed: &str) -> Ending {
    let says = |line: &str| printed.lines().any(|printed| printed.starts_with(line));
    if says("running 1 test") && status.success() && says("test result: ok. 1 passed; 0 failed;") {
        return Ending::Passed;
    }
    if says("running 1 test") && status.code() == Some(101) && says("test result: FAILED. 0 passed; 1 failed;") {
        let place = printed.split(" panicked at ").nth(1).and_then(|rest| rest.lines().next());
        return Ending::Failed(place.unwrap_or_default().trim_end_matches(':').to_owned());
    }
    Ending::Broke(format!("{status}\n{printed}"))
}

/// Does something with each of several, as many at a time as there are cores; in the order of the several.
pub(crate) fn in_parallel<T: Sync, R: Send>(of: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = Mutex::new(of.iter().enumerate());
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some((position, one)) = { next.lock().expect("no panic").next() } {
            let result = run(one);
            done.lock().expect("no panic").push((position, result));
        }
    };
    thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    let mut done = done.into_inner().expect("no panic");
    done.sort_by_key(|(position, _)| *position);
    done.into_iter().map(|(_, result)| result).collect()
}
