"""What the scenes share: tiles, roofs, grounds, plants, people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from .draw import (
    Point,
    at,
    circle,
    clip,
    curve,
    ellipse,
    group,
    line,
    loz,
    loz_d,
    n,
    path,
    poly,
    rect,
)
from .palette import (
    BLACK,
    BRICK,
    BRICK_D,
    FAMILY,
    GREEN,
    GREEN_D,
    GREEN_L,
    HAIR,
    OCHRE,
    PAPER,
    SAND,
    SKIN,
    STONE,
    TINT,
    WHITE,
)

W, H, GROUND = 1600, 900, 770
Pattern = Callable[[int, int], str]

# --- Lozenge tiles -------------------------------------------------------------------------------


def rings(*colours: str) -> Pattern:
    """Concentric lozenges, as on the roofs of Dijon and Beaune: colours from the centre outwards.

    Each ring is one tile thick; tiles are half the size asked for, so that a motif keeps its measure.
    """
    size = 4 * (len(colours) - 1)

    def pick(i: int, j: int) -> str:
        a, b = i % size, j % size
        d = min(a, size - a) + min(b, size - b)
        return colours[min(d, size - d) // 2]

    pick.fine = 2  # type: ignore[attr-defined]
    return pick


def nested(*colours: str, row: int = 0) -> Pattern:
    """One set of concentric lozenges about column 0 of a row, the last colour running on."""
    return lambda i, j: colours[min((abs(i) + abs(j - row)) // 2, len(colours) - 1)]


def zigzag(*colours: str, each: int = 2) -> Pattern:
    """Chevrons running along the roof."""

    def pick(i: int, j: int) -> str:
        size = 8
        a = i % size
        return colours[((min(a, size - a) + j) // each) % len(colours)]

    return pick


def cycle(*colours: str) -> Pattern:
    """Column after column."""
    return lambda i, j: colours[i % len(colours)]


def tiles(
    shape: str, box: tuple[float, float, float, float], rx: float, ry: float, pattern: Pattern
) -> str:
    """A field of lozenge tiles seen through a shape; (x, y, width, height) bounds it."""
    x, y, w, h = box
    rx, ry = rx / getattr(pattern, "fine", 1), ry / getattr(pattern, "fine", 1)
    by_colour: dict[str, list[str]] = defaultdict(list)
    cx, cy = x + w / 2, y
    columns, rows = int(w / 2 / rx) + 2, int(h / ry) + 2
    for j in range(-1, rows):
        for i in range(-columns, columns + 1):
            if (i + j) % 2 == 0:
                by_colour[pattern(i, j)].append(loz_d(cx + i * rx, cy + j * ry, rx + 0.3, ry + 0.3))
    return clip(shape, *(path("".join(ds), colour) for colour, ds in by_colour.items()))


def tiled_poly(points: Sequence[Point], rx: float, ry: float, pattern: Pattern) -> str:
    """Tiles seen through a polygon."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    box = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return tiles(poly(points, "#000"), box, rx, ry, pattern)


def glazed(
    cx: float, cy: float, rx: float, ry: float, colour: str, heart: str | None = None
) -> str:
    """One glazed tile: a lozenge, the light on its upper left, perhaps another tile at its heart."""
    light = poly(
        [(cx - rx, cy), (cx, cy - ry), (cx, cy - ry * 0.72), (cx - rx * 0.72, cy)],
        WHITE,
        opacity=0.28,
    )
    inner = loz(cx, cy, rx * 0.42, ry * 0.42, heart) if heart else ""
    return loz(cx, cy, rx, ry, colour) + light + inner


def frieze(
    x: float,
    y: float,
    width: float,
    rx: float,
    ry: float,
    colours: Sequence[str],
    hearts: Sequence[str],
) -> str:
    """A row of nested lozenges, left to right."""
    count = round(width / (2 * rx))
    return "".join(
        loz(x + rx * (2 * k + 1), y, rx, ry, colours[k % len(colours)])
        + loz(x + rx * (2 * k + 1), y, rx * 0.5, ry * 0.5, hearts[k % len(hearts)])
        for k in range(count)
    )


def edge(axis: int, y: float = 846, height: float = 54) -> str:
    """The tiled edge at the foot of a drawing, in the family of its axis."""
    dark, main, light = FAMILY[axis]
    other = {1: BRICK, 2: OCHRE, 3: OCHRE}[axis]
    row = frieze(
        0,
        y + height / 2,
        W,
        40,
        height / 2,
        (main, dark, other, dark),
        (light, other, PAPER, light),
    )
    return rect(0, y, W, height, PAPER) + row


