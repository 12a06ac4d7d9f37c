"""Scenes: people, plants, things that are kept."""

from __future__ import annotations

import math
from collections.abc import Collection

from studio.draw import Point, at, circle, clip, curve, ellipse, line, loz, path, poly, rect, ring
from studio.motifs import (
    GROUND,
    bush,
    edge,
    frieze,
    glazed,
    glazed_roof,
    leaf,
    person,
    poplar,
    pot,
    rings,
    shade,
    skyline,
    sprig,
    stage,
    tiled_poly,
    tiles,
    window,
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
    ROSE,
    ROSE_D,
    ROSE_L,
    SAND,
    STONE,
    TINT_2,
    WATER,
    WATER_L,
    WHITE,
    WOOD,
    WOOD_D,
)

STRIDE_R = (((-0.55, 1.85), (-1.0, 0.35)), ((0.5, 1.8), (0.62, 0.15)))
STRIDE_L = (((-0.5, 1.8), (-0.62, 0.15)), ((0.55, 1.85), (1.0, 0.35)))


def ruban_rose() -> str:
    """A large pink ribbon; two women walk on each side."""
    out = stage(2)
    out += shade(800, GROUND + 22, 330)
    w = 104
    out += line([(690, 330), (960, 770)], ROSE_D, w, "butt")
    out += curve("M690 330C620 214 700 100 800 100C900 100 980 214 910 330", ROSE_L, w, "butt")
    out += clip(
        rect(560, 40, 240, 300, "#000"),
        curve("M690 330C620 214 700 100 800 100C900 100 980 214 910 330", ROSE, w, "butt"),
    )
    out += line([(912, 328), (640, 770)], ROSE, w, "butt")
    # tiles along the front strand
    for k in range(7):
        t = 0.1 + k * 0.125
        x, y = 912 + (640 - 912) * t, 328 + (770 - 328) * t
        out += at(x, y, loz(0, 0, 30, 24, ROSE_L), loz(0, 0, 13, 10, BRICK), rotate=121.6)
    out += person(
        390,
        GROUND + 30,
        460,
        skin=2,
        hair=0,
        style="curly",
        top=ROSE,
        bottom=BLACK,
        face=1,
        trim=None,
        badge=False,
        legs=STRIDE_R,
        left=((-0.95, 4.6), (-1.25, 3.8)),
        right=((0.9, 4.5), (1.3, 4.0)),
        front="right",
    )
    out += person(
        1120,
        GROUND + 30,
        450,
        skin=0,
        hair=3,
        style="bob",
        top=BRICK,
        bottom=GREEN_D,
        face=-1,
        legs=STRIDE_L,
        left=((-0.95, 4.5), (-1.3, 4.0)),
        right=((0.95, 4.6), (1.2, 3.8)),
        front="left",
    )
    out += person(
        1280,
        GROUND + 30,
        470,
        skin=1,
        hair=1,
        style="tail",
        top=ROSE_L,
        bottom=BRICK_D,
        face=-1,
        legs=STRIDE_L,
        left=((-0.95, 4.5), (-1.3, 4.0)),
        right=((0.95, 4.6), (1.2, 3.8)),
        front="left",
    )
    return out + edge(2)


def racket(x: float, y: float, angle: float, s: float = 1) -> str:
    """A badminton racket held at (x, y)."""
    head = "".join(
        line([(-34 + 11.3 * k, -212), (-34 + 11.3 * k, -96)], STONE, 2) for k in range(7)
    ) + "".join(line([(-42, -206 + 14 * k), (42, -206 + 14 * k)], STONE, 2) for k in range(9))
    out = clip(ellipse(0, -155, 42, 58, "#000"), head) + ellipse(
        0, -155, 42, 58, "none", stroke=BLACK, stroke_width=8
    )
    out += line([(0, -96), (0, -36)], GREY, 7) + line([(0, -36), (0, 20)], BRICK, 15)
    return at(x, y, out, scale=s, rotate=angle)


def shuttle(x: float, y: float, angle: float, s: float = 1) -> str:
    """A shuttlecock, its cork at (x, y)."""
    out = "".join(
        poly(
            [(0, 0), (-34 + k * 17 - 12, -100), (-34 + k * 17, -118), (-34 + k * 17 + 12, -100)],
            WHITE if k % 2 else SAND,
            stroke=GREY,
            stroke_width=2,
        )
        for k in range(5)
    )
    out += line([(-22, -58), (22, -58)], BRICK, 5)
    out += path("M-20 -4A20 22 0 0 0 20 -4Q0 -14 -20 -4Z", OCHRE) + path(
        "M-22 -2A22 26 0 0 0 22 -2Z", OCHRE
    )
    return at(x, y, out, scale=s, rotate=angle)


