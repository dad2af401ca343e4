"""Write the made parts of docs/validation.md, and check that they are those of its figures."""

import json
import re
from pathlib import Path

from bench.validation.report import Report
from bench.validation.tables import TABLES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "validation.md"
FIGURES = DOCS / "validation.json"
IMAGES = DOCS / "images"

_PART = re.compile(r"<!-- made: (?P<name>[\w-]+) -->\n.*?<!-- end -->", re.DOTALL)


def filled(page: str, report: Report) -> str:
    """Return the page with every made part written anew.

    Raises
    ------
    KeyError
        A marker names a part that nobody makes.
    """

    def part(match: re.Match[str]) -> str:
        name = match["name"]
        return f"<!-- made: {name} -->\n\n{TABLES[name](report)}\n\n<!-- end -->"

    return _PART.sub(part, page)


def write_report(report: Report) -> None:
    """Write the figures, a group a line."""
    compact = json.dumps(report, separators=(",", ":"))
    lines = re.sub(r'(\{|,)("[^"]+":\{)', r"\1\n\2", compact)
    FIGURES.write_text(lines + "\n", encoding="utf-8")


def write_page(report: Report) -> None:
    """Write figures and page."""
    page = filled(PAGE.read_text("utf-8"), report)
    write_report(report)
    PAGE.write_text(page, encoding="utf-8")
