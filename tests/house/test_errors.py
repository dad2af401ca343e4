"""Each package draws its errors as a tree in the docstring of its ``errors`` module."""

import inspect
import re
from types import ModuleType

import pytest

DRAWN_LINE = re.compile(r"^(?P<indent>[\s│├└─]*)(?P<name>[A-Z]\w+)(?:\s|$)")


def drawn_parents(docstring: str) -> dict[str, str | None]:
    """Error name to the name drawn above it, None for the base."""
    parents: dict[str, str | None] = {}
    above: list[tuple[int, str]] = []
    drawing = docstring.partition("::\n")[2]
    for line in inspect.cleandoc(drawing).splitlines():
        match = DRAWN_LINE.match(line)
        if match is None or ("─" not in match["indent"] and parents):
            continue
        depth = len(match["indent"])
        above = [(d, name) for d, name in above if d < depth]
        parents[match["name"]] = above[-1][1] if above else None
        above.append((depth, match["name"]))
    return parents


def defined_errors(package: str, modules: dict[str, ModuleType]) -> dict[str, type[BaseException]]:
    return {
        member.__name__: member
        for name, module in modules.items()
        if name.split(".")[0] == package
        for member in vars(module).values()
        if inspect.isclass(member)
        and issubclass(member, BaseException)
        and member.__module__ == name
    }


@pytest.mark.parametrize("package", ["analysis", "firmware_protocol", "imu", "server"])
def test_error_tree_is_drawn_as_it_is(package: str, modules: dict[str, ModuleType]) -> None:
    errors = defined_errors(package, modules)
    module = modules.get(f"{package}.errors")
    drawn = drawn_parents(module.__doc__ or "") if module else {}

    assert set(drawn) == set(errors)
    for name, parent in drawn.items():
        bases = {base.__name__ for base in errors[name].__bases__}
        assert (parent in bases) if parent else not bases & set(errors), f"{name} hangs elsewhere"


@pytest.mark.parametrize("package", ["analysis", "firmware_protocol", "imu", "server"])
def test_package_has_at_most_one_base_error(package: str, modules: dict[str, ModuleType]) -> None:
    module = modules.get(f"{package}.errors")
    drawn = drawn_parents(module.__doc__ or "") if module else {}

    assert [name for name, parent in drawn.items() if parent is None] == list(drawn)[:1]


def test_tree_is_read_with_its_branches() -> None:
    drawing = """Errors.

::

    BaseError        everything
    ├── OneError     a thing
    │   └── SubError a detail
    └── TwoError     another thing
"""

    assert drawn_parents(drawing) == {
        "BaseError": None,
        "OneError": "BaseError",
        "SubError": "OneError",
        "TwoError": "BaseError",
    }
