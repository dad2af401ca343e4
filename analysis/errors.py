"""Errors of the analysis.

::

    AnalysisError          everything that this package raises on purpose
    ├── SignalError        the arrays cannot be analysed (shape, order, not finite)
    ├── DistanceError      a run cannot have this distance
    └── StreamEndedError   a gait stream was finished already
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
