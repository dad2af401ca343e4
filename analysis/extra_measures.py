"""The measures of a run beside the drop, and what may be said of each: one place for all.

Page, exports and docs/measures.md take their words from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ExtraMeasure(StrEnum):
    """A measure of a run beside the drop; its value names quantity and unit."""

    VERTICAL_OSCILLATION = "vertical_oscillation_m"
    TILT_RANGE = "tilt_range_deg"
    ROTATION_RANGE = "rotation_range_deg"
    STEP_TIME_BALANCE = "step_time_balance_percent"
    STRIDE_TIME_SD = "stride_time_sd_s"
    STRIDE_TIME_CV = "stride_time_cv_percent"
    DROP_EXCURSION_SD = "drop_excursion_sd_deg"
    IMPACT_PEAK = "impact_peak_mps2"


@dataclass(frozen=True, slots=True)
class Validity:
    """What may be said of a measure, in whole sentences.

    Attributes
    ----------
    label : str
        Short name.
    what : str
        What is measured.
    good_for : str
        What it can be used for.
    limits : str
        What it cannot tell.
    source : str
        Where definition or validity come from.
    """

    label: str
    what: str
    good_for: str
    limits: str
    source: str


VALIDITY: Mapping[ExtraMeasure, Validity] = {
    ExtraMeasure.VERTICAL_OSCILLATION: Validity(
        label="Vertical oscillation",
        what="How far the sensor rises from its lowest to its highest point within a step.",
        good_for="Following your own changes at the same speed on level ground.",
        limits="It is the motion of the sensor: as that of the whole body it is uncertain by about "
        "7 mm; in a bend left and right differ by up to 2 mm that are not real, and without a "
        "gyroscope a run reads about 2 mm more.",
        source="Gullstrand et al. 2009, https://doi.org/10.1016/j.gaitpost.2009.03.001",
    ),
    ExtraMeasure.TILT_RANGE: Validity(
        label="Tilt range",
        what="How far the pelvis tilts forward and backward within a stride.",
        good_for="Following your own changes at the same speed in the same mounting.",
        limits="It has not been checked against motion capture here, and a belt that swings "
        "reads as tilt.",
        source="Order of the angles: Baker 2001, https://doi.org/10.1016/S0966-6362(00)00083-7",
    ),
    ExtraMeasure.ROTATION_RANGE: Validity(
        label="Rotation range",
        what="How far the pelvis turns left and right within a stride; bends are taken off.",
        good_for="Following your own changes at the same speed in the same mounting.",
        limits="It has not been checked against motion capture here, it grows with speed, and a "
        "belt that swings reads as rotation.",
        source="Order of the angles: Baker 2001, https://doi.org/10.1016/S0966-6362(00)00083-7",
    ),
    ExtraMeasure.STEP_TIME_BALANCE: Validity(
        label="Step time balance",
        what="Share of the left step in the stride time; the left step ends with the left foot's "
        "strike, and 50 % is even.",
        good_for="Seeing an uneven rhythm that stays over many runs.",
        limits="The instants of the foot strikes leave one run uncertain by 1 percentage point, a "
        "walk by 2; a smaller difference from 50 % says nothing.",
        source="Measured by this project: docs/measures.md",
    ),
    ExtraMeasure.STRIDE_TIME_SD: Validity(
        label="Stride time spread",
        what="Standard deviation of the stride time within ten strides of one foot, after a "
        "straight change of pace is taken off.",
        good_for="Reading the variability below in milliseconds.",
        limits="Over half a minute of running it was within 2 ms of force plates in nine runs of "
        "ten, while the spread itself was about 6 ms.",
        source="Measured by this project: docs/measures.md",
    ),
    ExtraMeasure.STRIDE_TIME_CV: Validity(
        label="Stride time variability",
        what="That standard deviation in percent of the stride time.",
        good_for="Comparing runs of one person on the same ground.",
        limits="Between two days on a treadmill a change below 0.525 percentage points was within "
        "the noise, and the value itself was about 0.8 % in the runs that we checked.",
        source="Jones et al. 2025, https://doi.org/10.1016/j.jbiomech.2025.112515",
    ),
    ExtraMeasure.DROP_EXCURSION_SD: Validity(
        label="Drop variability",
        what="Standard deviation of the drop excursion within ten strides of one foot, after a "
        "straight change is taken off.",
        good_for="Judging how much a single stance may differ from the mean of its side.",
        limits="It holds the noise of the measurement as well as that of the runner, and no "
        "study says what is usual.",
        source="Measured by this project: docs/measures.md",
    ),
    ExtraMeasure.IMPACT_PEAK: Validity(
        label="Impact peak",
        what="The largest short peak of the force that the sensor feels around foot strike.",
        good_for="Comparing runs with the same sensor at the same rate in the same mounting.",
        limits="It is neither the force on the ground nor on a joint: the first peak of the "
        "ground force could not be told from one accelerometer within 65 %.",
        source="Kiernan et al. 2023, https://doi.org/10.3390/s23218719",
    ),
}
