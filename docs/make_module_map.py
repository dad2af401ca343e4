"""Write docs/modules.md: every module with the first sentence of its docstring.

Run ``python -m docs.make_module_map``; ``make fix`` does it too.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "docs" / "modules.md"
PACKAGES = ("firmware_protocol", "imu", "analysis", "server")
INTRODUCTION = """\
# Modules

Every module with the first line of its docstring, written by `python -m docs.make_module_map`.
[ARCHITECTURE.md](../ARCHITECTURE.md) says how they hang together.
"""


def first_line(module: Path) -> str:
    """Return the first line of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    return docstring.partition("\n")[0].replace("``", "`").replace("|", "\\|")


def package_table(package: str) -> str:
    """Return one package's heading and table; migrations speak for themselves."""
    modules = sorted(
        (ROOT / package).rglob("*.py"),
        key=lambda path: (path.parent.as_posix(), path.name != "__init__.py", path.name),
    )
    rows = []
    for module in modules:
        name = module.relative_to(ROOT).as_posix().removesuffix("__init__.py")
        if "migrations" not in module.parts and name != f"{package}/":
            rows.append(f"| `{name}` | {first_line(module)} |")
    heading = f"\n## `{package}/`\n\n{first_line(ROOT / package / '__init__.py')}\n"
    return heading + "\n".join(
        ["\n| module | what it is |", "|---|---|", *rows, ""] if rows else []
    )


def module_map() -> str:
    """Return the whole document."""
    return INTRODUCTION + "".join(package_table(package) for package in PACKAGES)


if __name__ == "__main__":
    OUTPUT.write_text(module_map(), encoding="utf-8")
