"""What a server does with what earlier ones left in the data folder.

Only a server tidies: a command that reads must change nothing.
"""

import logging

from server.library import Library

_log = logging.getLogger(__name__)


def tidy(library: Library) -> None:
    """Remove half arrived files, and tell of recordings that belong to no run."""
    library.files.sweep_incoming()
    n_unclaimed = len(library.unclaimed_recordings())
    if n_unclaimed:
        what = "1 recording belongs" if n_unclaimed == 1 else f"{n_unclaimed} recordings belong"
        folder = library.files.folder
        _log.warning('%s to no run. To bring back: hiplevel import "%s"', what, folder)
