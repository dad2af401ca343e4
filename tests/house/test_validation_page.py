"""The validation page is that of this analysis, and its tables are made of its figures."""

import json
import re
from pathlib import Path

import pytest

from analysis import ANALYSIS_VERSION
from bench.validation.page import FIGURES, filled
from bench.validation.report import Report
from bench.validation.tables import TABLES
from bench.validation.targets import Sense, Target, running_verdicts

MAX_PICTURE_BYTES = 150_000


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "validation.md").read_text("utf-8")


def read_report() -> Report:
    report: Report = json.loads(FIGURES.read_text("utf-8"))
    return report


def test_figures_are_those_of_this_analysis(page: str) -> None:
    assert read_report()["analysis_version"] == ANALYSIS_VERSION, "run make validation"
    assert f"analysis version {ANALYSIS_VERSION}." in page, "run make validation"


def test_tables_are_made_of_the_figures(page: str) -> None:
    assert filled(page, read_report()) == page, "run make validation"
    assert sorted(re.findall(r"<!-- made: ([\w-]+) -->\n", page)) == sorted(TABLES)


def test_the_headline_says_what_the_figures_say(page: str) -> None:
    table = page.partition("<!-- made: headline -->")[2].partition("<!-- end -->")[0]
    rows = re.findall(r"^\| (strike MAE, ms) \| [^|]+ \| \**([\d.]+)\** \|", table, re.MULTILINE)
    figures = read_report()["figures"]["running"]["as recorded"]["all"]

    ((_, shown),) = rows
    assert float(shown) == pytest.approx(figures["strike_mae_ms"], abs=0.051)
    for verdicts in running_verdicts(read_report()):
        assert len(verdicts) == 4


def test_pictures_are_there_small_and_fit_for_the_dark(root: Path, page: str) -> None:
    pictures = [root / "docs" / name for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page)]

    assert len(pictures) == 5
    for picture in pictures:
        assert picture.stat().st_size < MAX_PICTURE_BYTES
        assert "prefers-color-scheme: dark" in picture.read_text("utf-8")


@pytest.mark.parametrize(
    ("target", "met", "missed"),
    [
        (Target("strike_mae_ms", Sense.AT_MOST, 6.0), 6.0, 6.1),
        (Target("f1", Sense.AT_LEAST, 0.9995), 0.9995, 0.9994),
        (Target("strike_bias_ms", Sense.WITHIN, 2.0), -2.0, -2.1),
        (Target("peak_cover", Sense.BETWEEN, 0.9, 0.98), 0.98, 0.99),
    ],
)
def test_a_target_is_met_at_its_limit_and_not_beyond(
    target: Target, met: float, missed: float
) -> None:
    assert target.is_met(met)
    assert not target.is_met(missed)
    assert not target.is_met(None)
