import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.speed import (
    CONTACT_RANGE_S,
    EXPONENT,
    REFERENCE_CONTACT_S,
    REFERENCE_SPEED_MPS,
    distance_along_m,
    speed_from_contact_mps,
)


def test_the_reference_contact_time_has_the_reference_speed_and_shorter_is_faster() -> None:
    speed = speed_from_contact_mps(np.array([0.25, REFERENCE_CONTACT_S, 0.20]))

    assert speed[1] == pytest.approx(REFERENCE_SPEED_MPS)
    assert speed[0] < speed[1] < speed[2]
    # The way of contact grows with the speed, by about its square root.
    way_m = speed * np.array([0.25, REFERENCE_CONTACT_S, 0.20])
    slope = np.log(way_m[2] / way_m[0]) / np.log(speed[2] / speed[0])
    assert slope == pytest.approx(1.0 + 1.0 / EXPONENT)
    assert 0.4 < slope < 0.6


def test_walking_and_what_is_not_known_have_no_speed() -> None:
    contact_s = np.array([np.nan, 0.62, 0.05, CONTACT_RANGE_S[1] + 0.01])

    assert np.isnan(speed_from_contact_mps(contact_s)).all()


def test_a_known_distance_is_laid_in_the_shape_of_the_speed() -> None:
    moving_s = np.linspace(0.0, 1000.0, 1001)
    at_s = np.linspace(10.0, 990.0, 50)
    speed_mps = np.where(at_s < 500.0, 2.0, 4.0)

    along_m = distance_along_m(moving_s, at_s, speed_mps, 4500.0)

    assert along_m[0] == 0.0
    assert along_m[-1] == pytest.approx(4500.0)
    assert along_m[500] == pytest.approx(1500.0, rel=0.01)


def test_without_any_speed_the_distance_grows_evenly() -> None:
    moving_s = np.array([0.0, 1.0, 1.0, 4.0])

    along_m = distance_along_m(moving_s, np.array([2.0]), np.array([np.nan]), 8.0)

    np.testing.assert_allclose(along_m, [0.0, 2.0, 2.0, 8.0])


@given(factor=st.floats(0.5, 2.0))
def test_only_the_shape_of_the_speed_counts(factor: float) -> None:
    moving_s = np.linspace(0.0, 100.0, 51)
    at_s = np.linspace(0.0, 100.0, 11)
    speed_mps = 3.0 + np.sin(at_s)

    one = distance_along_m(moving_s, at_s, speed_mps, 300.0)
    other = distance_along_m(moving_s, at_s, factor * speed_mps, 300.0)

    np.testing.assert_allclose(one, other)
    assert (np.diff(one) > 0.0).all()
