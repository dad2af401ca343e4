"""Stance rows with known drop for the tests of what is made of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from analysis.stances import Exclusion, Gait, Side, Stance

STEP_S = 0.35
MIRRORED = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.UNKNOWN: Side.UNKNOWN}


def run_of(
    n: int,
    *,
    left_deg: float = 4.0,
    right_deg: float = 4.0,
    noise_deg: float = 0.5,
    start_s: float = 100.0,
    extra_deg: Callable[[float, Side], float] | None = None,
    gait: Gait = Gait.RUNNING,
    bout: int = 0,
    seed: int = 0,
) -> list[Stance]:
    """Make ``n`` stances, left first; ``extra_deg`` adds drop by elapsed seconds and side."""
    rng = np.random.default_rng(seed)
    stances = []
    for i in range(n):
        side = Side.LEFT if i % 2 == 0 else Side.RIGHT
        excursion = (left_deg if side is Side.LEFT else right_deg) + rng.normal() * noise_deg
        if extra_deg is not None:
            excursion += extra_deg(i * STEP_S, side)
        contact_s = 0.24 + rng.normal() * 0.004
        strike_s = start_s + i * STEP_S
        stances.append(
            Stance(
                foot_strike_s=strike_s,
                toe_off_s=strike_s + contact_s,
                side=side,
                valid=True,
                exclusion=None,
                gait=gait,
                bout=bout,
                peak_drop_deg=excursion - 1.0,
                drop_excursion_deg=excursion,
                mid_stance_drop_deg=excursion - 2.0,
                contact_time_s=contact_s,
                flight_time_s=STEP_S - contact_s,
                cadence_spm=60.0 / STEP_S,
            )
        )
    return stances


def mirrored(stances: Sequence[Stance]) -> list[Stance]:
    return [replace(s, side=MIRRORED[s.side]) for s in stances]


def shifted(stances: Sequence[Stance], by_s: float) -> list[Stance]:
    return [
        replace(
            s,
            foot_strike_s=s.foot_strike_s + by_s,
            toe_off_s=None if s.toe_off_s is None else s.toe_off_s + by_s,
        )
        for s in stances
    ]


def left_out(stance: Stance, exclusion: Exclusion = Exclusion.GAP) -> Stance:
    return replace(stance, valid=False, exclusion=exclusion)
