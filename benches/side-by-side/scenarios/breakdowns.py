"""The same table of all breakdowns by matricula, DuckDB and polars: directly over the rows, and over cubes."""

import check
import data
from bench import Bench
from definitions import conditions, crossings, indicators
from measure import interleaved, warm
from report import Aim, Section

SUMS = "recodes of the mapping, then the sums behind numerators and denominators in every crossing; ages from the file, no validation, no figures, nothing written; "


WAYS = [
    ("duckdb", "direct", "GROUPING SETS over the rows"),
    ("duckdb", "cube first", "one cube, then GROUPING SETS with the sums over it"),
    ("duckdb", "two cubes", "two cubes in one look, GROUPING SETS that keep what conditions test, then the sums"),
    ("polars", "direct", "a group_by over the rows for each crossing, planned together"),
    ("polars", "two cubes", "two cubes planned together, a group_by for each crossing out of them, then the sums"),
]
# The ways that take minutes are run on no more rows than these, beside all others; on all rows these others only.
SLOW = ("duckdb, direct", "duckdb, cube first", "polars, direct")
ROWS_OF_SLOW = 1_000_000


def run(bench: Bench) -> list[Section]:
    few = min(bench.rows, ROWS_OF_SLOW)
    sections = [one(bench, "uniform", data.uniform(bench.files, few, kinds=("parquet",))["parquet"], few, WAYS)]
    if few < bench.rows:
        quick = [way for way in WAYS if f"{way[0]}, {way[1]}" not in SLOW]
        sections += [one(bench, name, paths["parquet"], bench.rows, quick) for name, paths in bench.datasets(("parquet",))]
    return sections


def one(bench: Bench, title: str, path, rows: int, ways: list[tuple[str, str, str]]) -> Section:
    bench.say(f"all breakdowns, {title}, {rows:,} rows")
    own = [bench.catalogue("matricula", path), bench.without_schools("matricula, not across schools", path)]
    engines = [bench.engine(f"{engine}, {way}", engine, f"breakdowns, {way}", [path], SUMS + text) for engine, way, text in ways]
    answers = {candidate.name: bench.answer(candidate) for candidate in engines}
    best = answers["duckdb, two cubes"]
    for name, answer in answers.items():
        check.same_rows(best, answer)
    compared = [check.same_figures(bench.ran(candidate), check.answer(best)) for candidate in own]
    checked = [f"all of them have the same rows: {len(conditions())} sums for {len(indicators())} indicators in {len(crossings(bench.crossed))} crossings",
               f"{compared[0]:,} numerators and denominators of the run are these sums, and none is missing"]
    for candidate in engines:
        if candidate.name in SLOW:
            candidate.at_most_runs = 1
    warm([path])
    measured = interleaved([*own, *engines], bench.runs, bench.work, bench.say)
    aims = []
    for engine in ("duckdb", "polars"):
        of_engine = {name: one.median for name, one in measured.items() if name.startswith(engine)}
        direct = of_engine.pop(f"{engine}, direct", None)
        for name in ("matricula", "matricula, not across schools"):
            if direct is not None:
                aims.append(Aim(f"{engine} directly, beside {name}", direct / measured[name].median, 20, at_most=False))
            aims.append(Aim(f"{engine} at its best, beside {name}", min(of_engine.values()) / measured[name].median, 3, at_most=False))
    notes = ["What takes minutes (directly; one cube) ran once, and on no more than a million rows."]
    return Section(f"All breakdowns, {title} file, Parquet: {rows:,} rows asked for", checked, list(measured.values()), aims, notes)
