"""What the section "More about this run" prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.extra_measures import ExtraMeasure
from analysis.geometry import GRAVITY_MPS2
from analysis.results import Estimate, RunAnalysis
from server.measures import ToldMeasure, told_measures
from server.pages.words import half_width, number


@dataclass(frozen=True, slots=True)
class Unit:
    """How a measure is printed: its unit, that unit by the unit of its name, decimals."""

    word: str
    per_named: float
    decimals: int


UNITS: Mapping[ExtraMeasure, Unit] = {
    ExtraMeasure.VERTICAL_OSCILLATION: Unit(" cm", 100.0, 1),
    ExtraMeasure.TILT_RANGE: Unit("°", 1.0, 1),
    ExtraMeasure.ROTATION_RANGE: Unit("°", 1.0, 1),
    ExtraMeasure.STEP_TIME_BALANCE: Unit(" % left", 1.0, 1),
    ExtraMeasure.STRIDE_TIME_SD: Unit(" ms", 1000.0, 1),
    ExtraMeasure.STRIDE_TIME_CV: Unit(" %", 1.0, 2),
    ExtraMeasure.DROP_EXCURSION_SD: Unit("°", 1.0, 2),
    ExtraMeasure.IMPACT_PEAK: Unit(" g", 1.0 / GRAVITY_MPS2, 1),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its unit, and its doubt; both empty where it is not known."""

    number: str
    doubt: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure: of both sides, or of the run, or why there is none."""

    label: str
    left: Value
    right: Value
    run: Value
    why_not: str
    sentences: Sequence[str]
    source: str

    @property
    def has_sides(self) -> bool:
        """Whether it belongs to sides."""
        return bool(self.left.number or self.right.number)


def measure_rows(analysis: RunAnalysis) -> list[MeasureRow]:
    """Put the measures of a run into words; none where an older analysis made the results."""
    return [_row(told) for told in told_measures(analysis)]


def _row(told: ToldMeasure) -> MeasureRow:
    unit = UNITS[told.name]
    good_for = f"Good for {told.good_for[0].lower()}{told.good_for[1:]}"
    return MeasureRow(
        label=told.label,
        left=_value(told.left, unit),
        right=_value(told.right, unit),
        run=_value(told.run, unit),
        why_not=told.why_not,
        sentences=(told.what, good_for, told.limits),
        source=told.source,
    )


def _value(estimate: Estimate | None, unit: Unit) -> Value:
    if estimate is None:
        return Value("", "")
    low, value, high = (
        each * unit.per_named for each in (estimate.ci_low, estimate.value, estimate.ci_high)
    )
    printed = Estimate(value, low, high)
    return Value(
        f"{number(value, unit.decimals)}{unit.word}", f"± {half_width(printed, unit.decimals)}"
    )