def badminton() -> str:
    """Two players, the net, a shuttlecock in flight."""
    out = stage(2, ground=700)
    # court
    out += (
        poly([(120, 846), (300, 712), (1300, 712), (1480, 846)], GREEN)
        + poly(
            [(172, 836), (326, 720), (1274, 720), (1428, 836)], "none", stroke=WHITE, stroke_width=6
        )
        + line([(800, 714), (800, 844)], WHITE, 6)
    )
    # flight
    out += curve("M478 262Q800 60 1090 300", BRICK_L, 6, stroke_dasharray="3 22")
    out += shuttle(838, 168, -82, 1.05)
    # net
    net = "".join(line([(x, 440), (x, 600)], GREY, 2) for x in range(708, 900, 15)) + "".join(
        line([(700, y), (900, y)], GREY, 2) for y in range(450, 600, 15)
    )
    out += clip(poly([(716, 470), (884, 430), (884, 580), (716, 620)], "#000"), net) + poly(
        [(716, 462), (884, 422), (884, 440), (716, 480)], WHITE, stroke=STONE, stroke_width=2
    )
    out += line([(716, 462), (716, 842)], BLACK, 12) + line([(884, 422), (884, 726)], BLACK, 11)
    # players
    y = 800
    out += shade(440, y + 6, 110, GREEN_D, 12) + shade(1160, y - 4, 110, GREEN_D, 12)
    out += racket(566, 392, 38, 1.05)
    out += person(
        430,
        y,
        480,
        skin=2,
        hair=0,
        style="short",
        top=OCHRE,
        bottom=BLACK,
        shoes=WHITE,
        face=1,
        lean=0.2,
        trim=BRICK,
        sleeves="short",
        front="right",
        left=((-1.1, 5.0), (-1.6, 5.4)),
        right=((1.35, 5.55), (1.95, 6.15)),
        legs=(((-0.75, 1.95), (-1.35, 0.3)), ((0.7, 1.9), (0.7, 0.15))),
    )
    out += racket(1066, 420, -32, 1.05)
    out += person(
        1180,
        y - 8,
        460,
        skin=0,
        hair=4,
        style="tail",
        top=BRICK,
        bottom=GREEN_D,
        shoes=WHITE,
        face=-1,
        lean=-0.15,
        trim=OCHRE_L,
        sleeves="short",
        front="left",
        left=((-1.2, 5.3), (-1.75, 5.85)),
        right=((1.15, 4.9), (1.55, 5.5)),
        legs=(((-0.75, 1.9), (-0.8, 0.15)), ((0.7, 1.95), (1.3, 0.3))),
    )
    return out + edge(2)


def hanging_lamp(x: float, y: float, c: str, d: str) -> str:
    """A lamp hanging from the ceiling."""
    return (
        line([(x, 0), (x, y)], BLACK, 4)
        + poly([(x - 18, y), (x + 18, y), (x + 66, y + 66), (x - 66, y + 66)], c)
        + poly([(x + 4, y), (x + 18, y), (x + 66, y + 66), (x + 16, y + 66)], d)
        + path(f"M{x - 26} {y + 66}A26 20 0 0 0 {x + 26} {y + 66}Z", OCHRE_L)
    )


def accueil() -> str:
    """A visitor is welcomed at a tiled counter."""
    out = stage(2)
    # pictures
    out += (
        rect(1180, 190, 170, 210, WHITE)
        + rect(1180, 190, 170, 210, "none", stroke=BRICK_D, stroke_width=10)
        + tiled_poly(
            [(1206, 330), (1236, 262), (1294, 262), (1324, 330)],
            12,
            12,
            rings(OCHRE, BRICK, GREEN, BLACK),
        )
        + rect(1222, 330, 86, 44, SAND)
    )
    out += hanging_lamp(800, 96, GREEN, GREEN_D) + hanging_lamp(1040, 96, BRICK, BRICK_D)
    # the agent
    out += person(
        930,
        770,
        560,
        only="bust",
        skin=3,
        hair=0,
        style="bun",
        top=GREEN,
        face=-1,
        badge=True,
        left=((-1.1, 4.5), (-1.6, 4.2)),
        right=((0.95, 4.4), (0.5, 3.75)),
        front="both",
    )
    # counter
    x0, x1, y0 = 690, 1310, 480
    out += shade(1000, GROUND + 22, 380)
    out += rect(x0, y0 + 30, x1 - x0, GROUND - y0 - 10, WHITE) + tiles(
        rect(x0, y0 + 30, x1 - x0, GROUND - y0 - 10, "#000"),
        (x0, y0 + 30, x1 - x0, 400),
        25.8,
        32,
        rings(OCHRE, BRICK, OCHRE_L, PAPER, BRICK_D),
    )
    out += rect(x1 - 60, y0 + 30, 60, GROUND - y0 - 10, BLACK, opacity=0.14)
    out += rect(x0 - 24, y0, x1 - x0 + 48, 36, WOOD, 8) + rect(
        x0 - 24, y0 + 24, x1 - x0 + 48, 12, WOOD_D, 6
    )
    out += rect(x0 + 6, GROUND + 6, x1 - x0 - 12, 16, BLACK)
    # screen, leaflets, plant
    out += (
        rect(1080, 346, 150, 104, BLACK, 10)
        + rect(1090, 356, 130, 84, GREY, 4)
        + rect(1144, 448, 22, 34, BLACK)
        + rect(1112, 474, 86, 10, BLACK, 5)
    )
    out += (
        poly([(728, 480), (750, 430), (812, 430), (790, 480)], OCHRE)
        + poly([(734, 480), (756, 440), (818, 440), (796, 480)], WHITE)
        + loz(776, 460, 12, 10, BRICK)
    )
    # visitor and child
    out += shade(470, GROUND + 32, 120) + shade(320, GROUND + 32, 70)
    out += person(
        480,
        GROUND + 30,
        560,
        skin=0,
        hair=2,
        style="short",
        top=OCHRE,
        bottom=BLACK,
        face=1,
        right=((0.95, 4.75), (1.6, 5.05)),
        left=((-0.95, 4.4), (-1.2, 3.55)),
        front="right",
    )
    out += person(
        336,
        GROUND + 30,
        330,
        skin=0,
        hair=4,
        style="bob",
        top=BRICK,
        bottom=GREEN,
        face=1,
        right=((0.9, 4.7), (0.75, 5.3)),
        left=((-0.9, 4.5), (-0.8, 3.6)),
        skirt=True,
    )
    out += sprig(1400, GROUND - 60, 300, GREEN, GREEN_L, 3) + pot(
        1400, GROUND + 22, 130, 110, OCHRE, OCHRE_D
    )
    return out + edge(2)


