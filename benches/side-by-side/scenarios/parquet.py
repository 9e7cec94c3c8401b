"""Parquet: the whole catalogue with all its breakdowns beside one GROUP BY over ten columns."""

import check
from bench import Bench
from measure import Candidate, interleaved, warm
from report import Aim, Section

GROUPED = "one GROUP BY over ten columns as they are in the file, materialized; no recoding, no age from a birth date, no validation, nothing written"
COMMUNE = "the same with the commune as an eleventh column"


def run(bench: Bench) -> list[Section]:
    sections = []
    for name, paths in bench.datasets(("parquet", "integers")):
        for kind in ("parquet", "integers"):
            if kind in paths:
                sections.append(one(bench, f"{name} file, {'text columns' if kind == 'parquet' else 'whole numbers'}", paths[kind]))
    return sections


def one(bench: Bench, title: str, path) -> Section:
    bench.say(f"Parquet, {title}")
    own = [bench.catalogue("matricula", path), bench.without_schools("matricula, not across schools", path),
           bench.catalogue("matricula, key rule", path, once=True)]
    ten = {engine: bench.engine(f"{engine}, ten columns", engine, "ten columns", [path], GROUPED) for engine in ("duckdb", "polars")}
    more = [bench.engine(f"{engine}, with commune", engine, "with commune", [path], COMMUNE) for engine in ("duckdb", "polars")]
    checked = agreed(bench, own[0], ten)
    check.same_figures(bench.ran(own[1]), check.answer_of_cells(bench.answer(ten["duckdb"]), bench.crossed), places=False)
    cells = check.same_rows(*(bench.answer(candidate) for candidate in more))
    checked.append(f"with the commune both have the same {cells:,} cells")
    warm([path])
    measured = interleaved([*own, *ten.values(), *more], bench.runs, bench.work, bench.say)
    duckdb = measured["duckdb, ten columns"].median
    aims = [Aim(f"{name} (without its key rule; input hashing is in it) beside DuckDB's ten columns", measured[name].median / duckdb, 0.4)
            for name in ("matricula", "matricula, not across schools")]
    size = path.stat().st_size / 1e6
    return Section(f"Parquet, {title}: {bench.rows:,} rows asked for, {size:.0f} MB", checked, list(measured.values()), aims)


def agreed(bench: Bench, own: Candidate, ten: dict[str, Candidate]) -> list[str]:
    """The cells of both engines are the same, and every figure of the run follows from them."""
    answers = [bench.answer(candidate) for candidate in ten.values()]
    cells = check.same_rows(*answers)
    compared = check.same_figures(bench.ran(own), check.answer_of_cells(answers[0], bench.crossed), places=False)
    return [f"DuckDB and polars have the same {cells:,} cells over ten columns",
            f"{compared:,} numerators and denominators of the run are sums of these cells, and none is missing"]
