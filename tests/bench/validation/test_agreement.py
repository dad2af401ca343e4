import numpy as np
import pytest

from bench.validation.agreement import agreement


def test_one_value_each_side_of_two_people_by_hand() -> None:
    # Person a: 1 and 3, person b: 5 and 7.  Within: 2 each, between: 4 * 2**2 = 16.
    result = agreement(np.array([1.0, 3.0, 5.0, 7.0]), ["a", "a", "b", "b"])

    assert result.bias == 4.0
    assert result.sd_within == pytest.approx(np.sqrt(2.0))
    assert result.sd_between == pytest.approx(np.sqrt((16.0 - 2.0) / 2.0))
    assert result.high - result.bias == pytest.approx(1.96 * 3.0)


def test_both_spreads_are_found_again_with_unequal_numbers() -> None:
    rng = np.random.default_rng(1)
    counts = rng.integers(5, 40, 800)
    people = np.repeat(np.arange(len(counts)), counts)
    own = rng.normal(0.5, 2.0, len(counts))
    result = agreement(own[people] + rng.normal(0, 1.0, len(people)), people.astype(str).tolist())

    assert result.sd_between == pytest.approx(2.0, rel=0.08)
    assert result.sd_within == pytest.approx(1.0, rel=0.03)
    assert result.n_people == 800


def test_people_that_do_not_differ_add_nothing() -> None:
    result = agreement(np.array([-1.0, 1.0, -1.0, 1.0]), ["a", "a", "b", "b"])

    assert result.sd_between == 0.0
    assert result.low == pytest.approx(-result.high)
