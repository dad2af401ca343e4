"""Truth that lies beside a recording: ``NAME.truth.json`` for ``NAME.parquet``."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.results import BoolArray, FloatArray

# Where the truth does not say which span it covers: this far around its first and last strike.
MARGIN_S = 0.15
# Trials above this share of lost samples are the group "loss", as in the score command beside the
# recordings.
MAX_CLEAN_LOSS = 0.015


@dataclass(frozen=True, slots=True)
class Reference:
    """What really happened in one recording.

    Attributes
    ----------
    name, person : str
        The recording's file name without its ending, and the part of it that names the person.
    foot_strike_s, toe_off_s, peak_drop_deg, drop_excursion_deg : FloatArray, shape (n,)
        NaN where the truth has no such value.
    is_left, has_side : BoolArray, shape (n,)
    scored_s : tuple of float
        Detections outside of this span are neither right nor wrong.
    unscored_s : tuple of (start, end)
        Nor are those in here.
    speed_mps, mount : float, str or None
    lost : float
        Share of the samples that did not arrive, 0 to 1.
    wobbles : bool
        The belt moves against the pelvis.
    """

    name: str
    person: str
    foot_strike_s: FloatArray
    toe_off_s: FloatArray
    peak_drop_deg: FloatArray
    drop_excursion_deg: FloatArray
    is_left: BoolArray
    has_side: BoolArray
    scored_s: tuple[float, float]
    unscored_s: tuple[tuple[float, float], ...]
    speed_mps: float | None
    mount: str | None
    lost: float
    wobbles: bool

    @property
    def is_clean(self) -> bool:
        """Neither loss nor a wobbling belt."""
        return not self.has_loss and not self.wobbles

    @property
    def has_loss(self) -> bool:
        """More samples were lost than a good connection loses."""
        return self.lost > MAX_CLEAN_LOSS

    def in_score(self, times_s: FloatArray) -> BoolArray:
        """Whether each time lies where the truth says what is right."""
        low, high = self.scored_s
        inside: BoolArray = (times_s >= low) & (times_s <= high)
        for start, end in self.unscored_s:
            inside &= ~((times_s >= start) & (times_s <= end))
        return inside


def read_reference(recording: Path) -> Reference:
    """Read the truth beside a recording.

    Raises
    ------
    FileNotFoundError
        There is none.
    """
    path = recording.with_name(f"{recording.stem}.truth.json")
    return reference_from(recording.stem, json.loads(path.read_text("utf-8")))


def reference_from(name: str, truth: dict[str, Any]) -> Reference:
    """Turn a truth document into arrays."""
    stances = truth["stances"]

    def values(key: str) -> FloatArray:
        known = [s.get(key) for s in stances]
        return np.array([np.nan if value is None else value for value in known], np.float64)

    strike_s = values("foot_strike_s")
    low, high = truth.get("scored_s") or (strike_s.min() - MARGIN_S, strike_s.max() + MARGIN_S)
    return Reference(
        name=name,
        person=person_of(name),
        foot_strike_s=strike_s,
        toe_off_s=values("toe_off_s"),
        peak_drop_deg=values("peak_drop_deg"),
        drop_excursion_deg=values("drop_excursion_deg"),
        is_left=np.array([s.get("side") == "left" for s in stances], np.bool_),
        has_side=np.array([bool(s.get("side")) for s in stances], np.bool_),
        scored_s=(float(low), float(high)),
        unscored_s=tuple((float(a), float(b)) for a, b in truth.get("unscored_s", [])),
        speed_mps=truth.get("speed_m_s"),
        mount=truth.get("mount"),
        lost=float(truth.get("loss") or truth.get("lost") or 0.0),
        wobbles=bool(truth.get("wobble")),
    )


def person_of(name: str) -> str:
    """Return who a recording is of: its name up to the first ``-`` or ``_``."""
    return name.replace("_", "-").partition("-")[0]
