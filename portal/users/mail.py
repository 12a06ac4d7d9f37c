"""What every e-mail of the portal shares."""


def one_line(text: str) -> str:
    """Return a subject on one line, its non-breaking spaces kept."""
    return " ".join(text.splitlines()).strip()
