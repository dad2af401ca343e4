"""What a runner reads keeps to what is known: no cause, no cure, no diagnosis."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

WORDS = tomllib.loads((Path(__file__).parent / "banned-words.toml").read_text("utf-8"))
BANNED = {word["pattern"]: word["why"] for word in WORDS["word"]}
ALLOWED = re.compile(
    "|".join(re.escape(entry["phrase"]) for entry in WORDS["allowed"]), re.IGNORECASE
)


def offences(text: str) -> list[str]:
    spoken = ALLOWED.sub(" ", " ".join(text.split()))
    return [
        f"“{match.group()}”: {why}"
        for pattern, why in BANNED.items()
        for match in re.finditer(rf"\b{pattern}", spoken, re.IGNORECASE)
    ]


def spoken_strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string that is not a docstring."""
    silent = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent:
            yield node.lineno, node.value


def test_pages_keep_to_the_words(root: Path, text_files: list[Path]) -> None:
    shown = {".html", ".js", ".mjs", ".svg"}
    found = [
        f"{path.relative_to(root)}: {offence}"
        for path in text_files
        if path.suffix in shown and path.relative_to(root).parts[0] == "server"
        for offence in offences(path.read_text("utf-8"))
    ]

    assert found == []


def test_strings_in_code_keep_to_the_words(sources: dict[Path, ast.Module]) -> None:
    found = [
        f"{path}:{line}: {offence}"
        for path, tree in sources.items()
        if path.parts[0] in {"analysis", "imu", "server"}
        for line, text in spoken_strings(tree)
        for offence in offences(text)
    ]

    assert found == []


def all_texts(value: object) -> Iterator[str]:
    """Every text inside a value of a data file, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from all_texts(part)


def test_texts_in_data_files_keep_to_the_words(root: Path) -> None:
    texts = [
        (path.name, text)
        for path in sorted((root / "analysis").glob("*.toml"))
        for text in all_texts(tomllib.loads(path.read_text("utf-8")))
    ]

    assert texts
    assert [f"{name}: {offence}" for name, text in texts for offence in offences(text)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Your drop causes knee pain.",
        "This exercise prevents injury.",
        "Diagnosis: weak glutes",
        "You are at high risk.",
        "Abnormal gait",
        "It treats runner's knee.",
    ],
)
def test_a_forbidden_sentence_is_found(sentence: str) -> None:
    assert offences(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Right drop is 0.5° more than left (± 0.2°).",
        "In studies, drop was associated with some injuries.",
        "Pain is for a clinician to judge; hiplevel does not diagnose.",
        "The file is paused because it was secure and healthy.",
    ],
)
def test_a_fair_sentence_passes(sentence: str) -> None:
    assert offences(sentence) == []
