"""Scenes: mobility, objects of sobriety, buildings."""

from __future__ import annotations

import math

from studio.draw import at, circle, clip, curve, ellipse, line, loz, n, path, poly, rect, ring
from studio.motifs import (
    GROUND,
    H,
    W,
    bush,
    cycle,
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
    zigzag,
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
    GREY,
    OCHRE,
    OCHRE_D,
    OCHRE_L,
    PANEL,
    PANEL_L,
    PAPER,
    SAND,
    SKIN,
    STONE,
    TILES,
    TINT,
    TINT_2,
    WATER,
    WATER_L,
    WHITE,
    WOOD,
    WOOD_D,
)


def wheel(x: float, y: float, r: float) -> str:
    """A bicycle wheel with its spokes."""
    spokes = "".join(
        line([(x, y), (x + r * math.cos(a), y + r * math.sin(a))], GREY, 2.5)
        for a in (math.pi * k / 8 + 0.1 for k in range(16))
    )
    return (
        spokes
        + ring(x, y, r, BLACK, 15)
        + ring(x, y, r - 13, STONE, 5)
        + circle(x, y, 13, BLACK)
        + circle(x, y, 5, OCHRE)
    )


def bicycle(x: float, y: float, s: float = 1, frame: str = GREEN, dark: str = GREEN_D) -> str:
    """A town bicycle, rolling to the right; (x, y) between the wheels, on the ground."""
    r = 150
    rw, fw = (-250, -r - 8), (262, -r - 8)  # wheel centres
    bb = (-42, -r + 4)  # bottom bracket
    seat = (-118, -404)
    head_t, head_b = (176, -436), (196, -372)
    tube = 19
    out = wheel(*rw, r) + wheel(*fw, r)
    # mudguards
    out += curve(
        f"M{rw[0] - 172} {rw[1] + 30}A{r + 24} {r + 24} 0 0 1 {rw[0] + 120} {rw[1] - 124}", dark, 12
    )
    out += curve(
        f"M{fw[0] - 104} {fw[1] - 138}A{r + 24} {r + 24} 0 0 1 {fw[0] + 168} {fw[1] - 40}", dark, 12
    )
    # rear carrier and pannier of lozenges
    out += line([(-420, -352), (-140, -352)], BLACK, 11) + line([(-400, -352), rw], BLACK, 8)
    bag = [(-430, -344), (-210, -344), (-226, -170), (-414, -170)]
    out += poly(bag, OCHRE) + tiled_poly(
        [(-430, -344), (-210, -344), (-217, -262), (-423, -262)],
        27.5,
        20.5,
        rings(BLACK, OCHRE_L, BRICK, OCHRE),
    )
    out += poly([(-226, -170), (-213, -300), (-240, -300), (-256, -170)], OCHRE_D, opacity=0.55)
    out += rect(-350, -300, 60, 62, BLACK, 6) + rect(-336, -266, 32, 14, OCHRE_L, 4)
    # chain
    out += line([(rw[0], rw[1] - 14), (bb[0], bb[1] - 40)], GREY, 5) + line(
        [(rw[0], rw[1] + 14), (bb[0], bb[1] + 40)], GREY, 5
    )
    # frame: stays, low step-through tubes, seat tube
    out += line([rw, bb], frame, 15) + line([rw, (-104, -352)], frame, 13)
    out += line([bb, seat], frame, tube + 2)
    out += curve(f"M{bb[0]} {bb[1]}C60 {-170} 120 {-260} {head_b[0]} {head_b[1]}", frame, tube + 2)
    out += curve(f"M-82 -262C20 -262 110 -300 {head_t[0]} {head_t[1]}", dark, tube - 2)
    out += line([seat, (-126, -436)], STONE, 12)
    # fork, stem, handlebar
    out += curve(f"M{head_b[0]} {head_b[1]}Q214 -300 {fw[0]} {fw[1]}", frame, 15)
    out += line([head_t, head_b], dark, 26)
    out += line([head_t, (160, -492)], STONE, 12)
    out += curve(
        "M160 -492C176 -520 212 -512 206 -500M160 -492C140 -516 90 -520 62 -498", BLACK, 13
    )
    out += line([(82, -505), (48, -494)], BRICK, 22)
    out += circle(150, -516, 15, OCHRE) + circle(146, -520, 5, OCHRE_L)
    # front lamp
    out += line([(172, -450), (226, -458)], BLACK, 9)
    out += poly([(222, -470), (262, -482), (262, -436), (222, -448)], OCHRE) + poly(
        [(262, -482), (274, -486), (274, -432), (262, -436)], WHITE
    )
    # saddle
    out += path(
        "M-196 -448C-190 -474 -140 -462 -96 -452C-74 -448 -58 -446 -54 -438C-70 -428 -100 -432 -126 -424C-160 -416 -194 -424 -196 -448Z",
        BLACK,
    )
    # crank
    out += ring(*bb, 36, BLACK, 9) + circle(*bb, 13, BLACK)
    out += line([bb, (8, -86)], BLACK, 13) + rect(-22, -88, 62, 17, BLACK, 6)
    out += line([bb, (-90, -204)], BLACK, 11) + rect(-118, -212, 52, 15, BLACK, 6)
    return at(x, y, out, scale=s)