def duo() -> str:
    """Two colleagues at one table, one of them in a wheelchair."""
    out = stage(2)
    out += (
        window(690, 130, 220, 250, glass=WATER_L, frame=WHITE)
        + poly(
            [(690, 380), (690, 320), (740, 280), (790, 330), (840, 290), (910, 350), (910, 380)],
            TINT_2[3],
        )
        + rect(797, 130, 6, 250, WHITE)
        + rect(674, 380, 252, 16, STONE)
    )
    h = 600
    h / 7.2
    yb = GROUND + 30
    # office chair, left
    xa = 440
    out += shade(480, yb + 4, 190) + shade(1120, yb + 4, 200)
    out += (
        line([(xa + 10, 640), (xa + 10, 760)], GREY, 16)
        + line([(xa - 70, 776), (xa + 10, 750), (xa + 90, 776)], GREY, 13)
        + circle(xa - 72, 784, 14, BLACK)
        + circle(xa + 92, 784, 14, BLACK)
        + circle(xa + 10, 786, 14, BLACK)
    )
    out += (
        rect(xa - 80, 612, 180, 34, GREEN_D, 16)
        + rect(xa - 104, 400, 44, 210, GREEN, 20)
        + line([(xa - 70, 600), (xa - 70, 628)], GREEN_D, 20)
    )
    seated_r = (((1.45, 2.35), (1.5, 0.2)), ((1.62, 2.35), (1.85, 0.2)))
    seated_l = (((-1.62, 2.35), (-1.85, 0.45)), ((-1.45, 2.35), (-1.5, 0.45)))
    out += person(
        xa,
        yb,
        h,
        skin=0,
        hair=1,
        style="beard",
        top=BRICK,
        bottom=BLACK,
        shoes=OCHRE_D,
        face=1,
        hip=(0, 2.35),
        lean=0.1,
        front="right",
        legs=seated_r,
        left=((0.1, 3.3), (1.2, 3.2)),
        right=((0.45, 3.15), (1.55, 3.35)),
    )
    # wheelchair, right
    xb = 1160
    chair_back = rect(xb + 66, 420, 26, 230, BLACK, 10) + line(
        [(xb + 80, 430), (xb + 126, 414)], BLACK, 14
    )
    out += chair_back
    out += (
        line([(xb - 60, 650), (xb - 130, 770)], GREY, 12)
        + line([(xb - 128, 776), (xb - 196, 776)], BLACK, 14)
        + circle(xb - 100, 778, 24, "none", stroke=BLACK, stroke_width=9)
    )
    out += rect(xb - 96, 632, 190, 24, BLACK, 10)
    out += person(
        xb,
        yb - 6,
        h,
        skin=2,
        hair=0,
        style="long",
        top=OCHRE,
        bottom=GREEN_D,
        shoes=BLACK,
        face=-1,
        hip=(0, 2.35),
        lean=-0.08,
        front="left",
        legs=seated_l,
        right=((-0.1, 3.3), (-1.2, 3.2)),
        left=((-0.5, 3.2), (-1.55, 3.35)),
    )
    wx, wy, wr = xb + 46, 690, 106
    out += "".join(
        line([(wx, wy), (wx + wr * math.cos(a), wy + wr * math.sin(a))], GREY, 3)
        for a in (math.pi * k / 7 for k in range(14))
    )
    out += (
        ring(wx, wy, wr, BLACK, 13)
        + ring(wx, wy, wr - 18, STONE, 5)
        + loz(wx, wy, 32, 32, OCHRE)
        + loz(wx, wy, 16, 16, BRICK)
    )
    out += line([(xb - 70, 560), (xb + 70, 560)], BLACK, 16)
    # table
    ty = 540
    out += (
        rect(520, ty, 560, 26, WOOD, 8)
        + rect(520, ty + 16, 560, 10, WOOD_D, 5)
        + poly([(786, ty + 26), (814, ty + 26), (820, 780), (780, 780)], WOOD_D)
        + rect(690, 776, 220, 18, WOOD_D, 9)
    )
    # laptop, open between them, and tiles of a shared plan
    out += (
        rect(700, ty - 12, 200, 12, GREY, 5)
        + poly([(716, ty - 12), (884, ty - 12), (884, ty - 130), (716, ty - 130)], BLACK)
        + poly([(726, ty - 20), (874, ty - 20), (874, ty - 120), (726, ty - 120)], PAPER)
        + "".join(
            glazed(764 + 36 * k, ty - 70, 18, 24, c) for k, c in enumerate((BRICK, OCHRE, GREEN))
        )
    )
    out += path(f"M930 {ty}V{ty - 46}H974V{ty}Z", WHITE) + ring(980, ty - 26, 12, WHITE, 6)
    return out + edge(2)


