"""Put the messages of a Movesense together: one notification, or two where it is too long.

A message that does not fit into one notification comes as DATA and DATA_PART2.  Nothing in a first
part says that it is one, so the length of a whole message must be known: `message_bytes` learns it
from the beginning of a stream.
"""

from collections import Counter
from collections.abc import Iterable

from imu.drivers.movesense_gsp import HEAD_BYTES, SAMPLE_BYTES, TIME_BYTES, Answer
from imu.errors import SensorDataError


def joined(notifications: Iterable[bytes]) -> list[bytes]:
    """Return all messages, whole or not, with every second part put behind its first one."""
    messages: list[bytes] = []
    for payload in notifications:
        if payload[:1] == bytes([Answer.DATA]):
            messages.append(payload[HEAD_BYTES:])
        elif messages and payload[:1] == bytes([Answer.DATA_PART2]):
            messages[-1] += payload[HEAD_BYTES:]
    return messages


def n_samples_in(message: bytes) -> int:
    """How many samples a message holds; 0 where that is no whole number."""
    n, rest = divmod(len(message) - TIME_BYTES, SAMPLE_BYTES)
    return n if rest == 0 else 0


def message_bytes(notifications: Iterable[bytes]) -> int:
    """Return the length of a message of a stream, 0 while it is not known.

    The last message is not counted: its second part may be on its way.
    """
    lengths = Counter(len(m) for m in joined(notifications)[:-1] if n_samples_in(m) > 0)
    return max(lengths, key=lambda n: (lengths[n], n), default=0)


class Joining:
    """Joins the parts of a stream whose messages have a known length.

    Either part may be lost: then the message is lost, and the times of those that follow tell.
    Where the second part of one message and the first part of the next are both lost, what is left
    of the two looks like one message, unless its values are none.

    Parameters
    ----------
    n_bytes : int
        Of a whole message, without its head.
    """

    def __init__(self, n_bytes: int) -> None:
        self._n_bytes = n_bytes
        self._first: bytes | None = None

    def put(self, payload: bytes) -> bytes | None:
        """Take a notification and return the message that is whole now.

        Raises
        ------
        SensorDataError
            It is no part of a message.
        """
        if len(payload) <= HEAD_BYTES or payload[0] not in (Answer.DATA, Answer.DATA_PART2):
            raise SensorDataError("The Movesense sent bytes that are no samples.")
        body, first, self._first = payload[HEAD_BYTES:], self._first, None
        if payload[0] == Answer.DATA:
            if len(body) >= self._n_bytes:
                return body
            self._first = body
            return None
        if first is None:  # its first part was lost
            return None
        if len(first) + len(body) != self._n_bytes:
            raise SensorDataError("Two parts of a message of the Movesense do not fit together.")
        return first + body
