"""One of 22 sources changed: what the next run costs with a cache, beside that source alone."""

import pathlib

import check
import data
import matricula
from bench import Bench
from measure import Candidate, interleaved, once, removed
from report import Aim, Section

SOURCES = 22
FIRST = 2016


def run(bench: Bench) -> list[Section]:
    title = f"One of {SOURCES} sources changed"
    if not matricula.knows(bench.binary, "--cache"):
        return [Section(title, [], notes=["Not available: this binary does not know `--cache`."])]
    rows = bench.rows // 10
    years = range(FIRST, FIRST + SOURCES)
    paths = [data.uniform(bench.files, rows, year, kinds=("csv",))["csv"] for year in years]
    changing = bench.work / "changing.csv"
    changing.write_bytes(paths[0].read_bytes())
    paths[0] = changing
    return [measured(bench, title, rows, list(zip(years, paths)))]


def measured(bench: Bench, title: str, rows: int, dated: list[tuple[int, pathlib.Path]]) -> Section:
    """Before every run the first source is one row longer than ever before, so that no entry of the cache is its own."""
    cache = bench.work / "cache"
    changing = dated[0][1]
    every = [bench.ids_without_schools()]
    sources = [matricula.source(path, f"chl-{year}", year=year) for year, path in dated]
    cached = candidate(bench, f"{SOURCES} sources, one changed", sources, ["--cache", str(cache)], *every)
    alone = candidate(bench, "that source alone", sources[:1], [], *every)
    whole = candidate(bench, f"{SOURCES} sources, no cache", sources, [], *every)
    once(cached, bench.work)

    def changed() -> None:
        append_a_row(changing)
        removed(bench.out(cached.name))()

    cached.prepare = changed
    compared = same(bench, cached, whole)
    whole.at_most_runs = 1
    found = interleaved([cached, alone, whole], bench.runs, bench.work, bench.say)
    aim = Aim("one changed, beside that source alone", found[cached.name].median / found[alone.name].median, 1.2)
    checked = [f"the {compared:,} rows of estimates out of the cache are those of a run without it, byte by byte"]
    notes = [f"{SOURCES} sources of {rows:,} rows each; the changed one had one row more every time.", f"The batch of {SOURCES} without a cache ran once."]
    return Section(title, checked, list(found.values()), [aim], notes)


def candidate(bench: Bench, name: str, sources: list[str], more: list[str], ids: list[str]) -> Candidate:
    text = matricula.batch(sources, bench.population, once=False, crossed=bench.crossed)
    return bench.matricula(name, text, "the same as for one file; without the six indices of distribution across schools", [*more, "--indicator", *ids])


def append_a_row(path: pathlib.Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    with path.open("a", encoding="utf-8") as out:
        out.write(lines[1] + "\n")


def same(bench: Bench, cached: Candidate, whole: Candidate) -> int:
    one, other = (bench.ran(candidate) / "estimates.csv" for candidate in (cached, whole))
    if one.read_bytes() != other.read_bytes():
        raise check.Differs("the estimates out of the cache are not those of a run without it")
    return sum(1 for _ in one.open(encoding="utf-8")) - 1
