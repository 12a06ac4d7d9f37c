"""Scenes: governance, objects that measure and write, words."""

from __future__ import annotations

import math

from studio.draw import (
    Point,
    at,
    circle,
    clip,
    curve,
    ellipse,
    line,
    loz,
    n,
    path,
    poly,
    rect,
    ring,
)
from studio.motifs import (
    H,
    W,
    edge,
    frieze,
    glazed,
    leaf,
    nested,
    person,
    pot,
    rings,
    sprig,
    stage,
    tiled_poly,
    tiles,
)
from studio.palette import (
    BLACK,
    BRICK,
    BRICK_D,
    BRICK_L,
    EARTH,
    GREEN,
    GREEN_D,
    GREEN_L,
    GREEN_M,
    GREY,
    OCHRE,
    OCHRE_D,
    OCHRE_L,
    PAPER,
    SAND,
    SKIN,
    STONE,
    TINT,
    TINT_2,
    WATER,
    WATER_L,
    WHITE,
    WOOD,
    WOOD_D,
)


def hand(
    x: float,
    y: float,
    skin: str,
    sleeve: str,
    cuff: str,
    *,
    scale: float = 1,
    rotate: float = 0,
    flip: bool = False,
    thumb: bool = True,
    closed: bool = False,
    palm: bool = True,
    length: float = 620,
) -> str:
    """A raised hand seen from the palm; (x, y) is the wrist."""
    out = rect(-40, -20, 80, 130, skin, 20)
    if closed:
        out += rect(-48, -104, 96, 108, skin, 34)
        out += "".join(
            line([(-30 + 20 * k, -86), (-30 + 20 * k, -52)], BLACK, 3, opacity=0.18)
            for k in range(4)
        )
    else:
        out += rect(-46, -108, 92, 120, skin, 32)
        for a, b in (
            ((-33, -84), (-44, -164)),
            ((-11, -92), (-15, -190)),
            ((12, -92), (14, -186)),
            ((34, -84), (42, -158)),
        ):
            out += line([a, b], skin, 23)
        if palm:
            out += curve("M-24 -30Q0 -46 26 -34", BLACK, 3, opacity=0.18)
    if thumb:
        out += line([(34, -26), (72, -84)], skin, 26)
    out += poly([(-58, 74), (58, 74), (74, length), (-74, length)], sleeve) + poly(
        [(22, 74), (58, 74), (74, length), (30, length)], BLACK, opacity=0.14
    )
    out += rect(-64, 62, 128, 34, cuff, 8)
    return at(x, y, out, scale=scale, rotate=rotate, flip=flip)


def table_ronde() -> str:
    """People of several trades round a table of marquetry."""
    out = stage(1)
    cx, cy, rx, ry = 800, 560, 470, 176
    back = [
        (452, 508, 1, {"skin": 2, "hair": 0, "style": "curly", "top": GREEN}),
        (634, 452, 1, {"skin": 0, "hair": 3, "style": "short", "top": OCHRE_L}),
        (800, 436, 0, {"skin": 3, "hair": 0, "style": "short", "top": BRICK}),
        (966, 452, -1, {"skin": 0, "hair": 4, "style": "bob", "top": OCHRE}),
        (1148, 508, -1, {"skin": 1, "hair": 1, "style": "beard", "top": GREEN_L}),
    ]
    for x, hip, face, look in back:
        h = 560
        out += person(
            x,
            hip + 250,
            h,
            only="bust",
            face=face * 0.7,
            left=((-0.95, 4.7), (-0.6, 3.9)),
            right=((0.95, 4.7), (0.6, 3.9)),
            **look,
        )
    # table
    out += path(f"M{cx - rx} {cy}V{cy + 34}A{rx} {ry} 0 0 0 {cx + rx} {cy + 34}V{cy}Z", WOOD_D)
    out += poly([(740, 730), (860, 730), (890, 846), (710, 846)], BLACK)
    out += ellipse(cx, cy, rx, ry, WOOD)
    out += tiles(
        ellipse(cx, cy, rx - 34, ry - 14, "#000"),
        (cx - rx, cy - 8 * 18, 2 * rx, 2 * ry),
        42,
        18,
        nested(BRICK, OCHRE, PAPER, SAND, OCHRE_L, SAND, PAPER, OCHRE_L, SAND, row=8),
    )
    # hands and papers on the table
    for x, y, skin, sleeve in (
        (452, 508, 2, GREEN),
        (634, 452, 0, OCHRE_L),
        (800, 436, 3, BRICK),
        (966, 452, 0, OCHRE),
        (1148, 508, 1, GREEN_L),
    ):
        for side in (-1, 1):
            out += line([(x + side * 58, y - 20), (x + side * 30, y + 22)], sleeve, 34) + circle(
                x + side * 24, y + 30, 16, SKIN[skin]
            )
    out += (
        poly([(560, 560), (680, 556), (690, 606), (556, 612)], WHITE)
        + line([(580, 574), (660, 571)], STONE, 6)
        + line([(580, 590), (640, 588)], STONE, 6)
    )
    out += poly([(930, 540), (1030, 546), (1030, 590), (924, 582)], WHITE) + loz(
        978, 564, 18, 12, BRICK
    )
    out += ellipse(800, 640, 34, 14, WHITE) + ellipse(800, 634, 24, 10, BLACK)
    # from behind
    for x, look in (
        (520, {"skin": 1, "hair": 2, "top": BRICK, "style": "back"}),
        (1080, {"skin": 3, "hair": 0, "top": GREEN_D, "style": "back"}),
    ):
        out += person(
            x,
            1080,
            640,
            only="bust",
            left=((-0.95, 4.6), (-0.7, 4.3)),
            right=((0.95, 4.6), (0.7, 4.3)),
            **look,
        )
        out += (
            rect(x - 92, 690, 184, 200, WOOD, 30)
            + rect(x + 40, 690, 52, 200, WOOD_D, 30)
            + loz(x, 770, 48, 58, OCHRE)
            + loz(x, 770, 24, 29, BRICK)
        )
    return out + edge(1)


