"""« De 60 à 62 »: the AFNOR barometer, its scale in words, and two points more."""

from __future__ import annotations

from studio.draw import circle, clip, group, line, loz, n, poly, rect, ring
from studio.palette import (
    BLACK,
    BRICK,
    BRICK_D,
    GREEN,
    GREEN_L,
    GREY,
    OCHRE,
    OCHRE_D,
    OCHRE_L,
    PAPER,
    STONE,
)
from studio.scenes.tools import dial

from .kit import NBSP, Cue, Film, ease, fade, lines, logo, mix, shown, stage, text

END = 40.0
STEPS = (
    (0, 33, "inexistante", STONE),
    (33, 44, "empirique", OCHRE_L),
    (44, 60, "confirmée", OCHRE),
    (60, 80, "quasi systématique", GREEN_L),
    (80, 100, "exemplaire", GREEN),
)
BAR_X, BAR_W = 610, 120
TOP, UNIT = 66, 5.0


def level(value: float) -> float:
    """The height of a score on the ladder."""
    return TOP + (100 - value) * UNIT


def ladder(t: float, start: float) -> str:
    """The scale, built from the ground up, each step with its word and its bounds."""
    out = ""
    for k, (low, high, word, colour) in enumerate(STEPS):
        on = ease(t, start + 0.3 + 0.6 * k, start + 1.1 + 0.6 * k)
        if on <= 0:
            continue
        bottom, top = level(low), level(high)
        y = mix(bottom, top, on)
        out += rect(BAR_X, y, BAR_W, bottom - y, colour) + rect(BAR_X, bottom - 2, BAR_W, 4, PAPER)
        out += fade(
            on,
            text(BAR_X + BAR_W + 42, (bottom + top) / 2 + 14, word, 44, fill=BLACK),
            loz(BAR_X + BAR_W + 20, (bottom + top) / 2, 11, 13, colour),
        )
        out += fade(
            on, text(BAR_X - 20, top + 13, str(high), 36, serif=False, anchor="end", fill=GREY)
        )
    out += fade(
        ease(t, start + 0.2, start + 0.6),
        text(BAR_X - 20, level(0) + 4, "0", 36, serif=False, anchor="end", fill=GREY),
    )
    return out


def pointer(value: float, colour: str, dash: bool = False) -> str:
    """A mark across the ladder at a score."""
    y = level(value)
    return line([(BAR_X - 6, y), (BAR_X + BAR_W + 6, y)], colour, 7) + poly(
        [(BAR_X + BAR_W, y), (BAR_X + BAR_W + 26, y - 15), (BAR_X + BAR_W + 26, y + 15)], colour
    )


def lens(t: float, start: float) -> str:
    """A magnifying glass on the part of the ladder between 56 and 66; the mark climbs two points."""
    cx, cy, r = 980, 320, 232
    unit = 46
    climb = ease(t, start + 1.6, start + 3.4)
    value = 60 + 2 * climb

    def y(v: float) -> float:
        return cy - (v - 61) * unit

    inside = (
        rect(cx - r, cy - r, 2 * r, 2 * r, PAPER)
        + rect(cx - 70, y(60), 140, 500, OCHRE)
        + rect(cx - 70, y(60) - 500, 140, 500, GREEN_L)
    )
    for v in range(56, 67):
        inside += line([(cx - 70, y(v)), (cx - 44, y(v))], BLACK, 4)
    for v in (58, 60, 62, 64):
        inside += text(cx - 84, y(v) + 13, str(v), 36, serif=False, anchor="end", fill=BLACK)
    inside += line([(cx - 30, y(60)), (cx + 78, y(60))], OCHRE_D, 6, stroke_dasharray="4 14")
    inside += text(cx + 88, y(60) + 12, "2023", 34, serif=False, fill=OCHRE_D)
    inside += line([(cx - 30, y(value)), (cx + 78, y(value))], BRICK, 9)
    inside += loz(cx + 6, y(value), 24, 28, BRICK)
    inside += fade(
        ease(t, start + 3.0, start + 3.6),
        text(cx + 88, y(62) + 12, "2024", 34, serif=False, fill=BRICK),
    )
    # thick rim and handle
    return (
        line([(cx + 168, cy + 168), (cx + 236, cy + 246)], BLACK, 40)
        + clip(circle(cx, cy, r, "#000"), inside)
        + ring(cx, cy, r, BLACK, 18)
        + ring(cx, cy, r - 9, OCHRE, 5)
    )


def score(t: float, value: str, year: str, colour: str, opacity: float) -> str:
    """A score out of a hundred and its year, in large figures."""
    return fade(
        opacity,
        text(72, 130, year, 52, fill=GREY),
        text(64, 262, value, 150, serif=False, fill=colour),
        text(262, 262, "/100", 60, serif=False, fill=GREY),
        dy=12,
    )


