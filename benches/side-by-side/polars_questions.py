"""What polars is asked, each question in the best words that we know; nothing here measures.

A question returns a collected frame: every row of it was made.
"""

import polars as pl

from data import COMMUNE, KEYS
from definitions import BREAKDOWNS, HARMONIZED, SIMPLE, conditions, crossings, recodes
from questions import Files, halves, mask, tested


def scan(files: Files, path: str) -> pl.LazyFrame:
    if path.endswith(".parquet"):
        return pl.scan_parquet(path)
    types = {name: pl.Int32 if files.number(name) else pl.String for name in files.header()}
    return pl.scan_csv(path, separator=";", schema=types)


def grouped(keys: list[str]):
    def ask(files: Files) -> pl.DataFrame:
        return scan(files, files.paths[0]).group_by(keys).agg(pl.len().alias("n")).collect(engine="streaming")
    return ask


def identifier() -> pl.Expr:
    return pl.coalesce(pl.col("MRUN").cast(pl.String), pl.lit("I") + pl.col("MRUN_IPE").cast(pl.String))


def once(files: Files) -> pl.DataFrame:
    rows = scan(files, files.paths[0]).select(*KEYS, identifier().alias("id"))
    open_schools = pl.col("ESTADO_ESTAB") == "1"
    pupils = pl.concat([rows.filter(open_schools).unique(subset=["id"], keep="any"), rows.filter(~open_schools)])
    return pupils.group_by(KEYS).agg(pl.len().alias("n")).collect(engine="streaming")


def harmonized(files: Files) -> pl.LazyFrame:
    frames = {
        "course": ["COD_ENSE", "COD_GRADO", "edu_level", "edu_cat", "programme", "grade"], "origin": ["PAIS_ORIGEN_ALU", "country_origin"],
        "people": ["COD_ETNIA_ALU", "ethnicity"], "commune": ["COD_COM_RBD", "area_national"],
    }
    small = {name: pl.LazyFrame(rows, schema=frames[name], orient="row", infer_schema_length=None) for name, rows in recodes().items()}
    rows = scan(files, files.paths[0]).filter(pl.col("ESTADO_ESTAB") == "1").join(small["course"], on=["COD_ENSE", "COD_GRADO"])
    for name in ("origin", "people", "commune"):
        rows = rows.join(small[name], on=frames[name][0], how="left")
    simple = [pl.sql_expr(text).alias(name) for name, text in SIMPLE.items()]
    unknown = [pl.col(name).fill_null("_U") for name in ("country_origin", "ethnicity", "area_national")]
    return rows.select("edu_level", "edu_cat", "programme", "grade", *simple, *unknown)


def broken_down(rows: pl.LazyFrame, crossing: tuple[str, ...], sums: list[pl.Expr]) -> pl.LazyFrame:
    """The sums of one crossing, in the columns of all."""
    keys = [pl.col(name).alias(f"b_{name}") for name in crossing]
    grouped = rows.group_by(keys).agg(sums) if keys else rows.select(sums)
    absent = [pl.lit(None).alias(f"b_{name}") for name in BREAKDOWNS if name not in crossing]
    ordered = [f"b_{name}" for name in BREAKDOWNS]
    return grouped.with_columns(*absent, pl.lit(mask(crossing)).alias("crossing")).select("crossing", *ordered, pl.exclude("crossing", *ordered))


def stacked(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames, how="vertical_relaxed")


def direct(files: Files) -> pl.DataFrame:
    sums = [(pl.len() if text == "true" else pl.sql_expr(text).fill_null(False).sum()).cast(pl.Int64).alias(f"s{at}")
            for at, text in enumerate(conditions())]
    rows = harmonized(files)
    return stacked(pl.collect_all([broken_down(rows, crossing, sums) for crossing in crossings(files.crossed)], engine="streaming"))


def cubes(files: Files) -> pl.DataFrame:
    """Two small cubes, then each crossing out of them, first without the conditions and then with them."""
    rows, kept = harmonized(files), tested()
    sums = [pl.col("n").filter(pl.sql_expr(text)).sum().cast(pl.Int64).alias(f"s{at}") for at, text in enumerate(conditions())]
    lists = {left: [name for name in HARMONIZED if name != left] for left, _ in halves(files.crossed)}
    cubes = pl.collect_all([rows.group_by(names).agg(pl.len().alias("n")) for names in lists.values()], engine="streaming")
    plans = []
    for cube, (_, found) in zip(cubes, halves(files.crossed)):
        for crossing in found:
            reduced = cube.lazy().group_by(list(dict.fromkeys([*kept, *crossing]))).agg(pl.col("n").cast(pl.Int64).sum())
            plans.append(broken_down(reduced, crossing, sums))
    return stacked(pl.collect_all(plans))


QUESTIONS = {
    "two columns": grouped(["COD_ENSE", "GEN_ALU"]), "ten columns": grouped(KEYS), "with commune": grouped([*KEYS, COMMUNE]),
    "once": once, "breakdowns, direct": direct, "breakdowns, two cubes": cubes,
}
