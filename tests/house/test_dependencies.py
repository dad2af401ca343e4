"""What the packages import is declared, and what is declared is needed."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

PACKAGES = {"analysis", "firmware_protocol", "imu", "server"}
# Comes with another package that is declared, and is its public face.
COMES_WITH = {"starlette": "fastapi", "pydantic": "fastapi", "click": "typer"}


def imported_names(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def declared(root: Path) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        re.split(r"[\s<>=!~\[;]", requirement)[0].lower() for requirement in project["dependencies"]
    }


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
    assert imported(sources) == declared(root)


def test_every_dependency_has_a_lower_and_an_upper_bound(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    requirements = [*project["dependencies"], *(one for extra in extras for one in extra)]

    assert [one for one in requirements if not re.search(r">=[\d.]+,<[\d.]+$", one)] == []