def iso(cx: float, cy: float, rx: float, ry: float):
    """Map the unit square to a lozenge; (0, 0) is its top."""

    def at_(u: float, v: float, z: float = 0) -> Point:
        return cx + (u - v) * rx, cy + (u + v - 1) * ry - z

    return at_


def pawn(x: float, y: float, colour: str, dark: str, s: float = 1) -> str:
    """A pawn standing at (x, y)."""
    return at(
        x,
        y,
        loz(10, 4, 56, 16, BLACK, opacity=0.18),
        path("M-40 0Q-40 -22 -26 -30L-14 -92H14L26 -30Q40 -22 40 0Q0 22 -40 0Z", colour),
        path("M10 12Q40 8 40 0Q40 -22 26 -30L14 -92H6Z", dark),
        rect(-22, -100, 44, 14, dark, 7),
        circle(0, -122, 32, colour),
        path("M6 -153A32 32 0 0 1 6 -91Q26 -122 6 -153Z", dark),
        circle(-11, -132, 7, WHITE, opacity=0.5),
        scale=s,
    )


def die(x: float, y: float, a: float) -> str:
    """A die seen from a corner."""
    h = a * 1.1
    top = [(x, y - h - a * 0.5), (x + a, y - h), (x, y - h + a * 0.5), (x - a, y - h)]
    out = (
        poly(top, WHITE)
        + poly([(x - a, y - h), (x, y - h + a * 0.5), (x, y + a * 0.5), (x - a, y)], SAND)
        + poly([(x, y - h + a * 0.5), (x + a, y - h), (x + a, y), (x, y + a * 0.5)], STONE)
    )
    for dx in (-0.42, 0, 0.42):
        out += ellipse(x + dx * a, y - h + 0, a * 0.13, a * 0.075, BRICK)
    for du, dv in ((0.28, 0.3), (0.72, 0.75)):
        out += ellipse(x - a + du * a, y - h + a * 0.5 * du + dv * h, a * 0.1, a * 0.13, BLACK)
    out += ellipse(x + a * 0.5, y - h + a * 0.25 + 0.5 * h, a * 0.1, a * 0.13, BLACK)
    return out


