"""A reliability diagram: for each range of confidence, how many answers were right."""

from collections.abc import Sequence
from html import escape

from knowledge.evaluation.calibration import Bin

_SIDE = 320
_EDGE = 48
_BAR = 20


def reliability_text(table: Sequence[Bin], width: int = 40) -> str:
    """Return the diagram in lines: # up to the share right, | where the confidence would be."""
    lines = ["  confidence  right  questions"]
    for one in table:
        bar = list(("#" * round(one.right * width)).ljust(width + 1))
        bar[round(one.confidence * width)] = "|"
        numbers = f"{one.confidence:12.3f} {one.right:6.3f} {one.questions:10}"
        lines.append(f"{numbers}  {''.join(bar).rstrip()}")
    return "\n".join(lines)


def reliability_svg(table: Sequence[Bin], title: str) -> str:
    """Return the diagram as one SVG picture: on the diagonal a confidence is what it says.

    The area of a point grows with the questions in its range.
    """
    most = max((one.questions for one in table), default=1)
    points = "".join(
        f'<circle cx="{_x(one.confidence)}" cy="{_y(one.right)}" '
        f'r="{3 + 9 * (one.questions / most) ** 0.5:.1f}">'
        f"<title>{one.questions}: {one.confidence:.2f} → {one.right:.2f}</title></circle>"
        for one in table
    )
    line = " ".join(f"{_x(one.confidence)},{_y(one.right)}" for one in table)
    ticks = "".join(
        f'<text x="{_x(at)}" y="{_EDGE + _SIDE + 16}" text-anchor="middle">{at:.1f}</text>'
        f'<text x="{_EDGE - 6}" y="{_y(at)}" dy=".3em" text-anchor="end">{at:.1f}</text>'
        for at in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    whole = _SIDE + 2 * _EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole + _BAR}" '
        f'font-family="sans-serif" font-size="11" role="img" aria-label="{escape(title)}">'
        f'<rect width="{whole}" height="{whole + _BAR}" fill="#fff"/>'
        f'<text x="{_EDGE}" y="{_BAR + 6}" font-size="13">{escape(title)}</text>'
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" height="{_SIDE}" fill="none" '
        f'stroke="#999"/>{ticks}'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#999" '
        f'stroke-dasharray="4 4"/><polyline points="{line}" fill="none" stroke="#2563a8"/>'
        f'<g fill="#2563a8" fill-opacity=".6">{points}</g>'
        f'<text x="{_EDGE + _SIDE / 2}" y="{whole + 4}" text-anchor="middle">confidence</text>'
        f'<text transform="translate(14 {_EDGE + _SIDE / 2}) rotate(-90)" text-anchor="middle">'
        "share right</text></svg>\n"
    )


def _x(value: float) -> str:
    return f"{_EDGE + _SIDE * value:.1f}"


def _y(value: float) -> str:
    return f"{_EDGE + _SIDE * (1 - value):.1f}"
