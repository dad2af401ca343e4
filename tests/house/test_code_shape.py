"""Small modules, small functions, and names that are what they say."""

import ast
from pathlib import Path
from types import ModuleType

MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 60  # a screen, its docstring not counted


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_modules_are_short(root: Path, sources: dict[Path, ast.Module]) -> None:
    lengths = {path: len((root / path).read_text("utf-8").splitlines()) for path in sources}
    too_long = {str(path): n for path, n in lengths.items() if n > MAX_MODULE_LINES}

    assert too_long == {}


def test_functions_fit_on_a_screen(sources: dict[Path, ast.Module]) -> None:
    too_long = {
        f"{path}:{node.lineno} {node.name}": _body_lines(node)
        for path, tree in sources.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _body_lines(node) > MAX_FUNCTION_LINES
    }

    assert too_long == {}


def test_nothing_is_called_utils(sources: dict[Path, ast.Module]) -> None:
    vague = {"common", "helper", "helpers", "misc", "util", "utils"}
    named_so = [str(path) for path in sources if vague & {*path.parts, path.stem}]

    assert named_so == []


def test_exported_names_are_sorted_and_exist(modules: dict[str, ModuleType]) -> None:
    wrong = []
    for name, module in modules.items():
        exported = list(getattr(module, "__all__", []))
        if exported != sorted(exported):
            wrong.append(f"{name}.__all__ is not sorted")
        wrong += [f"{name} lacks {export}" for export in exported if not hasattr(module, export)]

    assert wrong == []


def test_public_functions_and_classes_have_a_docstring(sources: dict[Path, ast.Module]) -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in sources.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and "versions" not in path.parts
        and ast.get_docstring(node) is None
    ]

    assert silent == []


def test_nothing_is_left_to_do(text_files: list[Path]) -> None:
    marks = ["TO" + "DO", "FIX" + "ME", "X" * 3]
    left = [
        f"{path.name}: {mark}"
        for path in text_files
        for mark in marks
        if mark in path.read_text("utf-8")
    ]

    assert left == []
