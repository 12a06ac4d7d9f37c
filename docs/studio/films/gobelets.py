"""« Un gobelet qui revient »: what was lent, what it saved, and a projection kept apart."""

from __future__ import annotations

import math

from studio.draw import at, curve, line, loz, loz_d, path, poly, rect
from studio.motifs import rings, shade
from studio.palette import (
    BLACK,
    BRICK,
    BRICK_D,
    GREEN,
    GREY,
    OCHRE,
    PAPER,
    STONE,
    TINT,
    WATER,
    WHITE,
)
from studio.scenes.city import cup

from .kit import GROUND, NBSP, Cue, Film, H, W, ease, fade, lines, logo, pill, shown, stage, text

COLUMNS, ROWS = 56, 48  # 2 688 lozenges: one for each cup lent
END = 42.0
NARROW = "\u202f"


def lent(t: float, start: float) -> str:
    """One lozenge a cup, filled row after row."""
    step_x, step_y = 11.4, 11.4
    x0, y0 = 586, 54
    upto = ease(t, start + 0.4, start + 3.6) * COLUMNS * ROWS
    paths = [""] * 4
    for j in range(ROWS):
        if j * COLUMNS >= upto:
            break
        for i in range(min(COLUMNS, math.ceil(upto - j * COLUMNS))):
            ring_index = (abs(i % 16 - 8) + abs(j % 16 - 8)) // 3 % 4
            paths[ring_index] += loz_d(x0 + (i + 0.5) * step_x, y0 + (j + 0.5) * step_y, 5.2, 5.2)
    return "".join(
        path(d, c) for d, c in zip(paths, (OCHRE, BRICK, GREEN, BLACK), strict=True) if d
    )


def scales(t: float, start: float) -> str:
    """A bag of cardboard cups, lifted out of the way."""
    k = ease(t, start + 0.5, start + 2.4)
    x, y = 930, 560 - 150 * k
    out = shade(930, GROUND + 8, 170 - 60 * k, STONE, 12)
    # paper cups in a see-through bag
    bag = path(
        "M-150 -250C-190 -120 -190 -20 -130 0H130C190 -20 190 -120 150 -250C60 -226 -60 -226 -150 -250Z",
        WHITE,
        opacity=0.3,
    )
    cups = ""
    for q, (cx, cy, a) in enumerate(
        (
            (-84, -20, -8),
            (0, -12, 6),
            (84, -20, 12),
            (-48, -100, 22),
            (44, -104, -16),
            (-68, -150, -24),
            (4, -176, 8),
            (74, -152, 24),
        )
    ):
        shade_colour = (STONE, WHITE)[q % 2]
        cups += at(
            cx,
            cy,
            poly([(-34, -74), (34, -74), (24, 0), (-24, 0)], shade_colour),
            rect(-38, -80, 76, 12, GREY, 5),
            line([(-29, -36), (29, -36)], OCHRE, 10),
            rotate=a,
        )
    tie = curve(
        "M-150 -250C-60 -226 60 -226 150 -250C90 -290 50 -300 30 -330H-30C-50 -300 -90 -290 -150 -250Z",
        GREY,
        6,
    ) + rect(-36, -326, 72, 18, BRICK, 8)
    out += at(
        x,
        y,
        cups,
        bag,
        curve("M-150 -250C-190 -120 -190 -20 -130 0H130C190 -20 190 -120 150 -250", GREY, 6),
        tie,
    )
    return out


def washes(t: float, start: float) -> str:
    """Nine washes; the ninth turns green."""
    out = ""
    for k in range(9):
        x, y = 140 + k * 125, 430
        on = ease(t, start + 0.8 + k * 0.36, start + 1.2 + k * 0.36)
        last = k == 8
        size = 48 if not last else 48 + 20 * on
        out += loz(x, y, size, size * 1.16, TINT[3]) + loz(
            x, y, size, size * 1.16, "none", stroke=STONE, stroke_width=4
        )
        if on > 0.01:
            out += loz(x, y, size * on, size * 1.16 * on, GREEN if last else WATER)
        out += text(
            x,
            y + 14,
            str(k + 1),
            40 if not last else 40 + 12 * on,
            serif=False,
            anchor="middle",
            fill=WHITE if last and on > 0.5 else BLACK,
        )
    return out