def jeu() -> str:
    """A board game whose board is a lozenge: path, pawns, cards, die."""
    out = stage(1, ground=640)
    cx, cy, rx, ry = 800, 500, 600, 300
    f = iso(cx, cy, rx, ry)
    out += loz(cx, cy + 60, rx + 20, ry + 10, STONE)
    out += poly([f(0, 1), f(1, 1), f(1, 0), f(1, 0, -30), f(1, 1, -30), f(0, 1, -30)], BLACK)
    out += poly([f(0, 0), f(1, 0), f(1, 1), f(0, 1)], PAPER)
    k = 8
    m = 0.006
    cells = (
        [(i, 0) for i in range(k)]
        + [(k - 1, j) for j in range(1, k)]
        + [(i, k - 1) for i in range(k - 2, -1, -1)]
        + [(0, j) for j in range(k - 2, 0, -1)]
    )
    for q, (i, j) in enumerate(cells):
        u0, v0, u1, v1 = i / k + m, j / k + m, (i + 1) / k - m, (j + 1) / k - m
        corner = (i in (0, k - 1)) and (j in (0, k - 1))
        colour = BLACK if corner else (OCHRE, TINT_2[1], BRICK, TINT_2[2], GREEN, TINT_2[3])[q % 6]
        out += poly([f(u0, v0), f(u1, v0), f(u1, v1), f(u0, v1)], colour)
        if corner or q % 2 == 0:
            x, y = f((u0 + u1) / 2, (v0 + v1) / 2)
            out += loz(x, y, 30, 15, OCHRE if corner else PAPER, opacity=1 if corner else 0.75)
    a = 1 / k + 0.02
    out += poly([f(a, a), f(1 - a, a), f(1 - a, 1 - a), f(a, 1 - a)], TINT[1])
    # heart of the board
    out += tiles(
        loz(cx, cy, 250, 125, "#000"),
        (cx - 260, cy - 12 * 12.5, 520, 420),
        25,
        12.5,
        nested(BRICK, OCHRE, BLACK, OCHRE, GREEN, GREEN_L, row=12),
    )
    # cards on the board, left and right
    for x, y, c in ((420, 500, GREEN), (1180, 500, BRICK)):
        for z in range(5):
            out += loz(x, y - z * 6, 88, 44, c if z == 4 else (WHITE if z % 2 else STONE))
        out += loz(x, y - 24, 50, 25, OCHRE) + loz(x, y - 24, 24, 12, c)
    out += pawn(*f(0.56, 0.06), BRICK, BRICK_D, 1.05)
    out += pawn(*f(0.06, 0.42), GREEN, GREEN_D, 1.05)
    out += pawn(*f(0.94, 0.68), OCHRE, OCHRE_D, 1.3)
    out += pawn(*f(0.62, 0.94), BLACK, "#000000", 1.3)
    out += loz(812, 520, 70, 20, BLACK, opacity=0.16) + die(800, 496, 48)
    return out + edge(1)


def cahier_charte() -> str:
    """An open charter, its articles as lozenges, a pen that signs."""
    out = stage(1, ground=560, floor=WOOD)
    out += rect(0, 560, W, 16, WOOD_D) + "".join(
        line([(x, 640 + (x * 7) % 60), (x + 260, 640 + (x * 7) % 60)], WOOD_D, 4, opacity=0.5)
        for x in range(-60, 1600, 330)
    )
    # cover
    out += path(
        "M250 236Q250 216 270 216H1330Q1350 216 1350 236V770Q1350 790 1330 790H270Q250 790 250 770Z",
        BRICK_D,
    )
    for dx in (14, 7, 0):
        out += path(
            f"M{276 - dx} {760 - dx}V{196 - dx}Q540 {150 - dx} 800 {216 - dx}Q1060 {150 - dx} {1324 + dx} {196 - dx}V{760 - dx}Q1060 {716 - dx} 800 {776 - dx}Q540 {716 - dx} {276 - dx} {760 - dx}Z",
            STONE if dx else WHITE,
        )
    out += path("M800 216Q840 200 880 192V744Q840 758 800 776Z", STONE, opacity=0.55)
    # left page: articles
    rows = [(300, OCHRE), (398, BRICK), (496, GREEN), (594, BLACK)]
    for k, (y, c) in enumerate(rows):
        dy = -14
        out += glazed(356, y + dy, 30, 36, c)
        for q, w in enumerate((330, 290) if k != 2 else (350, 220)):
            out += line(
                [(416, y + dy - 12 + q * 30), (416 + w, y + dy - 12 + q * 30 + 6)],
                GREY if q == 0 else STONE,
                11,
            )
    # right page: roof, lines, signature
    out += (
        tiled_poly(
            [(950, 330), (1010, 234), (1180, 234), (1240, 330)],
            15,
            16,
            rings(OCHRE, BRICK, GREEN, BLACK, OCHRE),
        )
        + line([(1010, 234), (1180, 234)], BLACK, 6)
        + line([(938, 332), (1252, 332)], BLACK, 8)
    )
    for k, w in enumerate((330, 350, 300)):
        out += line([(930, 400 + k * 42), (930 + w, 392 + k * 42)], STONE, 11)
    out += line([(930, 650), (1160, 644)], GREY, 4)
    out += curve(
        "M946 628C970 560 1000 560 992 610C988 640 1020 590 1034 596C1046 604 1030 636 1054 622C1074 606 1080 596 1092 604C1104 616 1116 616 1132 600",
        BLACK,
        7,
    )
    # seal
    out += (
        poly([(1212, 640), (1196, 740), (1228, 716), (1250, 744), (1254, 640)], BRICK_D)
        + glazed(1234, 616, 62, 72, BRICK)
        + loz(1234, 616, 34, 40, OCHRE)
        + loz(1234, 616, 15, 18, BRICK_D)
    )
    # pen
    pen = (
        poly([(0, 0), (-13, -56), (13, -56)], STONE)
        + poly([(-3, -4), (0, 0), (3, -4), (5, -22), (-5, -22)], BLACK)
        + rect(-19, -92, 38, 40, BLACK, 6)
        + poly([(-19, -92), (19, -92), (25, -330), (-25, -330)], GREEN)
        + poly([(6, -92), (19, -92), (25, -330), (8, -330)], GREEN_D)
        + rect(-26, -344, 52, 22, OCHRE, 6)
        + path("M-24 -344H24L16 -410Q0 -422 -16 -410Z", GREEN)
        + rect(18, -400, 10, 120, OCHRE, 5)
    )
    out += at(1132, 600, pen, rotate=38)
    # ribbon bookmark
    out += poly([(790, 776), (814, 770), (818, 846), (803, 830), (788, 846)], BRICK)
    return out + edge(1)


