"""The documents are true: links lead somewhere, lists are complete, forms are kept."""

import re
from pathlib import Path

import pytest

MARKDOWN_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)")
VERSION_HEADING = re.compile(r"^## \[(?P<version>\d+\.\d+\.\d+)\] - (?P<date>\d{4}-\d{2}-\d{2})$")
CHANGE_KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def without_code(markdown: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", markdown, flags=re.DOTALL)


def anchors(markdown: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", markdown, flags=re.MULTILINE)
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in kept}


def test_links_between_documents_lead_somewhere(root: Path, documents: list[Path]) -> None:
    broken = []
    for document in documents:
        for match in MARKDOWN_LINK.finditer(without_code(document.read_text("utf-8"))):
            target, _, anchor = match["target"].partition("#")
            if re.match(r"https?:|mailto:", target):
                continue
            aim = (document.parent / target) if target else document
            if not aim.exists() or (anchor and anchor not in anchors(aim.read_text("utf-8"))):
                broken.append(f"{document.relative_to(root)}: {match['target']}")

    assert broken == []


def glossary_rows(root: Path) -> dict[str, str]:
    text = (root / "docs" / "glossary.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, flags=re.MULTILINE)
    terms = [term for term, _ in rows[1:]]

    assert len(terms) == len(set(terms)), "a term has two meanings"
    return dict(rows[1:])


def test_glossary_is_sorted_and_says_what_each_term_means(root: Path) -> None:
    rows = glossary_rows(root)

    assert list(rows) == sorted(rows, key=str.casefold)
    assert [term for term, meaning in rows.items() if not meaning.endswith(".")] == []


@pytest.mark.parametrize("enumeration", ["Side", "Gait"])
def test_glossary_has_the_words_of_the_code(enumeration: str, root: Path) -> None:
    from analysis import stances

    text = (root / "docs" / "glossary.md").read_text("utf-8").casefold()
    members = [member.value for member in getattr(stances, enumeration) if member != "unknown"]

    assert [member for member in members if member not in text] == []


def test_every_decision_is_listed_once_and_has_its_three_parts(root: Path) -> None:
    folder = root / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    records = sorted(path for path in folder.glob("*.md") if path.name != "README.md")

    assert records
    for number, record in enumerate(records, start=1):
        text = record.read_text("utf-8")
        title = text.splitlines()[0].removeprefix(f"# {number:04d}: ")
        assert record.name.startswith(f"{number:04d}-")
        assert index.count(f"[{number:04d}]({record.name}) | {title} |") == 1
        parts = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences"]


def test_changelog_keeps_its_form(root: Path) -> None:
    lines = (root / "CHANGELOG.md").read_text("utf-8").splitlines()
    versions = [line for line in lines if line.startswith("## ")]

    assert versions[0] == "## [Unreleased]"
    assert [line for line in versions[1:] if not VERSION_HEADING.match(line)] == []
    dates = [match["date"] for line in versions if (match := VERSION_HEADING.match(line))]
    assert dates == sorted(dates, reverse=True)


def test_changelog_has_each_kind_of_change_once_per_version(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text("utf-8")
    for version in text.split("\n## ")[1:]:
        kinds = re.findall(r"^### (.+)$", version, flags=re.MULTILINE)
        assert kinds == [kind for kind in CHANGE_KINDS if kind in kinds]
        entries = re.findall(r"^- (.+(?:\n  .+)*)", version, flags=re.MULTILINE)
        assert [entry for entry in entries if not entry.endswith((".", ":"))] == []
        assert len(entries) == len(set(entries)), "the same entry twice"


def test_module_map_is_up_to_date(root: Path) -> None:
    from docs.make_module_map import module_map

    written = (root / "docs" / "modules.md").read_text("utf-8")

    assert written == module_map(), "run make fix"


def test_architecture_names_every_room_and_no_other(root: Path, text_files: list[Path]) -> None:
    """A room is a folder at the top with something in it; what starts with a dot is none."""
    inside = [path.relative_to(root).parts for path in text_files]
    rooms = {parts[0] for parts in inside if len(parts) > 1 and not parts[0].startswith(".")}
    architecture = (root / "ARCHITECTURE.md").read_text("utf-8")
    table = architecture.partition("## The rooms")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `(\w+)/` \|", table, flags=re.MULTILINE)) == rooms


def test_architecture_fits_on_a_page(root: Path) -> None:
    assert len((root / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 70


def test_paths_in_documents_exist(root: Path) -> None:
    missing = []
    for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "docs/coordinate-systems.md"):
        named = re.findall(r"`([a-z_]+/[\w./-]+)`", (root / name).read_text("utf-8"))
        missing += [f"{name}: {path}" for path in named if not (root / path).exists()]

    assert missing == []


def test_figure_of_the_axes_is_up_to_date(root: Path) -> None:
    from docs.make_coordinate_figure import figure

    drawn = (root / "docs" / "images" / "coordinate-systems.svg").read_text("utf-8")

    number = re.compile(r"-?\d+\.\d+")
    assert number.sub("", drawn) == number.sub("", figure())
    assert [float(n) for n in number.findall(drawn)] == pytest.approx(
        [float(n) for n in number.findall(figure())], abs=0.11
    )
