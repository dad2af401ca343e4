"""The table that ``hiplevel analyze`` prints, as wide as the terminal allows.

Where it is narrow, columns are left out, then each recording takes two lines, then a line per
value.  A number is never cut; a long name is shortened in its middle.
"""

import textwrap
from collections.abc import Callable, Iterator, Mapping

from rich.cells import cell_len

from analysis.results import Estimate, RunAnalysis
from server.pages.words import clock, half_width, number

NOT_KNOWN = "\N{EN DASH}"
_GAP = "  "
_INDENT = "  "
# What is left of a shorter name no longer tells one recording from another.
_MIN_NAME = 24
_NAME = "Recording"
_CAPTION = "Drop: foot strike to peak, while that foot is down. ±: 95 % interval."


def degrees_text(estimate: Estimate | None, *, signed: bool = False) -> str:
    """Return a value with its interval, such as ``4.1° ± 0.1``."""
    if estimate is None:
        return NOT_KNOWN
    return f"{number(estimate.value, 1, signed=signed)}° ± {half_width(estimate)}"


def _contact(analysis: RunAnalysis) -> str:
    contact_s = analysis.summary.contact_time_s
    return NOT_KNOWN if contact_s is None else f"{number(contact_s.value * 1000)} ms"


def _cadence(analysis: RunAnalysis) -> str:
    cadence_spm = analysis.summary.cadence_spm
    return NOT_KNOWN if cadence_spm is None else f"{number(cadence_spm.value)} spm"


def _stances(analysis: RunAnalysis) -> str:
    return f"{analysis.summary.n_valid}/{analysis.summary.n_stances}"


def _signal(analysis: RunAnalysis) -> str:
    # Without a stance there is nothing whose signal could be good.
    return analysis.quality.grade.value if analysis.summary.n_stances else NOT_KNOWN


def _gait(analysis: RunAnalysis) -> str:
    return analysis.summary.gait.value if analysis.summary.gait else "no gait"


_COLUMNS: dict[str, Callable[[RunAnalysis], str]] = {
    "Gait": _gait,
    "Duration": lambda analysis: clock(analysis.summary.duration_s),
    "Stances": _stances,
    "Left drop": lambda analysis: degrees_text(analysis.summary.left.drop_excursion_deg),
    "Right drop": lambda analysis: degrees_text(analysis.summary.right.drop_excursion_deg),
    "Right \N{MINUS SIGN} left": lambda analysis: degrees_text(
        analysis.summary.asym_drop_excursion_deg, signed=True
    ),
    "Contact": _contact,
    "Cadence": _cadence,
    "Signal": _signal,
}
# Left out in this order where the width does not do.
_DISPENSABLE = ("Cadence", "Contact", "Duration", "Gait")


def summary_table(results: Mapping[str, RunAnalysis], width: int) -> list[str]:
    """Return the lines of a table with one recording each, at most ``width`` columns wide."""
    names = list(results)
    columns = {
        heading: [heading, *map(cell, results.values())] for heading, cell in _COLUMNS.items()
    }
    widest = max(map(cell_len, [_NAME, *names]))
    wanted = min(widest, _MIN_NAME)
    for dispensable in _DISPENSABLE:
        if wanted + _width(columns) <= width:
            break
        del columns[dispensable]
    room = width - _width(columns)
    if room >= wanted:
        lines = _side_by_side(names, columns, min(room, widest))
    elif _width(columns) <= width:
        lines = _two_lines_each(names, columns, width)
    else:
        lines = _line_per_value(names, columns, width)
    return [*lines, *textwrap.wrap(_CAPTION, max(width, 20))]


def shortened(name: str, width: int) -> str:
    """Return the name in at most ``width`` columns: its begin and its end."""
    if cell_len(name) <= width:
        return name
    end, head = "", ""
    while cell_len(name[-len(end) - 1 :]) <= (width - 1) // 2:
        end = name[-len(end) - 1 :]
    while cell_len(name[: len(head) + 1]) + 1 + cell_len(end) <= width:
        head = name[: len(head) + 1]
    return f"{head}\N{HORIZONTAL ELLIPSIS}{end}"


def _width(columns: dict[str, list[str]]) -> int:
    return sum(len(_GAP) + max(map(len, cells)) for cells in columns.values())


def _rows(columns: dict[str, list[str]]) -> Iterator[str]:
    """Yield the heading, then the rows, without the names."""
    widths = [max(map(len, cells)) for cells in columns.values()]
    for row in zip(*columns.values(), strict=True):
        yield "".join(_GAP + text.rjust(width) for text, width in zip(row, widths, strict=True))


def _side_by_side(names: list[str], columns: dict[str, list[str]], width: int) -> list[str]:
    texts = [shortened(name, width) for name in (_NAME, *names)]
    lines = [
        text + " " * (width - cell_len(text)) + row
        for text, row in zip(texts, _rows(columns), strict=True)
    ]
    return [lines[0], _rule(lines[0]), *lines[1:]]


def _two_lines_each(names: list[str], columns: dict[str, list[str]], width: int) -> list[str]:
    head, *rows = _rows(columns)
    lines = [_NAME, head, _rule(head)]
    for name, row in zip(names, rows, strict=True):
        lines += [shortened(name, width), row]
    return lines


def _line_per_value(names: list[str], columns: dict[str, list[str]], width: int) -> list[str]:
    label_width = max(map(len, columns))
    lines = []
    for row, name in enumerate(names, start=1):
        lines.append(shortened(name, width))
        lines += [
            f"{_INDENT}{heading.ljust(label_width)}{_GAP}{cells[row]}"
            for heading, cells in columns.items()
        ]
    return lines


def _rule(heading: str) -> str:
    return "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * len(heading)
