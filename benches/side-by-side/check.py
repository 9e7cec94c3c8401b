"""Are the counts the same? Asked before any time is quoted; a difference ends everything."""

import collections
import pathlib

import duckdb

import duckdb_questions
from definitions import BREAKDOWNS, conditions, indicators, parts
from matricula import codes_of, estimates
from questions import mask


class Differs(Exception):
    """What differs, and in how many places."""


def same_rows(one: pathlib.Path, other: pathlib.Path) -> int:
    """Two answers hold the same rows; how many. Numbers may have different types, and NULL is NULL."""
    connection = duckdb.connect()
    names = connection.execute(f"SELECT * FROM read_parquet('{one}') LIMIT 0").description
    columns = ", ".join(f"{name[0]}::VARCHAR AS {name[0]}" for name in names)
    first, second = (f"(SELECT {columns} FROM read_parquet('{path}'))" for path in (one, other))
    found = [connection.execute(f"SELECT count(*) FROM {side}").fetchone()[0] for side in (
        first, second, f"(FROM {first} EXCEPT ALL FROM {second})")]
    if found[0] != found[1] or found[2]:
        raise Differs(f"{one.name} has {found[0]} rows, {other.name} {found[1]}; {found[2]} of the first are not in the second")
    return found[0]


Key = tuple[int, tuple[str, ...]]


def sums_of(rows: duckdb.DuckDBPyConnection) -> dict[Key, list[int]]:
    """The table of all breakdowns, by crossing and codes."""
    names = ", ".join(f"b_{name}::VARCHAR" for name in BREAKDOWNS)
    sums = ", ".join(f"s{at}" for at in range(len(conditions())))
    found = {}
    for crossing, *values in rows.execute(f"SELECT crossing, {names}, {sums} FROM answer").fetchall():
        codes, counts = values[:len(BREAKDOWNS)], values[len(BREAKDOWNS):]
        present = [(name, code) for at, (name, code) in enumerate(zip(BREAKDOWNS, codes)) if crossing >> at & 1]
        # A programme without grades has no code of a grade.
        if all(code is not None for _, code in present):
            found[crossing, tuple("G" + code if name == "grade" else code for name, code in present)] = counts
    return found


def answer(path: pathlib.Path) -> dict[Key, list[int]]:
    connection = duckdb.connect()
    connection.execute(f"CREATE TEMP TABLE answer AS FROM read_parquet('{path}')")
    return sums_of(connection)


def answer_of_cells(path: pathlib.Path, crossed: int) -> dict[Key, list[int]]:
    """What cells over the ten columns say of every crossing without a place."""
    connection = duckdb.connect()
    duckdb_questions.of_cells(connection, str(path), crossed)
    return {key: counts for key, counts in sums_of(connection).items() if not key[0] & mask(("area_national",))}


def is_single(codes: dict[str, str]) -> bool:
    """No code is a roll-up, but for the one by which mobility is published."""
    return all(code == "on-the-move" or not parts(name).get(code) for name, code in codes.items())


def same_figures(folder: pathlib.Path, found: dict[Key, list[int]], places: bool = True) -> int:
    """Numerators and denominators of the run are the sums, cell by cell and none is missing; how many were compared."""
    column = {text: at for at, text in enumerate(conditions())}
    seen: dict[str, set[Key]] = collections.defaultdict(set)
    nobody = [0] * len(column)
    compared, different = 0, collections.Counter()
    for row in estimates(folder):
        sums = indicators().get(row["indicator"])
        codes = codes_of(row)
        if not sums or not is_single(codes) or "redistributed" in row["flags"] or ("area_national" in codes and not places):
            continue
        key = mask(tuple(codes)), tuple(codes.values())
        seen[row["indicator"]].add(key)
        counts = found.get(key, nobody)
        for side, terms in sums.items():
            if row[side]:
                compared += 1
                if int(row[side]) != sum(sign * counts[column[text]] for sign, text in terms):
                    different[row["indicator"]] += 1
    for indicator, keys in seen.items():
        crossings = {crossing for crossing, _ in keys}
        terms = indicators()[indicator].get("numerator", [])
        for key, counts in found.items():
            if key[0] in crossings and key not in keys and any(counts[column[text]] for _, text in terms):
                different[indicator] += 1
    if different or not compared:
        raise Differs(f"{sum(different.values())} of {compared} numerators and denominators differ: {dict(different.most_common(5))}")
    return compared