def main_levee() -> str:
    """Raised hands; one of them holds a glazed tile."""
    out = stage(1, ground=900)
    out += hand(320, 560, SKIN[1], GREEN, OCHRE, scale=0.92, rotate=-9)
    out += hand(1290, 540, SKIN[2], OCHRE, BRICK, scale=0.94, rotate=9, flip=True)
    out += hand(1050, 430, SKIN[0], GREEN_D, GREEN_L, scale=1.04, rotate=4)
    out += hand(540, 420, SKIN[3], BRICK, PAPER, scale=1.06, rotate=-4, flip=True)
    # the tile
    out += at(
        790,
        196,
        glazed(0, 0, 132, 156, OCHRE),
        loz(0, 0, 88, 104, BLACK),
        loz(0, 0, 64, 76, OCHRE),
        loz(0, 0, 34, 40, BRICK),
        rotate=5,
    )
    out += hand(800, 450, SKIN[2], BLACK, OCHRE_L, scale=1.16, closed=True, thumb=False)
    out += line([(772, 376), (772, 330)], SKIN[2], 28) + line([(800, 372), (802, 322)], SKIN[2], 28)
    out += line([(838, 392), (838, 356)], SKIN[2], 28)
    return out + edge(1)


def polar(cx: float, cy: float, r: float, degrees: float) -> Point:
    """A point on a circle; degrees clockwise from the right."""
    a = math.radians(degrees)
    return cx + r * math.cos(a), cy + r * math.sin(a)


def sector(cx: float, cy: float, r0: float, r1: float, a0: float, a1: float, fill: str) -> str:
    """A piece of a ring."""
    big = 1 if a1 - a0 > 180 else 0
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (
        polar(cx, cy, r1, a0),
        polar(cx, cy, r1, a1),
        polar(cx, cy, r0, a1),
        polar(cx, cy, r0, a0),
    )
    return path(
        f"M{n(x0)} {n(y0)}A{r1} {r1} 0 {big} 1 {n(x1)} {n(y1)}L{n(x2)} {n(y2)}A{r0} {r0} 0 {big} 0 {n(x3)} {n(y3)}Z",
        fill,
    )


SCALE = ((0, 33), (33, 44), (44, 60), (60, 80), (80, 100))


def needle_angle(value: float) -> float:
    """0 is at the lower left, 100 at the lower right."""
    return 135 + 270 * value / 100


def dial(cx: float, cy: float, r: float, value: float, reference: float) -> str:
    """A barometer's face: five unequal steps, the reference hand, the needle."""
    out = (
        circle(cx, cy, r, OCHRE_D)
        + circle(cx, cy, r - 10, OCHRE)
        + path(
            f"M{cx - r + 10} {cy}A{r - 10} {r - 10} 0 0 1 {cx + r - 10} {cy}Z", OCHRE_L, opacity=0.7
        )
        + circle(cx, cy, r - 44, WHITE)
    )
    for (a, b), c in zip(SCALE, (STONE, OCHRE_L, OCHRE, GREEN_L, GREEN), strict=True):
        out += sector(cx, cy, r - 118, r - 66, needle_angle(a) + 0.8, needle_angle(b) - 0.8, c)
    for v in range(0, 101, 5):
        a = needle_angle(v)
        out += line(
            [polar(cx, cy, r - 132, a), polar(cx, cy, r - 132 - (24 if v % 10 == 0 else 12), a)],
            BLACK,
            4 if v % 10 == 0 else 3,
        )
    # reference hand
    a = needle_angle(reference)
    out += line([polar(cx, cy, -40, a), polar(cx, cy, r - 150, a)], OCHRE, 8)
    x, y = polar(cx, cy, r - 168, a)
    out += at(x, y, loz(0, 0, 22, 12, OCHRE), rotate=a)
    # needle
    a = needle_angle(value)
    out += at(
        cx,
        cy,
        poly([(-84, 0), (0, -13), (r - 84, 0), (0, 13)], BLACK),
        poly([(-84, 0), (r - 84, 0), (0, 13)], GREY),
        rotate=a,
    )
    return out + circle(cx, cy, 26, BRICK) + circle(cx, cy, 10, OCHRE_L)


