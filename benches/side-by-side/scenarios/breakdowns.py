"""The same table of all breakdowns by matricula, DuckDB and polars: directly over the rows, and over cubes."""

import check
from bench import Bench
from definitions import conditions, crossings, indicators
from measure import interleaved, warm
from report import Aim, Section

SUMS = "recodes of the mapping, then the sums behind numerators and denominators in every crossing; ages from the file, no validation, no figures, nothing written; "


def run(bench: Bench) -> list[Section]:
    return [one(bench, name, paths["parquet"]) for name, paths in bench.datasets(("parquet",))]


def one(bench: Bench, title: str, path) -> Section:
    bench.say(f"all breakdowns, {title}")
    own = [bench.catalogue("matricula", path), bench.without_schools("matricula, not across schools", path)]
    ways = [("duckdb", "direct", "GROUPING SETS over the rows"), ("duckdb", "cube first", "one cube, then GROUPING SETS with the sums over it"),
            ("duckdb", "two cubes", "two cubes in one look, GROUPING SETS that keep what conditions test, then the sums"),
            ("polars", "direct", "a group_by over the rows for each crossing, planned together"),
            ("polars", "two cubes", "two cubes planned together, a group_by for each crossing out of them, then the sums")]
    engines = [bench.engine(f"{engine}, {way}", engine, f"breakdowns, {way}", [path], SUMS + text) for engine, way, text in ways]
    answers = {candidate.name: bench.answer(candidate) for candidate in engines}
    best = answers["duckdb, two cubes"]
    for name, answer in answers.items():
        check.same_rows(best, answer)
    compared = [check.same_figures(bench.ran(candidate), check.answer(best)) for candidate in own]
    checked = [f"all of them have the same rows: {len(conditions())} sums for {len(indicators())} indicators in {len(crossings(bench.crossed))} crossings",
               f"{compared[0]:,} numerators and denominators of the run are these sums, and none is missing"]
    for candidate in engines:
        if candidate.name in ("duckdb, direct", "duckdb, cube first", "polars, direct"):
            candidate.at_most_runs = 1
    warm([path])
    measured = interleaved([*own, *engines], bench.runs, bench.work, bench.say)
    aims = []
    for engine in ("duckdb", "polars"):
        direct = measured[f"{engine}, direct"].median
        cubes = min(one.median for name, one in measured.items() if name.startswith(engine) and "direct" not in name)
        for name in ("matricula", "matricula, not across schools"):
            aims.append(Aim(f"{engine} directly, beside {name}", direct / measured[name].median, 20, at_most=False))
            aims.append(Aim(f"{engine} at its best, beside {name}", cubes / measured[name].median, 3, at_most=False))
    notes = ["What takes minutes (directly; one cube) ran once."]
    return Section(f"All breakdowns, {title} file, Parquet: {bench.rows:,} rows asked for", checked, list(measured.values()), aims, notes)
