"""Writing without what a keyboard leaves out. Pure functions."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


def fold(text: str) -> str:
    """Return ``text`` without accents, ligatures and capitals.

    >>> fold("Élodie ŒUVRARD, 2ᵉ étage")
    'elodie oeuvrard, 2e etage'
    """
    if text.isascii():
        return text.lower()  # most words, in no time
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LIGATURES)
    folded = unicodedata.normalize("NFKD", folded).casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))
