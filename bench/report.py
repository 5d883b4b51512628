"""Rows of the benchmarks' table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure and what was asked of it.

    Attributes:
        what: the thing measured.
        value: the ratio or the amount.
        bound: what was asked.
        at_least: whether `value` must be at least `bound` (otherwise at most).
        detail: the raw numbers behind it.
    """

    what: str
    value: float
    bound: float
    at_least: bool
    unit: str = "×"
    detail: str = ""

    @property
    def holds(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def text(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "holds" if self.holds else "FALLS SHORT"
        return (
            f"{self.what}: {self.value:.2f} {self.unit} "
            f"(asked {sign} {self.bound:g}) {verdict}. {self.detail}"
        )


def table(rows: list[Row]) -> str:
    """All rows as a Markdown table."""
    lines = ["| what | measured | asked | holds | behind it |", "|---|---|---|---|---|"]
    for row in rows:
        sign = "≥" if row.at_least else "≤"
        lines.append(
            f"| {row.what} | {row.value:.2f} {row.unit} | {sign} {row.bound:g} "
            f"| {'yes' if row.holds else 'NO'} | {row.detail} |"
        )
    return "\n".join(lines)
