"""Two threads against one, with DuckDB's own scaling in the same run."""

import statistics

from bench import Bench
from measure import interleaved, warm
from report import Aim, Section
from scenarios.parquet import GROUPED, agreed


def run(bench: Bench) -> list[Section]:
    name, paths = bench.datasets(("csv", "parquet"))[0]
    return [one(bench, f"{name} file, {kind}", path) for kind, path in paths.items()]


def one(bench: Bench, title: str, path) -> Section:
    bench.say(f"threads, {title}")
    own = [bench.without_schools(f"matricula, {count}", path) for count in (1, 2)]
    for count, candidate in enumerate(own, 1):
        candidate.command += ["--threads", str(count)]
    engines = [bench.engine(f"duckdb, {count}", "duckdb", "ten columns", [path], GROUPED, threads=count) for count in (1, 2)]
    checked = agreed(bench, own[1], {"duckdb": engines[1], "polars": bench.engine("polars", "polars", "ten columns", [path], GROUPED)})
    warm([path])
    measured = interleaved([*own, *engines], bench.runs, bench.work, bench.say)
    duckdb = measured["duckdb, 1"].median / measured["duckdb, 2"].median
    aims = [Aim("one thread by two threads, whole run", measured["matricula, 1"].median / measured["matricula, 2"].median, min(1.6, duckdb), at_most=False)]
    notes = [f"DuckDB's own: {duckdb:.2f}."]
    if "row pass" in measured["matricula, 1"].phases:
        rows = [statistics.median(measured[f"matricula, {count}"].phases["row pass"]) for count in (1, 2)]
        aims.insert(0, Aim("one thread by two threads, row pass", rows[0] / rows[1], min(1.6, duckdb), at_most=False))
    both = [measured[f"matricula, {count}"].phases for count in (1, 2)]
    for phase in sorted(set(both[0]) & set(both[1])):
        notes.append(f"- {phase}: {min(both[0][phase]):.3f} s on one, {min(both[1][phase]):.3f} s on two")
    return Section(f"Threads, {title}: {bench.rows:,} rows", checked, list(measured.values()), aims, notes)
