"""Figures as the page writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.validation.tables import value_beside_limit
from bench.validation.targets import Sense, Target, Verdict
from bench.validation.words import as_number


@pytest.mark.parametrize(
    ("key", "sense", "limit", "value", "written"),
    [
        ("excursion_rmse_deg", Sense.AT_MOST, 0.25, 0.2541, "0.254"),
        ("excursion_rmse_deg", Sense.AT_MOST, 0.25, 0.256, "0.26"),
        ("excursion_rmse_deg", Sense.AT_MOST, 0.25, 0.25, "0.25"),
        ("excursion_rmse_deg", Sense.AT_MOST, 0.25, 0.2499, "0.25"),
        ("strike_mae_ms", Sense.AT_MOST, 6.0, 6.004, "6.004"),
        ("strike_bias_ms", Sense.WITHIN, 2.0, -2.04, "\N{MINUS SIGN}2.04"),
        ("f1", Sense.AT_LEAST, 0.985, 0.98497, "0.98497"),
        ("side", Sense.AT_LEAST, 1.0, 0.99996, "99.996 %"),
        ("ratio", Sense.AT_MOST, 1.2, 1.2004, "1.2004"),
        ("drop_missing", Sense.AT_MOST, 0.0, 0.0, "0"),
        ("drop_missing", Sense.AT_MOST, 0.0, None, "\N{EN DASH}"),
    ],
)
def test_a_figure_has_the_digits_that_tell_whether_it_is_met(
    key: str, sense: Sense, limit: float, value: float | None, written: str
) -> None:
    assert value_beside_limit(Verdict("all", Target(key, sense, limit), value)) == written


@given(st.sampled_from(list(Sense)), st.floats(-3.0, 3.0), st.floats(-1e-4, 1e-4))
def test_what_is_written_is_met_like_what_was_measured(
    sense: Sense, limit: float, off: float
) -> None:
    for key in ("strike_bias_ms", "excursion_rmse_deg", "side"):
        target = Target(key, sense, round(limit, 2), 3.0 if sense is Sense.BETWEEN else None)
        verdict = Verdict("all", target, target.limit + off)
        assert target.is_met(as_number(value_beside_limit(verdict))) == verdict.is_met
