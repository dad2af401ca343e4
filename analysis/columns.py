"""Stances as columns, so that everything behind them is array arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from analysis.results import BoolArray, FloatArray
from analysis.stances import Gait, Side, Stance


@dataclass(frozen=True, slots=True)
class StanceColumns:
    """One array per attribute of the stances, in their order; NaN where a value is not known.

    Attributes
    ----------
    foot_strike_s, toe_off_s, peak_drop_deg, drop_excursion_deg, mid_stance_drop_deg : FloatArray
    contact_time_s, flight_time_s, cadence_spm : FloatArray
    is_left, is_right, valid : BoolArray
    in_main_gait : BoolArray
        True for the valid stances of the main gait: what every summary is taken from.
    bout : FloatArray
        All of shape (n,).
    main_gait : Gait or None
        What most valid stances are (of all stances where none is valid); None without any.
    """

    foot_strike_s: FloatArray
    toe_off_s: FloatArray
    peak_drop_deg: FloatArray
    drop_excursion_deg: FloatArray
    mid_stance_drop_deg: FloatArray
    contact_time_s: FloatArray
    flight_time_s: FloatArray
    cadence_spm: FloatArray
    is_left: BoolArray
    is_right: BoolArray
    valid: BoolArray
    in_main_gait: BoolArray
    bout: FloatArray
    main_gait: Gait | None

    def __len__(self) -> int:
        return len(self.foot_strike_s)

    def of_side(self, side: Side) -> BoolArray:
        """Give the main gait's valid stances of one side as a mask, shape (n,)."""
        return self.in_main_gait & (self.is_left if side is Side.LEFT else self.is_right)


def _main_gait(runs: BoolArray, valid: BoolArray) -> Gait | None:
    """Tell the main gait; a tie is running, the gait that the product is for."""
    if not len(runs):
        return None
    counted = runs[valid] if valid.any() else runs
    return Gait.RUNNING if 2 * counted.sum() >= len(counted) else Gait.WALKING


# Columns that are numbers, by the name of the attribute of a stance.
NUMBERS = (
    "foot_strike_s",
    "toe_off_s",
    "peak_drop_deg",
    "drop_excursion_deg",
    "mid_stance_drop_deg",
    "contact_time_s",
    "flight_time_s",
    "cadence_spm",
    "bout",
)
_NUMBERS = attrgetter(*NUMBERS)


def stance_columns(stances: Sequence[Stance] | StanceColumns) -> StanceColumns:
    """Turn stances into columns.

    Parameters
    ----------
    stances : sequence of Stance, or StanceColumns
        In the order of their foot strikes.  Columns are given back as they are, so that a page of
        many charts turns its stances only once.

    Returns
    -------
    StanceColumns
    """
    if isinstance(stances, StanceColumns):
        return stances
    # One pass over the rows; None becomes NaN in a float array.
    values = np.array(list(map(_NUMBERS, stances)), dtype=np.float64).reshape(-1, len(NUMBERS)).T
    return columns_of(
        dict(zip(NUMBERS, values, strict=True)),
        sides=[s.side for s in stances],
        valid=np.array([s.valid for s in stances], np.bool_),
        running=np.array([s.gait is Gait.RUNNING for s in stances], np.bool_),
    )


def columns_of(
    numbers: Mapping[str, FloatArray],
    *,
    sides: Sequence[Side],
    valid: BoolArray,
    running: BoolArray,
) -> StanceColumns:
    """Put columns together.

    Parameters
    ----------
    numbers : mapping of str to FloatArray, shape (n,)
        One for each of :data:`NUMBERS`.
    sides : sequence of Side, length n
    valid, running : BoolArray, shape (n,)
    """
    gait = _main_gait(running, valid)
    return StanceColumns(
        **numbers,
        is_left=np.array([side is Side.LEFT for side in sides], np.bool_),
        is_right=np.array([side is Side.RIGHT for side in sides], np.bool_),
        valid=valid,
        in_main_gait=valid & (running if gait is Gait.RUNNING else ~running),
        main_gait=gait,
    )