def arrosoir() -> str:
    """A watering can over a tiled planter."""
    out = stage(3, floor=TINT_2[3])
    out += bush(1380, GROUND, 80) + bush(250, GROUND, 60)
    # planter
    x0, x1, y0 = 300, 980, 590
    out += shade(640, GROUND + 26, 400, GREEN_L, 16)
    out += sprig(400, y0 + 6, 190, GREEN, GREEN_L, 3) + sprig(900, y0 + 6, 150, GREEN, GREEN_L, 2)
    # flowers
    for x, h, c in ((540, 160, BRICK), (670, 120, OCHRE), (790, 150, BRICK)):
        out += (
            line([(x, y0), (x, y0 - h)], GREEN_D, 8)
            + leaf(x, y0 - 30, 90, -40, GREEN_L, GREEN)
            + leaf(x, y0 - 50, 90, -140, GREEN, GREEN_D)
        )
        for k in range(8):
            out += at(
                x,
                y0 - h,
                poly(
                    [(0, 0), (13, -30), (0, -56), (-13, -30)],
                    c if k % 2 else (OCHRE_L if c == OCHRE else BRICK_L),
                ),
                rotate=45 * k,
            )
        out += circle(x, y0 - h, 15, BLACK)
    out += rect(x0 + 10, y0, x1 - x0 - 20, 30, EARTH)
    out += rect(x0, y0 + 16, x1 - x0, GROUND - y0 + 4, PAPER) + tiles(
        rect(x0, y0 + 16, x1 - x0, GROUND - y0 + 4, "#000"),
        (x0, y0 + 16, x1 - x0, 220),
        34,
        34,
        rings(OCHRE, BRICK, BLACK, GREEN, OCHRE),
    )
    out += (
        rect(x1 - 50, y0 + 16, 50, GROUND - y0 + 4, BLACK, opacity=0.16)
        + rect(x0 - 14, y0 + 4, x1 - x0 + 28, 26, BRICK, 6)
        + rect(x0 - 14, y0 + 20, x1 - x0 + 28, 10, BRICK_D, 5)
    )
    # can, tilted
    can = path("M-110 -120H110L130 130Q130 146 114 146H-114Q-130 146 -130 130Z", GREEN) + poly(
        [(36, -120), (110, -120), (130, 140), (48, 146)], GREEN_D
    )
    can += ellipse(0, -120, 110, 24, GREEN_D) + ellipse(0, -118, 94, 17, BLACK)
    can += poly([(-104, 60), (-118, 110), (-330, -110), (-306, -136)], GREEN_L) + poly(
        [(-118, 110), (-330, -110), (-322, -119), (-112, 88)], GREEN
    )
    can += poly([(-290, -152), (-346, -96), (-386, -120), (-314, -192)], OCHRE) + poly(
        [(-386, -120), (-314, -192), (-322, -200), (-394, -128)], OCHRE_D
    )
    can += curve("M96 -112C210 -150 250 -30 128 70", BRICK, 26) + curve(
        "M-86 -128C-70 -230 90 -230 92 -126", BRICK, 22
    )
    can += "".join(
        glazed(-66 + 58 * k, 40, 26, 34, c) for k, c in enumerate((OCHRE, BRICK_L, OCHRE))
    )
    out += at(1170, 286, can, rotate=-20, scale=1.08)
    # drops
    for k in range(4):
        for q in range(1, 4):
            x = 725 + k * 14 - (16 + 24 * k) * q
            y = 296 - k * 32 + q * q * (18 - k)
            out += at(x, y, loz(0, 0, 8, 19, WATER), rotate=10 + 14 * k - 6 * q)
    return out + edge(3)


def binder(x: float, y: float, c: str, d: str, h: float = 130, w: float = 44) -> str:
    """A binder on a shelf."""
    return (
        rect(x, y - h, w, h, c, 4)
        + rect(x + w - 12, y - h, 12, h, d, 4)
        + rect(x + 9, y - h + 20, w - 22, 40, PAPER)
        + loz(x + w / 2 - 2, y - 30, 9, 11, PAPER)
    )


def box(x: float, y: float, w: float, h: float, c: str, d: str) -> str:
    """A lidded box on a shelf."""
    return (
        rect(x, y - h, w, h, c, 3)
        + rect(x + w * 0.72, y - h, w * 0.28, h, d, 3)
        + rect(x - 4, y - h - 4, w + 8, h * 0.28, c, 3)
        + rect(x - 4, y - h * 0.8, w + 8, 6, d)
    )


def pencil_pot(x: float, y: float) -> str:
    """A pot of pencils."""
    out = ""
    for k, c in enumerate((BRICK, OCHRE, GREEN, BLACK)):
        out += at(
            x - 20 + 14 * k,
            y - 56,
            rect(-6, -66, 12, 70, c),
            poly([(-6, -66), (6, -66), (0, -84)], WOOD),
            rotate=-12 + 8 * k,
        )
    return out + rect(x - 34, y - 70, 68, 70, GREEN_L, 6) + rect(x + 10, y - 70, 24, 70, GREEN, 6)


def ream(x: float, y: float, w: float = 130) -> str:
    """Reams of paper."""
    return "".join(
        rect(x, y - 20 * (k + 1), w, 18, WHITE if k % 2 else STONE, 2) for k in range(4)
    ) + rect(x, y - 92, w, 16, OCHRE, 2)


def tape(x: float, y: float) -> str:
    """Two rolls of tape on a shelf."""
    return ring(x, y - 38, 28, OCHRE_L, 18) + ring(x + 62, y - 28, 20, BRICK_L, 15)


