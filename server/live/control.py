"""Who may end a sensor's run: one browser or program, until another takes over."""

import hmac
import secrets

from server.errors import NotInControlError


class Control:
    """A secret that only its holder knows, and how often it changed hands.

    Attributes
    ----------
    number : int
        Goes up whenever somebody takes over, so that the others see that they no longer control.
    """

    def __init__(self) -> None:
        self.number = 0
        self._secret = ""

    def take(self) -> str:
        """Take over; returns the new holder's secret."""
        self.number += 1
        self._secret = secrets.token_urlsafe(16)
        return self._secret

    def check(self, secret: str | None) -> None:
        """Let the holder pass.

        Raises
        ------
        NotInControlError
        """
        given = (secret or "").encode()
        if not self._secret or not hmac.compare_digest(given, self._secret.encode()):
            raise NotInControlError
