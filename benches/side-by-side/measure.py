"""Candidates side by side: each in a process of its own, in turn, with the file in the page cache for all of them."""

import dataclasses
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable

# A line of what `--timings` says.
PHASE = re.compile(r"^ *(\d+\.\d+) s  (\w.*)$", re.MULTILINE)
HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class Candidate:
    """A command, and what its figure includes. An engine prints its own seconds; those of a command are from start to end."""
    name: str
    command: list[str]
    includes: str
    inner_clock: bool = False
    prepare: Callable[[], None] | None = None
    at_most_runs: int | None = None


@dataclasses.dataclass
class Measured:
    candidate: Candidate
    seconds: list[float] = dataclasses.field(default_factory=list)
    peaks: list[float] = dataclasses.field(default_factory=list)
    processor: list[float] = dataclasses.field(default_factory=list)
    phases: dict[str, list[float]] = dataclasses.field(default_factory=dict)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


class Failed(Exception):
    """A candidate did not end well; with the end of what it said."""


def warm(paths: list[pathlib.Path]) -> None:
    """Reads the files once, so that nobody waits for the disk."""
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 24):
                pass


def once(candidate: Candidate, work: pathlib.Path, into: Measured | None = None) -> None:
    if candidate.prepare:
        candidate.prepare()
    said = work / "said.txt"
    command = [sys.executable, "-S", "-E", str(HERE / "launch.py"), str(said), *candidate.command]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    text = said.read_text(encoding="utf-8", errors="replace")
    if found["code"] != 0:
        raise Failed(f"{candidate.name} ended with {found['code']}:\n{text[-2000:]}")
    if into is not None:
        inner = json.loads(text.strip().splitlines()[-1])["seconds"] if candidate.inner_clock else found["seconds"]
        into.seconds.append(inner)
        into.peaks.append(found["peak"])
        into.processor.append(found["processor"])
        for seconds, phase in PHASE.findall(text):
            into.phases.setdefault(phase, []).append(float(seconds))


def interleaved(candidates: list[Candidate], runs: int, work: pathlib.Path, report: Callable[[str], None]) -> dict[str, Measured]:
    """One run of each after the other, so that a busy minute of the machine meets all of them."""
    found = {candidate.name: Measured(candidate) for candidate in candidates}
    for number in range(runs):
        for candidate in candidates:
            if candidate.at_most_runs is not None and number >= candidate.at_most_runs:
                continue
            once(candidate, work, found[candidate.name])
            report(f"  run {number + 1} of {runs}: {candidate.name}: {found[candidate.name].seconds[-1]:.2f} s")
    return found


def removed(folder: pathlib.Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(folder, ignore_errors=True)
