"""Whoever looks a message up finds it: the page on trouble has every one about sensors."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from imu.ble import bonds, failures
from imu.drivers.hiplevel_control import _SAID

# What a person can do something about; the rest is for whoever writes a driver.
TOLD = {
    *("LinkLostError", "PairingError", "SensorBusyError"),
    *("SensorNotFoundError", "SensorRefusedError"),
}
PLACES = ("imu/ble", "imu/drivers", "imu/streaming", "server/sensors")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def page(root: Path) -> str:
    text = (root / "docs" / "troubleshooting.md").read_text("utf-8")
    return " ".join(re.sub(r"^> ", "", text, flags=re.MULTILINE).split())


def absent(messages: dict[str, str], text: str) -> list[str]:
    """Return the messages of which a part between two placeholders is not in the text."""
    return [
        f"{where}: {message}"
        for where, message in messages.items()
        if not all(part.strip() in text for part in PLACEHOLDER.split(message))
    ]


def raised(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every message that is written where one of the errors is made."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if isinstance(node.func, ast.Name) and node.func.id in TOLD:
            message = written(node.args[0])
            if message:
                yield node.lineno, message


def written(node: ast.expr) -> str:
    """Return a string of the code, with ``{}`` where a value stands in it; empty for a name."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return ""


def test_what_bluetooth_says_is_explained(root: Path) -> None:
    sentences = {trouble.name: sentence for trouble, sentence in failures.SENTENCES.items()}
    ways = {f"{trouble.name} {system}": way for (trouble, system), way in failures.WAYS.items()}

    assert absent(sentences | ways | {"by hand": bonds.BY_HAND}, page(root)) == []


def test_what_a_sensor_says_is_explained(root: Path) -> None:
    assert absent({code.name: sentence for code, sentence in _SAID.items()}, page(root)) == []


def test_what_is_said_anywhere_else_is_explained(
    root: Path, sources: dict[Path, ast.Module]
) -> None:
    messages = {
        f"{path}:{line}": message
        for path, tree in sources.items()
        if path.as_posix().startswith(PLACES)
        for line, message in raised(tree)
    }

    assert len(messages) > 8
    assert absent(messages, page(root)) == []


def test_a_message_that_is_not_there_is_found() -> None:
    assert absent({"a": "The {name} is lost."}, "The sensor is lost.") == []
    assert absent({"a": "The {name} is lost."}, "The sensor is gone.") != []
