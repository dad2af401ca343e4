"""Processes that analyse, so that whoever asked can do other things meanwhile."""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import ParamSpec, TypeVar

from server.errors import AnalysisEndedError

P = ParamSpec("P")
T = TypeVar("T")


def process_pool(n_workers: int) -> ProcessPoolExecutor:
    """Return a pool whose workers leave Ctrl-C to the process that started them, and end with it.

    Workers are spawned: a forked one would inherit threads and connections.
    """
    return _Pool(n_workers, mp_context=get_context("spawn"), initializer=_begin)


class _Pool(ProcessPoolExecutor):
    """Starts its workers with Ctrl-C held back: they ignore it only once they have begun."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit work; this may start a process."""
        if not hasattr(signal, "pthread_sigmask"):  # Windows
            return super().submit(fn, *args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Workers:
    """Runs work in other processes, started when they are first needed.

    Parameters
    ----------
    n_workers : int
        0 runs everything in the calling thread.
    """

    def __init__(self, n_workers: int) -> None:
        self._n_workers = n_workers
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._closed = threading.Event()

    @property
    def is_closed(self) -> bool:
        """Whether they do no more work."""
        return self._closed.is_set()

    def wait_closed(self, timeout_s: float) -> bool:
        """Wait until they are closed, at most for a while; return whether they are."""
        return self._closed.wait(timeout_s)

    def run(self, work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
        """Return what the work returns, or raise what it raises.

        Raises
        ------
        AnalysisEndedError
            The system ended the worker, and the next work gets a new one; or they are closed.
        """
        if self._n_workers == 0:
            return work(*arguments, **options)
        with self._lock:
            if self.is_closed:
                raise AnalysisEndedError
            if self._pool is None:
                self._pool = process_pool(self._n_workers)
            pool = self._pool
        try:
            return pool.submit(work, *arguments, **options).result()
        except BrokenProcessPool as error:
            with self._lock:
                if self._pool is pool:
                    self._pool = None
            raise AnalysisEndedError from error

    def close(self) -> None:
        """End the processes; work that has not begun is dropped."""
        with self._lock:
            self._closed.set()
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()


def _end_with_parent() -> None:
    """End this worker once its parent is gone: killed, it could not tell its workers to end."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