def velo() -> str:
    """A town bicycle before the roofs of Dijon."""
    out = stage(3) + skyline(GROUND, TINT_2[3])
    out += poplar(1330, GROUND, 330, GREEN_L, GREEN) + poplar(1245, GROUND, 240, GREEN_L, GREEN)
    out += bush(226, GROUND, 62)
    out += shade(800, GROUND + 26, 460)
    return out + bicycle(800, GROUND + 28, 1.22)


def tram() -> str:
    """A tramway seen from the side, glazed frieze along its flank."""
    out = stage(3) + skyline(GROUND - 24, TINT_2[3])
    # catenary
    out += line([(0, 178), (1600, 178)], GREY, 4) + line(
        [(0, 140), (800, 172), (1600, 140)], GREY, 3
    )
    for mast in (116, 1500):
        out += rect(mast - 7, 120, 14, GROUND - 140, GREY) + line(
            [(mast, 160), (mast + (90 if mast < 800 else -90), 176)], GREY, 6
        )
    out += line([(812, 178), (770, 222), (820, 262)], BLACK, 8) + line(
        [(776, 178), (850, 178)], BLACK, 9
    )
    # body
    top, low = 262, 700
    body = f"M250 {low}C196 {low} 176 640 190 560C204 470 232 {top} 330 {top}H1290C1380 {top} 1396 470 1410 560C1424 640 1404 {low} 1350 {low}Z"
    out += clip(
        path(body, "#000"),
        rect(150, top, 1300, 460, BRICK),
        rect(150, top, 1300, 38, BRICK_D),
        rect(150, 560, 1300, 44, PAPER),
        frieze(
            160, 582, 1296, 24, 22, (BRICK, OCHRE, GREEN, BLACK), (OCHRE_L, BLACK, OCHRE_L, OCHRE_L)
        ),
        rect(150, 664, 1300, 60, BLACK),
    )
    # glass band
    out += clip(
        path(body, "#000"),
        path("M208 540C216 470 240 330 300 330H1300C1360 330 1384 470 1392 540Z", BLACK),
    )

    def glass(x: float, w: float) -> str:
        return rect(x, 348, w, 172, WATER_L, 10) + poly(
            [(x + 14, 520), (x + 60, 348), (x + min(w, 110), 348), (x + 64, 520)],
            WHITE,
            opacity=0.45,
        )

    out += path("M230 522C238 460 254 350 300 350H372V522Z", WATER_L) + path(
        "M1370 522C1362 460 1346 350 1300 350H1228V522Z", WATER_L
    )
    out += poly([(262, 522), (300, 372), (336, 372), (300, 522)], WHITE, opacity=0.45)
    for x in (540, 884):
        out += glass(x, 176)
    # riders
    riders = (
        person(628, 872, 520, skin=1, hair=0, style="bob", top=OCHRE, only="bust")
        + person(950, 836, 500, skin=3, hair=0, style="short", top=GREEN_L, only="bust")
        + person(1020, 836, 470, skin=0, hair=3, style="bun", top=PAPER, only="bust")
    )
    out += clip(rect(540, 348, 176, 172, "#000", 10) + rect(884, 348, 176, 172, "#000", 10), riders)
    # doors
    for x in (396, 740, 1084):
        out += (
            rect(x, 330, 120, 330, PAPER, 8)
            + rect(x + 8, 344, 48, 300, WATER_L, 6)
            + rect(x + 64, 344, 48, 300, WATER_L, 6)
        )
        out += poly(
            [(x + 8, 560), (x + 8, 420), (x + 56, 344), (x + 56, 450)], WHITE, opacity=0.45
        ) + rect(x - 4, 650, 128, 14, OCHRE)
    out += circle(232, 626, 17, OCHRE_L) + circle(1368, 626, 17, OCHRE_L)
    # wheels, rails
    for x in (340, 440, 1160, 1260):
        out += circle(x, 714, 34, BLACK) + circle(x, 714, 13, GREY)
    out += rect(0, 744, 1600, 10, GREY) + rect(0, 770, 1600, 130, SAND) + edge(3)
    out += "".join(rect(x, 754, 44, 16, STONE) for x in range(10, 1600, 80))
    return out