def shelves(x0: float, x1: float, y0: float, y1: float, taken: Collection[str] = ()) -> str:
    """What one finds in a cupboard: binders, boxes, reams, pencils; without what was taken out."""
    out = rect(x0, y0, x1 - x0, y1 - y0, BLACK) + rect(
        x0 + 14, y0 + 14, x1 - x0 - 28, y1 - y0 - 28, "#3A322B"
    )
    rows = [y0 + (y1 - y0) * k / 3 for k in (1, 2, 3)]
    a, b, c = rows[0] - 8, rows[1] - 8, rows[2] - 18
    for k, (col, dark) in enumerate(
        ((BRICK, BRICK_D), (OCHRE, OCHRE_D), (GREEN, GREEN_D), (BRICK, BRICK_D), (PAPER, STONE))
    ):
        out += binder(x0 + 36 + 50 * k, a, col, dark, 140)
    out += at(x0 + 318, a, binder(0, 0, OCHRE, OCHRE_D, 136), rotate=13)
    out += box(x1 - 170, a, 130, 100, WOOD, WOOD_D)
    out += ream(x0 + 40, b) + pencil_pot(x0 + 242, b)
    if "pencils" not in taken:
        out += pencil_pot(x0 + 330, b)
    if "tape" not in taken:
        out += tape(x1 - 140, b)
    out += box(x0 + 40, c, 190, 120, GREEN_L, GREEN) + ream(x1 - 172, c, 136)
    if "box" not in taken:
        out += box(x0 + 258, c, 120, 84, BRICK_L, BRICK)
    for y in rows[:2]:
        out += rect(x0, y - 8, x1 - x0, 14, WOOD) + rect(x0, y + 2, x1 - x0, 6, WOOD_D)
    return out


def placard() -> str:
    """An open supply cupboard, tiled doors, the inventory on its clipboard."""
    out = stage(3)
    x0, x1, y0, y1 = 520, 1080, 130, GROUND + 10
    out += shade(800, GROUND + 26, 520)
    out += rect(x0 - 20, y0 - 30, x1 - x0 + 40, 34, WOOD_D, 6)
    out += shelves(x0, x1, y0, y1)
    out += rect(x0 - 16, y0, 18, y1 - y0 + 14, WOOD) + rect(x1 - 2, y0, 18, y1 - y0 + 14, WOOD_D)
    # doors
    left = [(x0 - 14, y0), (x0 - 190, y0 - 44), (x0 - 190, y1 + 42), (x0 - 14, y1 + 8)]
    right = [(x1 + 14, y0), (x1 + 190, y0 - 44), (x1 + 190, y1 + 42), (x1 + 14, y1 + 8)]
    out += poly(left, WOOD) + poly(right, WOOD)

    def panel(points, i0: float, i1: float) -> list[Point]:
        (ax, ay), (bx, by), (cx_, cy_), (dx, dy) = points

        def q(u: float, v: float) -> Point:
            tx, ty = ax + (bx - ax) * u, ay + (by - ay) * u
            px, py = dx + (cx_ - dx) * u, dy + (cy_ - dy) * u
            return tx + (px - tx) * v, ty + (py - ty) * v

        return [q(0.14, i0), q(0.86, i0), q(0.86, i1), q(0.14, i1)]

    out += tiled_poly(panel(left, 0.06, 0.94), 21, 30, rings(OCHRE, BRICK, BLACK, GREEN, OCHRE))
    out += tiled_poly(
        panel(right, 0.62, 0.94), 21, 30, rings(OCHRE, BRICK, BLACK, GREEN, OCHRE)
    ) + poly(panel(right, 0.06, 0.56), WOOD_D)
    out += circle(x0 - 172, 450, 9, BLACK) + circle(x1 + 172, 500, 9, BLACK)
    # clipboard on the right door
    cb = (
        rect(-64, -96, 128, 196, WHITE, 6)
        + rect(-64, -96, 128, 196, "none", 6, stroke=BRICK, stroke_width=9)
        + rect(-28, -112, 56, 26, BLACK, 6)
    )
    for k in range(4):
        cb += loz(-36, -52 + 38 * k, 13, 14, (OCHRE, BRICK, GREEN, STONE)[k]) + line(
            [(-10, -52 + 38 * k), (42, -52 + 38 * k)], GREY if k < 3 else STONE, 7
        )
    out += at(x1 + 102, 292, cb, rotate=3)
    # step stool and a box on top
    out += (
        box(600, y0 - 30, 150, 70, WOOD, WOOD_D)
        + sprig(960, y0 - 68, 90, GREEN, GREEN_L, 2)
        + pot(960, y0 - 30, 60, 40, BRICK, BRICK_D)
    )
    return out + edge(3)


