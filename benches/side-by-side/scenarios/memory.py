"""Peak memory while the rows grow, the rule that counts each pupil once included."""

import duckdb

import check
import data
from bench import Bench
from matricula import rows_of
from measure import interleaved, warm
from report import Aim, Section

LIMIT = 1024.0
# "Not growing with rows": what allocators and the last blocks of threads may add.
GROWTH = 1.1


def run(bench: Bench) -> list[Section]:
    return [of_kind(bench, kind) for kind in bench.kinds]


def planted(rows: int) -> int:
    """Duplicates in the scope of the figures, by the arithmetic of the generator and without its files."""
    every = data.REPEATED
    return duckdb.connect().execute(f"""SELECT count(*) FROM range({rows // every})
        WHERE hash((range * {every} + {every - 2}) * 64 + 8) % {data.CLOSED} <> 0""").fetchone()[0]


def of_kind(bench: Bench, kind: str) -> Section:
    measured, checked, sizes = [], [], []
    for rows in sorted(bench.memory_rows):
        bench.say(f"memory, {kind}, {rows:,} rows")
        path = data.uniform(bench.files, rows, kinds=(kind,))[kind]
        candidate = bench.without_schools(f"matricula, key rule, {rows:,} rows", path, once=True)
        warm([path])
        measured += interleaved([candidate], min(bench.runs, 2), bench.work, bench.say).values()
        account = rows_of(bench.out(candidate.name))
        if account["read"] != rows or account.get("duplicates", 0) != planted(rows):
            raise check.Differs(f"of {rows} rows with {planted(rows)} duplicates the account says {account}")
        checked.append(f"{rows:,} rows read and {account['duplicates']:,} duplicates found, as many as were planted")
        sizes.append(f"{rows:,} rows: {path.stat().st_size / 1e6:.0f} MB")
        if not bench.keep_files and rows != bench.rows:
            path.unlink()
    peaks = [max(one.peaks) for one in measured]
    aims = [Aim("MiB at the most rows", peaks[-1], LIMIT)]
    if len(peaks) > 1:
        aims.append(Aim("peak at the most rows by peak at the fewest", peaks[-1] / peaks[0], GROWTH))
    return Section(f"Memory, uniform file, {'CSV' if kind == 'csv' else 'Parquet'}", checked, measured, aims, ["; ".join(sizes) + "."])
