"""All figures as one document of plain values: what the tables are made of, and the file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analysis import ANALYSIS_VERSION
from analysis.results import BoolArray, FloatArray
from bench.validation.agreement import Agreement, agreement
from bench.validation.figures import Figures, figures_of
from bench.validation.people import Outcomes
from bench.validation.scoring import Outcome, pooled
from bench.validation.variants import AS_RECORDED

Report = dict[str, Any]
"""``analysis_version``; ``figures`` by gait, variant and group; ``agreement`` by measure."""

# A second limit for walking recordings, whose loss reaches a fifth.
HEAVY_LOSS = 0.1


def report_of(outcomes: Outcomes) -> Report:
    """Make the document out of all scored recordings."""
    figures: dict[str, dict[str, dict[str, Figures]]] = {}
    for (gait, variant), scored in outcomes.items():
        groups = grouped(scored) if variant == AS_RECORDED else {"all": scored}
        figures.setdefault(gait, {})[variant] = {
            name: figures_of(members) for name, members in groups.items()
        }
    running = outcomes["running", AS_RECORDED]
    return {
        "analysis_version": ANALYSIS_VERSION,
        "figures": figures,
        "agreement": {
            measure: {name: round(value, 5) for name, value in asdict(pairs.agreement).items()}
            for measure, pairs in measured(running).items()
        },
    }


def grouped(scored: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Put recordings into groups; one recording is in several, and no group is empty."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in scored:
        for name in _groups_of(outcome):
            groups.setdefault(name, []).append(outcome)
    return dict(sorted(groups.items()))


def _groups_of(outcome: Outcome) -> Iterable[str]:
    reference = outcome.reference
    yield "all"
    yield f"person {reference.person}"
    if reference.mount is not None:
        yield f"mount {reference.mount}"
    if reference.speed_mps is not None:
        yield f"speed {reference.speed_mps:.1f}"
    if reference.is_clean:
        yield "clean"
    if reference.wobbles:
        yield "wobble"
    if not reference.is_clean and not reference.wobbles:
        yield "loss without wobble"
    if reference.has_loss:
        yield "loss"
    if reference.lost >= HEAVY_LOSS:
        yield "heavy loss"


@dataclass(frozen=True, slots=True)
class Pairs:
    """One measure, true and found, of every stance that has both.

    Attributes
    ----------
    true, found : FloatArray, shape (n,)
        Contact time in milliseconds, drop in degrees.
    people : list of str, length n
    is_left : BoolArray, shape (n,)
    """

    true: FloatArray
    found: FloatArray
    people: list[str]
    is_left: BoolArray

    @property
    def agreement(self) -> Agreement:
        """Bias and limits of found minus true."""
        return agreement(self.found - self.true, self.people)


def measured(scored: Sequence[Outcome]) -> Mapping[str, Pairs]:
    """Collect the pairs of all recordings by measure."""
    hits = pooled(scored)
    people = np.repeat([o.reference.person for o in scored], [len(o.hits.is_left) for o in scored])
    values = {
        "peak": (hits.peak_true_deg, hits.peak_deg),
        "excursion": (hits.excursion_true_deg, hits.excursion_deg),
        "contact": (1e3 * hits.contact_true_s, 1e3 * hits.contact_s),
    }
    pairs = {}
    for measure, (true, found) in values.items():
        known = np.isfinite(true) & np.isfinite(found)
        pairs[measure] = Pairs(
            true[known], found[known], people[known].tolist(), hits.is_left[known]
        )
    return pairs
