"""The sentences behind the table of ``hiplevel analyze``."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.results import Grade, RunAnalysis
from analysis.stances import Exclusion
from server.pages.words import EXCLUSION_WORDS, plural

_MIN_WIDTH = 20
_MAX_WIDTH = 100  # longer lines are hard to read


def words_after_table(results: Mapping[str, RunAnalysis], folder: Path, width: int) -> list[str]:
    """Return why stances were left out, one recording's verdict, and where the files are.

    Parameters
    ----------
    results : mapping of str to RunAnalysis
        Of the recordings that could be analysed, by the begin of their files' names.
    folder : Path
        Where the files were written.
    width : int
        Longest line, but for names of files.
    """
    sentences = []
    name, for_all = "NAME", f" for {plural(len(results), 'recording')}"
    if len(results) == 1:
        ((name, result),) = results.items()
        for_all = ""
        headline = result.verdict.headline.rstrip(".")
        sentences.append(f"{headline}. {result.verdict.lead}".strip())
    sentences += _signal_sentences(results)
    left_out = left_out_words(results.values())
    if left_out:
        sentences.append(left_out)
    room = max(_MIN_WIDTH, min(width, _MAX_WIDTH))
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, room)]
    where = "the current folder" if folder == Path() else f"{folder}/"
    return [*lines, f"Wrote {name}.stances.csv and {name}.summary.json{for_all} to {where}"]


def _signal_sentences(results: Mapping[str, RunAnalysis]) -> list[str]:
    """Say of each recording whose signal is not good why, where its verdict does not say it."""
    return [
        result.quality.sentence if len(results) == 1 else f"{name}: {result.quality.sentence}"
        for name, result in results.items()
        if result.quality.grade is not Grade.GOOD
        and result.quality.sentence not in result.verdict.lead
        and result.stances
    ]


def left_out_words(results: Iterable[RunAnalysis]) -> str:
    """Return how many stances were left out, and why; empty if none was."""
    counts: Counter[Exclusion] = Counter()
    n_stances = 0
    for result in results:
        counts.update(result.summary.n_excluded)
        n_stances += result.summary.n_stances
    reasons = [f"{n:,} {EXCLUSION_WORDS[why][0]}" for why, n in counts.most_common() if n]
    if not reasons:
        return ""
    total = plural(n_stances, "stance")
    return f"Left out: {counts.total():,} of {total} ({', '.join(reasons)})."
