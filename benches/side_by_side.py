#!/usr/bin/env python3
"""The row pass side by side with DuckDB and polars: same file, same cube, one run.

Writes a file of N pupils with forty columns (ten of them used), then times, alternating,
- matricula run (release binary): read, map, validate, count, figures, files written and synced;
- DuckDB: read_csv and one GROUP BY over the recoded columns;
- polars (streaming scan): the same.
Prints medians and ratios. Needs: pip install duckdb polars. Usage: side_by_side.py [ROWS] [RUNS]
"""

import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "target" / "release" / "matricula"
BATCH = """format = 1
id = "bench"
indicators = ["all"]
breakdowns = ["sex", "mobility", "location", "sector_edu"]
crossed = 2
[[source]]
id = "chl"
country = "CHL"
school_year = {{ start = 2022-03-02, end = 2022-12-16 }}
enrolment_moment = "census-date"
age_reference_date = 2022-06-30
mapping = "chl-matricula"
files = ["{file}"]
separator = ";"
"""
USED = ["COD_ENSE", "COD_GRADO", "GEN_ALU", "COD_NAC_ALU", "COD_DEPE", "RURAL_RBD", "ESTADO_ESTAB", "FEC_NAC_ALU"]


def write_file(path: pathlib.Path, rows: int) -> None:
    """Pupils of grades 1 to 8, in the columns of the demo's national file."""
    header = (ROOT / "fixtures/demo/chl/matricula_2022.csv").read_text("utf-8-sig").splitlines()[0]
    names = [name.strip('"') for name in header.split(";")]
    pick = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        out.write(header + "\n")
        for number in range(rows):
            grade = pick.randint(1, 8)
            born = f"{2022 - 5 - grade - (pick.random() < 0.06)}{pick.randint(1, 12):02}{pick.randint(1, 28):02}"
            values = {
                "AGNO": "2022", "MRUN": str(number + 1), "MRUN_IPE": "", "RBD": str(number % 9000), "COD_ENSE": "110",
                "COD_GRADO": str(grade), "GEN_ALU": str(pick.randint(1, 2)), "FEC_NAC_ALU": born,
                "COD_NAC_ALU": "E" if pick.random() < 0.07 else "C", "COD_DEPE": str(pick.randint(1, 5)),
                "RURAL_RBD": str(int(pick.random() < 0.1)), "ESTADO_ESTAB": "1",
            }
            out.write(";".join(values.get(name, "1") for name in names) + "\n")


def matricula(folder: pathlib.Path) -> None:
    command = [BINARY, "run", folder / "batch.toml", "--out", folder / "out"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def by_duckdb(folder: pathlib.Path) -> None:
    import duckdb

    keys = "COD_ENSE, COD_GRADO, GEN_ALU, COD_NAC_ALU, COD_DEPE, RURAL_RBD, substr(FEC_NAC_ALU, 1, 6)"
    duckdb.sql(
        f"SELECT {keys}, count(*) FROM read_csv('{folder}/pupils.csv', delim=';', all_varchar=true) "
        f"WHERE ESTADO_ESTAB = '1' GROUP BY ALL"
    ).fetchall()


def by_polars(folder: pathlib.Path) -> None:
    import polars as pl

    scan = pl.scan_csv(folder / "pupils.csv", separator=";", infer_schema=False)
    keys = [pl.col(name) for name in USED[:6]] + [pl.col("FEC_NAC_ALU").str.slice(0, 6)]
    scan.filter(pl.col("ESTADO_ESTAB") == "1").group_by(keys).len().collect(engine="streaming")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    candidates = {"matricula": matricula, "duckdb": by_duckdb, "polars": by_polars}
    times: dict[str, list[float]] = {name: [] for name in candidates}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_file(folder / "pupils.csv", rows)
        (folder / "batch.toml").write_text(BATCH.format(file="pupils.csv"))
        size = (folder / "pupils.csv").stat().st_size / 1e6
        for _ in range(runs):
            for candidate, run in candidates.items():
                start = time.perf_counter()
                run(folder)
                times[candidate].append(time.perf_counter() - start)
    print(f"{rows} rows, {size:.0f} MB, {runs} runs each, alternating")
    own = statistics.median(times["matricula"])
    for candidate, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{candidate:10} median {median:6.2f} s   x {median / own:.2f} of matricula   min {min(seconds):.2f} s")


if __name__ == "__main__":
    main()
