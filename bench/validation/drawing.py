"""How the plots look: the product's colours, in light and in dark, and small files."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

# The product's tokens, light and dark: server/static has the same.
SURFACE, INK, INK_2, LINE = "#FFFFFF", "#1D1B18", "#4F4A43", "#E4DFD6"
LEFT, RIGHT, ACCENT, WATCH, BAND = "#D55E00", "#0072B2", "#0B5D55", "#8A5B00", "#E9E4DA"
DARK = MappingProxyType(
    {
        SURFACE: "#1C1A18",
        INK: "#F4F0EA",
        INK_2: "#C2BAAF",
        LINE: "#35312D",
        LEFT: "#FF8A3D",
        RIGHT: "#5AB4EC",
        ACCENT: "#5CC8B4",
        WATCH: "#E9B54A",
        BAND: "#302C28",
    }
)
WIDTH_IN = 7.6
PAD_IN = 0.08

_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "hiplevel",  # the same plot is the same file
    "font.size": 10,
    "axes.facecolor": SURFACE,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK_2,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK_2,
    "ytick.color": INK_2,
    "figure.facecolor": SURFACE,
    "legend.frameon": False,
}


@contextmanager
def new_figure(height_in: float) -> Iterator[Figure]:
    """Yield a figure in the product's style."""
    layout = ConstrainedLayoutEngine(w_pad=PAD_IN, h_pad=PAD_IN)
    with mpl.rc_context(_STYLE):
        yield Figure(figsize=(WIDTH_IN, height_in), layout=layout)


def save(figure: Figure, path: Path, *, title: str) -> None:
    """Write an SVG whose colours follow the reader's choice of light or dark."""
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    svg = path.read_text("utf-8")
    svg = re.sub(r"<!DOCTYPE.*?>\n", "", svg, flags=re.DOTALL)
    svg = svg.replace("'DejaVu Sans', 'Bitstream Vera Sans'", "system-ui, 'DejaVu Sans'")
    opening = re.search(r"<svg[^>]*>", svg)
    if opening is None:
        message = f"{path.name} is no SVG"
        raise ValueError(message)
    head = f'{opening.group()[:-1]} role="img">\n{_dark_style()}'
    svg = svg.replace(opening.group(), head, 1)
    path.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", "utf-8")


def _dark_style() -> str:
    """Return rules that repaint each light colour; matplotlib writes colours into styles."""
    rules = [
        f'[style*="{name}: {light.lower()}"] {{ {name}: {dark} !important }}'
        for light, dark in DARK.items()
        for name in ("fill", "stroke")
    ]
    body = "\n".join(f"   {rule}" for rule in rules)
    return f" <style>\n  @media (prefers-color-scheme: dark) {{\n{body}\n  }}\n </style>"
