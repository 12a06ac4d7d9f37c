"""SVG primitives: each function returns a fragment of SVG as a string."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
_ids = itertools.count(1)


def n(value: float) -> str:
    """A number as short as possible."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def attrs(**kw: object) -> str:
    """Attributes; a trailing underscore is dropped, the others become hyphens."""
    return "".join(
        f' {k.rstrip("_").replace("_", "-")}="{v}"' for k, v in kw.items() if v is not None
    )


def path(d: str, fill: str = "none", **kw: object) -> str:
    """A path."""
    return f'<path d="{d}" fill="{fill}"{attrs(**kw)}/>'


def poly(points: Iterable[Point], fill: str, **kw: object) -> str:
    """A closed polygon."""
    return path("M" + "L".join(f"{n(x)} {n(y)}" for x, y in points) + "Z", fill, **kw)


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0, **kw: object) -> str:
    """A rectangle, perhaps with round corners."""
    rx = n(r) if r else None
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" fill="{fill}"{attrs(rx=rx, **kw)}/>'


def circle(cx: float, cy: float, r: float, fill: str, **kw: object) -> str:
    """A circle."""
    return f'<circle cx="{n(cx)}" cy="{n(cy)}" r="{n(r)}" fill="{fill}"{attrs(**kw)}/>'


def ellipse(cx: float, cy: float, rx: float, ry: float, fill: str, **kw: object) -> str:
    """An ellipse."""
    return (
        f'<ellipse cx="{n(cx)}" cy="{n(cy)}" rx="{n(rx)}" ry="{n(ry)}" fill="{fill}"{attrs(**kw)}/>'
    )


def line(
    points: Iterable[Point], stroke: str, width: float, cap: str = "round", **kw: object
) -> str:
    """A broken line with round joins."""
    d = "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)
    return curve(d, stroke, width, cap, **kw)


def curve(d: str, stroke: str, width: float, cap: str = "round", **kw: object) -> str:
    """A stroked path."""
    return (
        f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{n(width)}" '
        f'stroke-linecap="{cap}" stroke-linejoin="round"{attrs(**kw)}/>'
    )


def ring(cx: float, cy: float, r: float, stroke: str, width: float, **kw: object) -> str:
    """A stroked circle."""
    return circle(cx, cy, r, "none", stroke=stroke, stroke_width=n(width), **kw)


def group(*parts: str, transform: str | None = None, opacity: float | None = None) -> str:
    """Parts together."""
    return f"<g{attrs(transform=transform, opacity=opacity)}>{''.join(parts)}</g>"


def at(
    x: float, y: float, *parts: str, scale: float = 1, rotate: float = 0, flip: bool = False
) -> str:
    """Place parts drawn round the origin."""
    t = f"translate({n(x)} {n(y)})"
    if rotate:
        t += f" rotate({n(rotate)})"
    if scale != 1 or flip:
        t += f" scale({-scale if flip else scale} {scale})"
    return group(*parts, transform=t)


def clip(shape: str, *parts: str) -> str:
    """Parts seen through a shape."""
    i = f"c{next(_ids)}"
    return f'<clipPath id="{i}">{shape}</clipPath><g clip-path="url(#{i})">{"".join(parts)}</g>'


def loz(cx: float, cy: float, rx: float, ry: float, fill: str, **kw: object) -> str:
    """A lozenge."""
    return poly([(cx - rx, cy), (cx, cy - ry), (cx + rx, cy), (cx, cy + ry)], fill, **kw)


def loz_d(cx: float, cy: float, rx: float, ry: float) -> str:
    """The path data of a lozenge."""
    return f"M{n(cx - rx)} {n(cy)}L{n(cx)} {n(cy - ry)}L{n(cx + rx)} {n(cy)}L{n(cx)} {n(cy + ry)}Z"


def document(body: str, width: int, height: int, view: Sequence[float] | None = None) -> str:
    """A whole SVG document."""
    box = " ".join(n(v) for v in (view or (0, 0, width, height)))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width}" height="{height}">{body}</svg>'