def cup(
    x: float, y: float, w: float, h: float, colour: str, dark: str, pattern=None, lip: bool = True
) -> str:
    """A reusable cup standing at (x, y)."""
    t, b = w / 2, w * 0.36
    [(x - t, y - h), (x + t, y - h), (x + b, y), (x - b, y)]
    out = path(
        f"M{n(x - t)} {n(y - h)}L{n(x - b)} {n(y - 8)}Q{n(x)} {n(y + 16)} {n(x + b)} {n(y - 8)}L{n(x + t)} {n(y - h)}Z",
        colour,
    )
    if pattern:

        def at_h(k: float) -> float:
            return b + (t - b) * k

        band = [
            (x - at_h(0.74), y - h * 0.74),
            (x + at_h(0.74), y - h * 0.74),
            (x + at_h(0.26), y - h * 0.26),
            (x - at_h(0.26), y - h * 0.26),
        ]
        out += tiled_poly(band, w / 16, w / 16, pattern)
    out += poly(
        [(x + t * 0.5, y - h), (x + t, y - h), (x + b, y - 8), (x + b * 0.5, y)], dark, opacity=0.3
    )
    if lip:
        out += ellipse(x, y - h, t, w * 0.1, dark) + ellipse(
            x, y - h + w * 0.012, t * 0.9, w * 0.075, PAPER if colour != PAPER else STONE
        )
        out += curve(
            f"M{n(x - t)} {n(y - h)}A{n(t)} {n(w * 0.1)} 0 0 0 {n(x + t)} {n(y - h)}",
            colour,
            w * 0.045,
        )
    return out


def gobelet() -> str:
    """Reusable cups on a table, one being filled from a carafe."""
    out = stage(3)
    # table
    out += (
        rect(0, 690, W, 90, WHITE)
        + tiles(
            rect(0, 690, W, 84, "#000"),
            (0, 690, W, 84),
            40,
            42,
            cycle(GREEN, PAPER, TINT_2[3], PAPER),
        )
        + rect(0, 684, W, 12, GREEN_D)
    )
    base = 686
    # stack of cups, one in the other: only the rims of the upper ones show
    for k in range(5, -1, -1):
        out += cup(
            420,
            base - k * 42,
            200,
            230,
            (OCHRE, GREEN, BRICK)[k % 3],
            (OCHRE_D, GREEN_D, BRICK_D)[k % 3],
            lip=k == 5,
        )
        if k < 5:
            out += rect(318, base - 236 - k * 42, 204, 14, (OCHRE_L, GREEN_L, BRICK_L)[k % 3], 7)
    # main cup
    out += cup(800, base, 330, 400, PAPER, STONE, rings(BLACK, OCHRE, BRICK, GREEN, OCHRE, BLACK))
    # carafe pouring: spout upper right
    carafe = path(
        "M-70 -300H70L58 -190C120 -150 150 -90 150 -10V150Q150 190 110 190H-110Q-150 190 -150 150V-10C-150 -90 -120 -150 -58 -190Z",
        WHITE,
        opacity=0.85,
    )
    inner = path(
        "M-58 -292H58L48 -184C112 -140 140 -90 140 -10V146Q140 180 108 180H-108Q-140 180 -140 146V-10C-140 -90 -112 -140 -48 -184Z",
        "#000",
    )
    carafe += clip(inner, at(0, 0, rect(-500, -104, 1000, 700, WATER), rotate=58))
    carafe += line([(-84, -306), (84, -306)], GREEN, 24) + curve(
        "M112 0C118 50 116 100 110 140", WHITE, 14, opacity=0.7
    )
    out += curve("M858 226C826 236 816 260 814 330", WATER, 24) + at(1160, 330, carafe, rotate=-58)
    # small cup with lemon
    out += cup(1180, base, 170, 200, BRICK, BRICK_D, rings(OCHRE, BRICK_D, BRICK_L, BRICK))
    out += edge(3)
    return out