def barometre() -> str:
    """A wall barometer: the reference hand at sixty, the needle just past it."""
    out = stage(1, ground=690)
    out += (
        rect(0, 690, W, 12, OCHRE_D)
        + rect(0, 702, W, 150, TINT_2[1])
        + "".join(
            rect(x, 726, 260, 100, TINT[1]) + loz(x + 130, 776, 64, 34, TINT_2[1])
            for x in range(-92, 1600, 298)
        )
    )
    cx, cy, r = 800, 400, 268
    out += circle(800, 26, 12, BLACK)
    out += line([(800, 26), (700, 140)], GREY, 5) + line([(800, 26), (900, 140)], GREY, 5)
    # the wooden back: a tall lozenge
    out += poly([(800, 60), (1176, 400), (800, 820), (424, 400)], BRICK_D) + poly(
        [(800, 84), (1150, 400), (800, 790), (450, 400)], BRICK
    )
    out += glazed(800, 728, 36, 44, OCHRE, BLACK)
    out += dial(cx, cy, r, 62, 60)
    return out + edge(1)


def medaille() -> str:
    """A medal on a tiled ribbon between two laurels."""
    out = stage(1)
    # laurels
    for side in (-1, 1):
        stem = []
        for k in range(9):
            a = 88 - k * 16.5
            stem.append(
                (
                    800 + side * 372 * math.cos(math.radians(a)),
                    452 + 330 * math.sin(math.radians(a)),
                )
            )
        out += line(stem, GREEN_D, 9)
        for k, (x, y) in enumerate(stem[1:], 1):
            a = 88 - k * 16.5
            direction = a - 90
            size = 108 - k * 4
            ang1, ang2 = direction - 34, direction + 34
            if side > 0:
                out += leaf(x, y, size, ang1, GREEN_L, GREEN) + leaf(
                    x, y, size, ang2, GREEN, GREEN_D
                )
            else:
                out += leaf(x, y, size, 180 - ang1, GREEN_L, GREEN) + leaf(
                    x, y, size, 180 - ang2, GREEN, GREEN_D
                )
    # ribbon
    for points, pat in (
        ([(590, 30), (720, 30), (860, 330), (760, 380)], rings(OCHRE, BRICK, BRICK_D)),
        ([(1010, 30), (880, 30), (740, 330), (840, 380)], rings(OCHRE, BRICK, BRICK_D)),
    ):
        out += tiled_poly(points, 26, 28, pat)
    out += poly([(590, 30), (612, 30), (772, 374), (760, 380)], BLACK) + poly(
        [(1010, 30), (988, 30), (828, 374), (840, 380)], BLACK
    )
    out += rect(752, 356, 96, 40, OCHRE_D, 12)
    # medal
    cx, cy, r = 800, 560, 190
    pts = []
    for k in range(48):
        rr = r if k % 2 else r - 14
        pts.append(polar(cx, cy, rr, k * 7.5))
    out += (
        poly(pts, OCHRE_D)
        + circle(cx, cy, r - 22, OCHRE)
        + path(f"M{cx - 168} {cy}A168 168 0 0 1 {cx + 168} {cy}Z", OCHRE_L)
        + circle(cx, cy, 134, OCHRE_D)
        + circle(cx, cy, 126, PAPER)
    )
    out += tiles(
        loz(cx, cy, 96, 108, "#000"),
        (cx - 96, cy - 8 * 18, 192, 300),
        16,
        18,
        nested(BRICK, OCHRE, BLACK, GREEN, row=8),
    )
    return out + edge(1)


