"""What every scenario needs: where things are, and how candidates are made."""

import dataclasses
import json
import pathlib
import sys

import data
import matricula
from measure import HERE, Candidate, once, removed

WITHOUT_KEY_RULE = "mapping, domain validation, ledger, cuboids, all figures, input hashing, files written and synced; no rule that compares records"
WITH_KEY_RULE = "the same and the rule that counts each pupil once"


@dataclasses.dataclass
class Bench:
    rows: int
    runs: int
    crossed: int
    binary: pathlib.Path
    generator: pathlib.Path
    files: pathlib.Path
    work: pathlib.Path
    memory_rows: list[int]
    kinds: list[str]
    keep_files: bool = False
    skip_realistic: bool = False

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    @property
    def population(self) -> pathlib.Path:
        return data.population(self.files)

    def datasets(self, kinds: tuple[str, ...]) -> list[tuple[str, dict[str, pathlib.Path]]]:
        """The uniform file and the realistic one, each by kind."""
        self.say(f"files of {self.rows:,} rows in {self.files}")
        found = [("uniform", data.uniform(self.files, self.rows, kinds=kinds))]
        if not self.skip_realistic:
            found.append(("realistic", data.realistic(self.files, self.rows, self.generator)[data.YEAR]))
        return found

    def out(self, name: str) -> pathlib.Path:
        return self.work / ("out-" + name.replace(" ", "-").replace(",", ""))

    def matricula(self, name: str, batch: str, includes: str, more: list[str] = []) -> Candidate:
        out, path = self.out(name), self.work / f"{self.out(name).name}.toml"
        path.write_text(batch, encoding="utf-8")
        command = [str(self.binary), "run", str(path), "--out", str(out), *more]
        if matricula.knows(self.binary, "--timings"):
            command.append("--timings")
        return Candidate(name, command, includes, prepare=removed(out))

    def catalogue(self, name: str, path: pathlib.Path, once: bool = False, more: list[str] = []) -> Candidate:
        """The whole catalogue with all its breakdowns out of one file."""
        text = matricula.batch([matricula.source(path)], self.population, once, self.crossed)
        return self.matricula(name, text, WITH_KEY_RULE if once else WITHOUT_KEY_RULE, more)

    def ids_without_schools(self) -> list[str]:
        return [one for one in matricula.all_indicators() if not one.startswith(matricula.ACROSS_SCHOOLS)]

    def without_schools(self, name: str, path: pathlib.Path, once: bool = False) -> Candidate:
        """The catalogue but for what DuckDB and polars are not asked either."""
        found = self.catalogue(name, path, once, more=["--indicator", *self.ids_without_schools()])
        return dataclasses.replace(found, includes=found.includes + "; without the six indices of distribution across schools")

    def engine(self, name: str, engine: str, question: str, paths: list[pathlib.Path], includes: str, **files) -> Candidate:
        job = {"engine": engine, "question": question, "files": {"paths": [str(path) for path in paths], "crossed": self.crossed, **files}}
        return Candidate(name, [sys.executable, str(HERE / "engine.py"), json.dumps(job)], includes, inner_clock=True)

    def answer(self, candidate: Candidate) -> pathlib.Path:
        """The answer of an engine, kept for a check; not measured."""
        job = json.loads(candidate.command[-1])
        job["keep"] = str(self.work / f"{candidate.name.replace(' ', '-').replace(',', '')}.parquet")
        once(dataclasses.replace(candidate, command=[*candidate.command[:-1], json.dumps(job)]), self.work)
        return pathlib.Path(job["keep"])

    def ran(self, candidate: Candidate) -> pathlib.Path:
        """The folder of a run, for a check; not measured."""
        once(candidate, self.work)
        return self.out(candidate.name)
