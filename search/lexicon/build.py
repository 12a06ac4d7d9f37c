"""Make ``thesaurus-fr.txt`` from the thesaurus of LibreOffice (Debian: mythes-fr).

Run as ``python -m search.lexicon.build /usr/share/mythes/thes_fr.dat``.
"""

import re
import sys
from pathlib import Path

from search import text

TARGET = Path(__file__).with_name("thesaurus-fr.txt")
MOST = 12


def main(source: Path) -> None:
    """Keep the entries of one word, and of each the first synonyms of one word, as terms."""
    kept: dict[str, dict[str, None]] = {}
    head = ""
    for line in source.read_text(encoding="utf-8").splitlines()[1:]:
        first, *rest = line.split("|")
        if not first.startswith("("):
            head = _term(first)
            continue
        for written in rest if head else ():
            term = _term(re.sub(r"\(.*?\)", "", written))
            if term and term != head:
                kept.setdefault(head, {})[term] = None
    lines = [f"{head} {' '.join(list(terms)[:MOST])}\n" for head, terms in sorted(kept.items())]
    TARGET.write_bytes("".join(lines).encode("utf-8"))


def _term(written: str) -> str:
    words = text.words(written)
    return text.stem(words[0]) if len(words) == 1 and len(words[0]) > 2 else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
