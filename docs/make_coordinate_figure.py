"""Draw docs/images/coordinate-systems.svg with the product's own angles.

Run ``python -m docs.make_coordinate_figure``.  Each panel turns a pelvis, asks
:mod:`analysis.orientation` for the angle, and writes the sign that comes out beside the drawing:
the figure cannot disagree with the code.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.orientation import obliquity_rad, tilt_rad
from analysis.results import FloatArray

OUTPUT = Path(__file__).parent / "images" / "coordinate-systems.svg"

INK, INK_3, LINE, PAPER, BONE = "#1D1B18", "#6B655C", "#D9D3C8", "#F7F5F1", "#DDD5C7"
ACCENT, LEFT, RIGHT = "#0B5D55", "#D55E00", "#0072B2"
MINUS = "\N{MINUS SIGN}"
LEFT_TEXT, RIGHT_TEXT = "#A84800", "#00619A"
PANEL_WIDTH, PANEL_HEIGHT, MARGIN = 300, 270, 16
PX_PER_UNIT = 72
SHOWN_DEG = 14.0  # larger than life, so that the sign can be seen

X, Y, Z = np.eye(3)
LEVEL = Rotation.identity()
# Half of the outline in the frontal plane, (y, z), left side from the middle top downwards.
HALF_OUTLINE = [(0.0, 0.22), (0.3, 0.3), (0.62, 0.52), (0.95, 0.46), (1.02, 0.22)]
HALF_OUTLINE += [(0.82, -0.06), (0.78, -0.3), (0.5, -0.52), (0.24, -0.4), (0.0, -0.34)]
OUTLINE = HALF_OUTLINE + [(-y, z) for y, z in reversed(HALF_OUTLINE[1:-1])]

View = Callable[[FloatArray], FloatArray]
Angle = Callable[[Rotation], float]


def view(right: FloatArray, up: FloatArray) -> View:
    """Return the projection onto the two directions that are right and up in the drawing."""

    def project(points: FloatArray) -> FloatArray:
        return PX_PER_UNIT * np.stack((points @ right, -(points @ up)), axis=-1)

    return project


FROM_BEHIND = view(-Y, Z)
FROM_THE_RIGHT = view(X, Z)
FROM_ABOVE = view(-Y, X)
# From behind, from the right and from above at once: all three axes show.
OBLIQUE = view(np.array([0.62, -0.78, 0.0]), np.array([0.36, 0.28, 0.89]))


def path(points: FloatArray, style: str, *, closed: bool = False) -> str:
    """Write projected points, shape (n, 2), as an SVG path."""
    # Adding zero turns a minus zero into a zero.
    steps = " L".join(f"{x:.1f} {y:.1f}" for x, y in np.round(points, 1) + 0.0)
    return f'<path d="M{steps}{" Z" if closed else ""}" {style}/>'


def text(x: float, y: float, words: str, style: str = f'fill="{INK}"') -> str:
    """Write words at a place of the panel."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{words}</text>'


def arrow(project: View, start: FloatArray, end: FloatArray, colour: str) -> str:
    """Draw an arrow between two points in space."""
    head = f'marker-end="url(#head-{colour[1:]})"'
    style = f'fill="none" stroke="{colour}" stroke-width="2" {head}'
    return path(project(np.array([start, end])), style)


def solid(project: View, corners: FloatArray, depth: FloatArray, style: str) -> list[str]:
    """Draw a flat outline, shape (n, 3), extruded by ``depth``; the near face last."""
    far, near = project(corners + depth), project(corners)
    sides = [
        path(np.array([far[i - 1], far[i], near[i], near[i - 1]]), style, closed=True)
        for i in range(len(corners))
    ]
    return [path(far, style, closed=True), *sides, path(near, style, closed=True)]


def pelvis(project: View, pelvis_to_world: Rotation) -> list[str]:
    """Draw the pelvis and the sensor on its back."""
    bone = f'fill="{BONE}" stroke="#8F8577" stroke-width="1.2" stroke-linejoin="round"'
    case = f'fill="{INK}" stroke="{PAPER}" stroke-width="0.8" stroke-linejoin="round"'
    outline = np.array([(-0.3, y, z) for y, z in OUTLINE])
    box = [(-0.44, y, z) for y, z in ((-0.17, -0.2), (-0.17, 0.06), (0.17, 0.06), (0.17, -0.2))]

    def turned(points: FloatArray) -> FloatArray:
        in_world: FloatArray = pelvis_to_world.apply(points)
        return in_world

    return [
        *solid(project, turned(outline), turned(0.6 * X), bone),
        *solid(project, turned(np.array(box)), turned(0.12 * X), case),
    ]


