"""CSV: from the national file to estimates beside GROUP BY, with and without the check for duplicates."""

import check
from bench import Bench
from matricula import rows_of
from measure import interleaved, warm
from report import Aim, Section
from scenarios.parquet import GROUPED, agreed

TYPED = "; codes read as whole numbers"
ONCE = "pupils that stand there twice found, and counted once in the ten columns: "


def run(bench: Bench) -> list[Section]:
    return [one(bench, name, paths["csv"]) for name, paths in bench.datasets(("csv",))]


def one(bench: Bench, title: str, path) -> Section:
    bench.say(f"CSV, {title}")
    own = [bench.catalogue("matricula", path), bench.without_schools("matricula, not across schools", path),
           bench.catalogue("matricula, key rule", path, once=True)]

    def engine(name: str, engine: str, question: str, includes: str, **files):
        return bench.engine(name, engine, question, [path], includes, **files)

    ten = {name: engine(f"{name}, ten columns", name, "ten columns", GROUPED) for name in ("duckdb", "polars")}
    plain = [*ten.values(), engine("duckdb, ten columns, typed", "duckdb", "ten columns", GROUPED + TYPED, typed=True),
             engine("polars, ten columns, typed", "polars", "ten columns", GROUPED + TYPED, typed=True)]
    two = [engine("duckdb, two columns", "duckdb", "two columns", "the simplest GROUP BY"),
           engine("duckdb, two columns, typed", "duckdb", "two columns", "the simplest GROUP BY" + TYPED, typed=True)]
    once = [engine("duckdb, once, by list", "duckdb", "once, by list", ONCE + "a list of those first, their surplus taken off"),
            engine("duckdb, once, by list, typed", "duckdb", "once, by list", ONCE + "the same" + TYPED, typed=True),
            engine("duckdb, once, by group", "duckdb", "once, by group", ONCE + "grouped by pupil in one look"),
            engine("polars, once", "polars", "once", ONCE + "`unique` by pupil")]
    checked = agreed(bench, own[0], ten) + [agreed_once(bench, own[2], once)]
    check.same_rows(bench.answer(plain[0]), bench.answer(plain[2]))
    warm([path])
    measured = interleaved([*own, *plain, *two, *once], bench.runs, bench.work, bench.say)

    def best(start: str) -> float:
        return min(one.median for name, one in measured.items() if name.startswith(start))

    aims = [Aim(f"{name} beside DuckDB's ten columns, the faster way", measured[name].median / best("duckdb, ten"), 0.5) for name in list(measured)[:2]]
    aims += [Aim(f"{name} beside DuckDB's two columns, the faster way", measured[name].median / best("duckdb, two"), 1.0) for name in list(measured)[:2]]
    aims += [Aim("matricula, key rule, beside DuckDB's ten columns with the same check, the faster way",
                 measured["matricula, key rule"].median / best("duckdb, once"), 0.5)]
    return Section(f"CSV, {title} file: {bench.rows:,} rows asked for, {path.stat().st_size / 1e6:.0f} MB", checked, list(measured.values()), aims)


def agreed_once(bench: Bench, own, once: list) -> str:
    """With the rule that counts each pupil once the figures follow from cells that were freed of duplicates otherwise."""
    answers = [bench.answer(candidate) for candidate in once]
    for other in answers[1:]:
        check.same_rows(answers[0], other)
    folder = bench.ran(own)
    compared = check.same_figures(folder, check.answer_of_cells(answers[0], bench.crossed), places=False)
    return f"with {rows_of(folder).get('duplicates', 0):,} duplicates found, {compared:,} numerators and denominators are sums of the cells of DuckDB and polars without duplicates"
