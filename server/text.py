"""What people and files write, made fit to be stored and shown."""

# Line breaks and tabs mean something in notes; other control characters only break what shows
# or stores them (PostgreSQL takes no NUL).
_KEPT_IN_NOTES = "\n\t"
# Some scripts and emoji are written with them.
_JOINERS = "\u200c\u200d"


def clean_line(text: str) -> str:
    """Return the text on one line, without characters that cannot be stored or shown."""
    return " ".join(clean_notes(text).split())


def clean_notes(text: str) -> str:
    """Return the text with its line breaks, without characters that cannot be stored or shown."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter in _KEPT_IN_NOTES or not _is_bad(letter))


def _is_bad(letter: str) -> bool:
    # Not str.isprintable: it refuses the joiners that some scripts and emoji are written with.
    is_control = letter < " " or "\x7f" <= letter < "\xa0"
    is_half = "\ud800" <= letter <= "\udfff"
    return is_control or is_half


def printable(text: str, instead: str = "?") -> str:
    """Return the text with each character that a terminal would obey, not show, replaced.

    These are control characters and escapes, marks that turn the direction of writing, and bytes
    of a file name that are no text.  Joiners stay.
    """
    return "".join(
        letter if letter.isprintable() or letter in _JOINERS else instead for letter in text
    )
