"""A D-Bus of our own, so that no test meets the one of the machine."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DAEMON = shutil.which("dbus-daemon")
START_LIMIT_S = 5.0
CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def private_bus() -> Iterator[str]:
    """Run a daemon and yield its address."""
    assert DAEMON is not None
    # Not pytest's own folder: the path of a socket may have 107 bytes only.
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        socket = Path(folder, "bus")
        configuration = Path(folder, "bus.conf")
        configuration.write_text(CONFIGURATION.format(socket=socket), "utf-8")
        daemon = subprocess.Popen(
            [DAEMON, f"--config-file={configuration}", "--nofork", "--nopidfile"]
        )
        try:
            deadline = time.monotonic() + START_LIMIT_S
            while not socket.exists():
                assert daemon.poll() is None, "the D-Bus daemon has ended"
                assert time.monotonic() < deadline, "the D-Bus daemon does not start"
                time.sleep(0.01)
            yield f"unix:path={socket}"
        finally:
            daemon.terminate()
            daemon.wait(timeout=START_LIMIT_S)
