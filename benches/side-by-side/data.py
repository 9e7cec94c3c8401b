"""The files: invented pupils in columns of Chile's national enrolment file.

The uniform file has 17 of its 44 columns, every value drawn evenly and independently by a hash of the row's number,
so that it is the same on every machine; the realistic file comes from the generator of this repository.
Every file is made once and kept, with its Parquet copies, in a folder of its own.
"""

import csv
import json
import pathlib
import subprocess


ROOT = pathlib.Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "indicator-specs/mappings/chl"
YEAR = 2022
COLUMNS = [
    "RBD", "NOM_RBD", "COD_COM_RBD", "NOM_COM_RBD", "COD_DEPE", "RURAL_RBD", "ESTADO_ESTAB", "COD_ENSE", "COD_GRADO",
    "MRUN", "MRUN_IPE", "GEN_ALU", "FEC_NAC_ALU", "EDAD_ALU", "COD_ETNIA_ALU", "COD_NAC_ALU", "PAIS_ORIGEN_ALU",
]
# What a GROUP BY groups: the ministry's own age stands for the birth date, which matricula makes into an age.
KEYS = [
    "COD_ENSE", "COD_GRADO", "GEN_ALU", "EDAD_ALU", "COD_DEPE", "RURAL_RBD", "ESTADO_ESTAB", "COD_NAC_ALU",
    "PAIS_ORIGEN_ALU", "COD_ETNIA_ALU",
]
COMMUNE = "COD_COM_RBD"
# Names and identifiers stay text; all else is whole numbers but the nationality, which is a letter.
TEXT = {"NOM_RBD", "NOM_COM_RBD", "COD_NAC_ALU"}
# 12 courses x 2 sexes x 12 ages x 5 dependences x 2 locations x 3 nationalities x 14 countries x 6 peoples = 725,760
# cells, and some 10,000 more of closed schools; with 80 communes 58 million, of which 10 million rows meet 9.3.
COURSES = [(110, grade) for grade in range(1, 9)] + [(310, grade) for grade in range(1, 5)]
COMMUNES, COUNTRIES, PEOPLES = 80, 14, 6
# A school lies in one commune; all else is independent of it.
SCHOOLS = 9040
# One row in a thousand repeats the pupil before it in another school; one in a thousand is of a closed school.
REPEATED, CLOSED = 1000, 1000


