"""What the rest of the server knows of a pain diary."""

from dataclasses import dataclass
from datetime import datetime

from analysis.pain import PainReport


@dataclass(frozen=True, slots=True)
class PainEntry:
    """One check-in of the diary; ``at`` is UTC."""

    id: str
    at: datetime
    report: PainReport


@dataclass(frozen=True, slots=True)
class RedFlagAnswer:
    """The last answer to one question; ``at`` is UTC."""

    question: str
    is_yes: bool
    at: datetime
