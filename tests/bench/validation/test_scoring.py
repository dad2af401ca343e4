import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.validation.figures import figures_of
from bench.validation.report import grouped
from bench.validation.scoring import Found, match, score
from tests.bench.validation.made import N, found, noisy, reference, truth

SCORE_COMMAND = Path(__file__).parents[4] / "shared" / "validation" / "score.py"


def test_perfect_detections_score_perfectly() -> None:
    figures = figures_of([score(reference(), found(reference()), 0.06)])

    assert figures["f1"] == 1.0
    assert figures["side"] == 1.0
    assert figures["stances"] == N
    for key in ("strike_mae_ms", "contact_rmse_ms", "peak_rmse_deg", "asym_peak_deg"):
        assert figures[key] == pytest.approx(0.0, abs=1e-9)


def test_constant_errors_come_out_as_they_went_in() -> None:
    true = reference()
    outcome = score(true, found(true, strike_s=0.004, left_deg=0.3, right_deg=-0.5), 0.06)
    figures = figures_of([outcome])

    assert figures["strike_bias_ms"] == pytest.approx(4.0)
    assert figures["contact_bias_ms"] == pytest.approx(-4.0)
    assert figures["peak_bias_deg"] == pytest.approx(0.1)
    assert figures["peak_rmse_deg"] == pytest.approx(np.sqrt((0.3**2 + 0.5**2) / 2), abs=1e-5)
    assert figures["asym_excursion_deg"] == pytest.approx(0.8)
    assert figures["strike_cover"] == 1.0
    assert figures["asym_peak_cover"] in {0.0, 1.0}
    assert figures["mean_peak_cover"] == 1.0


def test_a_detection_where_nothing_is_scored_counts_neither_way() -> None:
    true = reference(unscored_s=[[33.0, 36.0]])
    at = found(true)
    outside = (at.foot_strike_s < 33.0) | (at.foot_strike_s > 36.0)

    assert score(true, at, 0.06).n_detected == outside.sum() < N


@given(
    st.lists(st.floats(0, 10), max_size=12).map(sorted),
    st.lists(st.floats(0, 10), max_size=12).map(sorted),
)
def test_matching_is_one_to_one_within_the_tolerance(
    true: list[float], detected: list[float]
) -> None:
    a, b = np.array(true), np.array(detected)
    rows, columns = match(a, b, 0.5)

    assert len(set(rows.tolist())) == len(rows) == len(set(columns.tolist())) == len(columns)
    assert (np.abs(a[rows] - b[columns]) <= 0.5).all()
    free = np.abs(np.delete(a, rows)[:, None] - np.delete(b, columns))
    assert not (free <= 0.5).any()


def written(folder: Path, name: str, detected: Found) -> None:
    columns = {
        "foot_strike_s": detected.foot_strike_s,
        "toe_off_s": detected.toe_off_s,
        "side": np.where(detected.is_left, "left", "right"),
        "peak_drop_deg": detected.peak_drop_deg,
        "drop_excursion_deg": detected.drop_excursion_deg,
        "foot_strike_se_s": detected.foot_strike_se_s,
        "peak_drop_se_deg": detected.peak_drop_se_deg,
        "drop_excursion_se_deg": detected.drop_excursion_se_deg,
    }
    with (folder / f"{name}.stances.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))


@pytest.mark.skipif(
    not SCORE_COMMAND.is_file(),
    reason="no score command here: put it into ../shared/validation to run this test",
)
def test_the_score_command_says_the_same(tmp_path: Path) -> None:
    conditions = [{}, {"loss": 0.02}, {"wobble": True}, {"unscored_s": [[33.0, 36.0]]}]
    outcomes = []
    for seed, more in enumerate(conditions):
        name = f"p{seed}-1"
        document = truth(seed, **more)
        (tmp_path / f"{name}.truth.json").write_text(json.dumps(document))
        true = reference(seed, name, **more)
        detected = noisy(true, seed)
        written(tmp_path, name, detected)
        outcomes.append(score(true, detected, 0.06))
    said = subprocess.run(
        [sys.executable, str(SCORE_COMMAND), str(tmp_path), str(tmp_path), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )

    groups = grouped(outcomes)
    compared = 0
    for group, theirs in json.loads(said.stdout).items():
        ours = figures_of(groups[group.replace("mount=", "mount ")])
        for key, value in theirs.items():
            assert ours[key] == pytest.approx(value, abs=6e-4), (group, key)
            compared += 1
    assert compared == 5 * 22