def boussole() -> str:
    """A compass on a map of tiled fields."""
    out = stage(1, ground=520, floor=WOOD)
    # map, folded in four
    xs, top, bot = [230, 515, 800, 1085, 1370], 180, 800

    def fold(k: int) -> float:
        return 36 if k % 2 else 0

    for k in range(4):
        quad = [
            (xs[k], top + fold(k)),
            (xs[k + 1], top + fold(k + 1)),
            (xs[k + 1], bot + fold(k + 1)),
            (xs[k], bot + fold(k)),
        ]
        out += poly([(x + 10, y + 16) for x, y in quad], WOOD_D)
    for k in range(4):
        quad = [
            (xs[k], top + fold(k)),
            (xs[k + 1], top + fold(k + 1)),
            (xs[k + 1], bot + fold(k + 1)),
            (xs[k], bot + fold(k)),
        ]
        out += poly(quad, WHITE if k % 2 == 0 else SAND)
    shape = poly(
        [
            (xs[0], top),
            (xs[1], top + 36),
            (xs[2], top),
            (xs[3], top + 36),
            (xs[4], top),
            (xs[4], bot),
            (xs[3], bot + 36),
            (xs[2], bot),
            (xs[1], bot + 36),
            (xs[0], bot),
        ],
        "#000",
    )
    fields = "".join(
        loz(x, y, rx, ry, c)
        for x, y, rx, ry, c in (
            (330, 330, 90, 60, TINT_2[3]),
            (440, 420, 80, 54, TINT_2[1]),
            (300, 470, 70, 50, TINT_2[3]),
            (1220, 360, 100, 66, TINT_2[3]),
            (1310, 470, 90, 60, TINT_2[1]),
            (1180, 700, 110, 70, TINT_2[3]),
            (380, 690, 110, 72, TINT_2[1]),
            (500, 760, 80, 50, TINT_2[3]),
        )
    )
    water = curve("M200 600C340 560 420 640 560 590S760 720 900 700S1180 560 1420 610", WATER, 34)
    road = curve(
        "M360 860C420 700 560 660 640 560S900 300 1060 280S1260 240 1420 180",
        BRICK,
        9,
        stroke_dasharray="4 26",
    )
    out += clip(shape, fields, water, road)
    out += (
        poly([(1246, 196), (1290, 274), (1334, 196)], BRICK)
        + circle(1290, 190, 44, BRICK)
        + loz(1290, 190, 18, 22, PAPER)
    )
    # compass
    cx, cy, r = 800, 452, 250
    out += circle(cx + 12, cy + 20, r, BLACK, opacity=0.18)
    out += ring(cx, cy - r - 44, 40, OCHRE_D, 16) + rect(cx - 30, cy - r - 30, 60, 46, OCHRE, 10)
    out += (
        circle(cx, cy, r, OCHRE_D)
        + circle(cx, cy, r - 12, OCHRE)
        + path(
            f"M{cx - r + 12} {cy}A{r - 12} {r - 12} 0 0 1 {cx + r - 12} {cy}Z", OCHRE_L, opacity=0.7
        )
        + circle(cx, cy, r - 40, PAPER)
    )
    for k in range(72):
        a = k * 5
        out += line(
            [polar(cx, cy, r - 52, a), polar(cx, cy, r - (74 if k % 6 == 0 else 62), a)],
            BLACK,
            4 if k % 6 == 0 else 2,
        )
    for k in range(4):
        out += at(
            cx,
            cy,
            poly([(0, -34), (26, -70), (0, -150), (-26, -70)], TINT_2[1]),
            rotate=45 + 90 * k,
        )
    for k, c in enumerate((BLACK, GREEN, BLACK, GREEN)):
        out += at(
            cx,
            cy,
            poly([(0, 0), (38, -46), (0, -172), (-38, -46)], c),
            poly([(0, 0), (38, -46), (0, -172)], WHITE, opacity=0.16),
            rotate=90 * k,
        )
    out += at(
        cx,
        cy,
        poly([(0, -190), (22, 0), (-22, 0)], BRICK),
        poly([(0, -190), (22, 0), (0, 0)], BRICK_D),
        poly([(0, 190), (22, 0), (-22, 0)], WHITE),
        poly([(0, 190), (22, 0), (0, 0)], STONE),
        rotate=28,
    )
    out += circle(cx, cy, 20, OCHRE) + circle(cx, cy, 8, BLACK)
    return out + edge(1)


def calendrier() -> str:
    """A desk calendar whose days are tiles; one of them is ringed."""
    out = stage(1, ground=700)
    out += rect(0, 700, W, 14, OCHRE_D)
    x0, x1, y0, y1 = 440, 1160, 150, 716
    out += poly([(x0 + 20, y1), (x1 - 20, y1), (x1 + 60, y1 + 34), (x0 - 60, y1 + 34)], STONE)
    out += rect(x0 + 12, y0 + 12, x1 - x0, y1 - y0, STONE, 16) + rect(
        x0, y0, x1 - x0, y1 - y0, WHITE, 16
    )
    out += path(
        f"M{x0} {y0 + 130}V{y0 + 16}Q{x0} {y0} {x0 + 16} {y0}H{x1 - 16}Q{x1} {y0} {x1} {y0 + 16}V{y0 + 130}Z",
        BRICK,
    )
    out += frieze(
        x0 + 60,
        y0 + 80,
        600,
        30,
        30,
        (OCHRE, BRICK_D, OCHRE_L, BLACK),
        (BLACK, OCHRE, BRICK, OCHRE),
    )
    for x in range(x0 + 60, x1 - 40, 60):
        out += rect(x - 8, y0 - 32, 16, 56, BLACK, 8)
    marked = {(2, 1): BRICK, (4, 1): OCHRE, (1, 2): GREEN, (5, 3): OCHRE, (3, 2): BRICK}
    for j in range(5):
        for i in range(7):
            if (j == 0 and i < 2) or (j == 4 and i > 4):
                continue
            x, y = x0 + 78 + i * 94, y0 + 186 + j * 86
            c = marked.get((i, j)) or (TINT_2[1] if i < 5 else STONE)
            out += loz(x, y, 32, 34, c)
    mx, my = x0 + 78 + 3 * 94, y0 + 186 + 2 * 86
    out += curve(
        f"M{mx - 54} {my + 8}C{mx - 50} {my - 62} {mx + 48} {my - 66} {mx + 54} {my - 4}C{mx + 58} {my + 62} {mx - 46} {my + 64} {mx - 58} {my + 14}",
        BLACK,
        8,
    )
    # cup of pencils, plant
    out += (
        poly([(1230, 560), (1350, 560), (1340, 716), (1240, 716)], GREEN)
        + poly([(1306, 560), (1350, 560), (1340, 716), (1304, 716)], GREEN_D)
        + frieze(1236, 640, 108, 18, 24, (OCHRE, BRICK, OCHRE), (BLACK, OCHRE_L, BLACK))
    )
    pencils = at(
        1268,
        562,
        rect(-12, -150, 24, 152, OCHRE),
        poly([(-12, -150), (12, -150), (0, -186)], WOOD),
        poly([(-4, -174), (4, -174), (0, -186)], BLACK),
        rotate=-10,
    ) + at(
        1310,
        562,
        rect(-12, -180, 24, 182, BRICK),
        poly([(-12, -180), (12, -180), (0, -216)], WOOD),
        poly([(-4, -204), (4, -204), (0, -216)], BLACK),
        rotate=9,
    )
    out += pencils + poly([(1230, 560), (1350, 560), (1349, 580), (1231, 580)], GREEN_L)
    out += sprig(320, 630, 230, GREEN, GREEN_L, 3) + pot(320, 716, 120, 92, OCHRE, OCHRE_D)
    return out + edge(1)


