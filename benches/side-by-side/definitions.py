"""The table of all breakdowns as SQL, made from the same definitions, mapping tables and systems that matricula reads.

Conditions become SQL over harmonized columns, so that DuckDB and polars add up what the indicators ask for.
What no enrolment file of Chile holds (results, repeaters, population, linked years) is left out: less work for them.
"""

import csv
import functools
import itertools
import tomllib

from data import ROOT, YEAR, table

SPECS = ROOT / "indicator-specs"
# Column of the harmonized rows behind each dimension that a condition may test.
TESTED = ["edu_level", "edu_cat", "programme", "grade", "age", "sex", "sector_edu", "location", "mobility"]
BREAKDOWNS = ["sex", "location", "sector_edu", "grade", "age", "mobility", "country_origin", "ethnicity", "area_national"]


@functools.cache
def parts(dimension: str) -> dict[str, list[str]]:
    """The codes under each roll-up of a dimension."""
    found: dict[str, list[str]] = {}
    for path in sorted((SPECS / "codelists").glob(f"{dimension}.csv")) + sorted((SPECS / "codelists").glob(f"{dimension}.*.csv")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for row in csv.DictReader(lines):
            found[row["code"]] = row["parts"].split()
    return found


def leaves(dimension: str, code: str) -> set[str]:
    under = parts(dimension).get(code, [])
    return {leaf for part in under for leaf in leaves(dimension, part)} if under else {code}


@functools.cache
def system() -> dict[str, tuple[int, int]]:
    """Entry age and duration of Chile's levels in the year of the files."""
    found = {}
    for path in sorted((SPECS / "systems").glob("*.csv")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for row in csv.DictReader(lines):
            if (row["ref_area"], row["structure"]) == ("CHL", "national"):
                if int(row["valid_from"] or 0) <= YEAR <= int(row["valid_to"] or 9999):
                    found[row["edu_level"]] = (int(row["entry_age"]), int(row["duration"]))
    return found


def ages(age_class: str) -> list[int]:
    """The single ages of a class such as `official:L2T3` or `after:L3+5`; a KeyError where Chile has no such level."""
    kind, level = age_class.split(":")
    level, _, years = level.partition("+")
    spans = [system()[leaf] for leaf in leaves("edu_level", level)]
    first = min(entry for entry, _ in spans)
    after = max(entry + duration for entry, duration in spans)
    spans_of = {
        "official": (first, after), "entry": (first, first + 1), "entry-1": (first - 1, first), "last": (after - 1, after),
        "after": (after, after + int(years or 0)),
    }
    return list(range(*spans_of[kind]))


def by_level(yield_number) -> str:
    """An SQL number that depends on the level of the row."""
    cases = " ".join(f"WHEN edu_level = '{level}' THEN {yield_number(*span)}" for level, span in sorted(system().items()))
    return f"(CASE {cases} END)"


def compared(number: str, test: dict) -> str:
    bounds = [f"{number} >= {test['at_least']}"] if "at_least" in test else []
    return " AND ".join(bounds + ([f"{number} <= {test['at_most']}"] if "at_most" in test else []))


def condition(where: dict) -> str:
    """SQL of a condition; a KeyError where the file cannot answer it."""
    tests = []
    for dimension, test in sorted(where.items()):
        if dimension == "age_class":
            single = sorted({age for code in test["in"] for age in ages(code)})
            tests.append(f"age IN ({', '.join(map(str, single))})")
        elif dimension == "years_over_age":
            tests.append(compared("(age - " + by_level(lambda entry, _: f"({entry} + grade - 1)") + ")", test))
        elif dimension == "grades_before_last":
            tests.append(compared(by_level(lambda _, duration: f"({duration} - grade)"), test))
        elif dimension not in TESTED:
            raise KeyError(dimension)
        elif "in" in test or "not_in" in test:
            way = "in" if "in" in test else "not_in"
            codes = sorted({leaf for code in test[way] for leaf in leaves(dimension, code)})
            if dimension == "mobility":
                codes = ["on-the-move" if code == "migrant" else code for code in codes]
            if dimension == "grade":
                codes = [code.removeprefix("G") for code in codes]
            quoted = ", ".join(codes if dimension in ("age", "grade") else (f"'{code}'" for code in codes))
            tests.append(f"{dimension} {'IN' if way == 'in' else 'NOT IN'} ({quoted})")
        else:
            tests.append(compared(dimension, test))
    return " AND ".join(f"({test})" for test in tests) or "true"


def quantity(of: dict) -> list[tuple[int, str]]:
    """Signed conditions on pupils of the figure's year."""
    if of["measure"] != "students" or of.get("year", 0) != 0 or "otherwise" in of:
        raise KeyError(of["measure"])
    found = [(1, condition(of.get("where", {})))]
    for word, sign in (("plus", 1), ("minus", -1)):
        for more in of.get(word, []):
            found += [(sign * inner, text) for inner, text in quantity(more)]
    return found


def sides(formula: dict) -> dict[str, dict | None]:
    """Numerator and denominator of the forms that are sums over pupils."""
    if "count" in formula:
        return {"numerator": formula["count"]["of"]}
    if "ratio" in formula:
        return {side: formula["ratio"][side] for side in ("numerator", "denominator")}
    if "share" in formula and formula["share"]["among"] == "all":
        of = formula["share"]["of"]
        both = {**of, "where": of.get("where", {}) | formula["share"]["group"]}
        twice = set(of.get("where", {})) & set(formula["share"]["group"])
        return {"denominator": of} if twice else {"numerator": both, "denominator": of}
    return {}


@functools.cache
def indicators() -> dict[str, dict[str, list[tuple[int, str]]]]:
    """For each indicator that can be compared cell by cell, the sums behind its numerator and denominator."""
    found = {}
    for path in sorted((SPECS / "indicators").rglob("*.toml")):
        spec = tomllib.loads(path.read_text(encoding="utf-8"))
        sums = {}
        for side, of in sides(spec["formula"]).items():
            try:
                sums[side] = quantity(of)
            except KeyError:
                continue
        if sums and spec["status"] != "retired":
            found[spec["id"]] = sums
    return found


@functools.cache
def conditions() -> list[str]:
    """The different conditions of all indicators: one column of sums each."""
    return sorted({text for sums in indicators().values() for side in sums.values() for _, text in side})


@functools.cache
def crossings(crossed: int) -> list[tuple[str, ...]]:
    """The crossings that some indicator above permits; those that none does are nobody's work."""
    found = set()
    for path in (SPECS / "indicators").rglob("*.toml"):
        spec = tomllib.loads(path.read_text(encoding="utf-8"))
        if spec["id"] not in indicators():
            continue
        permitted = [name for name in BREAKDOWNS if name in spec.get("breakdowns", [])]
        never = [set(names) for names in spec.get("never_cross", [])]
        for size in range(crossed + 1):
            for crossing in itertools.combinations(permitted, size):
                if not any(names <= set(crossing) for names in never):
                    found.add(crossing)
    return sorted(found, key=lambda crossing: (len(crossing), crossing))


def recodes() -> dict[str, list[tuple]]:
    """The tables of the mapping: key columns, then what they give."""
    courses = [(row["COD_ENSE"], row["COD_GRADO"], row["edu_level"], row["edu_cat"], row["programme"],
                int(row["grade"][1:]) if row["grade"].startswith("G") else None)
               for row in table("chl-matricula-programme.csv") if not row["out_of_scope"]]
    return {
        "course": courses,
        "origin": [(row["PAIS_ORIGEN_ALU"], row["country_origin"]) for row in table("chl-pais-origen.csv")],
        "people": [(row["COD_ETNIA_ALU"], row["ethnicity"]) for row in table("chl-etnia.csv")],
        "commune": [(row["COD_COM_RBD"], row["area_national"]) for row in table("chl-comuna.csv")],
    }


# The recodes of the mapping that need no table: SQL over the raw columns.
SIMPLE = {
    "age": "CAST(EDAD_ALU AS INTEGER)",
    "sex": "CASE GEN_ALU WHEN '1' THEN 'M' WHEN '2' THEN 'F' ELSE '_U' END",
    "sector_edu": "CASE WHEN COD_DEPE IN ('1', '2', '6') THEN 'INST_PUB' ELSE 'INST_PRIV' END",
    "location": "CASE RURAL_RBD WHEN '0' THEN 'URB' ELSE 'RUR' END",
    "mobility": "CASE WHEN COD_NAC_ALU = 'C' THEN 'non-migrant' WHEN COD_NAC_ALU IN ('N', 'E') THEN 'on-the-move' ELSE '_U' END",
}
HARMONIZED = ["edu_level", "edu_cat", "programme", "grade", "age", "sex", "sector_edu", "location", "mobility",
              "country_origin", "ethnicity", "area_national"]