def loop(t: float) -> str:
    """A cup inside two arrows that go round."""
    turn = 26 * (t - 36.0)
    arrows = ""
    for a in (0, 180):
        arrows += at(
            0,
            0,
            curve("M-150 20A152 152 0 0 1 104 -112", GREEN, 20),
            poly([(88, -158), (160, -86), (70, -72)], GREEN),
            rotate=a + turn,
        )
    return at(940, 330, arrows) + cup(
        940, 420, 150, 180, PAPER, STONE, rings(BLACK, OCHRE, BRICK, GREEN, OCHRE, BLACK)
    )


def frame(t: float) -> str:
    """The picture at time t."""
    projection = shown(t, 26.6, 35.6, 0.8)
    plain = max(shown(t, 4.8, 12.5), shown(t, 19.2, 26.8))
    out = stage(3, 930, 1 - plain)
    # 1. title
    slide = (1 - ease(t, 0.0, 1.6)) * 420
    out += fade(
        1 - ease(t, 4.4, 5.0),
        lines(72, 230, ["Un gobelet", "qui revient"], 84, lead=1.1),
        lines(
            72,
            410,
            ["Le prêt de gobelets", "réutilisables de", "Dijon métropole"],
            40,
            serif=False,
            bold=False,
            fill=GREY,
        ),
        at(
            slide,
            0,
            shade(940, GROUND + 10, 150),
            cup(
                940, GROUND, 280, 350, PAPER, STONE, rings(BLACK, OCHRE, BRICK, GREEN, OCHRE, BLACK)
            ),
        ),
    )
    # 2. lent
    if 4.9 < t < 12.4:
        out += fade(
            shown(t, 5.0, 12.3),
            lent(t, 5.0),
            pill(72, 110, "RÉALISÉ", GREEN, WHITE),
            text(64, 268, f"2{NARROW}688", 118, serif=False, fill=GREEN),
            lines(72, 348, ["gobelets prêtés,", "de novembre 2023", "à 2024"], 46),
            text(72, 560, "Un losange = un gobelet", 40, serif=False, bold=False, fill=GREY),
        )
    # 3. waste avoided
    if 12.3 < t < 19.4:
        out += fade(
            shown(t, 12.4, 19.3),
            scales(t, 12.4),
            pill(72, 110, "RÉALISÉ", GREEN, WHITE),
            text(64, 268, f"20{NBSP}kg", 118, serif=False, fill=GREEN),
            lines(
                72, 348, ["de déchets évités", "en 2024, par rapport", "au gobelet en carton"], 46
            ),
            text(72, 556, "Ordre de grandeur plausible", 40, serif=False, bold=False, fill=GREY),
        )
    # 4. ninth wash
    if 19.3 < t < 26.7:
        out += fade(
            shown(t, 19.4, 26.6),
            lines(72, 150, ["Le bilan environnemental", "devient positif"], 58),
            text(72, 310, "au 9^e^ lavage.", 72, fill=GREEN),
            washes(t, 19.4),
            text(
                72,
                560,
                "Chaque retour compte.",
                40,
                serif=False,
                bold=False,
                fill=GREY,
                opacity=ease(t, 24.0, 24.8),
            ),
        )
    # 5. projection, another ground altogether
    if projection > 0:
        frame_ = rect(
            40,
            36,
            W - 80,
            H - 72,
            WHITE,
            24,
            stroke=BRICK,
            stroke_width=5,
            stroke_dasharray="18 14",
        )
        second = ease(t, 29.0, 29.8)
        third = ease(t, 32.2, 33.0)
        out += fade(
            projection,
            rect(0, 0, W, H, TINT[2]),
            frame_,
            pill(96, 122, "PROJECTION", WHITE, BRICK_D, dashed=True),
            lines(96, 240, ["Si chaque gobelet sert 100 fois" + NBSP + ":"], 54, serif=False),
            fade(
                second,
                text(96, 366, f"4,166{NBSP}t", 92, serif=False, fill=BRICK),
                text(500, 360, "de CO₂ économisées", 46),
                text(96, 484, f"2{NBSP}t", 92, serif=False, fill=BRICK),
                text(500, 478, "de déchets évités", 46),
                dy=12,
            ),
            fade(
                third,
                text(
                    96,
                    610,
                    "Une hypothèse" + NBSP + ": elle ne s’ajoute pas aux résultats.",
                    38,
                    serif=False,
                    bold=False,
                    fill=BRICK_D,
                ),
            ),
        )
    # 6. end
    if t > 35.4:
        out += fade(
            ease(t, 35.7, 36.4),
            lines(72, 190, ["Rendre, laver,", "prêter à nouveau."], 62),
            loop(t),
            lines(
                72,
                370,
                ["Un service gratuit pour", "les organisateurs", "de manifestations"],
                40,
                serif=False,
                bold=False,
                fill=GREY,
            ),
            text(
                72,
                560,
                "Source" + NBSP + ": bilan RSO 2024",
                40,
                serif=False,
                bold=False,
                fill=GREY,
            ),
            logo(1190, 80, 96),
        )
    return out