def compost() -> str:
    """A slatted compost bin, its lid open, peelings and a shoot."""
    out = stage(3, floor=TINT_2[3])
    out += bush(300, GROUND, 74) + bush(1390, GROUND, 92)
    out += shade(800, GROUND + 22, 420, GREEN_L, 20)
    x0, x1, top, base = 500, 1100, 380, GROUND + 20
    # heap above the slats
    out += path("M520 400C560 300 660 250 760 262C880 236 1020 290 1080 400Z", EARTH)
    out += path("M560 400C610 330 700 300 800 312C900 300 1000 340 1040 400Z", BLACK, opacity=0.35)
    # peelings
    apple = (
        path(
            "M-40 -44C-10 -64 10 -64 40 -44C20 -18 20 18 40 44C10 62 -10 62 -40 44C-20 18 -20 -18 -40 -44Z",
            PAPER,
        )
        + path("M-42 -42C-10 -66 10 -66 42 -42C30 -34 -30 -34 -42 -42Z", BRICK)
        + path("M-42 42C-10 66 10 66 42 42C30 34 -30 34 -42 42Z", BRICK)
        + line([(0, -56), (10, -84)], BLACK, 6)
        + ellipse(-4, 0, 4, 8, BLACK)
        + ellipse(8, 4, 4, 8, BLACK)
    )
    out += at(640, 318, apple, rotate=-20)
    out += at(
        930,
        330,
        path("M-70 0Q0 -40 76 -6Q0 44 -70 0Z", OCHRE),
        leaf(-66, 0, 60, 200, GREEN),
        leaf(-66, 0, 60, 160, GREEN_L),
        line([(-30, -14), (-20, 4)], OCHRE_D, 4),
        line([(4, -20), (12, 0)], OCHRE_D, 4),
        rotate=16,
    )
    out += at(1016, 366, path("M-36 10C-40 -40 40 -40 36 10L20 -2L6 14L-10 0L-22 14Z", WHITE))
    out += curve("M700 356C720 320 770 330 764 362C760 384 730 380 738 360", OCHRE, 14)
    out += sprig(806, 300, 190, GREEN, GREEN_L, 2)
    # bin
    for x in (x0, x1 - 34):
        out += rect(x, top - 30, 34, base - top + 30, WOOD_D)
    for k in range(5):
        y = top + k * 82
        out += rect(x0 - 14, y, x1 - x0 + 28, 62, WOOD, 6) + rect(
            x0 - 14, y + 46, x1 - x0 + 28, 16, WOOD_D, 6
        )
        for xx in (x0 + 17, x1 - 17):
            out += circle(xx, y + 26, 6, BLACK)
    # the middle slats carry tiles
    out += frieze(x0 + 60, top + 195, 480, 40, 26, (GREEN, BRICK, GREEN_D), (OCHRE, OCHRE_L, OCHRE))
    # lid leaning
    out += poly([(1128, 300), (1216, 270), (1366, GROUND + 10), (1262, GROUND + 30)], WOOD) + poly(
        [(1216, 270), (1232, 276), (1380, GROUND + 8), (1366, GROUND + 10)], WOOD_D
    )
    out += (
        line([(1172, 286), (1312, GROUND + 20)], WOOD_D, 6)
        + line([(1150, 400), (1256, 366)], WOOD_D, 18, "butt")
        + line([(1218, 660), (1330, 630)], WOOD_D, 18, "butt")
    )
    # kitchen bucket and peelings in flight
    bucket = (
        poly([(-80, -90), (80, -90), (62, 90), (-62, 90)], GREEN)
        + poly([(20, -90), (80, -90), (62, 90), (14, 90)], GREEN_D)
        + ellipse(0, -90, 80, 18, GREEN_D)
        + ellipse(0, -88, 68, 12, BLACK)
        + curve("M-78 -84C-90 20 90 20 78 -84", STONE, 8)
        + loz(-14, 10, 30, 36, OCHRE)
        + loz(-14, 10, 14, 17, BRICK)
    )
    out += shade(350, GROUND + 46, 110, GREEN_L, 12) + at(350, GROUND - 46, bucket)
    out += leaf(370, 640, 70, -50, GREEN_L, GREEN) + at(
        330, 640, path("M-40 10Q0 -50 46 4Q0 -8 -40 10Z", OCHRE_L)
    )
    out += edge(3)
    return out