def bubble(
    x: float, y: float, w: float, h: float, colour: str, tail: int, inside: str, drop: float = 84
) -> str:
    """A speech bubble, its tail to the left (-1) or right (1)."""
    tx = x + tail * w * 0.22
    out = rect(x - w / 2, y - h / 2, w, h, colour, h * 0.3)
    out += poly(
        [(tx - 46, y + h / 2 - 6), (tx + 46, y + h / 2 - 6), (tx + tail * 70, y + h / 2 + drop)],
        colour,
    )
    return out + inside


def bulle() -> str:
    """Two colleagues talk; tiles pass from one bubble to the other."""
    out = stage(1)
    out += bubble(
        590,
        190,
        460,
        220,
        BRICK,
        -1,
        "".join(
            glazed(470 + k * 120, 190, 42, 50, c) for k, c in enumerate((OCHRE, PAPER, OCHRE_L))
        ),
    )
    inner = (
        tiled_poly(
            [(920, 298), (988, 212), (1132, 212), (1200, 298)],
            13,
            13,
            rings(OCHRE, BRICK, BLACK, OCHRE),
        )
        + line([(988, 212), (1132, 212)], PAPER, 8)
        + line([(906, 300), (1214, 300)], PAPER, 10)
    )
    out += bubble(1060, 258, 430, 190, GREEN, 1, inner, 38)
    out += person(
        380,
        1276,
        880,
        only="bust",
        skin=3,
        hair=0,
        style="curly",
        top=OCHRE,
        face=1,
        left=((-0.95, 4.5), (-0.8, 3.7)),
        right=((1.05, 4.5), (1.55, 5.1)),
    )
    out += person(
        1220,
        1276,
        880,
        only="bust",
        skin=0,
        hair=1,
        style="bob",
        top=GREEN_L,
        face=-1,
        left=((-1.05, 4.45), (-1.5, 5.0)),
        right=((0.95, 4.5), (0.8, 3.7)),
    )
    return out + edge(1)


