"""The measures of a run beside the drop together with what may be said of each."""

from dataclasses import dataclass

from analysis.extra_measures import VALIDITY, ExtraMeasure
from analysis.results import Estimate, RunAnalysis


@dataclass(frozen=True, slots=True)
class ToldMeasure:
    """A measure as files and the API tell it; its name ends in the unit of the values."""

    name: ExtraMeasure
    label: str
    left: Estimate | None
    right: Estimate | None
    run: Estimate | None
    why_not: str
    what: str
    good_for: str
    limits: str
    source: str


def told_measures(analysis: RunAnalysis) -> list[ToldMeasure]:
    """Return the measures of a run; none where an older analysis made the results."""
    return [
        ToldMeasure(
            name=name,
            label=validity.label,
            left=measured.left,
            right=measured.right,
            run=measured.run,
            why_not=measured.why_not,
            what=validity.what,
            good_for=validity.good_for,
            limits=validity.limits,
            source=validity.source,
        )
        for name, validity in VALIDITY.items()
        if (measured := analysis.measures.get(name)) is not None
    ]
