"""What both engines' questions share: which files, which crossings, what a step may forget."""

import dataclasses
import re

from data import COMMUNE, KEYS, TEXT
from definitions import BREAKDOWNS, TESTED, conditions, crossings


@dataclasses.dataclass
class Files:
    paths: list[str]
    typed: bool = False     # codes of a CSV read as whole numbers, not as text
    crossed: int = 2
    threads: int = 0

    def header(self) -> list[str]:
        with open(self.paths[0], encoding="utf-8-sig") as file:
            return [name.strip('"') for name in file.readline().strip().split(";")]

    def number(self, name: str) -> bool:
        return self.typed and name in {*KEYS, COMMUNE, "MRUN", "MRUN_IPE", "EDAD_ALU"} - TEXT


def mask(crossing: tuple[str, ...]) -> int:
    return sum(2 ** BREAKDOWNS.index(name) for name in crossing)


def tested() -> list[str]:
    return [name for name in TESTED if any(re.search(rf"\b{name}\b", text) for text in conditions())]


def halves(crossed: int) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Two cubes instead of one, because nothing is broken down by country and place at once: what each leaves out."""
    found = crossings(crossed)
    if any({"country_origin", "area_national"} <= set(crossing) for crossing in found):
        raise ValueError("a crossing of country and place needs one cube")
    return [("area_national", [crossing for crossing in found if "area_national" not in crossing]),
            ("country_origin", [crossing for crossing in found if "area_national" in crossing])]