def clavier() -> str:
    """A keyboard seen from above, one key a glazed tile, two hands, a cup."""
    out = rect(0, 0, W, H, PAPER) + loz(800, 400, 780, 470, TINT[2])
    x0, y0, w, h = 330, 190, 940, 380
    out += rect(x0 + 10, y0 + 18, w, h, STONE, 30) + rect(x0, y0, w, h, BLACK, 30)
    u = 62.0

    def key(x: float, y: float, kw: float, c: str) -> str:
        return rect(x, y + 5, kw - 8, u - 8, GREY, 9) + rect(x, y, kw - 8, u - 8, c, 9)

    colours = {(1, 3): OCHRE_L, (2, 7): BRICK_L, (0, 10): GREEN_L, (3, 5): OCHRE_L, (1, 9): WHITE}
    offsets = (0, 30, 46, 76)
    for r in range(4):
        x = x0 + 28
        y = y0 + 28 + r * (u + 5)
        first = u + offsets[r]
        out += key(x, y, first, GREEN if r == 3 else STONE)
        x += first
        count = (12, 12, 11, 10)[r]
        for k in range(count):
            out += key(x, y, u, colours.get((r, k), WHITE))
            x += u
        rest = x0 + w - 20 - x
        if r != 1:
            out += key(x, y, rest, BRICK if r == 2 else STONE)
        else:
            out += key(x, y, rest, STONE)
    y = y0 + 28 + 4 * (u + 5)
    x = x0 + 28
    for k, kw in enumerate((92, 78, 78, 400, 78, 78, 88)):
        out += key(x, y, kw, WHITE if k == 3 else STONE)
        x += kw
    for sx, flip in ((590, False), (1010, True)):
        out += hand(
            sx,
            700,
            SKIN[1],
            GREEN,
            OCHRE,
            scale=1.0,
            rotate=8 if not flip else -8,
            flip=flip,
            palm=False,
            length=520,
        )
    # cup seen from above, notebook
    out += (
        circle(1402, 300, 92, WHITE)
        + ring(1402, 300, 92, TINT_2[2], 8)
        + circle(1402, 300, 64, BRICK)
        + circle(1402, 300, 52, EARTH)
        + path(
            "M1366 290A40 40 0 0 1 1420 264",
            "none",
            stroke=WOOD,
            stroke_width=8,
            stroke_linecap="round",
        )
        + at(1402, 300, rect(56, -13, 54, 26, BRICK, 12), rotate=40)
    )
    out += at(
        180,
        360,
        rect(-96, -130, 192, 260, OCHRE, 10)
        + rect(-96, -130, 34, 260, OCHRE_D, 8)
        + tiles(
            loz(22, 0, 56, 72, "#000"),
            (-34, -72, 112, 144),
            14,
            18,
            rings(BLACK, OCHRE_L, BRICK, OCHRE_L, BLACK),
        ),
        rotate=-8,
    )
    return out + edge(2)


def goutte() -> str:
    """A tap, a large drop with the roofs in it, ripples of lozenges."""
    out = stage(3, ground=690, floor=WATER_L)
    # ripples
    for rx, ry, c in ((520, 66, WATER), (400, 50, WATER_L), (280, 34, WATER), (150, 18, WHITE)):
        out += loz(800, 770, rx, ry, c)
    # tap
    out += (
        rect(200, 62, 60, 160, GREY, 8)
        + rect(236, 96, 420, 74, STONE, 14)
        + rect(236, 140, 420, 30, GREY, 14, opacity=0.5)
    )
    out += (
        path("M640 96H742Q836 96 836 190V236H756V200Q756 170 726 170H640Z", STONE)
        + path("M756 200V236H836V190Q836 180 834 170L756 190Z", GREY, opacity=0.5)
        + rect(744, 226, 104, 30, BLACK, 8)
    )
    out += (
        rect(420, 60, 76, 50, GREY, 8)
        + rect(446, 22, 24, 50, BLACK)
        + rect(366, 8, 184, 34, BRICK, 17)
        + rect(458, 8, 92, 34, BRICK_D, 17)
        + loz(458, 25, 22, 12, OCHRE)
    )
    # drop
    d = "M800 280C860 380 950 470 950 570A150 150 0 0 1 650 570C650 470 740 380 800 280Z"
    out += path(d, GREEN)
    out += tiles(
        path(d, "#000"),
        (650, 290, 300, 460),
        30,
        35,
        lambda i, j: (GREEN, GREEN_L, GREEN_M, WATER)[(j + (abs(i) // 2)) % 4],
    )
    out += clip(
        path(d, "#000"),
        path(
            "M800 280C900 400 930 500 900 640C880 700 840 730 800 740H1000V280Z",
            GREEN_D,
            opacity=0.28,
        ),
    )
    out += curve("M690 560C692 520 708 486 730 452", WHITE, 16, opacity=0.9) + circle(
        694, 604, 8, WHITE, opacity=0.9
    )
    for x, y, s in ((560, 520, 0.22), (1050, 470, 0.26), (1120, 610, 0.16)):
        out += at(
            x,
            y,
            path("M0 -150C40 -90 90 -40 90 10A90 90 0 0 1 -90 10C-90 -40 -40 -90 0 -150Z", WATER),
            scale=s * 1.6,
        )
    # plants on the bank
    out += (
        sprig(300, 700, 190, GREEN, GREEN_L, 3)
        + sprig(1320, 700, 240, GREEN, GREEN_L, 3)
        + sprig(1230, 700, 140, GREEN_L, WATER, 2)
    )
    return out + edge(3)


SCENES = {
    "table-ronde": table_ronde,
    "jeu": jeu,
    "cahier-charte": cahier_charte,
    "main-levee": main_levee,
    "barometre": barometre,
    "medaille": medaille,
    "boussole": boussole,
    "calendrier": calendrier,
    "bulle": bulle,
    "clavier": clavier,
    "goutte": goutte,
}
