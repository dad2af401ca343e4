"""An event loop whose clock jumps over every wait: hours of a protocol in seconds.

For code that lives on the loop alone.  A thread or a socket would be overtaken by the clock.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class _JumpingSelector(selectors.SelectSelector):
    """Returns at once, and moves the clock on by what would have been waited."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits for something that will never happen")
            self.now_s += max(timeout, 0.0)
        return ready


class FastForwardLoop(asyncio.SelectorEventLoop):
    """An event loop whose time begins at zero and passes only while everybody waits."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s

    def time_ns(self) -> int:
        return round(self._jumping.now_s * 1e9)


def run_fast(main: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end on a loop of its own."""
    with asyncio.Runner(loop_factory=FastForwardLoop) as runner:
        return runner.run(main)


def now_ns() -> int:
    """The running loop's clock, as a steady clock in nanoseconds."""
    return round(asyncio.get_running_loop().time() * 1e9)
