"""What the films share: time, text, the stage, encoding, captions, the synthetic voice."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from xml.sax.saxutils import escape

import av
import numpy as np
from PIL import Image

from studio.draw import clip, document, group, loz, n, path, poly, rect
from studio.motifs import edge
from studio.palette import BLACK, BRICK, GREEN, OCHRE, PAPER, SAND, TINT
from studio.render import raster, save_png

W, H, FPS = 1280, 720, 20
GROUND = 590
NBSP = "\u00a0"
VP9 = {"crf": "42", "b": "0", "deadline": "good", "cpu-used": "4", "g": "250", "row-mt": "1"}
H264 = {"crf": "28", "preset": "medium", "tune": "animation", "g": "250", "profile": "high"}
FONT_DIRS = {
    "vollkorn": Path("/usr/share/fonts/truetype/vollkorn"),
    "inter": Path("/usr/share/fonts/opentype/inter"),
}
FONTS = [
    str(FONT_DIRS["vollkorn"] / "Vollkorn-Bold.ttf"),
    str(FONT_DIRS["inter"] / "Inter-Medium.otf"),
    str(FONT_DIRS["inter"] / "Inter-Bold.otf"),
]

# --- Time ----------------------------------------------------------------------------------------


def ease(t: float, start: float, end: float) -> float:
    """From 0 at `start` to 1 at `end`, slow at both ends."""
    k = min(1.0, max(0.0, (t - start) / (end - start)))
    return k * k * k * (k * (6 * k - 15) + 10)


def shown(t: float, start: float, end: float, fade: float = 0.6) -> float:
    """Opacity of what appears at `start` and has gone at `end`."""
    return ease(t, start, start + fade) * (1 - ease(t, end - fade, end))


def mix(a: float, b: float, k: float) -> float:
    """A value on the way from a to b."""
    return a + (b - a) * k


# --- Pictures ------------------------------------------------------------------------------------


def text(
    x: float,
    y: float,
    content: str,
    size: float,
    *,
    fill: str = BLACK,
    serif: bool = True,
    bold: bool = True,
    anchor: str = "start",
    opacity: float = 1,
) -> str:
    """One line of text; `^` raises the letters up to the next `^` (2^e^)."""
    parts = content.split("^")
    spans = escape(parts[0])
    for k, part in enumerate(parts[1:]):
        if k % 2 == 0:
            spans += (
                f'<tspan dy="{n(-size * 0.3)}" font-size="{n(size * 0.62)}">{escape(part)}</tspan>'
            )
        else:
            spans += f'<tspan dy="{n(size * 0.3)}">{escape(part)}</tspan>'
    family = "Vollkorn" if serif else "Inter"
    weight = 700 if bold or serif else 500
    return (
        f'<text x="{n(x)}" y="{n(y)}" font-family="{family}" font-weight="{weight}" '
        f'font-size="{n(size)}" fill="{fill}" text-anchor="{anchor}" opacity="{opacity:.3f}">{spans}</text>'
    )


def lines(
    x: float, y: float, rows: list[str], size: float, *, lead: float = 1.22, **kw: object
) -> str:
    """Several lines of text."""
    return "".join(text(x, y + k * size * lead, row, size, **kw) for k, row in enumerate(rows))  # type: ignore[arg-type]


def fade(opacity: float, *parts: str, dy: float = 0) -> str:
    """Parts that come in with a short rise."""
    if opacity <= 0.002:
        return ""
    move = f"translate(0 {n((1 - opacity) * dy)})" if dy else None
    return group(*parts, transform=move, opacity=round(opacity, 3))


def stage(axis: int, cx: float = 900, soft: float = 1, floor: str = SAND) -> str:
    """Paper, a soft lozenge, the ground, the tiled edge: as in the illustrations."""
    window = clip(rect(0, 0, W, GROUND, "#000"), loz(cx, GROUND - 270, 520, 330, TINT[axis]))
    return (
        rect(0, 0, W, H, PAPER)
        + fade(soft, window)
        + rect(0, GROUND, W, H - GROUND, floor)
        + group(edge(axis), transform="translate(0 0) scale(0.8)")
    )


def logo(x: float, y: float, size: float) -> str:
    """The mark of the portal, centred on (x, y)."""
    marks = (
        ("M3 31 17.5 14v20L3 51z", BRICK),
        ("M17.5 14 32 31v20L17.5 34z", OCHRE),
        ("M32 31 46.5 14v20L32 51z", GREEN),
        ("M46.5 14 61 31v20L46.5 34z", BLACK),
    )
    k = size / 58
    return group(
        *(path(d, c) for d, c in marks),
        transform=f"translate({n(x - 32 * k)} {n(y - 32.5 * k)}) scale({n(k)})",
    )


def pill(x: float, y: float, label: str, fill: str, ink: str, *, dashed: bool = False) -> str:
    """A label in a pointed frame."""
    w = 26 * 0.68 * len(label) + 64
    shape = [
        (x, y),
        (x + 20, y - 26),
        (x + w - 20, y - 26),
        (x + w, y),
        (x + w - 20, y + 26),
        (x + 20, y + 26),
    ]
    frame = {"stroke": ink, "stroke_width": 3, "stroke_dasharray": "9 7"} if dashed else {}
    return poly(shape, fill, **frame) + text(
        x + w / 2, y + 10, label, 28, fill=ink, serif=False, anchor="middle"
    )


# --- Films ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cue:
    """A moment of a film: its caption, and for the transcript what the picture shows."""

    start: float
    end: float
    text: str
    picture: str
    said: str = ""
    text_en: str = ""
    picture_en: str = ""


@dataclass(frozen=True)
class Film:
    """A short film: pictures as a function of time, and all its words."""

    name: str
    title_fr: str
    title_en: str
    summary_fr: str
    summary_en: str
    duration: float
    poster_at: float
    frame: Callable[[float], str]
    cues: list[Cue]


def picture(film: Film, t: float, width: int = W, height: int = H) -> Image.Image:
    """One picture of the film."""
    return raster(document(film.frame(t), W, H), width, height, FONTS)


def encode(film: Film, targets: dict[Path, tuple[str, dict[str, str]]]) -> None:
    """Encode all targets in one pass over the pictures; the same run gives the same bytes."""
    outs = []
    for target, (codec, options) in targets.items():
        container = av.open(
            str(target),
            "w",
            container_options={"fflags": "+bitexact", "movflags": "+faststart"}
            if target.suffix == ".mp4"
            else {"fflags": "+bitexact"},
        )
        stream = container.add_stream(codec, rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = W, H, "yuv420p"
        stream.codec_context.thread_count = 2
        stream.codec_context.time_base = Fraction(1, FPS)
        stream.codec_context.flags |= 1 << 23  # bitexact
        context = stream.codec_context
        context.colorspace = context.color_range = context.color_primaries = context.color_trc = 1
        outs.append((container, stream))
    last_svg, frame = "", None
    for k in range(round(film.duration * FPS)):
        svg = document(film.frame(k / FPS), W, H)
        if svg != last_svg or frame is None:
            rgb = av.VideoFrame.from_ndarray(np.asarray(raster(svg, W, H, FONTS)), format="rgb24")
            frame = rgb.reformat(format="yuv420p", dst_colorspace="ITU709")
            last_svg = svg
        frame.pts, frame.time_base = k, Fraction(1, FPS)
        for container, stream in outs:
            container.mux(stream.encode(frame))
    for container, stream in outs:
        container.mux(stream.encode())
        container.close()


def stamp(seconds: float) -> str:
    """A WebVTT time."""
    whole = round(seconds * 1000)
    return (
        f"{whole // 3600000:02}:{whole // 60000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"
    )


def captions(film: Film, *, english: bool = False) -> str:
    """The WebVTT file: what is written on screen, when it is."""
    head = (
        "WEBVTT\n\nNOTE\nSilent film: the captions give the text shown on screen.\n"
        if english
        else "WEBVTT\n\nNOTE\nFilm sans son : les sous-titres reprennent le texte affiché à l’écran.\n"
    )
    blocks = [
        f"{k}\n{stamp(c.start)} --> {stamp(c.end)}\n{c.text_en if english else c.text}\n"
        for k, c in enumerate(film.cues, 1)
    ]
    return head + "\n" + "\n".join(blocks)


def clock(seconds: float, *, english: bool = False) -> str:
    """A time as read in a transcript."""
    return (
        f"{int(seconds) // 60}:{int(seconds) % 60:02}"
        if english
        else f"{int(seconds) // 60}{NBSP}min {int(seconds) % 60:02}{NBSP}s"
    )


def rows(words: str) -> list[str]:
    """The lines of a caption, as quoted in a transcript."""
    inner = words.replace(f"«{NBSP}", "“").replace(f"{NBSP}»", "”")
    return [row.rstrip(",") for row in inner.split("\n")]


def stop(words: str) -> str:
    """The full stop that a quotation still needs."""
    return "" if words.endswith(".") else "."


def transcript(film: Film, *, english: bool = False) -> str:
    """The full text alternative: pictures and words, in order."""
    if english:
        out = [
            f"# {film.title_en}",
            "",
            film.summary_en,
            "",
            f"Silent film, {round(film.duration)} seconds. No speech, no music: everything is told by the pictures and the text on screen.",
            "",
        ]
        for c in film.cues:
            quoted = ", ".join(f"“{row}”" for row in rows(c.text_en))
            out += [
                f"**{clock(c.start, english=True)}.** {c.picture_en} On screen: {quoted}{stop(c.text_en)}",
                "",
            ]
    else:
        out = [
            f"# {film.title_fr}",
            "",
            film.summary_fr,
            "",
            f"Film sans son, {round(film.duration)}{NBSP}secondes. Ni parole ni musique{NBSP}: tout passe par l’image et par le texte affiché.",
            "",
        ]
        for c in film.cues:
            quoted = ", ".join(f"«{NBSP}{row}{NBSP}»" for row in rows(c.text))
            out += [
                f"**{clock(c.start)}.** {c.picture} Texte à l’écran{NBSP}: {quoted}{stop(c.text)}",
                "",
            ]
    return "\n".join(out)


def voice(film: Film, target: Path) -> float:
    """The words of the film in a synthetic voice (espeak-ng), softened; return its duration."""
    gap, rate = 0.7, 24000
    pieces = []
    with tempfile.TemporaryDirectory() as folder:
        for k, cue in enumerate(film.cues):
            wav = Path(folder) / f"{k}.wav"
            subprocess.run(
                [
                    "espeak-ng",
                    "-v",
                    "fr",
                    "-s",
                    "142",
                    "-p",
                    "38",
                    "-a",
                    "90",
                    "-g",
                    "2",
                    "-w",
                    str(wav),
                    cue.said or cue.text.replace("\n", " "),
                ],
                check=True,
            )
            with wave.open(str(wav)) as source:
                data = np.frombuffer(source.readframes(source.getnframes()), dtype="<i2").astype(
                    np.float64
                )
                hz = source.getframerate()
            at_rate = np.interp(np.arange(0, len(data), hz / rate), np.arange(len(data)), data)
            pieces += [at_rate, np.zeros(int(gap * rate))]
    sound = np.concatenate(pieces)
    # take the edge off: a gentle low-pass at 5.5 kHz, then an even level
    spectrum = np.fft.rfft(sound)
    hz_axis = np.fft.rfftfreq(len(sound), 1 / rate)
    spectrum *= 1 / (1 + (hz_axis / 5500) ** 6)
    sound = np.fft.irfft(spectrum, len(sound))
    sound *= 0.7 * 32767 / np.max(np.abs(sound))
    with av.open(str(target), "w", container_options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono", format="s16p")
        stream.bit_rate = 40000
        samples = sound.astype("<i2")[None, :]
        for start in range(0, samples.shape[1], 1152):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[:, start : start + 1152]), format="s16p", layout="mono"
            )
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return len(sound) / rate


def write_pictures(film: Film, folder: Path) -> None:
    """Write the film itself, twice encoded, and its poster."""
    with tempfile.TemporaryDirectory() as draft:
        webm, mp4 = Path(draft) / "film.webm", Path(draft) / "film.mp4"
        encode(film, {webm: ("libvpx-vp9", VP9), mp4: ("libx264", H264)})
        shutil.move(webm, folder / f"{film.name}.webm")
        shutil.move(mp4, folder / f"{film.name}.mp4")
    save_png(picture(film, film.poster_at), folder / f"{film.name}.png")


def write_words(film: Film, folder: Path) -> dict[str, int]:
    """Write captions, transcripts, the spoken version, the facts; return the sizes of all files."""
    texts = {".fr.vtt": captions(film), ".fr.md": transcript(film)}
    if all(c.text_en and c.picture_en for c in film.cues):
        texts |= {
            ".en.vtt": captions(film, english=True),
            ".en.md": transcript(film, english=True),
        }
    for suffix, content in texts.items():
        (folder / f"{film.name}{suffix}").write_text(content, encoding="utf-8")
    audio = voice(film, folder / f"{film.name}.fr.audio.mp3")
    names = [".webm", ".mp4", ".png", *texts, ".fr.audio.mp3"]
    sizes = {f"{film.name}{s}": (folder / f"{film.name}{s}").stat().st_size for s in names}
    facts = {
        "title_fr": film.title_fr,
        "title_en": film.title_en,
        "summary_fr": film.summary_fr,
        "summary_en": film.summary_en,
        "duration_s": film.duration,
        "width": W,
        "height": H,
        "silent": True,
        "poster": f"{film.name}.png",
        "audio": {
            "file": f"{film.name}.fr.audio.mp3",
            "language": "fr",
            "duration_s": round(audio, 1),
            "synthetic_voice": True,
        },
        "sizes": sizes,
    }
    (folder / f"{film.name}.json").write_text(
        json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return sizes
