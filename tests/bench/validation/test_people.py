"""The whole way on simulated people; their truth is exact, their figures are no evidence."""

import json
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from analysis import analyse_run
from analysis.models import Models, shipped_models
from bench.fit_models import Trial, fit_models
from bench.validation import people
from bench.validation.__main__ import main
from bench.validation.page import PAGE
from bench.validation.people import MissingDataError, check_folder, people_in, person_left_out
from bench.validation.variants import ACCELEROMETER_ONLY, AS_RECORDED, VARIANTS
from imu.recordings import write_recording
from imu.simulator import Activity, Segment, SimulationParameters, simulate

MOUNTS = ("nominal", "tilted", "any")


def write_person(folder: Path, number: int) -> None:
    for gait, activity in (("running", Activity.RUN), ("walking", Activity.WALK)):
        segments = (Segment(Activity.STAND, 6.0), Segment(activity, 14.0))
        simulated = simulate(SimulationParameters(segments=segments, seed=10 * number))
        name = f"p{number}-1"
        (folder / gait).mkdir(parents=True, exist_ok=True)
        write_recording(folder / gait / f"{name}.parquet", simulated.recording)
        stances = [
            {
                "foot_strike_s": stance.foot_strike_s,
                "toe_off_s": stance.toe_off_s,
                "side": str(stance.side),
                **(
                    {
                        "peak_drop_deg": stance.peak_drop_deg,
                        "drop_excursion_deg": stance.drop_excursion_deg,
                    }
                    if gait == "running"
                    else {}
                ),
            }
            for stance in simulated.truth.stances
        ]
        conditions = {"mount": MOUNTS[number % 3], "speed_m_s": 3.0} if gait == "running" else {}
        document = {**conditions, "stances": stances}
        (folder / gait / f"{name}.truth.json").write_text(json.dumps(document))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    for number in range(3):
        write_person(folder, number)
    return folder


def test_a_person_is_analysed_with_the_models_that_have_not_seen_that_person(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fitted(sets: str, *, without: str) -> Models:
        asked.append((sets, without))
        return MappingProxyType(dict(shipped_models()))

    used = []
    monkeypatch.setattr(people, "_training_data", lambda place: f"trials in {place.name}")
    monkeypatch.setattr(people, "fit_models", fitted)
    monkeypatch.setattr(
        people,
        "analyse_run",
        lambda *signals, models, **more: (
            used.append(models) or analyse_run(*signals, models=models, **more)
        ),
    )
    recordings = people_in(folder)["p1"]
    outcomes = person_left_out(folder, "p1", recordings)

    assert asked == [(f"trials in {folder.name}", "p1")]
    assert len(used) == sum(len(names) for names in VARIANTS.values())
    assert all(models is used[0] for models in used)
    assert used[0] is not shipped_models()
    assert {o.reference.person for scored in outcomes.values() for o in scored} == {"p1"}
    assert set(outcomes) == {(gait, name) for gait in VARIANTS for name in VARIANTS[gait]}
    (running,) = outcomes["running", AS_RECORDED]
    assert running.f1 > 0.9
    (blind,) = outcomes["running", ACCELEROMETER_ONLY]
    assert not blind.means_cover


def test_models_fitted_without_a_person_know_nothing_of_that_person() -> None:
    rng = np.random.default_rng(0)

    def trial(person: str, slope: float) -> Trial:
        x = rng.normal(size=(400, 2))
        return Trial(person, {"strike": x}, {"strike": slope * x[:, 0]})

    sets = {("running", True): [trial("p0", 1.0), trial("p1", -50.0), trial("p2", 1.0)]}

    (without,) = fit_models(sets, without="p1").values()
    (everybody,) = fit_models(sets).values()

    assert without.coefficients[0] > 0
    assert without.rmse < 1.0
    assert everybody.coefficients[0] < 0
    assert everybody.rmse > 10.0


def test_a_folder_without_recordings_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingDataError, match=r"make validation DATA=\.\.\."):
        check_folder(tmp_path)


def test_the_page_is_left_alone_where_recordings_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = PAGE.read_bytes(), PAGE.stat().st_mtime_ns

    assert main(["--page", str(tmp_path)]) == 1

    assert (PAGE.read_bytes(), PAGE.stat().st_mtime_ns) == before
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_another_folder_is_scored_with_the_shipped_models(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder / "running"), str(folder / "walking")]) == 0

    out = capsys.readouterr().out
    assert "strike MAE, ms" in out
    assert out.count("stances") == 2


def test_a_folder_without_truth_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 1

    assert "NAME.truth.json" in capsys.readouterr().err
