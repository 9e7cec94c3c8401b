"""What DuckDB is asked, each question in the best words that we know; nothing here measures.

A question leaves its answer in the temporary table `answer`, so that every row of it was made.
"""

import duckdb

from data import COMMUNE, KEYS
from definitions import BREAKDOWNS, HARMONIZED, SIMPLE, conditions, crossings, recodes
from questions import Files, halves, mask, tested


def source(files: Files, path: str) -> str:
    if path.endswith(".parquet"):
        return f"read_parquet('{path}')"
    columns = ", ".join(f"'{name}': '{'INTEGER' if files.number(name) else 'VARCHAR'}'" for name in files.header())
    return f"read_csv('{path}', delim = ';', header = true, auto_detect = false, quote = '\"', columns = {{{columns}}})"


IDENTIFIER = "coalesce(MRUN::VARCHAR, 'I' || MRUN_IPE::VARCHAR)"


def grouped(keys: list[str]):
    def ask(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
        names = ", ".join(keys)
        connection.execute(f"CREATE TEMP TABLE answer AS SELECT {names}, count(*) AS n FROM {source(files, files.paths[0])} GROUP BY ALL")
    return ask


def once_by_list(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
    """Who stands there twice is listed first; then all rows are counted and the surplus is taken off."""
    names, rows = ", ".join(KEYS), source(files, files.paths[0])
    scope = "ESTADO_ESTAB::VARCHAR = '1'"
    connection.execute(f"""
        CREATE TEMP TABLE repeated AS
        SELECT {IDENTIFIER} AS id FROM {rows} WHERE {scope} AND id IS NOT NULL GROUP BY id HAVING count(*) > 1""")
    connection.execute(f"""
        CREATE TEMP TABLE surplus AS SELECT {names}, -count(*) AS n FROM (
            SELECT {names}, row_number() OVER (PARTITION BY {IDENTIFIER} ORDER BY {names}) AS place
            FROM {rows} WHERE {scope} AND {IDENTIFIER} IN (SELECT id FROM repeated)
        ) WHERE place > 1 GROUP BY ALL""")
    connection.execute(f"""
        CREATE TEMP TABLE answer AS SELECT {names}, sum(n)::BIGINT AS n FROM (
            SELECT {names}, count(*) AS n FROM {rows} GROUP BY ALL UNION ALL FROM surplus
        ) GROUP BY ALL HAVING sum(n) > 0""")


def once_by_group(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
    """One look: rows are grouped by pupil, then pupils by the ten columns, in which rows of one pupil agree; schools that
    are closed are not looked at, and keep all their rows."""
    names, rows = ", ".join(KEYS), source(files, files.paths[0])
    firsts = ", ".join(f"any_value({key}) AS {key}" for key in KEYS)
    connection.execute(f"""
        CREATE TEMP TABLE answer AS SELECT {names}, sum(CASE WHEN scope = '1' THEN 1 ELSE rows END)::BIGINT AS n FROM (
            SELECT {IDENTIFIER} AS id, ESTADO_ESTAB::VARCHAR AS scope, count(*) AS rows, {firsts} FROM {rows} GROUP BY id, scope
        ) GROUP BY ALL""")


def code_tables(connection: duckdb.DuckDBPyConnection) -> None:
    columns = {"course": "COD_ENSE, COD_GRADO, edu_level, edu_cat, programme, grade", "origin": "PAIS_ORIGEN_ALU, country_origin",
               "people": "COD_ETNIA_ALU, ethnicity", "commune": "COD_COM_RBD, area_national"}
    for name, rows in recodes().items():
        values = ", ".join("(" + ", ".join("NULL" if v is None else repr(v) for v in row) + ")" for row in rows)
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM (VALUES {values}) AS t({columns[name]})")


def harmonized(connection: duckdb.DuckDBPyConnection, rows: str, more: str = "") -> str:
    """The rows in the codes of the figures; what is out of scope is left out."""
    code_tables(connection)
    simple = ", ".join(f"{text} AS {name}" for name, text in SIMPLE.items())
    return f"""(SELECT edu_level, edu_cat, programme, grade, {simple}, coalesce(country_origin, '_U') AS country_origin,
            coalesce(ethnicity, '_U') AS ethnicity, coalesce(area_national, '_U') AS area_national {more}
        FROM {rows} JOIN course USING (COD_ENSE, COD_GRADO)
        LEFT JOIN origin USING (PAIS_ORIGEN_ALU) LEFT JOIN people USING (COD_ETNIA_ALU) LEFT JOIN commune USING (COD_COM_RBD)
        WHERE ESTADO_ESTAB = '1')"""


BROKEN = ", ".join(f"b_{name}" for name in BREAKDOWNS)
COPIES = ", ".join(f"{name} AS b_{name}" for name in BREAKDOWNS)


def crossing_of(found: list[tuple[str, ...]]) -> str:
    """SQL of the number of a crossing: one bit for each breakdown that it has."""
    present = [name for name in BREAKDOWNS if any(name in crossing for crossing in found)]
    return " + ".join(f"{mask((name,))} * (1 - GROUPING(b_{name}))" for name in present)


def broken(found: list[tuple[str, ...]]) -> str:
    """The columns of all breakdowns, empty where no crossing has them."""
    present = {name for crossing in found for name in crossing}
    return ", ".join(f"b_{name}" if name in present else f"NULL AS b_{name}" for name in BREAKDOWNS)


def sets(found: list[tuple[str, ...]], kept: list[str] = []) -> str:
    """One set for each crossing; what is kept stands in all of them."""
    return "GROUPING SETS (" + ", ".join("(" + ", ".join([*kept, *(f"b_{name}" for name in crossing)]) + ")" for crossing in found) + ")"


def direct(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
    """GROUPING SETS over the rows: every sum of every indicator in every crossing."""
    sums = ", ".join(f"count(*) FILTER (WHERE {text}) AS s{at}" for at, text in enumerate(conditions()))
    connection.execute(f"""
        CREATE TEMP TABLE answer AS SELECT {crossing_of(crossings(files.crossed))} AS crossing, {broken(crossings(files.crossed))}, {sums}
        FROM (SELECT *, {COPIES} FROM {harmonized(connection, source(files, files.paths[0]))}) GROUP BY {sets(crossings(files.crossed))}""")


def cube(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
    """One cube of all dimensions, then GROUPING SETS over it."""
    connection.execute(f"CREATE TEMP TABLE cube AS SELECT *, count(*) AS n FROM {harmonized(connection, source(files, files.paths[0]))} GROUP BY ALL")
    sums = ", ".join(f"coalesce(sum(n) FILTER (WHERE {text}), 0)::BIGINT AS s{at}" for at, text in enumerate(conditions()))
    connection.execute(f"""
        CREATE TEMP TABLE answer AS SELECT {crossing_of(crossings(files.crossed))} AS crossing, {broken(crossings(files.crossed))}, {sums}
        FROM (SELECT *, {COPIES} FROM cube) GROUP BY {sets(crossings(files.crossed))}""")


def cubes(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
    """Two small cubes in one look at the rows; each rolled up keeping what conditions test; then the sums."""
    two_cubes(connection, harmonized(connection, source(files, files.paths[0])), "count(*)", files.crossed)


def of_cells(connection: duckdb.DuckDBPyConnection, cells: str, crossed: int) -> None:
    """The same table out of cells over the ten columns, which have no commune."""
    names = ", ".join(f"{key}::VARCHAR AS {key}" for key in KEYS)
    rows = f"(SELECT {names}, NULL::VARCHAR AS COD_COM_RBD, n FROM read_parquet('{cells}'))"
    two_cubes(connection, harmonized(connection, rows, ", n"), "sum(n)", crossed)


def two_cubes(connection: duckdb.DuckDBPyConnection, rows: str, count: str, crossed: int) -> None:
    lists = {left: [name for name in HARMONIZED if name != left] for left, _ in halves(crossed)}
    both = ", ".join(f"({', '.join(names)})" for names in lists.values())
    connection.execute(f"""
        CREATE TEMP TABLE cube AS SELECT {', '.join(HARMONIZED)}, GROUPING(area_national) AS no_place, {count} AS n
        FROM {rows} GROUP BY GROUPING SETS ({both})""")
    kept = tested()
    steps = " UNION ALL ".join(f"""
        SELECT {', '.join(kept)}, {crossing_of(found)} AS crossing, {broken(found)}, sum(n) AS n
        FROM (SELECT *, {COPIES} FROM cube WHERE no_place = {int(left == 'area_national')})
        GROUP BY {sets(found, kept)}""" for left, found in halves(crossed))
    connection.execute(f"CREATE TEMP TABLE reduced AS {steps}")
    sums = ", ".join(f"coalesce(sum(n) FILTER (WHERE {text}), 0)::BIGINT AS s{at}" for at, text in enumerate(conditions()))
    connection.execute(f"CREATE TEMP TABLE answer AS SELECT crossing, {BROKEN}, {sums} FROM reduced GROUP BY crossing, {BROKEN}")


LINKED = ["COD_ENSE", "COD_GRADO", "GEN_ALU", "COD_NAC_ALU"]


def joined(connection: duckdb.DuckDBPyConnection, files: Files) -> None:
    """Pupils of the first file by what they are there and where they are in the second."""
    now, later = (source(files, path) for path in files.paths)
    named = ", ".join(f"now.{key}" for key in LINKED)
    connection.execute(f"""
        CREATE TEMP TABLE answer AS
        SELECT {named}, later.COD_ENSE AS ense_later, later.COD_GRADO AS grado_later, later.id IS NOT NULL AS found, count(*) AS n
        FROM (SELECT {IDENTIFIER} AS id, {', '.join(LINKED)} FROM {now} WHERE ESTADO_ESTAB = '1') AS now
        LEFT JOIN (SELECT {IDENTIFIER} AS id, COD_ENSE, COD_GRADO FROM {later} WHERE ESTADO_ESTAB = '1') AS later USING (id)
        GROUP BY ALL""")


QUESTIONS = {
    "two columns": grouped(["COD_ENSE", "GEN_ALU"]), "ten columns": grouped(KEYS), "with commune": grouped([*KEYS, COMMUNE]),
    "once, by list": once_by_list, "once, by group": once_by_group, "breakdowns, direct": direct,
    "breakdowns, cube first": cube, "breakdowns, two cubes": cubes, "join": joined,
}
