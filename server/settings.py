"""Where data lives and how the server listens; read once, at the start, from the environment."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from server.errors import NoAddressError, SettingsError, UnsafeBindError

DEFAULT_PORT = 8000
# One hour at 100 Hz with gyroscope is about 6 MB; a day at 400 Hz stays below half a gigabyte.
DEFAULT_MAX_UPLOAD_MB = 512


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the server can be told.

    Attributes
    ----------
    home : Path
        The data folder: recordings, and the database unless ``database_url`` says otherwise.
    database_url : str
        SQLAlchemy address of the database.
    max_upload_bytes : int
        Larger uploads are refused while they arrive.
    """

    home: Path
    database_url: str
    max_upload_bytes: int = DEFAULT_MAX_UPLOAD_MB * 1_000_000

    @classmethod
    def for_home(cls, home: Path) -> "Settings":
        """Return the settings of a data folder with its own SQLite database.

        Raises
        ------
        SettingsError
            It begins with the home folder of a person who has none, or has a ? in its name.
        """
        try:
            home = home.expanduser().absolute()
        except RuntimeError as error:  # "~name" of nobody
            raise SettingsError(
                f"HIPLEVEL_HOME is {str(home)!r}, a home folder that is not there: "
                "write the whole path."
            ) from error
        if "?" in str(home):  # in the address of a database it would begin the options
            raise SettingsError(f"The data folder {str(home)!r} must not have a ? in its name.")
        return cls(home=home, database_url=f"sqlite:///{home / 'hiplevel.sqlite3'}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read HIPLEVEL_HOME, HIPLEVEL_DATABASE_URL and HIPLEVEL_MAX_UPLOAD_MB.

        Raises
        ------
        SettingsError
            HIPLEVEL_MAX_UPLOAD_MB is not a positive number, or HIPLEVEL_HOME is no path.
        """
        environment = os.environ if environment is None else environment
        home = environment.get("HIPLEVEL_HOME") or platformdirs.user_data_dir("hiplevel", False)  # noqa: FBT003 - no author folder
        base = cls.for_home(Path(home))
        megabytes = environment.get("HIPLEVEL_MAX_UPLOAD_MB") or str(DEFAULT_MAX_UPLOAD_MB)
        try:
            max_upload_bytes = int(float(megabytes) * 1_000_000)
        except (ValueError, OverflowError):
            max_upload_bytes = 0
        if max_upload_bytes <= 0:
            raise SettingsError(
                f"HIPLEVEL_MAX_UPLOAD_MB is {megabytes!r}; set it to a number of megabytes above 0."
            )
        return cls(
            home=base.home,
            database_url=environment.get("HIPLEVEL_DATABASE_URL") or base.database_url,
            max_upload_bytes=max_upload_bytes,
        )


def require_loopback(host: str) -> str:
    """Return the host if only this computer can reach it.

    Raises
    ------
    UnsafeBindError
        Other machines could reach it.
    NoAddressError
        It is no address at all, or a name.
    """
    if host == "localhost":
        return host
    try:
        is_safe = ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        raise NoAddressError(host) from None
    if not is_safe:
        raise UnsafeBindError(host)
    return host.strip("[]")