# --- Stages --------------------------------------------------------------------------------------


def stage(
    axis: int, *, ground: float = GROUND, floor: str | None = None, rx: float = 690, cx: float = 800
) -> str:
    """Paper, one large soft lozenge, the ground, the tiled edge."""
    soft = clip(rect(0, 0, W, ground, "#000"), loz(cx, ground - 300, rx, rx * 0.62, TINT[axis]))
    return (
        rect(0, 0, W, H, PAPER) + soft + rect(0, ground, W, H - ground, floor or SAND) + edge(axis)
    )


def shade(cx: float, y: float, w: float, colour: str = STONE, h: float = 14) -> str:
    """The lozenge-shaped shadow of what stands on the ground."""
    return loz(cx, y, w, h, colour)


def skyline(y: float, colour: str, *, spire: bool = True) -> str:
    """Far roofs of Dijon: gables, the tower of the ducal palace, a spire."""
    out = []
    houses = [
        (-20, 150, 120, 70),
        (130, 120, 90, 80),
        (250, 170, 130, 60),
        (420, 110, 110, 90),
        (530, 140, 100, 66),
        (980, 150, 120, 70),
        (1100, 110, 90, 90),
        (1190, 160, 130, 64),
        (1330, 120, 100, 80),
        (1430, 170, 150, 70),
        (630, 160, 130, 60),
        (760, 120, 110, 80),
        (870, 140, 110, 60),
    ]
    for x, w, h, r in houses:
        out.append(
            poly([(x, y), (x, y - h), (x + w / 2, y - h - r), (x + w, y - h), (x + w, y)], colour)
        )
    # tower of Philippe le Bon
    out.append(
        rect(1120, y - 330, 70, 330, colour)
        + rect(1112, y - 340, 86, 18, colour)
        + rect(1134, y - 366, 42, 28, colour)
    )
    if spire:
        out.append(
            poly([(372, y), (372, y - 210), (404, y - 420), (436, y - 210), (436, y)], colour)
        )
    return group(*out)


# --- Buildings -----------------------------------------------------------------------------------


def glazed_roof(
    x: float,
    y: float,
    w: float,
    h: float,
    pattern: Pattern,
    *,
    inset: float = 0.14,
    rx: float = 13,
    ry: float = 13,
) -> str:
    """A hipped roof covered with tiles; (x, y) is the left end of the eaves."""
    points = [(x, y), (x + w * inset, y - h), (x + w * (1 - inset), y - h), (x + w, y)]
    ridge = line([(x + w * inset, y - h), (x + w * (1 - inset), y - h)], BLACK, 8)
    return tiled_poly(points, rx, ry, pattern) + ridge + rect(x - 8, y - 4, w + 16, 10, BLACK, 4)


def window(
    x: float,
    y: float,
    w: float,
    h: float,
    *,
    glass: str = GREEN_D,
    frame: str = WHITE,
    shutters: str | None = None,
) -> str:
    """A casement window, (x, y) top left, panes in a cross."""
    out = rect(x - 6, y - 6, w + 12, h + 12, frame) + rect(x, y, w, h, glass)
    out += poly([(x, y), (x + w * 0.6, y), (x, y + h * 0.5)], WHITE, opacity=0.16)
    out += rect(x + w / 2 - 2.5, y, 5, h, frame) + rect(x, y + h * 0.38, w, 5, frame)
    if shutters:
        out += rect(x - 6 - w * 0.5, y - 6, w * 0.45, h + 12, shutters, 2) + rect(
            x + w + 8, y - 6, w * 0.45, h + 12, shutters, 2
        )
    return out


# --- Plants --------------------------------------------------------------------------------------


def leaf(
    x: float,
    y: float,
    length: float,
    angle: float,
    colour: str,
    dark: str | None = None,
    fat: float = 0.34,
) -> str:
    """A lozenge leaf growing from (x, y); 0 points right, -90 up."""
    w = length * fat
    body = poly([(0, 0), (length * 0.45, -w), (length, 0), (length * 0.45, w)], colour)
    half = poly([(0, 0), (length, 0), (length * 0.45, w)], dark) if dark else ""
    return at(x, y, body, half, rotate=angle)


