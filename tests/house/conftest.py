"""The files of the project, without what tools put beside them."""

import ast
import importlib
import os
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("analysis", "firmware_protocol", "imu", "server")
NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist", "node_modules", "vendor"}
TEXT_SUFFIXES = {
    *(".c", ".cfg", ".css", ".csv", ".h", ".html", ".ini", ".js", ".json", ".mako", ".md"),
    *(".mjs", ".py", ".sh", ".svg", ".toml", ".txt", ".webmanifest", ".yaml", ".yml", ""),
}


def _project_files() -> list[Path]:
    """Walk instead of asking git, which a clone that was copied into a container may lack."""
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = sorted(
            name
            for name in subfolders
            if name not in NOT_OURS
            and not name.endswith(("_cache", ".egg-info"))
            and name != ".hypothesis"
        )
        found += [Path(folder, name) for name in sorted(names) if name not in NOT_OURS]
    return found


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def text_files() -> list[Path]:
    return [path for path in _project_files() if path.suffix in TEXT_SUFFIXES]


@pytest.fixture(scope="session")
def documents(text_files: list[Path]) -> list[Path]:
    return [path for path in text_files if path.suffix == ".md"]


@pytest.fixture(scope="session")
def sources(text_files: list[Path]) -> dict[Path, ast.Module]:
    """Every Python file outside of tests, parsed, by its path from the root."""
    return {
        path.relative_to(ROOT): ast.parse(path.read_text("utf-8"))
        for path in text_files
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "tests"
    }


@pytest.fixture(scope="session")
def modules(sources: dict[Path, ast.Module]) -> dict[str, ModuleType]:
    """Every module of the four packages, imported.  Migrations are run by Alembic only."""
    names = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in sources
        if path.parts[0] in PACKAGES and "migrations" not in path.parts
    ]
    return {name: importlib.import_module(name) for name in names if not name.endswith("__main__")}
