import json
from importlib.resources import files

import numpy as np
import pytest

from analysis import forward
from analysis.events import WINDOWS, model_name
from analysis.models import fit_ridge, shipped_models, to_json


def test_ridge_finds_the_line_that_made_the_data():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(4000, 3)) * [1.0, 5.0, 0.2] + [0.0, 3.0, -1.0]
    target = 0.2 + features @ [0.01, -0.02, 0.3]
    model = fit_ridge(features, target, penalty=1e-6)
    assert np.abs(model.predict(features) - target).max() < 0.02


def test_a_prediction_stays_in_the_range_of_the_truth():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(500, 2))
    target = features @ [1.0, 1.0]
    model = fit_ridge(features, target, penalty=1.0)
    wild = model.predict(np.array([[1e9, 1e9], [-1e9, -1e9]]))
    assert wild[0] == pytest.approx(model.high)
    assert wild[1] == pytest.approx(model.low)


def test_a_model_survives_its_json_form():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(500, 4))
    model = fit_ridge(features, features @ [1.0, 2.0, 3.0, 4.0], penalty=1.0, rmse=0.1)
    raw = json.loads(json.dumps(to_json(model)))
    assert raw["rmse"] == pytest.approx(0.1)
    assert np.allclose(raw["coefficients"], model.coefficients, rtol=1e-5)


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize("has_gyroscope", [True, False])
def test_the_shipped_event_models_fit_the_features_that_are_made(running, has_gyroscope):
    channels = 3 if has_gyroscope else 2
    for event in ("strike", "toe_off"):
        offsets = WINDOWS[event, running].offsets_s
        model = shipped_models()[model_name(event, running=running, has_gyroscope=has_gyroscope)]
        assert model.coefficients.shape == (channels * len(offsets) + 1,)
        assert model.low < model.intercept < model.high
        assert 0.001 < model.rmse < 0.05


def test_no_shipped_model_goes_unused():
    names = set(json.loads(files("analysis").joinpath("models.json").read_text("utf-8")))
    used = {
        model_name(event, running=running, has_gyroscope=gyro)
        for event in ("strike", "toe_off", "side")
        for running in (True, False)
        for gyro in (True, False)
    }
    assert names == used | {forward.MODEL, "walking_score_6axis", "walking_score_3axis"}