def palette_recup() -> str:
    """A picture made of offcuts, a painter's palette, brushes in a tin."""
    out = stage(2)
    out += shade(800, GROUND + 22, 470)
    # easel
    for a, b in (
        ((800, 60), (800, 150)),
        ((640, GROUND + 20), (760, 120)),
        ((960, GROUND + 20), (840, 120)),
    ):
        out += line([a, b], WOOD_D, 22)
    out += rect(560, 590, 480, 26, WOOD, 6)
    # the picture: corrugated card with a roof in offcuts
    x0, y0, w, h = 570, 150, 460, 440
    out += rect(x0, y0, w, h, WOOD) + "".join(
        rect(x0, y0 + 8 + k * 22, w, 7, WOOD_D, opacity=0.35) for k in range(20)
    )
    out += poly(
        [
            (x0 + 24, y0 + 30),
            (x0 + w - 30, y0 + 20),
            (x0 + w - 22, y0 + h - 26),
            (x0 + 30, y0 + h - 20),
        ],
        PAPER,
    )
    out += circle(936, 240, 42, OCHRE) + circle(936, 240, 26, OCHRE_L)
    # scraps: each tile a little askew
    scraps = (BRICK, OCHRE, GREEN, BLACK, WOOD, BRICK_L, GREEN_L, OCHRE_L)
    k = 0
    for row in range(4):
        for col in range(6 + row):
            x = 800 + (col - (5 + row) / 2) * 50
            y = 312 + row * 46
            k += 1
            out += at(
                x,
                y,
                loz(0, 0, 27, 30, scraps[(k * 5 + row * 3) % 8]),
                loz(0, 0, 9, 10, scraps[(k * 3 + 1) % 8]) if k % 3 == 0 else "",
                rotate=((k * 37) % 13) - 6,
            )
    out += (
        poly([(640, 490), (962, 486), (960, 552), (642, 556)], SAND)
        + poly([(690, 500), (736, 499), (736, 552), (690, 553)], WOOD_D)
        + poly([(780, 498), (826, 497), (826, 540), (780, 541)], GREEN_L)
        + poly([(864, 497), (912, 496), (912, 538), (864, 540)], BRICK_L)
    )
    # palette
    pal = (
        path(
            "M-150 10C-160 -80 -50 -130 60 -116C170 -100 190 -20 140 10C110 30 70 14 60 44C50 80 90 100 20 112C-70 122 -142 90 -150 10Z",
            WOOD,
        )
        + path(
            "M-150 10C-150 40 -140 66 -110 88C-60 122 10 122 40 106C-50 100 -130 80 -150 10Z",
            WOOD_D,
        )
        + ellipse(14, 62, 22, 18, PAPER)
    )
    for x, y, r, c in (
        (-96, -20, 30, BRICK),
        (-44, -72, 28, OCHRE),
        (30, -82, 27, GREEN),
        (98, -52, 25, BLACK),
        (-88, 48, 24, ROSE),
    ):
        pal += circle(x, y, r, c) + circle(x + r * 0.7, y + r * 0.5, r * 0.4, c)
    out += at(1230, 700, pal, rotate=-8)
    # tin of brushes
    tin = "".join(
        at(
            -36 + 24 * k,
            -80,
            rect(-6, -150 - 16 * (k % 2), 12, 160, WOOD),
            rect(-9, -176 - 16 * (k % 2), 18, 30, GREY),
            path(
                f"M-10 {-174 - 16 * (k % 2)}Q-14 {-210 - 16 * (k % 2)} 0 {-236 - 16 * (k % 2)}Q14 {-210 - 16 * (k % 2)} 10 {-174 - 16 * (k % 2)}Z",
                c,
            ),
            rotate=-14 + 9 * k,
        )
        for k, c in enumerate((BRICK, OCHRE, GREEN, BLACK))
    )
    tin += (
        rect(-62, -110, 124, 120, STONE, 6)
        + rect(22, -110, 40, 120, GREY, 6, opacity=0.5)
        + frieze(-60, -50, 120, 20, 24, (BRICK, OCHRE, GREEN), (OCHRE_L, BLACK, OCHRE_L))
        + rect(-66, -118, 132, 14, GREY, 6)
    )
    out += at(430, GROUND + 16, tin)
    # crate of scraps
    out += at(
        270,
        GROUND + 22,
        poly([(-50, -110), (-20, -180), (20, -160), (0, -100)], BRICK_L),
        rect(10, -170, 30, 90, WOOD_D),
        poly([(-90, -100), (-70, -150), (-40, -140), (-50, -100)], GREEN_L),
        rect(-100, -110, 200, 110, WOOD, 4),
        rect(-100, -66, 200, 10, WOOD_D),
        rect(-100, -12, 200, 12, WOOD_D, 4),
    )
    return out + edge(2)


def marche() -> str:
    """Three colleagues walk through a park, roofs behind."""
    out = stage(2) + skyline(GROUND - 70, TINT_2[2])
    out += path("M0 690Q400 640 800 680T1600 670V900H0Z", TINT_2[3]) + path(
        "M0 790Q500 740 1000 780T1600 770V900H0Z", SAND
    )
    out += (
        poplar(250, 720, 420)
        + poplar(180, 730, 300, GREEN_L, GREEN)
        + poplar(1370, 720, 440)
        + poplar(1450, 730, 320, GREEN_L, GREEN)
        + bush(1270, 716, 54)
    )
    y = 820
    for x in (500, 800, 1100):
        out += shade(x, y + 2, 120)
    out += person(
        500,
        y,
        580,
        skin=0,
        hair=3,
        style="short",
        top=GREEN,
        bottom=BLACK,
        shoes=BRICK,
        face=1,
        legs=STRIDE_R,
        left=((-0.95, 4.55), (-1.35, 3.85)),
        right=((0.95, 4.5), (1.4, 4.1)),
        front="right",
        trim=None,
    )
    out += person(
        800,
        y,
        560,
        skin=2,
        hair=0,
        style="tail",
        top=OCHRE,
        bottom=GREEN_D,
        shoes=WHITE,
        face=1,
        legs=(((0.5, 1.85), (0.95, 0.18)), ((-0.35, 1.75), (-0.85, 0.35))),
        left=((-0.9, 4.5), (-0.6, 3.8)),
        right=((1.0, 4.7), (1.25, 5.4)),
        front="right",
    )
    out += person(
        1100,
        y,
        590,
        skin=3,
        hair=0,
        style="short",
        top=BRICK,
        bottom=BLACK,
        shoes=OCHRE,
        face=-0.6,
        legs=STRIDE_R,
        left=((-1.0, 4.5), (-1.3, 3.9)),
        right=((0.95, 4.5), (1.4, 4.1)),
        front="right",
    )
    return out + edge(2)


def armchair(x: float, y: float, c: str, d: str, side: int) -> str:
    """Seen from the side; side=1 faces right."""
    out = line([(-70, -30), (-80, 0)], WOOD_D, 14) + line([(80, -30), (90, 0)], WOOD_D, 14)
    out += path(
        "M-120 -330Q-140 -360 -104 -370Q-66 -376 -58 -340L-30 -150H110Q126 -150 126 -130V-60Q126 -30 100 -30H-80Q-104 -30 -106 -60Z",
        d,
    )
    out += rect(-40, -170, 170, 60, c, 26)
    return at(x, y, out, flip=side < 0)