def sorting_bin(
    x: float, y: float, w: float, h: float, colour: str, dark: str, mouth: str, heart: str
) -> str:
    """A bin with its opening and its tile."""
    out = shade(x, y + 4, w * 0.66)
    out += path(
        f"M{n(x - w * 0.5)} {n(y - h)}H{n(x + w * 0.5)}L{n(x + w * 0.43)} {n(y - 10)}Q{n(x + w * 0.43)} {n(y)} {n(x + w * 0.4)} {n(y)}H{n(x - w * 0.4)}Q{n(x - w * 0.43)} {n(y)} {n(x - w * 0.43)} {n(y - 10)}Z",
        colour,
    )
    out += poly(
        [(x + w * 0.22, y - h), (x + w * 0.5, y - h), (x + w * 0.43, y), (x + w * 0.19, y)], dark
    )
    out += path(
        f"M{n(x - w * 0.54)} {n(y - h + 6)}V{n(y - h - 40)}Q{n(x - w * 0.54)} {n(y - h - 110)} {n(x - w * 0.4)} {n(y - h - 110)}H{n(x + w * 0.4)}Q{n(x + w * 0.54)} {n(y - h - 110)} {n(x + w * 0.54)} {n(y - h - 40)}V{n(y - h + 6)}Z",
        dark,
    )
    if mouth == "slit":
        out += rect(x - w * 0.34, y - h - 66, w * 0.68, 22, BLACK, 11)
    elif mouth == "round":
        out += ellipse(x, y - h - 54, 44, 36, BLACK)
    else:
        out += rect(x - w * 0.34, y - h - 84, w * 0.68, 60, BLACK, 12)
    out += glazed(x - w * 0.06, y - h * 0.52, 74, 92, PAPER, None) + loz(
        x - w * 0.06, y - h * 0.52, 50, 62, heart
    )
    return out


def bottle(x: float, y: float, colour: str = GREEN_L, dark: str = GREEN) -> str:
    """A bottle standing at (x, y)."""
    return (
        path(
            f"M{x - 14} {y - 220}H{x + 14}V{y - 150}C{x + 44} {y - 128} {x + 46} {y - 110} {x + 46} {y - 90}V{y - 12}Q{x + 46} {y} {x + 34} {y}H{x - 34}Q{x - 46} {y} {x - 46} {y - 12}V{y - 90}C{x - 46} {y - 110} {x - 44} {y - 128} {x - 14} {y - 150}Z",
            colour,
        )
        + rect(x - 18, y - 240, 36, 24, BRICK, 5)
        + rect(x - 46, y - 96, 92, 56, PAPER)
        + loz(x, y - 68, 22, 22, dark)
    )


def tri() -> str:
    """Three sorting bins and what goes into each."""
    out = stage(3)
    out += sorting_bin(440, GROUND + 30, 290, 330, OCHRE, OCHRE_D, "slot", OCHRE)
    out += sorting_bin(800, GROUND + 30, 290, 330, GREEN, GREEN_D, "slit", GREEN)
    out += sorting_bin(1160, GROUND + 30, 290, 330, GREY, BLACK, "round", GREY)
    # above: bottle, paper, cup
    out += at(440, 250, at(0, 110, bottle(0, 0)), rotate=-14)
    sheets = at(-16, 8, rect(-76, -100, 152, 200, STONE, 4), rotate=-12) + at(
        10,
        0,
        rect(-76, -100, 152, 200, WHITE, 4)
        + "".join(
            rect(-54, -72 + k * 28, (108, 108, 84, 108, 60)[k], 9, STONE, 4) for k in range(5)
        )
        + loz(40, 66, 16, 20, BRICK),
        rotate=6,
    )
    out += at(800, 200, sheets)
    crumple = (
        poly(
            [
                (-70, -10),
                (-40, -66),
                (20, -74),
                (66, -30),
                (72, 30),
                (26, 70),
                (-36, 62),
                (-74, 24),
            ],
            WHITE,
        )
        + poly([(-40, -66), (-8, -14), (20, -74)], STONE)
        + poly([(-8, -14), (66, -30), (72, 30), (20, 24)], SAND)
        + poly([(-8, -14), (-36, 62), (-74, 24), (-70, -10)], SAND)
        + poly([(20, 24), (26, 70), (-36, 62)], STONE)
    )
    out += at(1160, 230, crumple, scale=1.15)
    return out