FILM = Film(
    name="gobelets",
    title_fr="Un gobelet qui revient",
    title_en="The cup that comes back",
    summary_fr="Le prêt de gobelets réutilisables de Dijon métropole en quelques chiffres"
    + NBSP
    + ": ce qui est réalisé d’un côté, ce qui n’est qu’une projection de l’autre.",
    summary_en="Dijon métropole’s loan of reusable cups in a few figures: what has been done on one side, what is only a projection on the other.",
    duration=END,
    poster_at=3.0,
    frame=frame,
    cues=[
        Cue(
            0.3,
            4.7,
            "Un gobelet qui revient\nLe prêt de gobelets réutilisables de Dijon métropole",
            "Un grand gobelet décoré de tuiles en losange glisse au milieu de l’image.",
            "Un gobelet qui revient. Le prêt de gobelets réutilisables de Dijon métropole.",
        ),
        Cue(
            5.2,
            12.1,
            f"Réalisé{NBSP}: 2{NBSP}688 gobelets prêtés, de novembre 2023 à 2024\nUn losange = un gobelet",
            "Un champ de 2"
            + NBSP
            + "688 petits losanges se remplit rangée après rangée"
            + NBSP
            + ": chacun figure un gobelet prêté.",
            "Réalisé : deux mille six cent quatre-vingt-huit gobelets prêtés, de novembre deux mille vingt-trois à deux mille vingt-quatre. À l’image, un losange vaut un gobelet.",
        ),
        Cue(
            12.6,
            19.1,
            f"Réalisé{NBSP}: 20{NBSP}kg de déchets évités en 2024,\npar rapport au gobelet en carton\nOrdre de grandeur plausible",
            "Un sac plein de gobelets en carton se soulève et quitte le sol.",
            "Réalisé : vingt kilos de déchets évités en deux mille vingt-quatre, par rapport au gobelet en carton. C’est un ordre de grandeur plausible.",
        ),
        Cue(
            19.6,
            26.4,
            "Le bilan environnemental devient positif au 9e lavage.\nChaque retour compte.",
            "Neuf losanges numérotés de 1 à 9 se remplissent un par un"
            + NBSP
            + "; le neuvième grandit et passe au vert.",
            "Le bilan environnemental devient positif au neuvième lavage. Chaque retour compte.",
        ),
        Cue(
            27.0,
            28.9,
            f"Projection, si chaque gobelet sert 100 fois{NBSP}:",
            f"Le fond change{NBSP}: tout est entouré de pointillés, pour montrer qu’il ne s’agit plus de résultats.",
            "Projection. Si chaque gobelet sert cent fois :",
        ),
        Cue(
            29.2,
            32.2,
            f"4,166{NBSP}t de CO₂ économisées\n2{NBSP}t de déchets évités",
            "Deux lignes apparaissent, en rouge brique et non plus en vert.",
            "quatre virgule cent soixante-six tonnes de C O 2 économisées, et deux tonnes de déchets évités.",
        ),
        Cue(
            32.4,
            35.3,
            f"Une hypothèse{NBSP}: elle ne s’ajoute pas aux résultats.",
            "Une phrase de mise en garde se place dessous.",
            "C’est une hypothèse : elle ne s’ajoute pas aux résultats.",
        ),
        Cue(
            35.9,
            41.9,
            f"Rendre, laver, prêter à nouveau.\nUn service gratuit pour les organisateurs de manifestations\nSource{NBSP}: bilan RSO 2024",
            "Un gobelet, et deux flèches vertes qui tournent autour de lui.",
            "Rendre, laver, prêter à nouveau. Un service gratuit pour les organisateurs de manifestations. Source : bilan R S O deux mille vingt-quatre.",
        ),
    ],
)
