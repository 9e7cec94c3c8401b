#!/usr/bin/env python3
"""The whole run side by side with DuckDB and polars: same file, one go, the counts compared.

Writes a national file of invented pupils (the columns of the demo's Chilean file, eight of them used), then times,
alternating,
- matricula run (release binary): read, recode, validate, find duplicates, cube, all figures, files written and synced;
- DuckDB: read_csv and one GROUP BY over the columns that the figures need;
- polars: scan_csv, the same grouping, streaming.
Peak memory is that of a process of its own for each. Pupils of primary education by sex must be the same in all three,
or nothing is printed but the difference.

Needs: pip install -r benches/side-by-side/requirements.txt; cargo build --release.
Usage: benches/side-by-side/run.py [ROWS] [RUNS]
"""

import csv
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BINARY = TARGET / "release" / "matricula"
BATCH = """format = 1
id = "bench"
indicators = ["all"]
breakdowns = ["sex", "mobility", "location", "sector_edu"]
crossed = 2
[[source]]
id = "chl"
country = "CHL"
school_year = { start = 2022-03-02, end = 2022-12-16 }
enrolment_moment = "census-date"
age_reference_date = 2022-06-30
mapping = "chl-matricula"
files = ["pupils.csv"]
separator = ";"
"""
KEYS = ["COD_ENSE", "COD_GRADO", "GEN_ALU", "COD_NAC_ALU", "COD_DEPE", "RURAL_RBD"]


def write_file(path: pathlib.Path, rows: int) -> None:
    """Pupils of grades 1 to 8, in the columns of the demo's national file."""
    header = (ROOT / "fixtures/demo/chl/matricula_2022.csv").read_text("utf-8-sig").splitlines()[0]
    names = [name.strip('"') for name in header.split(";")]
    pick = random.Random(1)
    constant = {"AGNO": "2022", "MRUN_IPE": "", "COD_ENSE": "110", "ESTADO_ESTAB": "1", "COD_COM_RBD": "13101"}
    with path.open("w", encoding="utf-8") as out:
        out.write(header + "\n")
        for number in range(rows):
            grade = pick.randint(1, 8)
            born = f"{2022 - 5 - grade - (pick.random() < 0.06)}{pick.randint(1, 12):02}{pick.randint(1, 28):02}"
            values = constant | {
                "MRUN": str(number + 1), "RBD": str(number % 9000), "COD_GRADO": str(grade),
                "GEN_ALU": str(pick.randint(1, 2)), "FEC_NAC_ALU": born,
                "COD_NAC_ALU": "E" if pick.random() < 0.07 else "C", "COD_DEPE": str(pick.randint(1, 5)),
                "RURAL_RBD": str(int(pick.random() < 0.1)),
            }
            out.write(";".join(values.get(name, "1") for name in names) + "\n")


def primary_by_sex(cells: list[tuple]) -> dict[str, int]:
    """Pupils of COD_ENSE 110, grades 1 to 6, from cells over KEYS with a count at the end."""
    counts = {"M": 0, "F": 0}
    for ense, grade, sex, *_, count in cells:
        if ense == "110" and int(grade) <= 6:
            counts["M" if sex == "1" else "F"] += count
    return counts


def by_matricula(folder: pathlib.Path) -> dict[str, int]:
    command = [BINARY, "run", folder / "batch.toml", "--out", folder / "out"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    counts = {}
    with (folder / "out" / "estimates.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            others = [row[name] for name in ("mobility", "location", "sector_edu")]
            if row["indicator"] == "ENRL.1" and row["sex"] in "MF" and all(code in ("_T", "_Z") for code in others):
                counts[row["sex"]] = int(row["value"])
    return counts


def by_duckdb(folder: pathlib.Path) -> dict[str, int]:
    import duckdb

    keys = ", ".join(KEYS)
    cells = duckdb.sql(
        f"SELECT {keys}, substr(FEC_NAC_ALU, 1, 6) AS born, count(*) "
        f"FROM read_csv('{folder}/pupils.csv', delim=';', all_varchar=true) "
        f"WHERE ESTADO_ESTAB = '1' GROUP BY ALL"
    ).fetchall()
    return primary_by_sex(cells)


def by_polars(folder: pathlib.Path) -> dict[str, int]:
    import polars as pl

    scan = pl.scan_csv(folder / "pupils.csv", separator=";", infer_schema=False)
    keys = [pl.col(name) for name in KEYS] + [pl.col("FEC_NAC_ALU").str.slice(0, 6)]
    cells = scan.filter(pl.col("ESTADO_ESTAB") == "1").group_by(keys).len().collect(engine="streaming")
    return primary_by_sex(cells.rows())


CANDIDATES = {"matricula": by_matricula, "duckdb": by_duckdb, "polars": by_polars}


def child(name: str, folder: pathlib.Path) -> None:
    """One candidate in this process: seconds, peak memory of it and its children, counts."""
    start = time.perf_counter()
    counts = CANDIDATES[name](folder)
    seconds = time.perf_counter() - start
    who = resource.RUSAGE_CHILDREN if name == "matricula" else resource.RUSAGE_SELF
    print(json.dumps({"seconds": seconds, "peak": resource.getrusage(who).ru_maxrss / 1024, "counts": counts}))


def measured(name: str, folder: pathlib.Path) -> dict:
    output = subprocess.run([sys.executable, __file__, "--child", name, folder], check=True, capture_output=True)
    return json.loads(output.stdout)


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        return child(sys.argv[2], pathlib.Path(sys.argv[3]))
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    results: dict[str, list[dict]] = {name: [] for name in CANDIDATES}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_file(folder / "pupils.csv", rows)
        (folder / "batch.toml").write_text(BATCH)
        size = (folder / "pupils.csv").stat().st_size / 1e6
        for _ in range(runs):
            for candidate in CANDIDATES:
                results[candidate].append(measured(candidate, folder))
    counts = {candidate: found[0]["counts"] for candidate, found in results.items()}
    if any(one != counts["matricula"] for one in counts.values()):
        sys.exit(f"the counts differ: {counts}")
    print(f"{rows:,} rows, {size:.0f} MB, {runs} runs each, alternating; the counts agree")
    print("| | median s | least s | ratio of medians | peak MiB |\n|---|---|---|---|---|")
    own = statistics.median(run["seconds"] for run in results["matricula"])
    for candidate, found in results.items():
        seconds = [run["seconds"] for run in found]
        peak = max(run["peak"] for run in found)
        median = statistics.median(seconds)
        print(f"| {candidate} | {median:.2f} | {min(seconds):.2f} | {median / own:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
