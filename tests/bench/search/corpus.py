"""Texts made from real French: the judged posts, the manual pages when they are installed.

Sentences are drawn from them at random, so that words are as frequent as in French; words of the
thesaurus and a file number in each make the vocabulary grow with the corpus, as a real one's does.
The same number gives the same text on each machine that has the same sources.
"""

import csv
import datetime as dt
import gzip
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
POSTS = ROOT / "home" / "programme" / "examples" / "posts.csv"
THESAURUS = ROOT / "search" / "lexicon" / "thesaurus-fr.txt"
MANUAL = Path("/usr/share/man/fr")

# What is asked for: a word that each text holds, and one that few do.
EVERYWHERE = "collectivité"
RARE = "ornithorynque"
_RARE_STEP = 3_001

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ROFF = re.compile(r"\\f.|\\[-&]|\\\(..")
_SENTENCES = (5, 12)
_DAYS = 3_000
_LAST_DAY = dt.date(2026, 11, 1)


@dataclass(frozen=True, slots=True)
class Text:
    """One generated text, as ``search_entries`` needs it."""

    kind: str
    language: str
    title: str
    summary: str
    body: str
    tags: tuple[str, ...]
    engagements: tuple[int, ...]
    sdgs: tuple[int, ...]
    date: dt.date


class Corpus:
    """An endless corpus, of which each text is known by its number."""

    @cached_property
    def posts(self) -> list[dict[str, str]]:
        """The judged posts."""
        with POSTS.open(newline="") as file:
            return [row for row in csv.DictReader(file) if row["language"] == "fr"]

    @cached_property
    def sentences(self) -> tuple[list[str], list[str]]:
        """The sentences of the posts; those of the manual pages, or else the same again."""
        posts = _sentences(row["body"] for row in self.posts)
        manual = _sentences(map(_plain, sorted(MANUAL.glob("man*/*.gz"))))
        return posts, manual or posts

    @cached_property
    def words(self) -> list[str]:
        """The headwords of the thesaurus."""
        return [line.split(" ", 1)[0] for line in THESAURUS.read_text().splitlines() if line[:1]]

    @cached_property
    def tags(self) -> list[str]:
        """The tags of the posts."""
        return sorted({tag.strip() for row in self.posts for tag in row["tags"].split(";")} - {""})

    def text(self, number: int) -> Text:
        """Return the text of ``number``."""
        draw = random.Random(number)
        sentences = [
            draw.choice(self.sentences[place % 2]) for place in range(draw.randint(*_SENTENCES))
        ]
        odd = draw.choices(self.words, k=3)
        rare = [f"Un {RARE} passe."] if number % _RARE_STEP == 0 else []
        closing = f"Dossier {100_000 + number} de la {EVERYWHERE} : {' '.join(odd)}."
        model = draw.choice(self.posts)
        return Text(
            kind=draw.choice(("news", "news", "news", "page", "event", "story")),
            language="en" if number % 20 == 0 else "fr",
            title=f"{model['title']} {odd[0]}",
            summary=sentences[0],
            body=" ".join([*sentences[1:], *rare, closing]),
            tags=tuple(draw.sample(self.tags, k=3)),
            engagements=tuple(draw.sample(range(1, 16), k=draw.randint(1, 2))),
            sdgs=tuple(draw.sample(range(1, 18), k=2)),
            date=_LAST_DAY - dt.timedelta(days=number % _DAYS),
        )

    def texts(self, first: int, last: int) -> Iterator[tuple[int, Text]]:
        """Yield the texts numbered from ``first`` to before ``last``."""
        return ((number, self.text(number)) for number in range(first, last))


def _sentences(texts: Iterable[str]) -> list[str]:
    found = (sentence.strip() for text in texts for sentence in _SENTENCE.split(text))
    return [sentence for sentence in found if 20 <= len(sentence) <= 400]


def _plain(path: Path) -> str:
    """Return the text of a manual page, without its formatting."""
    source = gzip.decompress(path.read_bytes()).decode(errors="ignore")
    kept = (_ROFF.sub("", line) for line in source.splitlines() if line[:1] not in {".", "'"})
    return " ".join(kept)
