"""Every command helps, and the documents know every command, target and option that there is."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from server.cli import app


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for child_name, child in getattr(group, "commands", {}).items():
        full_name = f"{name} {child_name}".strip()
        yield full_name, child
        yield from commands(child, full_name)


COMMANDS = dict(commands(typer.main.get_command(app)))


def code_lines(markdown: str) -> Iterator[str]:
    for block in re.findall(r"^```sh\n(.*?)^```", markdown, flags=re.DOTALL | re.MULTILINE):
        yield from (line.partition(" #")[0].strip() for line in block.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help(name: str) -> None:
    command = COMMANDS[name]

    assert command.help
    # By what it is called, since typer brings a click of its own.
    options = [p for p in command.params if p.param_type_name == "option"]
    assert [p.name for p in options if not getattr(p, "help", None)] == []


def test_there_are_options_to_check() -> None:
    kinds = [p.param_type_name for command in COMMANDS.values() for p in command.params]

    assert kinds.count("option") > len(COMMANDS)


def test_readme_has_a_row_for_every_command_and_no_other(root: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `hiplevel ([a-z -]+?)(?: [A-Z.\[].*?)?` \|", readme, re.MULTILINE)

    assert sorted(rows) == sorted(COMMANDS)


def test_commands_in_documents_exist(root: Path, documents: list[Path]) -> None:
    wrong = []
    for document in documents:
        for line in code_lines(document.read_text("utf-8")):
            words = shlex.split(line)
            if words[:1] != ["hiplevel"]:
                continue
            command = COMMANDS.get(words[1])
            options = {option for p in command.params for option in p.opts} if command else set()
            used = {word for word in words if word.startswith("--")}
            if command is None or not used <= options:
                wrong.append(f"{document.relative_to(root)}: {line}")

    assert wrong == []


def test_targets_in_documents_exist(root: Path, documents: list[Path]) -> None:
    makefile = (root / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = {
        target
        for document in documents
        for target in re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", document.read_text("utf-8"))
        for target in target
        if target
    }

    assert named
    assert named <= targets


def test_every_target_says_what_it_does(root: Path) -> None:
    makefile = (root / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+) FORCE$", makefile, flags=re.MULTILINE)

    assert re.findall(r"^([a-z-]+):.* ## \w", makefile, flags=re.MULTILINE) == phony.split()