def solar(points, cols: int, rows: int) -> str:
    """A solar panel seen in a parallelogram (tl, tr, br, bl)."""
    tl, tr, br, bl = points
    out = poly(points, BLACK)

    def lerp(u: float, v: float):
        return (
            (1 - v) * ((1 - u) * tl[0] + u * tr[0]) + v * ((1 - u) * bl[0] + u * br[0]),
            (1 - v) * ((1 - u) * tl[1] + u * tr[1]) + v * ((1 - u) * bl[1] + u * br[1]),
        )

    m = 0.08
    for i in range(cols):
        for j in range(rows):
            cell = [
                lerp((i + m) / cols, (j + m) / rows),
                lerp((i + 1 - m) / cols, (j + m) / rows),
                lerp((i + 1 - m) / cols, (j + 1 - m) / rows),
                lerp((i + m) / cols, (j + 1 - m) / rows),
            ]
            out += poly(cell, PANEL if (i + j) % 2 else PANEL_L)
    out += poly([lerp(0, 0.0), lerp(0.3, 0), lerp(0.1, 1), lerp(0, 1)], WHITE, opacity=0.14)
    return out


def ecole_soleil() -> str:
    """A primary school with solar panels on a glazed roof, under a lozenge sun."""
    out = stage(3, floor=TINT_2[3])
    sx, sy = 1260, 190
    for k in range(12):
        a = math.pi * k / 6
        out += at(
            sx + 136 * math.cos(a),
            sy + 136 * math.sin(a),
            loz(0, 0, 38, 13, OCHRE if k % 2 else BRICK_L),
            rotate=math.degrees(a),
        )
    out += circle(sx, sy, 84, OCHRE) + path(
        f"M{sx} {sy - 84}A84 84 0 0 1 {sx} {sy + 84}Z", OCHRE_L, opacity=0.4
    )
    base = GROUND + 6
    # main wing
    out += rect(300, 470, 880, base - 470, WHITE) + rect(300, base - 60, 880, 60, STONE)
    out += glazed_roof(
        266,
        474,
        948,
        200,
        rings(BRICK_D, OCHRE, BRICK, BRICK, OCHRE, BRICK),
        inset=0.12,
        rx=17,
        ry=17,
    )
    # panels on the roof
    for k in range(3):
        x = 470 + k * 196
        out += solar(
            [(x + 20, 306), (x + 180, 306), (x + 160, 440), (x - 10, 440)]
            if k == 0
            else [(x + 10, 306), (x + 160, 306), (x + 160, 440), (x, 440)]
            if k == 1
            else [(x, 306), (x + 150, 306), (x + 180, 440), (x + 10, 440)],
            4,
            3,
        )
    # porch gable with clock
    out += (
        rect(640, 430, 220, base - 430, SAND)
        + poly([(612, 440), (750, 330), (888, 440)], BRICK)
        + poly([(750, 330), (888, 440), (750, 440)], BRICK_D)
    )
    out += (
        circle(750, 404, 34, WHITE)
        + ring(750, 404, 34, BLACK, 6)
        + line([(750, 404), (750, 384)], BLACK, 5)
        + line([(750, 404), (766, 412)], BLACK, 5)
    )
    # door
    out += (
        path(f"M690 {base}V600A60 60 0 0 1 810 600V{base}Z", GREEN)
        + rect(747, 548, 6, base - 548, GREEN_D)
        + circle(738, 680, 6, OCHRE)
        + circle(762, 680, 6, OCHRE)
    )
    for x in (354, 494, 926, 1066):
        out += window(x, 540, 76, 120, glass=GREEN_D)
    # wall of children's lozenges: a garland
    out += curve("M316 500Q470 540 628 500M872 500Q1030 540 1166 500", GREY, 4)
    for k, x in enumerate((350, 400, 450, 500, 550, 600)):
        y = 504 + 20 * math.sin(math.pi * (x - 316) / 312)
        out += poly([(x - 14, y), (x + 14, y), (x, y + 30)], TILES[k % 4])
        x2 = x + 550
        out += poly([(x2 - 14, y), (x2 + 14, y), (x2, y + 30)], TILES[(k + 2) % 4])
    out += poplar(1330, base + 6, 330, GREEN, GREEN_D) + poplar(232, base + 6, 260, GREEN, GREEN_D)
    # children
    y = GROUND + 40
    out += shade(455, y, 60, GREEN_L) + shade(560, y, 60, GREEN_L)
    kid = {"legs": (((-0.5, 1.7), (-0.9, 0.2)), ((0.4, 1.7), (0.5, 0.15)))}
    out += person(
        460,
        y,
        190,
        skin=1,
        hair=1,
        style="tail",
        top=BRICK,
        bottom=GREEN_D,
        face=1,
        left=((-1.1, 4.9), (-1.5, 5.6)),
        right=((1.0, 4.6), (1.5, 4.1)),
        **kid,
    )
    out += person(
        572,
        y,
        180,
        skin=3,
        hair=0,
        style="curly",
        top=OCHRE,
        bottom=BLACK,
        face=-1,
        left=((-1.0, 4.6), (-1.5, 4.3)),
        right=((1.0, 5.0), (1.4, 5.8)),
    )
    out += person(
        1010,
        y + 6,
        200,
        skin=0,
        hair=2,
        style="short",
        top=GREEN,
        bottom=BLACK,
        face=-1,
        right=((0.9, 4.5), (0.6, 3.6)),
    )
    out += rect(1032, y - 118, 40, 56, BRICK, 10)
    return out + edge(3)


