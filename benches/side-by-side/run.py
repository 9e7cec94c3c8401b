#!/usr/bin/env python3
"""matricula side by side with DuckDB and polars: files made, counts compared, then times; README.md in this folder.

Needs: pip install -r requirements.txt; cargo build --release -p matricula-cli -p matricula-fixtures.
Nothing is measured of a scenario whose counts differ: it ends with the difference and exit code 1.
"""

import argparse
import datetime
import importlib
import os
import pathlib
import platform
import sys
import tempfile

import duckdb
import polars

import matricula
from bench import Bench
from check import Differs
from measure import Failed

SCENARIOS = {
    "parquet": "scenarios.parquet", "csv": "scenarios.csv_file", "breakdowns": "scenarios.breakdowns", "memory": "scenarios.memory",
    "indicators": "scenarios.indicators", "threads": "scenarios.threads", "one-source": "scenarios.one_source", "link": "scenarios.link",
}


def machine() -> str:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    models = [line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return (f"{os.cpu_count()} cores ({models[0] if models else platform.machine()}), {gigabytes:.0f} GiB, {platform.system()}; "
            f"DuckDB {duckdb.__version__}, polars {polars.__version__}, Python {platform.python_version()}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the uniform file, and about those of the realistic one")
    parser.add_argument("--runs", type=int, default=5, help="runs of each candidate, in turn")
    parser.add_argument("--scenario", nargs="+", choices=list(SCENARIOS), default=[name for name in SCENARIOS if name != "memory"], metavar="NAME",
                        help=f"of {', '.join(SCENARIOS)}; memory only if named, because of its size")
    parser.add_argument("--crossed", type=int, default=2, help="most breakdowns in one crossing")
    parser.add_argument("--binary", type=pathlib.Path, default=matricula.default_binary())
    parser.add_argument("--generator", type=pathlib.Path, help="binary of the generator; beside the other by default")
    parser.add_argument("--files", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "matricula-side-by-side", help="folder of the files; kept for the next time")
    parser.add_argument("--memory-rows", type=int, nargs="+", default=[10_000_000, 30_000_000, 100_000_000])
    parser.add_argument("--kinds", nargs="+", choices=["csv", "parquet"], default=["parquet"], help="of memory and link")
    parser.add_argument("--keep-files", action="store_true", help="do not remove the files of memory")
    parser.add_argument("--skip-realistic", action="store_true", help="no file of the generator")
    parser.add_argument("--out", type=pathlib.Path, help="append the results to this file")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    generator = (given.generator or given.binary.with_name("matricula-fixtures")).resolve()
    given.files.mkdir(parents=True, exist_ok=True)
    needed = [given.binary] + ([] if given.skip_realistic else [generator])
    for path in needed:
        if not path.exists():
            sys.exit(f"{path} is not there: cargo build --release -p matricula-cli -p matricula-fixtures, or say where it is")
    publish(given, f"## {datetime.date.today()}, `benches/side-by-side/run.py {' '.join(sys.argv[1:])}`\n\n{machine()}.\n"
            f"{given.runs} runs each, in turn; the file read once before, so that it is in memory for all.\n")
    failed = 0
    for name in given.scenario:
        with tempfile.TemporaryDirectory(dir=given.files) as work:
            bench = Bench(given.rows, given.runs, given.crossed, given.binary.resolve(), generator, given.files.resolve(), pathlib.Path(work),
                          given.memory_rows, given.kinds, given.keep_files, given.skip_realistic)
            try:
                for section in importlib.import_module(SCENARIOS[name]).run(bench):
                    publish(given, section.markdown())
            except (Differs, Failed) as found:
                failed = 1
                publish(given, f"### {name}\n\nNothing measured: {found}\n")
    return failed


def publish(given: argparse.Namespace, text: str) -> None:
    print(text, flush=True)
    if given.out:
        with given.out.open("a", encoding="utf-8") as out:
            out.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
