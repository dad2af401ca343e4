"""The recordings of the data folder, each named by the hash of its content."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

from server.errors import SettingsError

_HASH = re.compile(r"[0-9a-f]{16,128}")
# Younger files may belong to an import or an upload that goes on.
_LEFT_BEHIND_AGE_S = 3600.0


class RecordingFiles:
    """Keeps recordings in ``recordings/`` and arriving ones in ``incoming/``."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "recordings"
        self._incoming = home / "incoming"
        try:
            for folder in (self.folder, self._incoming):
                folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise SettingsError(
                f"The data folder {str(home)!r} cannot be made or written to ({reason}): "
                "choose another one with HIPLEVEL_HOME."
            ) from error

    def new_incoming(self) -> Path:
        """Return a new empty file on the same disk as the kept ones; the caller removes it."""
        handle, name = tempfile.mkstemp(suffix=".parquet", dir=self._incoming)
        os.close(handle)
        return Path(name)

    def is_incoming(self, path: Path) -> bool:
        """Tell whether the file is one of :meth:`new_incoming`."""
        return path.parent == self._incoming

    def copy_in(self, path: Path) -> Path:
        """Copy a file from elsewhere, so that what is analysed is what will be kept."""
        incoming = self.new_incoming()
        try:
            shutil.copyfile(path, incoming)
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
        return incoming

    def keep(self, incoming: Path, content_hash: str) -> None:
        """Move an arrived file to its place and return once it is safely on disk."""
        target = self.path(content_hash)
        with incoming.open("rb+") as file:
            os.fsync(file.fileno())
        incoming.replace(target)
        if os.name == "posix":  # elsewhere a folder cannot be opened, and need not be
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def path(self, content_hash: str) -> Path:
        """Return where the recording of this hash is kept, whether it is there or not.

        Raises
        ------
        ValueError
            It is no hash; nothing that a request says can become a path.
        """
        if not _HASH.fullmatch(content_hash):
            raise ValueError("not a content hash")
        return self.folder / f"{content_hash}.parquet"

    def remove(self, content_hash: str) -> None:
        """Remove a recording; it need not be there."""
        self.path(content_hash).unlink(missing_ok=True)

    def unclaimed(self, known_hashes: Collection[str]) -> list[str]:
        """Return the hashes of the kept recordings that are none of these."""
        kept = (path.stem for path in self.folder.glob("*.parquet"))
        return sorted(name for name in kept if _HASH.fullmatch(name) and name not in known_hashes)

    def sweep_incoming(self, *, min_age_s: float = _LEFT_BEHIND_AGE_S) -> int:
        """Remove what a crash left half arrived; return the number of files.

        A kept recording is never removed here: that no run of this database knows it may only
        mean that the database is another one, a new one or an older copy.
        """
        oldest_s = time.time() - min_age_s
        n_removed = 0
        for path in self._incoming.iterdir():
            try:
                if path.stat().st_mtime > oldest_s:
                    continue
                path.unlink()
            except OSError:  # another process was quicker, or it is not ours to remove
                continue
            n_removed += 1
        return n_removed
