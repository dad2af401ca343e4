"""What the packages import is declared, and what is declared is needed."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PACKAGES = {"analysis", "firmware_protocol", "imu", "server"}
# Comes with another package that is declared, and is its public face.
COMES_WITH = {"starlette": "fastapi", "pydantic": "fastapi", "click": "typer"}
# What only the room behind an extra imports is declared by that extra.
ROOM_OF_EXTRA = {"sim": Path("imu", "virtual")}


def imported_names(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def declared(root: Path, extra: str | None = None) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    requirements = (
        project["optional-dependencies"][extra] if extra is not None else project["dependencies"]
    )
    return {re.split(r"[\s<>=!~\[;]", one)[0].lower() for one in requirements}


def imported(sources: dict[Path, ast.Module]) -> set[str]:
    modules = set().union(
        *(imported_names(tree) for path, tree in sources.items() if path.parts[0] in PACKAGES)
    )
    others = modules - PACKAGES - set(sys.stdlib_module_names)
    known = packages_distributions()
    found = {known[name][0].lower() for name in others}
    return {COMES_WITH.get(name, name) for name in found}


def test_every_import_is_declared_and_every_declaration_imported(
    root: Path, sources: dict[Path, ast.Module]
) -> None:
    rooms = set(ROOM_OF_EXTRA.values())
    core = {path: tree for path, tree in sources.items() if not rooms & set(path.parents)}

    assert imported(core) == declared(root)


@pytest.mark.parametrize(("extra", "room"), ROOM_OF_EXTRA.items())
def test_every_import_behind_an_extra_is_declared_by_it(
    root: Path, sources: dict[Path, ast.Module], extra: str, room: Path
) -> None:
    behind = {path: tree for path, tree in sources.items() if room in path.parents}

    assert imported(behind) - declared(root) == declared(root, extra)


def test_every_dependency_has_a_lower_and_an_upper_bound(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    requirements = [*project["dependencies"], *(one for extra in extras for one in extra)]

    assert [one for one in requirements if not re.search(r">=[\d.]+,<[\d.]+$", one)] == []
