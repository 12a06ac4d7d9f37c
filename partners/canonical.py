r"""The canonical form of a charter's text, and its fingerprint.

A signature bears on bytes, so that the bytes must never depend on who computes them. The canonical
form of a text is a JSON object (RFC 8259) with these members, in this order:

    {"articles":[{"body":…,"number":…,"title":…},…],"charter":…,"commitments":…,"language":…,
     "preamble":…,"title":…,"version":…}

- members sorted by name, no white space outside strings;
- strings in Unicode normal form C, each end of line a single U+000A, no space nor tab at the end of
  a line, no space, tab nor end of line at either end of the string;
- every character stands for itself but ``"``, ``\`` and the controls below U+0020, escaped in the
  short form of RFC 8259 where there is one, else as ``\u`` and four lower-case hexadecimal digits;
- numbers are integers without sign or leading zero;
- the whole in UTF-8, without a byte order mark and without a final end of line.

``charter`` is the slug of the charter, ``version`` the number of the version. ``commitments`` is the
catalogue of optional commitments (see ``partners.commitments``); the member is absent from a text that
offers none. The fingerprint is the
SHA-256 of these bytes, in lower-case hexadecimal. Dates, stage and people are not part of it: they
are facts about the text, not the text.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class ArticlesError(ValueError):
    """Articles that are not numbered 1 to n, or lack a title or a body."""


@dataclass(frozen=True, slots=True)
class Article:
    """One numbered article."""

    number: int
    title: str
    body: str


def normal(text: str) -> str:
    """Return ``text`` in the form in which it is hashed."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip(" \t") for line in lines.split("\n")).strip(" \t\n")


def read_articles(raw: object) -> list[Article]:
    """Return the articles held by a JSON value.

    Raises:
        ArticlesError: the value is not a list of articles numbered 1 to n, complete.

    """
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        raise ArticlesError("a charter has at least one article")
    articles = []
    for expected, item in enumerate(raw, start=1):
        if not isinstance(item, Mapping) or set(item) != {"number", "title", "body"}:
            raise ArticlesError(f"article {expected}: number, title and body, and nothing else")
        number, title, body = item["number"], item["title"], item["body"]
        if type(number) is not int or number != expected:
            raise ArticlesError(f"article {expected} is numbered {number!r}")
        if not isinstance(title, str) or not isinstance(body, str):
            raise ArticlesError(f"article {expected}: title and body are text")
        if not normal(title) or not normal(body):
            raise ArticlesError(f"article {expected} has no title or no body")
        articles.append(Article(number, title, body))
    return articles


def canonical_bytes(
    *,
    charter: str,
    version: int,
    language: str,
    title: str,
    preamble: str,
    articles: Sequence[Article],
    commitments: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the bytes that a fingerprint, and later a signature, bears on.

    Args:
        charter: slug of the charter.
        version: number of the version.
        language: code of the language.
        title: of the text.
        preamble: of the text.
        articles: numbered.
        commitments: the catalogue, its strings already in normal form; empty when there is none.

    """
    content: dict[str, Any] = {
        "charter": normal(charter),
        "version": version,
        "language": normal(language),
        "title": normal(title),
        "preamble": normal(preamble),
        "articles": [
            {"number": item.number, "title": normal(item.title), "body": normal(item.body)}
            for item in articles
        ],
    }
    if commitments:
        content["commitments"] = commitments
    return canonical_json(content).encode("utf-8")


def canonical_json(content: object) -> str:
    """Return a JSON value as it is hashed."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of canonical bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
