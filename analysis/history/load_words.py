"""What a runner is told of distances: the reference, and whether a run went beyond it."""

from analysis.history.load import REFERENCE_DAYS, STEP_PERCENT, LoadState, Reference, SessionLoad


def before_run_sentence(reference: Reference) -> str:
    """Say what the next run is held against.

    Parameters
    ----------
    reference : Reference
        At this moment.
    """
    if reference.is_lapse:
        return f"No run in the last {REFERENCE_DAYS} days: no recent reference."
    if reference.longest_m is None or reference.step_m is None:
        return _unknown(reference)
    return (
        f"Your longest run in {REFERENCE_DAYS} days is {_km(reference.longest_m)}; "
        f"{STEP_PERCENT:.0f} % beyond it is {_km(reference.step_m)}.{_missing(reference)}"
    )


def after_run_sentence(load: SessionLoad) -> str:
    """Say how a run compares with the longest of the 30 days before it."""
    reference = load.reference
    match load.state:
        case LoadState.NO_RECENT_REFERENCE:
            return (
                f"There was no run in the {REFERENCE_DAYS} days before this one: "
                "no recent reference."
            )
        case LoadState.NOT_KNOWN if load.outing.distance_m is None:
            return "The distance of this run is not known."
        case LoadState.NOT_KNOWN:
            return _unknown(reference)
        case LoadState.BEYOND:
            return (
                f"This run was {_km(load.outing.distance_m)}, {_percent(load)} beyond the longest "
                f"of the {REFERENCE_DAYS} days before it ({_km(reference.longest_m)})."
                f"{_missing(reference)}"
            )
        case LoadState.WITHIN:
            return (
                f"This run was {_km(load.outing.distance_m)}; the longest of the "
                f"{REFERENCE_DAYS} days before it was {_km(reference.longest_m)}."
                f"{_missing(reference)}"
            )


def _unknown(reference: Reference) -> str:
    days = f"the {REFERENCE_DAYS} days before"
    if reference.n_runs == 1:
        told = f"The run of {days} has no distance"
    else:
        told = f"None of the {reference.n_runs} runs of {days} has a distance"
    return f"{told}: type it in to see the longest."


def _missing(reference: Reference) -> str:
    n = reference.n_without_distance
    if n == 0:
        return ""
    runs, have = ("run", "has") if n == 1 else ("runs", "have")
    return f" {n} {runs} of those days {have} no distance."


def _km(distance_m: float | None) -> str:
    return f"{(distance_m or 0.0) / 1000.0:.1f} km"


def _percent(load: SessionLoad) -> str:
    return f"{load.beyond_percent or 0.0:.0f} %"
