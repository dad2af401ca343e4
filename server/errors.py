"""Errors of the server side.

::

    ServerError                      everything that this package raises on purpose
    ├── SettingsError                a setting cannot be used
    │   ├── UnsafeBindError          an address that other machines can reach
    │   ├── NoAddressError           no address of this computer
    │   └── PortBusyError            another program listens there
    ├── DatabaseError                the database cannot be used
    ├── NoRunsError                  no run is stored yet
    ├── RunNotFoundError             no run has this id
    ├── RecordingMissingError        the run is there, its recording file is not
    ├── PainEntryNotFoundError       no check-in has this id
    ├── AnalysisEndedError           the system ended the process that analysed
    ├── UploadError                  an upload cannot be taken
    │   └── UploadTooLargeError      it is larger than the limit
    ├── LiveError                    the live session cannot do this now
    │   ├── LiveBusyError            another session is running
    │   ├── NoLiveSessionError       no session is running
    │   └── NotInControlError        another browser or program controls the session
    ├── SensorUnknownError           this sensor was not paired here
    ├── ApiError                     a server refused what a command asked of it
    ├── NoServerError                no server answers at the address
    └── OtherServerError             another program answers there
"""


class ServerError(Exception):
    """Base of every error that the server raises on purpose."""


class SettingsError(ServerError):
    """A setting cannot be used; the message names it and says what to do."""


class UnsafeBindError(SettingsError):
    """The address to listen on could be reached from other machines."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"hiplevel has no accounts yet, so it listens on this computer only: {host} could be "
            "reached from other machines. Use 127.0.0.1, ::1 or localhost."
        )


class NoAddressError(SettingsError):
    """The host to listen on is no address of this computer."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"{host or 'Nothing'} is not an address of this computer. "
            "Use 127.0.0.1, ::1 or localhost."
        )


class PortBusyError(SettingsError):
    """Another program listens on the port."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        super().__init__(
            f"Port {port} on {host} is in use, perhaps by hiplevel itself. "
            f"End the other program, or choose another port, such as --port {port + 1}."
        )


class DatabaseError(ServerError):
    """The database cannot be used; the message names it and says what to do."""


class NoRunsError(ServerError):
    """No run is stored yet."""

    def __init__(self) -> None:
        super().__init__(
            "No run is stored yet; hiplevel import stores one, and HIPLEVEL_HOME says where."
        )


class RunNotFoundError(ServerError):
    """No run has this id."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"There is no run with the id {run_id[:64]!r}. It may have been deleted.")


class RecordingMissingError(ServerError):
    """The run is stored, but its recording file is gone from the data folder."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(
            "The recording of this run is no longer in the data folder. "
            "Its results are kept; import the recording again to analyse or replay it."
        )


class PainEntryNotFoundError(ServerError):
    """No check-in of the pain diary has this id."""

    def __init__(self, entry_id: str) -> None:
        self.entry_id = entry_id
        super().__init__(
            f"There is no check-in with the id {entry_id[:64]!r}. It may have been deleted."
        )


class AnalysisEndedError(ServerError):
    """The system ended the process that analysed."""

    def __init__(self) -> None:
        super().__init__(
            "The analysis was ended by the system, perhaps for lack of memory. "
            "Nothing was stored; close other programs and try again."
        )


class UploadError(ServerError):
    """An upload cannot be taken; the message says why."""


class UploadTooLargeError(UploadError):
    """The upload is larger than the limit."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        super().__init__(
            f"The file is larger than the limit of {limit_bytes / 1e6:g} MB. Nothing was stored."
        )


class LiveError(ServerError):
    """The live session cannot do this now."""


class LiveBusyError(LiveError):
    """Another session is running."""

    def __init__(self) -> None:
        super().__init__("A session is already running. End it first.")


class NotInControlError(LiveError):
    """Another browser or program controls the session."""

    def __init__(self) -> None:
        super().__init__(
            "Another browser or program started this run. Take over control there first: "
            "nothing was changed."
        )


class NoLiveSessionError(LiveError):
    """No session is running."""

    def __init__(self) -> None:
        super().__init__("No session is running.")


class ApiError(ServerError):
    """The server refused a call; the message is the server's own."""


class NoServerError(ServerError):
    """No server answers at the address."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"No server answers at {url}. Start one with: hiplevel serve")


class OtherServerError(ServerError):
    """Another program answers at the address."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(
            f"Another program answers at {url}, no hiplevel server. "
            "Choose another port, such as --url http://127.0.0.1:8001."
        )


class SensorUnknownError(ServerError):
    """Nobody has paired this sensor with this computer."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(
            f"The sensor {address[:64]!r} is not paired with this computer: pair it first."
        )