def ecoute() -> str:
    """Two people sit face to face; one speaks, the other listens."""
    out = stage(2)
    # lamp and window
    out += (
        line([(800, 0), (800, 90)], BLACK, 4)
        + poly([(770, 90), (830, 90), (900, 170), (700, 170)], OCHRE)
        + poly([(806, 90), (830, 90), (900, 170), (826, 170)], OCHRE_D)
    )
    # rug
    out += poly([(300, 846), (400, 776), (1200, 776), (1300, 846)], BRICK_D) + tiled_poly(
        [(336, 840), (424, 782), (1176, 782), (1264, 840)],
        40,
        15,
        rings(OCHRE, BRICK, BRICK_D, PAPER, BRICK),
    )
    yb = 812
    out += armchair(440, yb, GREEN, GREEN_D, 1) + armchair(1160, yb, OCHRE, OCHRE_D, -1)
    h = 610
    out += person(
        470,
        yb - 4,
        h,
        skin=3,
        hair=0,
        style="bun",
        top=BRICK,
        bottom=BLACK,
        face=1,
        hip=(0, 2.3),
        lean=0.22,
        front="right",
        legs=(((1.3, 2.3), (1.35, 0.2)), ((1.5, 2.3), (1.75, 0.2))),
        left=((0.25, 3.2), (1.1, 3.0)),
        right=((0.75, 3.25), (1.5, 3.8)),
    )
    out += person(
        1130,
        yb - 4,
        h,
        skin=0,
        hair=3,
        style="beard",
        top=GREEN_L,
        bottom=GREEN_D,
        face=-1,
        hip=(0, 2.3),
        lean=-0.3,
        front="left",
        legs=(((-1.5, 2.3), (-1.75, 0.2)), ((-1.3, 2.3), (-1.35, 0.2))),
        left=((-0.8, 3.1), (-1.35, 2.95)),
        right=((-0.3, 3.1), (-1.2, 2.8)),
    )
    # arm rests in front
    out += rect(398, 640, 178, 40, GREEN, 20) + rect(1024, 640, 178, 40, OCHRE, 20)
    # low table, cups
    out += (
        ellipse(800, 672, 120, 20, WOOD)
        + path("M680 672A120 20 0 0 0 920 672V682A120 20 0 0 1 680 682Z", WOOD_D)
        + line([(800, 690), (800, 800)], WOOD_D, 16)
        + line([(740, 806), (860, 806)], WOOD_D, 14)
    )
    for x, c in ((750, WHITE), (850, BRICK)):
        out += path(f"M{x - 24} 626H{x + 24}L{x + 18} 668H{x - 18}Z", c) + ring(
            x + (30 if x > 800 else -30), 644, 10, c, 6
        )
    # words: one bubble of tiles
    out += (
        rect(590, 246, 250, 130, WHITE, 44)
        + poly([(620, 366), (676, 366), (600, 426)], WHITE)
        + "".join(glazed(655 + 60 * k, 311, 22, 28, c) for k, c in enumerate((BRICK, OCHRE, GREEN)))
    )
    out += sprig(1400, 740, 330, GREEN, GREEN_L, 3) + pot(1400, 826, 140, 110, BRICK, BRICK_D)
    return out + edge(2)


def arbre() -> str:
    """A great tree with a crown of tiles, a bench in its shade."""
    out = stage(3, floor=TINT_2[3]) + skyline(GROUND, TINT_2[3])
    out += shade(800, GROUND + 20, 460, GREEN_L, 22)
    # trunk and boughs
    out += path("M748 790C770 700 772 620 764 540L836 540C828 620 832 700 858 790Z", EARTH) + path(
        "M806 540H836C828 620 832 700 858 790H820C806 700 802 620 806 540Z", BLACK, opacity=0.3
    )
    out += (
        line([(790, 590), (690, 470)], EARTH, 30)
        + line([(810, 590), (930, 450)], EARTH, 30)
        + line([(800, 560), (800, 400)], EARTH, 34)
    )
    # crown
    crown = (
        circle(800, 250, 200, "#000")
        + circle(600, 350, 160, "#000")
        + circle(1000, 350, 160, "#000")
        + circle(700, 420, 120, "#000")
        + circle(910, 420, 120, "#000")
    )
    solid = crown.replace("#000", GREEN)

    def leafage(i: int, j: int) -> str:
        accent = (i * 5 + j * 9) % 23
        if accent in (0, 11):
            return OCHRE if accent else BRICK
        tone = i * 0.75 + j - 6 + ((i * 3 + j) % 4) * 1.5
        if (i + 3 * j) % 8 == 0:
            tone -= 9
        return (
            GREEN_L if tone < -7 else GREEN_D if tone > 9 else GREEN if (i * 3 + j) % 4 else GREEN_M
        )

    out += solid + tiles(crown, (420, 40, 760, 520), 26, 30, leafage)
    # falling leaves
    for x, y, c, a in (
        (560, 560, OCHRE, 20),
        (1060, 600, BRICK, -30),
        (1110, 520, OCHRE, 50),
        (480, 650, GREEN_L, -14),
    ):
        out += at(x, y, loz(0, 0, 18, 24, c), rotate=a)
    # bench with a reader
    bx, by = 1130, GROUND + 30
    out += line([(bx - 110, by), (bx - 110, by - 150)], BLACK, 12) + line(
        [(bx + 110, by), (bx + 110, by - 150)], BLACK, 12
    )
    out += rect(bx - 140, by - 160, 280, 20, WOOD, 4) + rect(bx - 140, by - 132, 280, 20, WOOD, 4)
    out += person(
        bx + 10,
        by,
        370,
        skin=1,
        hair=1,
        style="bob",
        top=BRICK,
        bottom=BLACK,
        face=-0.5,
        hip=(0, 1.85),
        front="both",
        legs=(((-0.45, 1.75), (-0.5, 0.15)), ((0.4, 1.75), (0.35, 0.15))),
        left=((-0.95, 3.0), (-0.3, 2.75)),
        right=((0.95, 3.0), (0.3, 2.75)),
        held=poly(
            [
                (bx - 36, by - 168),
                (bx + 10, by - 160),
                (bx + 56, by - 168),
                (bx + 56, by - 116),
                (bx + 10, by - 108),
                (bx - 36, by - 116),
            ],
            OCHRE_L,
        ),
    )
    out += (
        rect(bx - 150, by - 82, 300, 18, WOOD_D, 5)
        + line([(bx - 110, by), (bx - 110, by - 74)], BLACK, 12)
        + line([(bx + 110, by), (bx + 110, by - 74)], BLACK, 12)
    )
    # bird
    out += (
        path(
            "M470 742C480 716 520 712 536 730L560 722L544 742C540 764 496 772 478 752L450 760Z",
            BRICK,
        )
        + circle(532, 730, 3, BLACK)
        + line([(506, 762), (504, 782)], BLACK, 4)
        + line([(516, 762), (518, 782)], BLACK, 4)
    )
    return out + edge(3)