def turn(axis: FloatArray, angle_deg: float) -> Rotation:
    """Return a right-handed turn about an axis, pelvis to world."""
    return Rotation.from_rotvec(np.radians(angle_deg) * axis)


def obliquity(pelvis_to_world: Rotation) -> float:
    """Ask the product for the obliquity of a turned pelvis, radians."""
    return float(obliquity_rad(pelvis_to_world.inv().apply([Z]))[0])


def tilt(pelvis_to_world: Rotation) -> float:
    """Ask the product for the tilt of a turned pelvis, radians."""
    return float(tilt_rad(pelvis_to_world.inv().apply([Z]))[0])


def rotation(pelvis_to_world: Rotation) -> float:
    """Return the turn about the vertical, right-handed like every frame, radians."""
    return float(pelvis_to_world.as_euler("ZXY")[0])


def turn_arc(project: View, axis: FloatArray, start: FloatArray, end_deg: float) -> str:
    """Draw the way that ``start`` takes when it turns about ``axis``."""
    points = np.array([turn(axis, angle).apply(start) for angle in np.linspace(0.0, end_deg, 24)])
    style = f'fill="none" stroke="{ACCENT}" stroke-width="2" marker-end="url(#head-{ACCENT[1:]})"'
    return path(project(points), style)


def axes_panel() -> list[str]:
    """Draw pelvis axes, sensor axes and the world's vertical."""
    shapes = pelvis(OBLIQUE, LEVEL)
    pelvis_label = f'fill="{ACCENT}" font-weight="600"'
    for tip, name, dx, dy in (
        (1.5 * X, "x forward", -24, -12),
        (1.5 * Y, "y left", -34, -10),
        (1.1 * Z, "z up", 8, 4),
    ):
        shapes.append(arrow(OBLIQUE, np.zeros(3), tip, ACCENT))
        x, y = OBLIQUE(tip)
        shapes.append(text(x + dx, y + dy, name, pelvis_label))
    # The sensor is drawn turned by any amount: its axes are not the pelvis's.
    upside_down = Rotation.from_matrix(np.column_stack((-Z, -Y, -X)))
    mounted = turn(X, 15.0) * upside_down
    back = np.array([-0.44, 0.0, -0.07])
    for axis, name in zip((X, Y, Z), "xyz", strict=True):
        direction = mounted.apply(axis)
        shapes.append(arrow(OBLIQUE, back, back + 0.75 * direction, INK))
        x, y = OBLIQUE(back + 0.92 * direction)
        shapes.append(text(x, y + 4, name, f'fill="{INK}" text-anchor="middle" font-size="12"'))
    world = -0.4 * X - 2.0 * Y
    shapes.append(arrow(OBLIQUE, world, world + 0.7 * Z, INK_3))
    x, y = OBLIQUE(world)
    shapes.append(text(x - 24, y + 16, "world z", f'fill="{INK_3}" font-size="12"'))
    shapes.append(text(0, 104, "sensor axes: any way round", f'fill="{INK}" text-anchor="middle"'))
    return shapes


def turn_panel(
    project: View,
    axis: FloatArray,
    angle: Angle,
    arc_start: FloatArray,
    words: str,
) -> list[str]:
    """Draw one pelvic angle, turned so that it comes out positive."""
    direction = 1.0 if angle(turn(axis, SHOWN_DEG)) > 0 else -1.0
    turned = turn(axis, direction * SHOWN_DEG)
    level = f'fill="none" stroke="{INK_3}" stroke-width="1.2" stroke-dasharray="5 4"'
    opposite = turn(axis, 180.0).apply(arc_start)
    shapes = [
        *pelvis(project, turned),
        path(project(np.array([arc_start, opposite]) * 1.06), level),
        turn_arc(project, axis, 1.06 * arc_start, direction * SHOWN_DEG * 1.9),
    ]
    sign = "+" if angle(turned) > 0 else MINUS
    shown = text(0, 88, f"{words}: {sign}", f'fill="{INK}" text-anchor="middle" font-weight="600"')
    return [*shapes, shown]


