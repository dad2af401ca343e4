"""What was simulated once is simulated again: new parameters shift no draw of the old ones."""

from dataclasses import replace

import numpy as np
import pytest

from imu.simulator import (
    Activity,
    Segment,
    Sensor,
    Shaking,
    SimulationParameters,
    running,
    simulate,
)

# Number of samples, root mean squares, and sums over the true stances, as the first simulator
# made them; the last digits may differ between processors.
FINGERPRINTS = (
    (
        2720,
        2.6397988251,
        1.2386966162,
        10.8843887277,
        0.2417510885,
        0.3978719557,
        0.3476201385,
        362.0579357388,
        373.4930081054,
        105.2971676342,
        86.1469534019,
    ),
    (
        2632,
        3.2210720614,
        1.5917082667,
        11.5434411987,
        0.2939419205,
        0.4242571323,
        0.4253352402,
        397.5675996472,
        408.4679187332,
        114.3971359786,
        84.7441864721,
    ),
    (
        2688,
        3.989784412,
        1.9089124148,
        11.8315107988,
        0.3779400302,
        0.4628242451,
        0.516296806,
        422.5888030252,
        433.1203092454,
        133.4364133594,
        90.1951834034,
    ),
)


def fingerprint(seed):
    segments = (
        Segment(Activity.STAND, 3.0),
        Segment(Activity.RUN, 8.0),
        Segment(Activity.WALK, 6.0),
        Segment(Activity.RUN, 5.0, turn_deg=90.0),
        Segment(Activity.SIT, 4.0),
        Segment(Activity.RIDE, 4.0),
    )
    run = simulate(
        SimulationParameters(
            segments,
            run=replace(running(2.5 + seed), impact_mps2=20.0, drift_left_deg_per_min=0.5),
            sensor=replace(Sensor(), n_bits=None, loss_rate=0.1),
            shaking=Shaking(0.5, 1.0),
            seed=seed,
        )
    )
    acc, gyr = run.recording.acc_mps2, run.recording.gyr_radps
    return [
        run.recording.n_samples,
        *np.sqrt(np.mean(acc**2, axis=0)),
        *np.sqrt(np.mean(gyr**2, axis=0)),
        sum(s.foot_strike_s for s in run.truth.stances),
        sum(s.toe_off_s for s in run.truth.stances),
        sum(s.peak_drop_deg for s in run.truth.stances),
        sum(s.drop_excursion_deg for s in run.truth.stances),
    ]


@pytest.mark.parametrize("seed", range(len(FINGERPRINTS)))
def test_old_parameters_make_old_recordings(seed):
    assert fingerprint(seed) == pytest.approx(FINGERPRINTS[seed], rel=1e-8)
