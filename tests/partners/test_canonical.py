"""The bytes that a fingerprint bears on never depend on who computes them."""

import hashlib
import json
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partners.canonical import (
    Article,
    ArticlesError,
    canonical_bytes,
    fingerprint,
    normal,
    read_articles,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
articles = st.lists(st.tuples(texts, texts), min_size=1, max_size=5).map(
    lambda pairs: [Article(n, title, body) for n, (title, body) in enumerate(pairs, start=1)]
)


def bytes_of(title="Charte", preamble="", items=(), version=1, language="fr"):
    return canonical_bytes(
        charter="partenaires",
        version=version,
        language=language,
        title=title,
        preamble=preamble,
        articles=items,
    )


def test_the_form_is_the_documented_one():
    items = [Article(1, "Le rôle", 'Être un relais.\n\n« Fin » "\\\t|')]
    assert (
        bytes_of("Charte – é", "Pré\u0001", items)
        == (
            '{"articles":[{"body":"Être un relais.\\n\\n« Fin » \\"\\\\\\t|","number":1,'
            '"title":"Le rôle"}],"charter":"partenaires","language":"fr","preamble":"Pré\\u0001",'
            '"title":"Charte – é","version":1}'
        ).encode()
    )


def test_the_fingerprint_of_a_known_text_never_changes():
    content = bytes_of("Charte", "Préambule.", [Article(1, "Le rôle", "Être un relais.")])
    assert fingerprint(content) == hashlib.sha256(content).hexdigest()
    assert (
        fingerprint(content) == "e163a8e3f387994ec2965d85ed18402ef5f1e7f88327cbd61c9f1a5b5b62a3a4"
    )


@given(texts)
def test_normalising_twice_is_normalising_once(text):
    assert normal(normal(text)) == normal(text)


@given(texts, texts, articles)
@example("", "", [Article(1, "", "0\r\n0\r0")])
def test_equivalent_texts_have_the_same_bytes(title, preamble, items):
    def other(text):
        lines = re.split(r"\r\n|\r|\n", unicodedata.normalize("NFD", text))
        return "  " + " \r\n".join(lines) + "\t\n"

    written_otherwise = [Article(a.number, other(a.title), other(a.body)) for a in items]
    assert bytes_of(title, preamble, items) == bytes_of(
        other(title), other(preamble), written_otherwise
    )


@given(texts, texts, articles)
def test_the_bytes_say_the_text_and_nothing_else(title, preamble, items):
    said = json.loads(bytes_of(title, preamble, items))
    assert said["title"] == normal(title)
    assert [item["body"] for item in said["articles"]] == [normal(item.body) for item in items]


@given(texts, texts)
def test_different_texts_have_different_bytes(first, second):
    same = normal(first) == normal(second)
    assert (bytes_of(preamble=first) == bytes_of(preamble=second)) is same


def test_version_and_language_are_part_of_it():
    assert bytes_of(version=1) != bytes_of(version=2)
    assert bytes_of(language="fr") != bytes_of(language="en")


def article(number, title="Titre", body="Corps", **more):
    return {"number": number, "title": title, "body": body, **more}


def test_articles_are_read():
    assert read_articles([article(1), article(2)]) == [
        Article(1, "Titre", "Corps"),
        Article(2, "Titre", "Corps"),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        [],
        {},
        "texte",
        None,
        [article(2)],
        [article(1), article(3)],
        [article(1), article(1)],
        [article("1")],
        [article(True)],
        [article(1.0)],
        [article(1, title=" ")],
        [article(1, body="")],
        [article(1, body=None)],
        [article(1, note="x")],
        [{"number": 1, "title": "Titre"}],
        ["texte"],
    ],
)
def test_articles_are_numbered_complete_and_nothing_more(raw):
    with pytest.raises(ArticlesError):
        read_articles(raw)