def stance_panel(side: str) -> list[str]:
    """Draw a stance with its swing side lower: a positive drop."""
    is_left = side == "left"
    turned = turn(X, SHOWN_DEG if is_left else -SHOWN_DEG)
    drop_rad = (-1 if is_left else 1) * obliquity(turned)
    if drop_rad <= 0:
        message = f"{side} stance is drawn with its swing side up"
        raise ValueError(message)
    hip = (0.6 if is_left else -0.6) * Y
    colour = LEFT if is_left else RIGHT
    dash = "" if is_left else ' stroke-dasharray="7 5"'
    leg = f'fill="none" stroke="{colour}" stroke-width="5" stroke-linecap="round"{dash}'
    ground = f'fill="none" stroke="{INK_3}" stroke-width="1.2"'
    level = f'fill="none" stroke="{INK_3}" stroke-width="1.2" stroke-dasharray="5 4"'
    swing = -2 * hip
    law = f"drop = {MINUS}obliquity" if is_left else "drop = +obliquity"
    label = f'fill="{LEFT_TEXT if is_left else RIGHT_TEXT}" text-anchor="middle" font-weight="600"'
    return [
        path(FROM_BEHIND(np.array([hip, hip - 1.1 * Z])), leg),
        path(FROM_BEHIND(np.array([1.2 * Y - 1.12 * Z, -1.2 * Y - 1.12 * Z])), ground),
        *pelvis(FROM_BEHIND, turned),
        path(FROM_BEHIND(np.array([1.25 * Y, -1.25 * Y])), level),
        arrow(FROM_BEHIND, 1.05 * swing, 1.05 * swing - 0.42 * Z, ACCENT),
        text(0, 104, f"{side} foot down: {law}", label),
    ]


def panel(column: int, row: int, title: str, seen: str, shapes: Sequence[str]) -> str:
    """Put shapes on a card."""
    x = MARGIN + column * (PANEL_WIDTH + MARGIN)
    y = MARGIN + row * (PANEL_HEIGHT + MARGIN)
    card = f'<rect width="{PANEL_WIDTH}" height="{PANEL_HEIGHT}" rx="16" fill="#FFFFFF"'
    return "\n".join(
        [
            f'<g transform="translate({x} {y})">',
            f'{card} stroke="{LINE}"/>',
            text(20, 32, title, f'fill="{INK}" font-size="15" font-weight="600"'),
            text(20, 52, seen, f'fill="{INK_3}" font-size="12"'),
            f'<g transform="translate({PANEL_WIDTH // 2} 148)">',
            *shapes,
            "</g></g>",
        ]
    )


def figure() -> str:
    """Return the whole drawing as SVG."""
    heads = "".join(
        f'<marker id="head-{colour[1:]}" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="6" '
        f'markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8Z" fill="{colour}"/></marker>'
        for colour in (ACCENT, INK, INK_3)
    )
    panels = [
        panel(0, 0, "Axes", "from behind, to the right and above", axes_panel()),
        panel(
            1,
            0,
            "Obliquity",
            "seen from behind, left is left",
            turn_panel(FROM_BEHIND, X, obliquity, -1.15 * Y, "right side up"),
        ),
        panel(
            2,
            0,
            "Tilt",
            "seen from the right, forward is right",
            turn_panel(FROM_THE_RIGHT, Y, tilt, 1.0 * Z, "top goes forward"),
        ),
        panel(
            0,
            1,
            "Rotation",
            "seen from above, forward is up",
            turn_panel(FROM_ABOVE, Z, rotation, 1.1 * X, "turned to the left"),
        ),
        panel(1, 1, "Left stance", "seen from behind", stance_panel("left")),
        panel(2, 1, "Right stance", "seen from behind", stance_panel("right")),
    ]
    width = 3 * PANEL_WIDTH + 4 * MARGIN
    height = 2 * PANEL_HEIGHT + 3 * MARGIN
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="system-ui, sans-serif" font-size="13" '
        'role="img" aria-labelledby="title description">'
    )
    title = '<title id="title">Axes and signs of the pelvis</title>'
    description = (
        '<desc id="description">Pelvis axes: x forward, y left, z up. Obliquity is positive where '
        "the right side is up, tilt where the top goes forward, rotation where the pelvis turns "
        "to the left. Drop is positive where the swing side is lower.</desc>"
    )
    paper = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    parts = [opening, title, description, f"<defs>{heads}</defs>", paper, *panels, "</svg>"]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    OUTPUT.write_text(figure(), encoding="utf-8")