def table(name: str) -> list[dict[str, str]]:
    """A code table of the mapping, without its comments."""
    lines = (MAPPINGS / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def listed(values: list) -> str:
    return "[" + ", ".join("'" + str(value).replace("'", "''") + "'" for value in values) + "]"


def uniform_rows(rows: int, year: int) -> str:
    """SQL that yields the rows. Two years have the same pupils but for a tenth, who left and others came."""
    communes = [row for row in table("chl-comuna.csv") if row["area_national"]][:COMMUNES]
    countries = [row["PAIS_ORIGEN_ALU"] for row in table("chl-pais-origen.csv") if row["country_origin"] != "_U"][:COUNTRIES]

    def even(salt: int, among: int, of: str = "pupil") -> str:
        return f"(hash({of} * 64 + {salt}) % {among})::INTEGER"

    later = year - YEAR
    return f"""
    WITH numbered AS (
        SELECT range AS number, CASE WHEN range % {REPEATED} = {REPEATED - 1} THEN range - 1 ELSE range END AS kept
        FROM range({rows})
    ), drawn AS (
        SELECT number, kept + CASE WHEN hash(kept * 64 + 20) % 10 = 0 THEN {later} * {rows} ELSE 0 END AS pupil
        FROM numbered
    ), chosen AS (
        SELECT number, pupil, {even(2, COMMUNES)} AS commune,
            {even(1 + 30 * later, SCHOOLS // COMMUNES, "number")} * {COMMUNES} + commune + 1 AS school,
            {even(3 + 30 * later, len(COURSES))} AS course, {even(4, 12)} + 6 AS age, {even(5, 365)} AS day
        FROM drawn
    )
    SELECT school::VARCHAR AS RBD, 'ESCUELA BASICA ' || lpad(school::VARCHAR, 5, '0') AS NOM_RBD,
        {listed([row["COD_COM_RBD"] for row in communes])}[commune + 1] AS COD_COM_RBD,
        {listed([row["note"].upper() for row in communes])}[commune + 1] AS NOM_COM_RBD,
        ({even(6, 5)} + 1)::VARCHAR AS COD_DEPE, {even(7, 2)}::VARCHAR AS RURAL_RBD,
        CASE WHEN hash(pupil * 64 + 8) % {CLOSED} = 0 THEN '3' ELSE '1' END AS ESTADO_ESTAB,
        {listed([ense for ense, _ in COURSES])}[course + 1] AS COD_ENSE,
        {listed([grade for _, grade in COURSES])}[course + 1] AS COD_GRADO,
        CASE WHEN pupil % 50 <> 0 THEN (10000000 + pupil)::VARCHAR END AS MRUN,
        CASE WHEN pupil % 50 = 0 THEN (10000000 + pupil)::VARCHAR END AS MRUN_IPE,
        ({even(9, 2)} + 1)::VARCHAR AS GEN_ALU,
        strftime(make_date({YEAR} - age - 1, 7, 1) + day, '%Y%m%d') AS FEC_NAC_ALU, (age + {later})::VARCHAR AS EDAD_ALU,
        {even(10, PEOPLES)}::VARCHAR AS COD_ETNIA_ALU, ['C', 'N', 'E'][{even(11, 3)} + 1] AS COD_NAC_ALU,
        {listed(countries)}[{even(12, COUNTRIES)} + 1] AS PAIS_ORIGEN_ALU
    FROM chosen"""


def copy(rows: str, path: pathlib.Path, options: str) -> None:
    """Written under another name first, so that what is there is whole."""
    import duckdb  # here, so that a process that measures polars does not hold it

    unfinished = path.with_name(path.name + ".unfinished")
    duckdb.connect().execute(f"COPY ({rows}) TO '{unfinished}' ({options})")
    unfinished.rename(path)


PARQUET = "FORMAT parquet, ROW_GROUP_SIZE 1000000"


def integers(source: str, columns: list[str]) -> str:
    """The same rows with whole numbers where the columns hold them."""
    return "SELECT " + ", ".join(c if c in TEXT else f"{c}::INTEGER AS {c}" for c in columns) + f" FROM {source}"


def uniform(folder: pathlib.Path, rows: int, year: int = YEAR, kinds: tuple[str, ...] = ("csv", "parquet")) -> dict[str, pathlib.Path]:
    """Paths by kind: `csv`, `parquet` (text columns) and `integers` (Parquet with whole numbers)."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / f"uniform-{rows}-{year}.{ending(kind)}" for kind in kinds}
    for kind, path in paths.items():
        if not path.exists():
            select = uniform_rows(rows, year)
            if kind == "csv":
                copy(select, path, "FORMAT csv, HEADER, DELIMITER ';'")
            else:
                copy(select if kind == "parquet" else integers(f"({select})", COLUMNS), path, PARQUET)
    return paths


def ending(kind: str) -> str:
    return "integers.parquet" if kind == "integers" else kind


def realistic(folder: pathlib.Path, rows: int, generator: pathlib.Path, years: tuple[int, int] = (YEAR, YEAR), seed: int = 1) -> dict[int, dict[str, pathlib.Path]]:
    """Files of the generator by year, with as unequal places, schools and nationalities as real ones; no dirt."""
    world = folder / f"world-{rows}-{years[0]}-{years[1]}"
    done = world / "chl" / "done.json"
    if not done.exists():
        command = [generator, "world", "--out", world, "--pupils", str(rows), "--seed", str(seed),
                   "--years", f"{years[0]}..{years[1]}", "--format", "chl", "--dirt", "0"]
        subprocess.run(command, check=True)
        for year in range(years[0], years[1] + 1):
            source = world / "chl" / f"matricula_{year}.csv"
            copy(f"FROM read_csv('{source}', delim = ';', all_varchar = true)", source.with_suffix(".parquet"), PARQUET)
        done.write_text(json.dumps({"rows": rows, "seed": seed}))
    files = world / "chl"
    return {year: {"csv": files / f"matricula_{year}.csv", "parquet": files / f"matricula_{year}.parquet"}
            for year in range(years[0], years[1] + 1)}


def population(folder: pathlib.Path) -> pathlib.Path:
    """Inhabitants by single age and sex, invented, so that ratios to the population are computed too."""
    path = folder / "population.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write("iso3,year,age,sex,population\n")
        for year in range(YEAR - 1, YEAR + 3):
            for age in range(100):
                out.write(f"CHL,{year},{age},F,{900000 + 137 * age}\nCHL,{year},{age},M,{910000 + 101 * age}\n")
    return path