def sprig(
    x: float, y: float, h: float, colour: str = GREEN, light: str = GREEN_L, pairs: int = 3
) -> str:
    """An upright stem with pairs of lozenge leaves."""
    out = line([(x, y), (x, y - h * 0.8)], GREEN_D, max(4, h * 0.025))
    for k in range(pairs):
        yy = y - h * (0.2 + 0.55 * k / max(1, pairs - 1) * 0.95)
        size = h * (0.42 - 0.07 * k)
        out += leaf(x, yy, size, -38, colour, GREEN_D) + leaf(x, yy, size, -142, light, colour)
    return out + leaf(x, y - h * 0.76, h * 0.3, -90, colour, GREEN_D)


def pot(x: float, y: float, w: float, h: float, colour: str = BRICK, dark: str = BRICK_D) -> str:
    """A flower pot standing at (x, y), tiled lip."""
    return (
        poly([(x - w / 2, y - h), (x + w / 2, y - h), (x + w * 0.36, y), (x - w * 0.36, y)], colour)
        + poly(
            [(x + w * 0.1, y - h), (x + w / 2, y - h), (x + w * 0.36, y), (x + w * 0.1, y)], dark
        )
        + rect(x - w * 0.56, y - h - h * 0.1, w * 1.12, h * 0.24, colour, 4)
        + rect(x + w * 0.1, y - h - h * 0.1, w * 0.46, h * 0.24, dark, 4)
    )


def bush(x: float, y: float, r: float, colour: str = GREEN_L) -> str:
    """A rounded bush, cut flat by the ground."""
    return clip(
        rect(x - 3 * r, y - 3 * r, 6 * r, 3 * r, "#000"),
        circle(x, y - r * 0.3, r, colour),
        circle(x - r * 0.9, y, r * 0.7, colour),
        circle(x + r * 0.9, y, r * 0.7, colour),
    )


def poplar(x: float, y: float, h: float, colour: str = GREEN, dark: str = GREEN_D) -> str:
    """A tree whose crown is a tall lozenge."""
    return (
        rect(x - h * 0.02, y - h * 0.3, h * 0.04, h * 0.3, BLACK)
        + loz(x, y - h * 0.58, h * 0.19, h * 0.42, colour)
        + poly([(x, y - h), (x + h * 0.19, y - h * 0.58), (x, y - h * 0.16)], dark)
    )


# --- People --------------------------------------------------------------------------------------

Limb = tuple[Point, Point]


