"""« Le tour des placards »: look at what one has before ordering, in four steps."""

from __future__ import annotations

import math

from studio.draw import at, circle, group, line, loz, n, poly, rect
from studio.motifs import glazed, rings, shade, tiled_poly
from studio.palette import BLACK, BRICK, BRICK_L, GREEN, GREY, OCHRE, STONE, WHITE, WOOD, WOOD_D
from studio.scenes.people import box, pencil_pot, shelves, tape

from .kit import NBSP, Cue, Film, ease, fade, lines, logo, mix, shown, stage, text

X0, X1, Y0, Y1 = 520, 1080, 130, 780
SCALE, DX, DY = 0.66, 930 - 800 * 0.66, 74
STEPS = (
    (4.5, 11.0, 1, ["J’ouvre les placards", "du service."]),
    (11.0, 17.5, 2, ["Je note ce qui", "s’y trouve déjà."]),
    (17.5, 24.0, 3, ["Je ressors ce qui", "peut encore servir."]),
    (24.0, 30.5, 4, ["Je commande", "seulement", "ce qui manque."]),
)
END = 36.0
PATTERN = rings(OCHRE, BRICK, BLACK, GREEN, OCHRE)


def door(hinge: float, side: int, opening: float) -> str:
    """A cupboard door; side=1 opens to the right of its hinge when closed."""
    angle = math.radians(128 * opening)
    free = hinge + side * 294 * math.cos(angle)
    near = 46 * math.sin(angle)
    points = [(hinge, Y0), (free, Y0 - near), (free, Y1 + near + 4), (hinge, Y1 + 8)]
    out = poly(points, WOOD)
    wide = abs(math.cos(angle))
    if wide > 0.08:
        a, b = mix(hinge, free, 0.12), mix(hinge, free, 0.88)
        ya, yb = Y0 + 40 - near * 0.12, Y0 + 40 - near * 0.88
        za, zb = Y1 - 30 + near * 0.12, Y1 - 30 + near * 0.88
        out += tiled_poly([(a, ya), (b, yb), (b, zb), (a, za)], max(6, 37 * wide), 37, PATTERN)
        knob = mix(hinge, free, 0.94)
        out += circle(knob, 470, 9, BLACK)
    return out


def cupboard(opening: float, taken: tuple[str, ...] = (), badges: tuple[float, ...] = ()) -> str:
    """The cupboard, its doors, and ticks on what has been counted."""
    out = shade(800, Y1 + 10, 460, STONE, 18)
    out += rect(X0 - 20, Y0 - 30, X1 - X0 + 40, 34, WOOD_D, 6)
    if opening > 0.001:
        out += shelves(X0, X1, Y0, Y1, taken)
    out += rect(X0 - 16, Y0, 18, Y1 - Y0 + 14, WOOD) + rect(X1 - 2, Y0, 18, Y1 - Y0 + 14, WOOD_D)
    places = ((670, 268), (625, 512), (806, 512), (972, 520), (655, 702))
    for (x, y), k in zip(places, badges, strict=False):
        if k > 0.01:
            out += at(
                x,
                y,
                loz(0, 0, 46, 52, GREEN),
                loz(0, 0, 46, 52, "none", stroke=WHITE, stroke_width=6),
                line([(-16, 2), (-4, 15), (18, -13)], WHITE, 9),
                scale=round(k, 3),
            )
    out += door(X0 - 14, 1, opening) + door(X1 + 14, -1, opening)
    return group(out, transform=f"translate({n(DX)} {DY}) scale({SCALE})")


def film_xy(x: float, y: float) -> tuple[float, float]:
    """From the cupboard's own coordinates to those of the film."""
    return DX + x * SCALE, DY + y * SCALE


def heading(t: float, start: float, end: float, number: int, rows: list[str]) -> str:
    """The numbered sentence of a step."""
    colour = (OCHRE, BRICK, GREEN, BLACK)[number - 1]
    tile = glazed(132, 152, 62, 72, colour) + text(
        132, 173, str(number), 62, fill=WHITE, serif=False, anchor="middle"
    )
    return fade(shown(t, start, end, 0.5), tile, lines(72, 304, rows, 54), dy=14)