def imprimante() -> str:
    """A shared printer, released by a badge, printing on both sides."""
    out = stage(3)
    out += (
        rect(380, 660, 840, 28, WOOD_D, 6)
        + rect(430, 688, 32, 130, WOOD_D)
        + rect(1138, 688, 32, 130, WOOD_D)
    )
    # paper cabinet
    x0, x1 = 520, 1080
    out += rect(x0, 330, x1 - x0, 330, WHITE, 18) + rect(x0, 330, x1 - x0, 330, "none", 18)
    out += path(
        f"M{x0} 470H{x1}V640Q{x1} 660 {x1 - 20} 660H{x0 + 20}Q{x0} 660 {x0} 640Z", GREEN
    ) + rect(x0, 470, x1 - x0, 16, GREEN_D)
    out += rect(x1 - 120, 486, 120, 174, GREEN_D, 0) + path(
        f"M{x1 - 120} 486H{x1}V640Q{x1} 660 {x1 - 20} 660H{x1 - 120}Z", GREEN_D
    )
    # feeder at the top with sheets
    out += poly([(590, 330), (640, 200), (960, 200), (1010, 330)], STONE)
    out += poly([(632, 316), (668, 150), (932, 150), (968, 316)], WHITE) + "".join(
        rect(706 - k * 5, 184 + k * 32, 150 + k * 10 - (40 if k == 2 else 0), 10, STONE, 5)
        for k in range(4)
    )
    out += rect(x0 - 10, 318, x1 - x0 + 20, 36, BLACK, 14)
    # output slot, sheets going out both sides shown
    out += rect(600, 404, 400, 40, BLACK, 10)
    out += poly([(626, 428), (974, 428), (1014, 560), (586, 560)], PAPER)
    out += poly([(586, 560), (1014, 560), (1006, 578), (594, 578)], STONE)
    out += tiled_poly(
        [(700, 452), (900, 452), (912, 500), (688, 500)], 28, 24, rings(OCHRE, BRICK, GREEN, BLACK)
    )
    out += poly([(672, 514), (928, 514), (931, 524), (669, 524)], STONE) + poly(
        [(666, 534), (860, 534), (861, 544), (663, 544)], STONE
    )
    # trays
    for y in (598,):
        out += rect(620, y, 320, 38, GREEN_D, 8) + rect(730, y + 12, 100, 12, OCHRE, 6)
    # panel with badge reader
    out += rect(1010, 372, 56, 60, GREEN_L, 8) + loz(1038, 402, 14, 18, WHITE)
    # badge held on a lanyard
    out += (
        line([(1610, 470), (1320, 424)], BRICK, 92, "butt")
        + line([(1340, 427), (1318, 424)], OCHRE, 96, "butt")
        + line([(1318, 424), (1262, 414)], SKIN[2], 62)
        + line([(1270, 392), (1222, 388)], SKIN[2], 24)
    )
    out += at(
        1180,
        404,
        rect(-52, -34, 104, 68, WHITE, 10)
        + rect(-52, -34, 104, 18, BRICK, 8)
        + loz(-22, 10, 18, 20, OCHRE)
        + rect(8, 0, 34, 8, STONE, 4)
        + rect(8, 14, 24, 8, STONE, 4),
        rotate=6,
    ) + line([(1262, 436), (1216, 430)], SKIN[2], 24)
    for r in (34, 58):
        out += curve(
            f"M{1100 + 0} {402 - r * 0.7}A{r} {r} 0 0 1 {1100} {402 + r * 0.7}",
            OCHRE,
            8,
            opacity=1 if r == 34 else 0.6,
        )
    # plant
    out += sprig(440, 586, 210, GREEN, GREEN_L, 3) + pot(440, 660, 110, 84, BRICK, BRICK_D)
    out += shade(800, 818, 420)
    return out


