"""What people and files write, made fit to be stored and shown."""

# Line breaks and tabs mean something in notes; other control characters only break what shows
# or stores them (PostgreSQL takes no NUL).
_KEPT_IN_NOTES = "\n\t"


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