def frame(t: float) -> str:
    """The picture at time t."""
    plain = max(shown(t, 5.0, 21.7), ease(t, 30.2, 31.0))
    out = stage(1, 900, 1 - plain)
    # 1. title with the dial
    if t < 5.4:
        v = 60 * ease(t, 0.4, 2.4) if t < 2.4 else mix(60, 62, ease(t, 2.7, 3.9))
        d = (
            poly([(800, 60), (1176, 400), (800, 820), (424, 400)], BRICK_D)
            + poly([(800, 84), (1150, 400), (800, 790), (450, 400)], BRICK)
            + dial(800, 400, 268, v, 60)
        )
        out += fade(
            1 - ease(t, 4.7, 5.3),
            lines(72, 240, ["De 60 à 62"], 92),
            lines(
                72,
                330,
                ["Le baromètre AFNOR", "360° de la performance", "publique"],
                40,
                serif=False,
                bold=False,
                fill=GREY,
            ),
            group(d, transform=f"translate({n(930 - 800 * 0.72)} 12) scale(0.72)"),
        )
    # 2. the scale in words, kept for 2023
    if 5.2 < t < 21.6:
        out += fade(shown(t, 5.3, 21.5), ladder(t, 5.3))
    out += fade(
        shown(t, 5.4, 12.6),
        lines(72, 200, ["Une échelle", "de maturité,"], 56),
        text(72, 336, "de 0 à 100", 52, serif=False),
        dy=12,
    )
    if 12.6 < t < 21.6:
        out += score(t, "60", "En 2023", OCHRE_D, shown(t, 12.8, 21.4))
        out += fade(shown(t, 13.2, 21.4), pointer(60, BRICK_D))
        out += fade(
            shown(t, 15.2, 21.4),
            lines(
                72,
                360,
                [
                    "Juste sur la limite",
                    f"entre «{NBSP}confirmée{NBSP}» et",
                    f"«{NBSP}quasi systématique{NBSP}»",
                ],
                40,
                serif=False,
                bold=False,
            ),
            dy=12,
        )
    # 3. 2024 under the lens
    if 21.3 < t < 30.4:
        out += fade(shown(t, 21.5, 30.3), lens(t, 22.0))
        out += score(t, "62", "En 2024", GREEN, shown(t, 22.4, 30.3))
        out += fade(
            shown(t, 25.8, 30.3),
            text(72, 390, f"+{NBSP}2{NBSP}points", 72, serif=False, fill=BRICK),
            lines(72, 470, ["entre 2023 et 2024"], 44),
            dy=12,
        )
    # 4. where progress was noted
    if t > 30.2:
        k = ease(t, 30.5, 31.3)
        a, b = ease(t, 31.4, 32.2), ease(t, 32.6, 33.4)
        out += fade(k, lines(72, 150, ["Des progrès notables dans deux domaines"], 54), dy=12)
        out += fade(
            a,
            loz(110, 258, 34, 40, OCHRE),
            loz(110, 258, 15, 18, BRICK),
            text(172, 276, "Vision et gouvernance", 56),
            dy=12,
        )
        out += fade(
            b,
            loz(110, 368, 34, 40, GREEN),
            loz(110, 368, 15, 18, OCHRE),
            text(172, 386, "Gestion interne responsable", 56),
            dy=12,
        )
        out += fade(
            ease(t, 34.0, 34.8),
            text(72, 540, f"Source{NBSP}: bilan RSO 2024", 40, serif=False, bold=False, fill=GREY),
            logo(1120, 470, 150),
        )
    return out


FILM = Film(
    name="barometre",
    title_fr="De 60 à 62",
    title_en="From 60 to 62",
    summary_fr="Le baromètre AFNOR 360° de la performance publique, sa lecture en cinq paliers, et les deux points gagnés entre 2023 et 2024.",
    summary_en="The AFNOR 360° barometer of public performance, its five levels, and the two points gained between 2023 and 2024.",
    duration=END,
    poster_at=4.2,
    frame=frame,
    cues=[
        Cue(
            0.3,
            5.0,
            "De 60 à 62\nLe baromètre AFNOR 360° de la performance publique",
            "Un baromètre rond, accroché sur une tuile de bois. L’aiguille monte jusqu’à 60, puis avance de deux points.",
            "De soixante à soixante-deux. Le baromètre AFNOR trois cent soixante degrés de la performance publique.",
        ),
        Cue(
            5.6,
            8.4,
            "Une échelle de maturité, de 0 à 100",
            "Une colonne se construit de bas en haut, en cinq paliers de hauteurs inégales.",
            "Une échelle de maturité, de zéro à cent.",
        ),
        Cue(
            8.5,
            12.5,
            f"0-33{NBSP}: inexistante · 33-44{NBSP}: empirique\n44-60{NBSP}: confirmée · 60-80{NBSP}: quasi systématique\n80-100{NBSP}: exemplaire",
            "Chaque palier porte son nom, et chaque limite son nombre.",
            "De zéro à trente-trois : inexistante. De trente-trois à quarante-quatre : empirique. De quarante-quatre à soixante : confirmée. De soixante à quatre-vingts : quasi systématique. Quatre-vingts et plus : exemplaire.",
        ),
        Cue(
            12.9,
            21.2,
            f"En 2023{NBSP}: 60/100\nJuste sur la limite entre «{NBSP}confirmée{NBSP}» et «{NBSP}quasi systématique{NBSP}»",
            "Un repère se pose sur la colonne à 60, exactement à la jonction de deux paliers.",
            "En deux mille vingt-trois : soixante sur cent, juste sur la limite entre confirmée et quasi systématique.",
        ),
        Cue(
            22.2,
            30.1,
            f"En 2024{NBSP}: 62/100\n+{NBSP}2{NBSP}points entre 2023 et 2024",
            "Une loupe grossit la colonne autour de 60. Le repère rouge monte de deux graduations et entre dans le palier «"
            + NBSP
            + "quasi systématique"
            + NBSP
            + "».",
            "En deux mille vingt-quatre : soixante-deux sur cent. Deux points de plus entre deux mille vingt-trois et deux mille vingt-quatre.",
        ),
        Cue(
            30.8,
            39.9,
            f"Des progrès notables dans deux domaines\nVision et gouvernance · Gestion interne responsable\nSource{NBSP}: bilan RSO 2024",
            "Deux tuiles viennent se placer devant les noms des deux domaines, puis le signe du portail.",
            "Des progrès notables dans deux domaines : vision et gouvernance ; gestion interne responsable. Source : bilan R S O deux mille vingt-quatre.",
        ),
    ],
)
