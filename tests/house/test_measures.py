"""What is said of each measure is the same on its page of the documents."""

import re
from pathlib import Path

from analysis.extra_measures import VALIDITY


def test_the_document_has_a_section_for_every_measure_with_its_sentences(root: Path) -> None:
    text = (root / "docs" / "measures.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)+)", text, flags=re.MULTILINE))

    assert list(sections) == [validity.label for validity in VALIDITY.values()]
    missing = [
        f"{name}: {sentence}"
        for name, validity in VALIDITY.items()
        for sentence in (
            f"`{name.value}`",
            f"{validity.what}\n",
            f"Good for: {validity.good_for}\n",
            f"Limits: {validity.limits}\n",
            validity.source,
        )
        if sentence not in sections[validity.label]
    ]
    assert missing == []


def test_what_is_said_of_a_measure_is_whole_sentences() -> None:
    for validity in VALIDITY.values():
        for sentence in (validity.what, validity.good_for, validity.limits):
            assert re.fullmatch(r"[A-Z].+\.", sentence)
