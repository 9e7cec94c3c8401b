"""Results as Markdown, for RESULTS.md: what was checked first, then times, then how they stand to the aims."""

import dataclasses
import statistics

from measure import Measured


@dataclasses.dataclass
class Aim:
    """One line of what was to be reached: `figure` is to be at most (or at least) `limit`."""
    text: str
    figure: float
    limit: float
    at_most: bool = True

    def line(self) -> str:
        met = self.figure <= self.limit if self.at_most else self.figure >= self.limit
        return f"- {self.text}: {self.figure:.2f}, aim at {'most' if self.at_most else 'least'} {self.limit:g}: {'met' if met else '**missed**'}"


@dataclasses.dataclass
class Section:
    title: str
    checked: list[str]
    measured: list[Measured] = dataclasses.field(default_factory=list)
    aims: list[Aim] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)

    def markdown(self) -> str:
        lines = [f"### {self.title}", ""]
        lines += [f"Checked before: {text}." for text in self.checked]
        if self.measured:
            own = self.measured[0].median
            lines += ["", "| | median s | least s | ratio to the first | processor s | peak MiB |", "|---|---|---|---|---|---|"]
            for one in self.measured:
                processor = statistics.median(one.processor)
                lines.append(f"| {one.candidate.name} | {one.median:.3f} | {min(one.seconds):.3f} | {one.median / own:.2f} | {processor:.2f} | {max(one.peaks):.0f} |")
            lines += ["", "What the figures include:", ""]
            lines += [f"- {one.candidate.name}: {one.candidate.includes}" + phases(one) for one in self.measured]
        if self.aims:
            lines += ["", *(aim.line() for aim in self.aims)]
        if self.notes:
            lines += ["", *self.notes]
        return "\n".join(lines) + "\n"


def phases(one: Measured) -> str:
    """Medians of the phases, where the command told them."""
    told = [f"{name} {statistics.median(seconds):.3f} s" for name, seconds in one.phases.items()]
    return f" ({', '.join(told)})" if told else ""