def batiment() -> str:
    """A public building being insulated: glazed roof, scaffold on one wing."""
    out = stage(3, floor=TINT_2[3])
    base = GROUND + 8
    out += (
        poplar(200, base, 300) + poplar(1440, base, 330) + poplar(1500, base, 230, GREEN_L, GREEN)
    )
    # wings
    out += (
        rect(300, 430, 1000, base - 430, WHITE)
        + rect(300, 430, 1000, 14, STONE)
        + rect(300, base - 46, 1000, 46, STONE)
    )
    out += glazed_roof(
        268,
        436,
        1064,
        190,
        rings(OCHRE, BRICK, BRICK, OCHRE, GREEN, BLACK, GREEN),
        inset=0.09,
        rx=16,
        ry=16,
    )
    # centre
    out += (
        rect(650, 330, 300, base - 330, SAND)
        + poly([(622, 342), (800, 216), (978, 342)], PAPER)
        + poly([(650, 330), (800, 226), (950, 330)], STONE)
        + circle(800, 290, 30, WHITE)
        + ring(800, 290, 30, BLACK, 5)
        + line([(800, 290), (800, 272)], BLACK, 4)
        + line([(800, 290), (814, 296)], BLACK, 4)
    )
    out += rect(622, 336, 356, 16, STONE)
    for x in (664, 756, 826, 918):
        out += (
            rect(x, 352, 18, base - 352 - 46, WHITE)
            + rect(x - 5, base - 60, 28, 14, STONE)
            + rect(x - 5, 352, 28, 12, STONE)
        )
    out += (
        path(f"M774 {base}V600A26 26 0 0 1 826 600V{base}Z", GREEN)
        + window(774, 400, 52, 96)
        + window(696, 400, 44, 96)
        + window(860, 400, 44, 96)
        + window(696, 580, 44, 110)
        + window(860, 580, 44, 110)
    )
    out += poly([(740, base), (860, base), (880, base + 20), (720, base + 20)], STONE)
    for x in (350, 450, 550):
        out += window(x, 480, 60, 90, shutters=GREEN_L) + window(x, 610, 60, 90, shutters=GREEN_L)
    for x in (1000, 1100, 1200):
        out += window(x, 480, 60, 90) + window(x, 610, 60, 90)
    # insulating panels, half of the right wing
    panels = ""
    for j in range(3):
        for i in range(7):
            x, y = 966 + i * 48, base - 46 - (j + 1) * 92
            if j == 2 and i < 3:
                continue
            panels += rect(x, y, 46, 90, OCHRE_L, 2) + loz(x + 23, y + 45, 12, 20, OCHRE)
    out += clip(rect(960, 440, 340, base - 486, "#000"), panels)
    for x in (1000, 1100, 1200):
        out += window(x, 610, 60, 90) + window(x, 480, 60, 90)
    # scaffold
    for x in (968, 1140, 1318):
        out += rect(x, 410, 10, base - 400, GREY)
    for y in (588, 716):
        out += rect(952, y, 392, 12, WOOD_D)
    out += (
        line([(972, 716), (1144, 590)], GREY, 6)
        + line([(1144, 590), (1322, 716)], GREY, 6)
        + line([(960, 540), (1330, 540)], GREY, 6)
    )
    out += person(
        1060,
        588,
        190,
        skin=2,
        hair=0,
        style="short",
        top=BRICK,
        bottom=GREEN_D,
        face=1,
        right=((0.95, 4.9), (1.5, 5.3)),
        left=((-0.9, 4.5), (-0.8, 3.6)),
    )
    out += path("M1044 424A18 18 0 0 1 1080 424H1086V430H1040V424Z", OCHRE) + rect(
        1096, 440, 34, 70, OCHRE_L, 2
    )
    return out + edge(3)


SCENES = {
    "ruban-rose": ruban_rose,
    "badminton": badminton,
    "accueil": accueil,
    "duo": duo,
    "arrosoir": arrosoir,
    "placard": placard,
    "palette-recup": palette_recup,
    "marche": marche,
    "ecoute": ecoute,
    "arbre": arbre,
    "batiment": batiment,
}