def person(
    x: float,
    y: float,
    h: float,
    *,
    skin: int = 0,
    hair: int = 0,
    style: str = "short",
    top: str = OCHRE,
    bottom: str = BLACK,
    shoes: str = BLACK,
    face: float = 0,
    lean: float = 0,
    left: Limb = ((-0.92, 4.55), (-0.8, 3.55)),
    right: Limb = ((0.92, 4.55), (0.8, 3.55)),
    legs: tuple[Limb, Limb] = (((-0.3, 1.8), (-0.32, 0.15)), ((0.3, 1.8), (0.32, 0.15))),
    hip: Point = (0, 3.45),
    sleeves: str = "long",
    skirt: bool = False,
    front: str = "both",
    badge: bool = False,
    only: str = "all",
    trim: str | None = None,
    held: str = "",
) -> str:
    """A figure standing at (x, y), h tall. Joints are in heads: x to the right, y up from the ground.

    `left` and `right` are the arms as seen (elbow, hand); `front` says which arms pass before the
    torso ("both", "left", "right", "none"); `only="bust"` leaves the legs out; `held` is drawn after
    the back arm and before the front one.
    """
    u = h / 7.2
    tone, mane = SKIN[skin], HAIR[hair]

    def p(point: Point) -> Point:
        return x + point[0] * u, y - point[1] * u

    hx, hy = hip
    sh = hy + 2.2  # shoulder height
    sx = hx + lean

    def arm(side: int, limb: Limb) -> str:
        start = p((sx + side * 0.56, sh - 0.08))
        pts = [start, p(limb[0]), p(limb[1])]
        if sleeves == "long":
            out = line(pts, top, 0.44 * u)
        else:
            mid = (
                start[0] + (pts[1][0] - start[0]) * 0.75,
                start[1] + (pts[1][1] - start[1]) * 0.75,
            )
            out = line(pts, tone, 0.33 * u) + line([start, mid], top, 0.46 * u)
        ex, ey = pts[1]
        qx, qy = pts[2]
        dx, dy = qx - ex, qy - ey
        length = max(1.0, (dx * dx + dy * dy) ** 0.5)
        hand = (qx + dx / length * 0.16 * u, qy + dy / length * 0.16 * u)
        out = line([pts[2], hand], tone, 0.3 * u) + (
            out if sleeves == "long" else out + circle(*hand, 0.19 * u, tone)
        )
        if sleeves == "long":
            out += circle(hand[0], hand[1], 0.18 * u, tone)
            if trim:
                out += line(
                    [(qx - dx / length * 0.05 * u, qy - dy / length * 0.05 * u), pts[2]],
                    trim,
                    0.45 * u,
                    "butt",
                )
        return out

    out = ""
    arms = {"left": arm(-1, left), "right": arm(1, right)}
    back = {"both": (), "left": ("right",), "right": ("left",), "none": ("left", "right")}[front]
    for name in back:
        out += arms[name]
    head_x, head_y = p((sx + 0.06 * face + lean * 0.25, sh + 0.86))
    r = 0.44 * u
    # hair behind the head
    bx = head_x - face * 0.12 * u
    if style == "bob":
        out += path(
            f"M{n(bx - 1.22 * r)} {n(head_y + 1.0 * r)}V{n(head_y)}A{n(1.22 * r)} {n(1.25 * r)} 0 0 1 {n(bx + 1.22 * r)} {n(head_y)}V{n(head_y + 1.0 * r)}Z",
            mane,
            stroke=mane,
            stroke_width=n(0.1 * u),
            stroke_linejoin="round",
        )
    elif style == "long":
        out += path(
            f"M{n(bx - 1.2 * r)} {n(head_y + 2.3 * r)}V{n(head_y)}A{n(1.2 * r)} {n(1.25 * r)} 0 0 1 {n(bx + 1.2 * r)} {n(head_y)}V{n(head_y + 2.3 * r)}Z",
            mane,
            stroke=mane,
            stroke_width=n(0.14 * u),
            stroke_linejoin="round",
        )
    elif style == "curly":
        for dx, dy, k in (
            (-1, -0.1, 0.6),
            (-0.85, -0.75, 0.62),
            (-0.3, -1.1, 0.62),
            (0.35, -1.1, 0.62),
            (0.85, -0.7, 0.62),
            (1, -0.05, 0.58),
            (0, -0.6, 0.9),
        ):
            out += circle(bx + dx * r, head_y + dy * r, k * r, mane)
    elif style == "bun":
        out += circle(bx - face * 0.75 * r, head_y - 1.28 * r, 0.52 * r, mane)
    elif style == "tail":
        out += curve(
            f"M{n(bx - face * r * 0.8)} {n(head_y - 0.5 * r)}Q{n(bx - face * r * 2.2)} {n(head_y - 0.2 * r)} {n(bx - face * r * 1.9)} {n(head_y + 1.4 * r)}",
            mane,
            0.3 * u,
        )
    # legs
    if only == "all":
        for side, limb in zip((-1, 1), legs, strict=True):
            pts = [p((hx + side * 0.28, hy - 0.05)), p(limb[0]), p(limb[1])]
            fx, fy = pts[2]
            toe = 1 if face > 0 else -1 if face < 0 else side * 0.6
            out += path(
                f"M{n(fx - 0.24 * u)} {n(fy + 0.15 * u)}v{n(-0.26 * u)}h{n(0.48 * u)}l{n(0.0)} {n(0.06 * u)}q{n(0.16 * u)} {n(0.02 * u)} {n(0.2 * u)} {n(0.2 * u)}z"
                if toe > 0
                else f"M{n(fx + 0.24 * u)} {n(fy + 0.15 * u)}v{n(-0.26 * u)}h{n(-0.48 * u)}v{n(0.06 * u)}q{n(-0.16 * u)} {n(0.02 * u)} {n(-0.2 * u)} {n(0.2 * u)}z",
                shoes,
            )
            if skirt:
                out += line([pts[1], pts[2]], tone, 0.3 * u)
            else:
                out += line(pts, bottom, 0.58 * u, "butt") + circle(*pts[0], 0.29 * u, bottom)
        if skirt:
            kx = (legs[0][0][0] + legs[1][0][0]) / 2
            out += poly(
                [
                    p((hx - 0.5, hy + 0.35)),
                    p((hx + 0.5, hy + 0.35)),
                    p((kx + 0.95, hy - 2.05)),
                    p((kx - 0.95, hy - 2.05)),
                ],
                bottom,
                stroke=bottom,
                stroke_width=n(0.12 * u),
                stroke_linejoin="round",
            )
        else:
            out += poly(
                [
                    p((hx - 0.57, hy + 0.3)),
                    p((hx + 0.57, hy + 0.3)),
                    p((hx + 0.57, hy - 0.15)),
                    p((hx - 0.57, hy - 0.15)),
                ],
                bottom,
            )
    # neck, torso
    out += line([(head_x, head_y), p((sx, sh + 0.05))], tone, 0.34 * u)
    a, b = p((sx - 0.78, sh - 0.1)), p((sx + 0.78, sh - 0.1))
    c, d = p((hx + 0.58, hy - 0.05)), p((hx - 0.58, hy - 0.05))
    e, f = p((sx + 0.24, sh + 0.32)), p((sx - 0.24, sh + 0.32))
    out += path(
        f"M{n(a[0])} {n(a[1])}C{n(a[0])} {n(a[1] - 0.36 * u)} {n(f[0] - 0.1 * u)} {n(f[1] + 0.06 * u)} {n(f[0])} {n(f[1])}"
        f"Q{n((e[0] + f[0]) / 2)} {n(f[1] + 0.26 * u)} {n(e[0])} {n(e[1])}"
        f"C{n(e[0] + 0.1 * u)} {n(e[1] + 0.06 * u)} {n(b[0])} {n(b[1] - 0.36 * u)} {n(b[0])} {n(b[1])}"
        f"L{n(c[0])} {n(c[1])}L{n(d[0])} {n(d[1])}Z",
        top,
    )
    if trim:
        qx, qy = p((sx, sh - 0.75))
        out += loz(qx, qy, 0.34 * u, 0.42 * u, trim)
    if badge:
        qx, qy = p((sx + 0.28, sh - 0.75))
        out += (
            line([p((sx - 0.2, sh + 0.25)), (qx, qy)], WHITE, 0.07 * u)
            + rect(qx - 0.17 * u, qy, 0.34 * u, 0.42 * u, WHITE, 3)
            + loz(qx, qy + 0.21 * u, 0.1 * u, 0.13 * u, BRICK)
        )
    # head
    out += ellipse(head_x, head_y, r * 0.93, r * 1.08, tone)
    ear = -1 if face > 0 else 1
    if face and style in ("short", "bun", "crop", "tail"):
        out += circle(head_x + ear * r * 0.5, head_y + r * 0.15, r * 0.2, tone)
    top_y = head_y - r * 1.16
    lx, rx_ = head_x - r * 1.0, head_x + r * 1.0
    if style == "back":
        out += ellipse(head_x, head_y - r * 0.08, r * 1.02, r * 1.08, mane)
    elif style != "bald":
        fringe = head_x + face * r * 0.5
        low_l = head_y + r * (0.28 if face > 0 else -0.1 if face < 0 else 0.05)
        low_r = head_y + r * (0.28 if face < 0 else -0.1 if face > 0 else 0.05)
        out += path(
            f"M{n(lx)} {n(low_l)}C{n(lx - r * 0.05)} {n(top_y - r * 0.42)} {n(rx_ + r * 0.05)} {n(top_y - r * 0.42)} {n(rx_)} {n(low_r)}"
            f"Q{n(rx_ - r * 0.15)} {n(head_y - r * 0.42)} {n(fringe + r * 0.1)} {n(head_y - r * 0.5)}"
            f"Q{n(lx + r * 0.3)} {n(head_y - r * 0.42)} {n(lx)} {n(low_l)}Z",
            mane,
        )
    if style == "beard" or style == "bald":
        out += path(
            f"M{n(head_x - r * 0.93)} {n(head_y + r * 0.1)}Q{n(head_x - r * 0.9)} {n(head_y + r * 1.3)} {n(head_x)} {n(head_y + r * 1.25)}Q{n(head_x + r * 0.9)} {n(head_y + r * 1.3)} {n(head_x + r * 0.93)} {n(head_y + r * 0.1)}Q{n(head_x)} {n(head_y + r * 0.75)} {n(head_x - r * 0.93)} {n(head_y + r * 0.1)}Z",
            mane,
        )
    out += held
    for name in ("left", "right"):
        if name not in back:
            out += arms[name]
    return out
