"""Batches for the release binary, and what is read out of the folders that it writes."""

import csv
import functools
import json
import os
import pathlib
import subprocess

from data import ROOT, YEAR
from definitions import BREAKDOWNS

RULES = ["age-in-range", "age-plausible-for-grade", "child-not-in-adult-programme"]
KEY_RULE = "student-counted-once"
# Indices of how two groups are distributed across schools: neither DuckDB nor polars is asked for them.
ACROSS_SCHOOLS = ("DISSIM", "ISOL")


def default_binary() -> pathlib.Path:
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "matricula"


@functools.cache
def knows(binary: pathlib.Path, option: str) -> bool:
    said = subprocess.run([binary, "run", "--help"], capture_output=True, text=True, check=True).stdout
    return option in said


def source(path: pathlib.Path, name: str = "chl", country: str = "CHL", year: int = YEAR) -> str:
    separator = 'separator = ";"\n' if path.suffix == ".csv" else ""
    return f"""[[source]]
id = "{name}"
country = "{country}"
school_year = {{ start = {year}-03-01, end = {year}-12-15 }}
enrolment_moment = "census-date"
age_reference_date = {year}-06-30
mapping = "chl-matricula"
files = ["{path}"]
{separator}"""


def batch(sources: list[str], population: pathlib.Path, once: bool, crossed: int, link: bool = False) -> str:
    """The whole catalogue with all its breakdowns; `once` takes the rule in that compares records."""
    rules = RULES + ([KEY_RULE] if once else [])
    head = f"""format = 1
id = "bench"
indicators = ["all"]
breakdowns = {json.dumps(BREAKDOWNS)}
crossed = {crossed}
rules = {json.dumps(rules)}
"""
    tail = f'[[population]]\nid = "population"\nvintage = "invented"\nmapping = "population-single-age"\nfiles = ["{population}"]\n'
    return head + "".join(sources) + tail + ("[link]\n" if link else "")


@functools.cache
def all_indicators() -> list[str]:
    """Identifiers that a batch may name."""
    found = []
    for path in sorted((ROOT / "indicator-specs/indicators").rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        if "[formula.not_from_records]" not in text and not any(f'status = "{s}"' in text for s in ("draft", "retired")):
            found.append(path.stem)
    return sorted(found)


def estimates(folder: pathlib.Path) -> list[dict[str, str]]:
    with (folder / "estimates.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rows_of(folder: pathlib.Path, source_id: str = "chl") -> dict[str, int]:
    """The account of rows: read, kept, out of scope, set aside, duplicates."""
    found: dict[str, int] = {}
    with (folder / "ledger.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["source"] == source_id and row["section"] == "rows":
                found[row["name"]] = found.get(row["name"], 0) + int(row["rows"])
    return found


def codes_of(row: dict[str, str]) -> dict[str, str]:
    """The breakdowns of a row: those that are neither a total nor impossible."""
    return {name: row[name] for name in BREAKDOWNS if row[name] not in ("_T", "_Z", "")}


