"""Numbers, times and dates as the pages print them: real minus sign, tabular, unit attached."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from analysis.results import Estimate, Grade, ZeroReference
from analysis.stances import Doubt, Exclusion, Side
from server.runs import Run, RunKind

MINUS = "\N{MINUS SIGN}"
NOT_KNOWN = "n/a"
# Faster than the world record over one kilometre (2:11): the distance or the time is wrong.
PACE_MIN_S_PER_KM = 120.0

GRADE_WORDS: Mapping[Grade, str] = {Grade.GOOD: "Good", Grade.FAIR: "Fair", Grade.POOR: "Poor"}
ZERO_WORDS: Mapping[ZeroReference, str] = {
    ZeroReference.STANDING: "Your own standing",
    ZeroReference.RUN_MEAN: "Mean of this run",
    ZeroReference.NONE: "None, no gyroscope",
}
EXCLUSION_WORDS: Mapping[Exclusion, tuple[str, str]] = {
    Exclusion.GYROSCOPE: ("gyroscope", "The gyroscope stood still, so there is no drop"),
    Exclusion.GAP: ("gap", "Samples are missing around it for more than 0.2 s"),
    Exclusion.TURN: ("turn", "You turned by more than 90° within 2 s"),
    Exclusion.CLIPPED: ("clipped", "The sensor's range was exceeded"),
    Exclusion.STUMBLE: ("stumble", "The step before or after it took an unlikely time"),
    Exclusion.NO_TOE_OFF: ("no toe-off", "The end of the stance was not found"),
    Exclusion.SLIP: ("slip", "The sensor slipped on your back just then"),
    Exclusion.EDGE: ("cut off", "It began before the recording did"),
}
DOUBT_WORDS: Mapping[Doubt, tuple[str, str]] = {
    Doubt.BELT: ("belt", "The sensor swings on its belt"),
    Doubt.BRIDGED: ("bridged", "Samples are missing within it or right beside it"),
    Doubt.BEND: ("bend", "In a bend you lean, so peak and mid-stance drop may be off"),
    Doubt.CLIPPED: ("clipped", "The tip of an impact was cut off"),
    Doubt.SIDE: ("side", "Left and right may be swapped"),
}
KIND_WORDS: Mapping[RunKind, str] = {
    RunKind.EASY: "Easy",
    RunKind.LONG: "Long",
    RunKind.TEMPO: "Tempo",
    RunKind.INTERVALS: "Intervals",
    RunKind.RACE: "Race",
    RunKind.TREADMILL: "Treadmill",
    RunKind.WALK: "Walk",
    RunKind.OTHER: "Other",
}
SIDE_WORDS: Mapping[Side, str] = {Side.LEFT: "Left", Side.RIGHT: "Right", Side.UNKNOWN: "Unknown"}


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """Return ``1,234.5`` with a real minus sign; ``signed`` adds a plus; no negative zero."""
    text = f"{abs(value):,.{decimals}f}"
    if not any(digit in "123456789" for digit in text):
        return text
    if value < 0:
        return MINUS + text
    return f"+{text}" if signed else text


def degrees(value: float | None, *, signed: bool = False) -> str:
    """Return ``4.1°``, or ``n/a`` where there is no value."""
    return NOT_KNOWN if value is None else f"{number(value, 1, signed=signed)}°"


def half_width(estimate: Estimate, decimals: int = 1) -> str:
    """Return the half interval; never a zero that would promise too much."""
    smallest = 10.0**-decimals
    return number(max(estimate.half_width, smallest), decimals)


def clock(seconds: float) -> str:
    """Return ``30:12``, from one hour on ``1:02:03``."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def kilometres(distance_m: float) -> str:
    """Return ``5.4 km``."""
    return f"{number(distance_m / 1000, 1)} km"


def pace(distance_m: float, moving_time_s: float) -> str | None:
    """Return ``5:35 /km``; None where that would be no pace of a person on foot."""
    if distance_m < 100 or moving_time_s <= 0:
        return None
    pace_s_per_km = moving_time_s / distance_m * 1000
    return None if pace_s_per_km < PACE_MIN_S_PER_KM else f"{clock(pace_s_per_km)} /km"


def local(moment: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment on this computer's clock, or in ``zone``."""
    return moment.astimezone(zone)


def day(moment: datetime, *, with_year: bool = False) -> str:
    """Return ``Sat 21 Nov``."""
    text = f"{moment:%a} {moment.day} {moment:%b}"
    return f"{text} {moment.year}" if with_year else text


def run_day(run: Run, at: datetime, *, with_year: bool) -> str:
    """Return the day of a run, or the day of its import where it does not say when it was."""
    text = day(at, with_year=with_year)
    return text if run.started_at is not None else f"Imported {text}"


def week_title(monday: datetime, now: datetime) -> str:
    """Return ``This week``, ``Last week`` or ``16 to 22 Nov``."""
    this_monday = (now - timedelta(days=now.weekday())).date()
    weeks_ago = (this_monday - monday.date()).days // 7
    if weeks_ago in (0, 1):
        return "This week" if weeks_ago == 0 else "Last week"
    sunday = monday + timedelta(days=6)
    year = f" {sunday.year}" if sunday.year != now.year else ""
    if monday.month == sunday.month:
        return f"{monday.day} to {sunday.day} {sunday:%b}{year}"
    return f"{monday.day} {monday:%b} to {sunday.day} {sunday:%b}{year}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return ``1 stance`` or ``4,983 stances``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
