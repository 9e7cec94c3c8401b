"""200 indicators instead of 10 over the same rows; where the binary tells its phases, of the row pass alone.

`cargo bench -p matricula-benches --bench indicators` measures the same inside one process.
"""

import pathlib
import statistics

import check
import matricula
from bench import Bench
from data import ROOT
from measure import Candidate, interleaved, warm
from report import Aim, Section

SIZES = (10, 200)
# The phase that every row goes through, as `--timings` calls it.
ROW_PASS = "row pass"


def run(bench: Bench) -> list[Section]:
    name, paths = bench.datasets(("csv",))[0]
    path = paths["csv"]
    bench.say("indicators")
    folder = bench.ran(bench.without_schools("all", path))
    with_figures = sorted({row["indicator"] for row in matricula.estimates(folder) if row["obs_status"] == "A"})
    specs = bench.work / "specs"
    every = copied(with_figures, max(SIZES), specs)
    candidates = [of(bench, path, [every[at * len(every) // size] for at in range(size)], specs) for size in SIZES]
    checked = [same_as_originals(bench, candidate, folder) for candidate in candidates]
    warm([path])
    measured = interleaved(candidates, bench.runs, bench.work, bench.say)
    few, many = measured.values()
    aims = [Aim("200 indicators beside 10, whole run", many.median / few.median, 1.05)]
    if ROW_PASS in few.phases and ROW_PASS in many.phases:
        aims.insert(0, Aim("200 indicators beside 10, row pass", statistics.median(many.phases[ROW_PASS]) / statistics.median(few.phases[ROW_PASS]), 1.05))
    notes = ["The aim is of the row pass and the cube; the whole run computes and writes twenty times as many figures, too."]
    return [Section(f"More indicators, {name} file, CSV: {bench.rows:,} rows", checked, list(measured.values()), aims, notes)]


def copied(ids: list[str], size: int, specs: pathlib.Path) -> list[str]:
    """Indicators with figures and copies of them under other identifiers, until there are so many."""
    folder = specs / "indicators"
    folder.mkdir(parents=True)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "indicator-specs/indicators").rglob("*.toml")}
    every = list(ids)
    for number in range(size - len(ids)):
        original = ids[number % len(ids)]
        copy = f"{original}.COPY{number}"
        (folder / f"{copy}.toml").write_text(texts[original].replace(f'id = "{original}"', f'id = "{copy}"', 1), encoding="utf-8")
        every.append(copy)
    return sorted(every)


def of(bench: Bench, path: pathlib.Path, ids: list[str], specs: pathlib.Path) -> Candidate:
    more = ["--specs", str(specs), "--indicator", *ids]
    return bench.catalogue(f"{len(ids)} indicators", path, more=more)


def same_as_originals(bench: Bench, candidate: Candidate, folder: pathlib.Path) -> str:
    """Every figure of an indicator and of its copies is that of the run of the whole catalogue."""
    def figure(row: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, str, str]]:
        codes = tuple(row[name] for name in matricula.BREAKDOWNS)
        return (row["indicator"].partition(".COPY")[0], row["time_period"], *codes), (row["value"], row["numerator"], row["obs_status"])

    originals = dict(map(figure, matricula.estimates(folder)))
    rows = [figure(row) for row in matricula.estimates(bench.ran(candidate))]
    different = sum(originals.get(key) != found for key, found in rows)
    if different or not rows:
        raise check.Differs(f"{candidate.name}: {different} of {len(rows)} figures differ from those of the whole catalogue")
    return f"{candidate.name}: {len(rows):,} rows as in the run of the whole catalogue"
