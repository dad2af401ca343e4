"""Stances as a table that every data frame takes as it is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.results import RunAnalysis

# A contract with those who read tables and files: this order stays, more may follow at the end.
STANCE_COLUMNS = (
    "foot_strike_s",
    "toe_off_s",
    "side",
    "valid",
    "exclusion",
    "peak_drop_deg",
    "drop_excursion_deg",
    "mid_stance_drop_deg",
    "contact_time_s",
    "flight_time_s",
    "cadence_spm",
    "foot_strike_se_s",
    "peak_drop_se_deg",
    "drop_excursion_se_deg",
    "gait",
    "bout",
    "vertical_oscillation_m",
    "tilt_range_deg",
    "rotation_range_deg",
    "impact_peak_mps2",
    "doubts",
)
_TEXT = frozenset({"side", "exclusion", "gait"})


def stance_table(run: RunAnalysis) -> dict[str, NDArray[Any]]:
    """Lay out every stance of a run, also those that are left out of its means.

    ``pandas.DataFrame(stance_table(run))`` and ``polars.DataFrame(stance_table(run))`` take it as
    it is.

    Parameters
    ----------
    run : RunAnalysis

    Returns
    -------
    dict of str to array, shape (n_stances,) each
        One column per attribute of :class:`analysis.Stance`, in the order of the CSV files:
        numbers as float64, NaN where a value is not known; ``side``, ``gait`` and ``exclusion``
        as text, ``exclusion`` empty for a valid stance, ``doubts`` joined by spaces; ``valid`` as
        bool; ``bout`` as int64.
    """
    return {name: _column(name, [getattr(s, name) for s in run.stances]) for name in STANCE_COLUMNS}


def _column(name: str, values: list[Any]) -> NDArray[Any]:
    if name == "doubts":
        return np.array([" ".join(value) for value in values], np.str_)
    if name in _TEXT:
        return np.array(["" if value is None else str(value) for value in values], np.str_)
    if name == "valid":
        return np.array(values, np.bool_)
    if name == "bout":
        return np.array(values, np.int64)
    return np.array([np.nan if value is None else value for value in values], np.float64)
