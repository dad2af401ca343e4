"""Errors of the protocol.

::

    ProtocolError              these bytes are no message, or this message fits into no bytes
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why bytes are no message; the C codec has the same reasons."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_OP = "unknown_op"
    UNSUPPORTED_VERSION = "unsupported_version"
    INVALID_VALUE = "invalid_value"
    CHECKSUM = "checksum"


class ProtocolError(ValueError):
    """These bytes are no message, or this message fits into no bytes.

    Attributes
    ----------
    reason : Reason
        For programs; the text of the error is for people.
    """

    def __init__(self, reason: Reason, problem: str) -> None:
        self.reason = reason
        super().__init__(problem)
