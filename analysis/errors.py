"""Errors of the analysis.

::

    AnalysisError          everything that this package raises on purpose
    ├── SignalError        the arrays cannot be analysed (shape, order, not finite)
    ├── DistanceError      a run cannot have this distance
    ├── StreamEndedError   a gait stream was finished already
    ├── CoachingDataError  a data file of suggestions, exercises or questions is not valid
    ├── FindingError       a finding has a size that its kind cannot have
    └── PainReportError    a pain check-in contradicts itself
"""


class AnalysisError(Exception):
    """Base of every error that the analysis raises on purpose."""


class SignalError(AnalysisError):
    """The arrays cannot be analysed: wrong shape, unsorted time, or values that are not finite."""


class DistanceError(AnalysisError):
    """A run cannot have this distance."""

    def __init__(self, distance_m: float) -> None:
        super().__init__(
            f"distance_m is {distance_m:g}; a run has a distance above 0 m: leave it out where it "
            "is not known."
        )


class StreamEndedError(AnalysisError):
    """A gait stream was finished already."""

    def __init__(self) -> None:
        super().__init__(
            "finish() has ended this gait stream: open another GaitStream for more samples."
        )


class CoachingDataError(AnalysisError):
    """A data file of suggestions, exercises or questions is not valid."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}.")


class FindingError(AnalysisError):
    """A finding has a size that its kind cannot have."""

    def __init__(self, kind: str, size: object) -> None:
        super().__init__(
            f"the finding {kind} cannot be {size!r}: give the class of a change for what is "
            "compared with the usual, and a finite number from 0 up for anything else."
        )


class PainReportError(AnalysisError):
    """A pain check-in contradicts itself; the message says what to change."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what[0].upper()}{what[1:]}. Nothing was stored.")
