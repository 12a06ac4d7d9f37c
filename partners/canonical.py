r"""The canonical form of a text that is signed, and its fingerprint.

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
offers none. The text of an agreement has ``agreement`` in the place of ``charter``, and ``parties``: its
signatories in their order, each an object with ``function``, ``number`` and ``organisation`` (the name),
in the language of the text.

The fingerprint is the SHA-256 of these bytes, in lower-case hexadecimal. Dates, stage and people are not
part of it: they are facts about the text, not the text.
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


@dataclass(frozen=True, slots=True)
class Party:
    """One party to an agreement: its name, and the function of who signs for it."""

    number: int
    organisation: str
    function: str


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
    members: dict[str, Any] = {"charter": normal(charter)}
    if commitments:
        members["commitments"] = commitments
    return _bytes(
        members,
        version=version,
        language=language,
        title=title,
        preamble=preamble,
        articles=articles,
    )


def agreement_bytes(
    *,
    agreement: str,
    version: int,
    language: str,
    title: str,
    preamble: str,
    articles: Sequence[Article],
    parties: Sequence[Party],
) -> bytes:
    """Return the bytes that the fingerprint of an agreement bears on: its words and its parties."""
    members: dict[str, Any] = {
        "agreement": normal(agreement),
        "parties": [
            {
                "number": party.number,
                "organisation": normal(party.organisation),
                "function": normal(party.function),
            }
            for party in parties
        ],
    }
    return _bytes(
        members,
        version=version,
        language=language,
        title=title,
        preamble=preamble,
        articles=articles,
    )


def _bytes(
    members: Mapping[str, Any],
    *,
    version: int,
    language: str,
    title: str,
    preamble: str,
    articles: Sequence[Article],
) -> bytes:
    content: dict[str, Any] = {
        **members,
        "version": version,
        "language": normal(language),
        "title": normal(title),
        "preamble": normal(preamble),
        "articles": [
            {"number": item.number, "title": normal(item.title), "body": normal(item.body)}
            for item in articles
        ],
    }
    return canonical_json(content).encode("utf-8")


def canonical_json(content: object) -> str:
    """Return a JSON value as it is hashed."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of canonical bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
