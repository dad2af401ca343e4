"""How a virtual sensor's firmware says no."""

import firmware_protocol as fp
from imu.errors import ImuError


class Refusal(ImuError):  # noqa: N818 - no error: an answer
    """The firmware says no."""

    def __init__(self, code: fp.Code) -> None:
        self.code = code
        super().__init__(code.name)
