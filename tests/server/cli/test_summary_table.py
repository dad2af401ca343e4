from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from analysis.results import Estimate, RunAnalysis
from server.cli.analyze_words import words_after_table
from server.cli.summary_table import NOT_KNOWN, degrees_text, shortened, summary_table
from tests.server.factory import make_analysis

LONG = "2026-11-20_evening-run-along-the-river-with-anna-and-bob"


def with_asymmetry(analysis: RunAnalysis, estimate: Estimate | None) -> RunAnalysis:
    return replace(analysis, summary=replace(analysis.summary, asym_drop_excursion_deg=estimate))


@pytest.fixture
def results() -> dict[str, RunAnalysis]:
    far = with_asymmetry(make_analysis(), Estimate(-12.3, -14.0, -10.6))
    return {LONG: far, "a": make_analysis(), "跑步" * 20: make_analysis()}


@pytest.mark.parametrize("width", [40, 56, 60, 72, 80, 100, 120, 140, 10_000])
def test_no_number_is_cut_and_no_line_is_too_wide(
    results: dict[str, RunAnalysis], width: int
) -> None:
    lines = summary_table(results, width)
    text = "\n".join(lines)
    assert max(map(cell_len, lines)) <= width
    for analysis in results.values():
        summary = analysis.summary
        assert degrees_text(summary.left.drop_excursion_deg) in text
        assert degrees_text(summary.right.drop_excursion_deg) in text
        assert f"{summary.n_valid}/{summary.n_stances}" in text
        assert analysis.quality.grade.value in text
    assert "\N{MINUS SIGN}12.3° ± 1.7" in text
    assert any(line.startswith("2026-11-20") for line in lines)


def test_a_wide_table_has_all_columns_and_whole_names(results: dict[str, RunAnalysis]) -> None:
    head, _, first, *_ = summary_table(results, 10_000)
    for heading in ("Recording", "Gait", "Duration", "Contact", "Cadence", "Signal"):
        assert heading in head
    assert first.startswith(LONG)


def test_at_eighty_columns_each_recording_has_one_line() -> None:
    head, _, first, *_ = summary_table({LONG: make_analysis()}, 80)
    assert head.split()[0] == "Recording"
    assert first.startswith("2026-11-20_")
    assert "bob  " in first


def test_at_sixty_columns_each_recording_has_two_lines() -> None:
    lines = summary_table({LONG: make_analysis(), "a": make_analysis()}, 60)
    assert lines[3] == LONG
    assert lines[5] == "a"
    assert cell_len(lines[1]) == cell_len(lines[4])


@pytest.mark.parametrize("width", [5, 10, 23, 24])
def test_a_long_name_keeps_its_begin_and_its_end(width: int) -> None:
    short = shortened(LONG, width)
    assert cell_len(short) <= width
    begin, end = short.split("…")
    assert LONG.startswith(begin)
    assert LONG.endswith(end)
    assert begin
    assert end


def test_zero_has_no_sign() -> None:
    assert degrees_text(Estimate(-0.04, -2.04, 1.96), signed=True) == "0.0° ± 2.0"
    assert degrees_text(Estimate(-0.06, -2.06, 1.94), signed=True) == "\N{MINUS SIGN}0.1° ± 2.0"


def test_without_a_stance_there_is_nothing_to_grade() -> None:
    analysis = make_analysis()
    summary = replace(analysis.summary, gait=None, n_stances=0, n_valid=0)
    _, _, row, *_ = summary_table({"still": replace(analysis, summary=summary)}, 140)
    assert row.split()[-1] == NOT_KNOWN


def test_one_recording_is_told_in_words_and_where_its_files_are() -> None:
    analysis = make_analysis()
    text = "\n".join(words_after_table({"easy": analysis}, Path("out"), 10_000))
    assert analysis.verdict.lead in text
    assert "Wrote easy.stances.csv and easy.summary.json to out/" in text


def test_many_are_told_with_all_reasons_together() -> None:
    analysis = make_analysis()
    lines = words_after_table({"a": analysis, "b": analysis}, Path(), 10_000)
    n_left_out = 2 * sum(analysis.summary.n_excluded.values())
    assert n_left_out > 0
    assert lines[0].startswith(f"Left out: {n_left_out} of {2 * analysis.summary.n_stances}")
    assert "gap" in lines[0]
    assert lines[1] == (
        "Wrote NAME.stances.csv and NAME.summary.json for 2 recordings to the current folder"
    )
