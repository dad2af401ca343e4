"""Gait analysis for one sensor on the back of the pelvis: pure functions of arrays.

Start with :func:`analyse_run` for a recording, :class:`GaitStream` for samples that are still
coming, and :func:`stance_table` for a table of a run.
"""

from analysis.candidates import Candidate, Rejection
from analysis.errors import AnalysisError, DistanceError, SignalError, StreamEndedError
from analysis.live import GaitStream
from analysis.repeatability import (
    MinimalDetectableChange,
    RepeatedRun,
    minimal_detectable_change,
)
from analysis.results import (
    Alignment,
    Bout,
    Estimate,
    Grade,
    Intermediates,
    RunAnalysis,
    RunSummary,
    SignalQuality,
    Waveform,
    ZeroReference,
)
from analysis.run import ANALYSIS_VERSION, analyse_run
from analysis.slip import Slip
from analysis.stances import Doubt, Exclusion, Gait, Side, Stance
from analysis.table import stance_table

__all__ = [
    "ANALYSIS_VERSION",
    "Alignment",
    "AnalysisError",
    "Bout",
    "Candidate",
    "DistanceError",
    "Doubt",
    "Estimate",
    "Exclusion",
    "Gait",
    "GaitStream",
    "Grade",
    "Intermediates",
    "MinimalDetectableChange",
    "Rejection",
    "RepeatedRun",
    "RunAnalysis",
    "RunSummary",
    "Side",
    "SignalError",
    "SignalQuality",
    "Slip",
    "Stance",
    "StreamEndedError",
    "Waveform",
    "ZeroReference",
    "analyse_run",
    "minimal_detectable_change",
    "stance_table",
]