def toits() -> str:
    """The glazed roofs of Dijon, close to one another, and a spire."""
    out = rect(0, 0, W, H, PAPER) + loz(800, 380, 760, 470, TINT[1])
    # far
    out += skyline(700, TINT_2[1], spire=False)
    # sun
    out += circle(1250, 170, 64, OCHRE_L)
    # spire of Saint-Bénigne
    out += (
        rect(352, 430, 96, 300, STONE)
        + poly([(340, 440), (400, 60), (460, 440)], GREY)
        + poly([(400, 60), (460, 440), (400, 440)], BLACK)
    )
    out += line([(400, 70), (400, 26)], BLACK, 5) + circle(400, 40, 8, OCHRE)
    for dx in (-48, 48):
        out += poly([(400 + dx - 18, 450), (400 + dx, 350), (400 + dx + 18, 450)], GREY)
    # middle house left
    out += (
        rect(96, 600, 330, 300, SAND)
        + tiled_poly(
            [(66, 610), (261, 380), (456, 610)], 15, 15, zigzag(BRICK, OCHRE, BRICK_D, BLACK)
        )
        + line([(66, 610), (261, 380), (456, 610)], BLACK, 9)
    )
    # right house
    out += rect(1130, 590, 400, 310, WHITE) + glazed_roof(
        1096, 596, 470, 220, zigzag(GREEN, OCHRE, GREEN_D, BRICK), rx=15, ry=15, inset=0.2
    )
    # chimneys
    out += (
        rect(1190, 330, 54, 110, BRICK)
        + rect(1182, 322, 70, 16, BRICK_D)
        + rect(1424, 340, 48, 100, BRICK)
        + rect(1416, 332, 64, 16, BRICK_D)
    )
    out += glazed_roof(
        1096, 596, 470, 220, zigzag(GREEN, OCHRE, GREEN_D, BRICK), rx=15, ry=15, inset=0.2
    )
    # great roof
    out += (
        rect(560, 300, 60, 150, BRICK)
        + rect(550, 288, 80, 18, BRICK_D)
        + rect(552, 274, 30, 16, BRICK_D)
        + rect(598, 274, 30, 16, BRICK_D)
    )
    out += rect(380, 690, 850, 210, WHITE)
    great = [(330, 700), (520, 350), (1090, 350), (1280, 700)]
    out += tiled_poly(
        great, 19, 19, rings(OCHRE, BLACK, OCHRE, BRICK, BRICK, OCHRE, GREEN, GREEN, BLACK)
    )
    out += line([(520, 350), (1090, 350)], BLACK, 12) + rect(318, 694, 974, 14, BLACK, 6)
    out += (
        line([(520, 350), (520, 306)], BLACK, 6)
        + circle(520, 300, 10, OCHRE)
        + line([(1090, 350), (1090, 306)], BLACK, 6)
        + circle(1090, 300, 10, OCHRE)
    )
    # dormers
    for x in (640, 805, 970):
        out += (
            rect(x - 46, 520, 92, 110, WHITE)
            + poly([(x - 64, 524), (x, 450), (x + 64, 524)], BLACK)
            + rect(x - 26, 544, 52, 86, GREEN_D)
            + rect(x - 2, 544, 4, 86, WHITE)
            + poly([(x - 26, 544), (x + 6, 544), (x - 26, 600)], WHITE, opacity=0.2)
        )
    # facade windows
    for x in (470, 610, 750, 890, 1030):
        out += window(x, 750, 74, 120, shutters=GREEN_L)
    for x in (150, 290):
        out += window(x, 670, 60, 100)
    for x in (1310, 1430):
        out += window(x, 670, 60, 100)
    out += rect(0, 846, W, 54, PAPER) + edge(1)
    return out


SCENES = {
    "velo": velo,
    "tram": tram,
    "gobelet": gobelet,
    "compost": compost,
    "tri": tri,
    "ecole-soleil": ecole_soleil,
    "imprimante": imprimante,
    "toits": toits,
}