def order(t: float, start: float) -> str:
    """The order form: three lines are struck out, one stays."""
    k = ease(t, start + 0.3, start + 1.3)
    x, y = mix(1330, 720, k), 108
    out = at(
        0,
        0,
        rect(x + 10, y + 12, 440, 430, STONE, 10)
        + rect(x, y, 440, 430, WHITE, 10)
        + rect(x, y, 440, 430, "none", 10, stroke=BRICK, stroke_width=8)
        + rect(x + 160, y - 18, 120, 40, BLACK, 8),
    )
    for q, name in enumerate(("Classeurs", "Ramettes", "Crayons", "Agrafes")):
        yy = y + 104 + q * 90
        keep = q == 3
        gone = ease(t, start + 1.7 + q * 0.55, start + 2.2 + q * 0.55) if not keep else 0
        bold = ease(t, start + 3.6, start + 4.2) if keep else 0
        colour = GREY if gone > 0.5 else BLACK
        out += loz(x + 58, yy - 16, 18 + 6 * bold, 21 + 7 * bold, OCHRE if keep else STONE)
        out += text(x + 104, yy, name, 46, fill=colour, serif=False, bold=keep)
        if gone > 0.01:
            width = len(name) * 25.5
            out += line([(x + 98, yy - 15), (x + 98 + width * gone, yy - 15)], BRICK, 7)
    return out


def frame(t: float) -> str:
    """The picture at time t."""
    out = stage(3, mix(930, 640, ease(t, 30.2, 31.6)))
    # title
    out += fade(
        shown(t, -1, 4.5, 0.6),
        lines(72, 250, ["Le tour", "des placards"], 82, lead=1.1),
        text(72, 430, "Un geste avant", 42, serif=False, bold=False, fill=GREY),
        text(72, 484, "chaque commande", 42, serif=False, bold=False, fill=GREY),
    )
    opening = ease(t, 5.2, 8.2)
    badges = tuple(
        ease(t, 12.2 + 0.75 * k, 12.7 + 0.75 * k) * (1 - ease(t, 17.2, 17.7)) for k in range(5)
    )
    moves = {"pencils": (18.6, 20.2), "tape": (19.4, 21.0), "box": (20.2, 21.8)}
    taken = tuple(name for name, (a, _) in moves.items() if t >= a)
    gone = ease(t, 23.8, 24.8)
    away = ease(t, 30.2, 31.2)
    if gone < 1:
        scene = cupboard(opening, taken, badges)
        # the desk, and what comes to it
        desk = ease(t, 17.8, 18.5)
        if desk > 0:
            scene += fade(
                desk,
                rect(70, 560, 470, 16, WOOD, 6)
                + rect(70, 570, 470, 8, WOOD_D, 4)
                + rect(104, 576, 18, 66, WOOD_D)
                + rect(488, 576, 18, 66, WOOD_D),
            )
        for name, (a, b) in moves.items():
            if t < a:
                continue
            k = ease(t, a, b)
            sx, sy, tx = {
                "pencils": (X0 + 330, 555.3, 150),
                "tape": (X1 - 140, 555.3, 262),
                "box": (X0 + 258, 762, 400),
            }[name]
            fx, fy = film_xy(sx, sy)
            x, y = mix(fx, tx, k), mix(fy, 560, k) - 40 * math.sin(math.pi * k)
            drawn = {
                "pencils": pencil_pot(0, 0),
                "tape": tape(0, 0),
                "box": box(0, 0, 120, 84, BRICK_L, BRICK),
            }[name]
            scene += at(x, y, drawn, scale=SCALE)
        out += group(scene, transform=f"translate({n(-gone * 40)} 0)", opacity=round(1 - gone, 3))
    for start, end, number, rows in STEPS:
        out += heading(t, start, end, number, rows)
    if t > 24.2:
        out += fade(1 - away, order(t, 24.4))
    # end
    if t > 30.4:
        out += fade(
            ease(t, 30.9, 31.7),
            lines(
                640,
                200,
                ["Moins de commandes inutiles,", "moins de gaspillage."],
                60,
                anchor="middle",
            ),
            text(
                640,
                352,
                "Une bonne pratique partagée",
                38,
                serif=False,
                bold=False,
                fill=GREY,
                anchor="middle",
            ),
            text(
                640,
                402,
                "par une partenaire mét’ODD",
                38,
                serif=False,
                bold=False,
                fill=GREY,
                anchor="middle",
            ),
            logo(640, 500, 130),
            dy=14,
        )
    return out


