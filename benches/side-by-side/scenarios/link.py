"""Following the pupils of one year into the next, beside DuckDB's join of the two files."""

import pathlib
import statistics

import duckdb

import check
import data
import matricula
from bench import Bench
from duckdb_questions import IDENTIFIER, source
from measure import Candidate, interleaved, warm
from questions import Files
from report import Aim, Section

JOIN = "left join of both files on the pupil, grouped by course, sex and nationality of the first and course of the second; its own reading; a pupil with two rows is joined twice"
LEVELS = {"LINKR.1": "L1", "LINKR.2": "L2", "LINKR.3": "L3"}


def run(bench: Bench) -> list[Section]:
    return [of_kind(bench, kind) for kind in bench.kinds]


def of_kind(bench: Bench, kind: str) -> Section:
    years = (data.YEAR, data.YEAR + 1)
    bench.say(f"link, {kind}")
    paths = [data.uniform(bench.files, bench.rows, year, kinds=(kind,))[kind] for year in years]
    sources = [matricula.source(path, f"chl-{year}", year=year) for year, path in zip(years, paths)]
    key = bench.work / "key"
    key.write_bytes(b"".join(bytes([number * 7 % 251]) for number in range(1, 65)))
    ids = ["--indicator", *bench.ids_without_schools()]
    linked = bench.matricula("matricula, linked", matricula.batch(sources, bench.population, False, bench.crossed, link=True),
                             "both years: all that a run does, every pupil followed, the whole catalogue; no rule that compares records", ["--key-file", str(key), *ids])
    apart = bench.matricula("matricula, not linked", matricula.batch(sources, bench.population, False, bench.crossed), "the same two years, nobody followed", ids)
    join = bench.engine("duckdb, join", "duckdb", "join", paths, JOIN)
    checked = [same_outcomes(bench, linked, paths)]
    warm(paths)
    measured = interleaved([linked, apart, join], bench.runs, bench.work, bench.say)
    more = measured[linked.name].median - measured[apart.name].median
    aims = [Aim("the whole linked run beside DuckDB's join", measured[linked.name].median / measured[join.name].median, 1.0),
            Aim("what following adds to the run beside DuckDB's join", more / measured[join.name].median, 1.0)]
    phases = measured[linked.name].phases
    if {"row pass", "linking"} <= set(phases):
        both = sum(statistics.median(phases[phase]) for phase in ("row pass", "linking"))
        aims.append(Aim("row pass and linking beside DuckDB's join", both / measured[join.name].median, 1.0))
    return Section(f"Linking {bench.rows:,} x {bench.rows:,}, uniform files, {'CSV' if kind == 'csv' else 'Parquet'}", checked, list(measured.values()), aims)


def same_outcomes(bench: Bench, linked: Candidate, paths: list[pathlib.Path]) -> str:
    """Pupils, and those found a year later, by level and sex: of the run, and of distinct identifiers in DuckDB."""
    connection = duckdb.connect()
    files = Files([str(path) for path in paths])
    now, later = (source(files, path) for path in files.paths)
    rows = connection.execute(f"""
        SELECT CASE WHEN COD_ENSE = '110' AND COD_GRADO::INT <= 6 THEN 'L1' WHEN COD_ENSE = '110' THEN 'L2' ELSE 'L3' END AS edu_level,
            CASE GEN_ALU WHEN '1' THEN 'M' ELSE 'F' END AS sex, count(*) AS pupils, count(later.id) AS found
        FROM (SELECT DISTINCT ON (id) {IDENTIFIER} AS id, COD_ENSE, COD_GRADO, GEN_ALU FROM {now} WHERE ESTADO_ESTAB = '1') AS now
        LEFT JOIN (SELECT DISTINCT {IDENTIFIER} AS id FROM {later} WHERE ESTADO_ESTAB = '1') AS later USING (id) GROUP BY ALL""").fetchall()
    expected = {(level, sex): (found, pupils) for level, sex, pupils, found in rows}
    compared = 0
    for row in matricula.estimates(bench.ran(linked)):
        codes = matricula.codes_of(row)
        if row["indicator"] in LEVELS and row["time_period"] == str(data.YEAR) and list(codes) == ["sex"] and row["denominator"]:
            compared += 1
            wanted = expected.get((LEVELS[row["indicator"]], codes["sex"]), (0, 0))
            if (int(row["numerator"]), int(row["denominator"])) != wanted:
                raise check.Differs(f"{row['indicator']} by sex: found and followed {row['numerator']} of {row['denominator']}, DuckDB {wanted[0]} of {wanted[1]}")
    if compared < len(expected):
        raise check.Differs(f"only {compared} of {len(expected)} groups of followed pupils are in the estimates")
    return f"pupils with a record a year later, by level and sex, are as many as DuckDB finds ({sum(found for found, _ in expected.values()):,} in all)"