FILM = Film(
    name="placards",
    title_fr="Le tour des placards",
    title_en="A look in the cupboards",
    summary_fr="Avant de commander des fournitures, une partenaire mét’ODD commence par regarder ce que le service possède déjà. Le geste, en quatre temps.",
    summary_en="Before ordering supplies, a mét’ODD partner begins by looking at what the department already has. The habit, in four steps.",
    duration=END,
    poster_at=9.5,
    frame=frame,
    cues=[
        Cue(
            0.3,
            4.4,
            "Le tour des placards\nUn geste avant chaque commande",
            "Une grande armoire fermée, aux portes couvertes de tuiles vernissées en losange.",
            "Le tour des placards. Un geste avant chaque commande.",
            "A look in the cupboards\nOne habit before every order",
            "A tall closed cupboard, its doors covered with glazed lozenge tiles.",
        ),
        Cue(
            4.8,
            10.9,
            "1. J’ouvre les placards du service.",
            "Les deux portes s’ouvrent sur trois étagères bien remplies"
            + NBSP
            + ": classeurs, ramettes de papier, pots de crayons, rouleaux de ruban adhésif, boîtes.",
            "Un. J’ouvre les placards du service.",
            "1. I open the department’s cupboards.",
            "Both doors swing open on three well-filled shelves: binders, reams of paper, pots of pencils, rolls of tape, boxes.",
        ),
        Cue(
            11.3,
            17.4,
            "2. Je note ce qui s’y trouve déjà.",
            "Cinq coches vertes se posent l’une après l’autre sur les classeurs, le papier, les crayons, le ruban adhésif et une boîte.",
            "Deux. Je note ce qui s’y trouve déjà.",
            "2. I note what is already there.",
            "Five green ticks settle one after the other on the binders, the paper, the pencils, the tape and a box.",
        ),
        Cue(
            17.8,
            23.9,
            "3. Je ressors ce qui peut encore servir.",
            "Un pot de crayons, deux rouleaux et une boîte quittent l’armoire et viennent se poser sur un bureau.",
            "Trois. Je ressors ce qui peut encore servir.",
            "3. I bring out what can still be used.",
            "A pot of pencils, two rolls of tape and a box leave the cupboard and come to rest on a desk.",
        ),
        Cue(
            24.3,
            30.3,
            "4. Je commande seulement ce qui manque.\nClasseurs, ramettes, crayons : rayés. Agrafes.",
            "Un bon de commande de quatre lignes remplace l’armoire. Classeurs, ramettes et crayons sont rayés"
            + NBSP
            + "; seule la ligne «"
            + NBSP
            + "Agrafes"
            + NBSP
            + "» reste.",
            "Quatre. Je commande seulement ce qui manque. Sur le bon de commande, classeurs, ramettes et crayons sont rayés. Il reste les agrafes.",
            "4. I order only what is missing.\nBinders, reams, pencils: struck out. Staples.",
            "An order form of four lines replaces the cupboard. Binders, reams and pencils are struck out; only the line “Staples” remains.",
        ),
        Cue(
            31.0,
            35.9,
            "Moins de commandes inutiles, moins de gaspillage.\nUne bonne pratique partagée par une partenaire mét’ODD",
            "Le texte de fin, au-dessus du signe du portail"
            + NBSP
            + ": quatre tuiles qui dessinent deux toits.",
            "Moins de commandes inutiles, moins de gaspillage. Une bonne pratique partagée par une partenaire mète odé-dé.",
            "Fewer needless orders, less waste.\nA good practice shared by a mét’ODD partner",
            "The closing text, above the portal’s mark: four tiles that draw two roofs.",
        ),
    ],
)
