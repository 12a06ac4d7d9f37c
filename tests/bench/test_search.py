"""What the measures of search are made of, and what they say."""

from tests.bench.report import Series
from tests.bench.search.__main__ import Measured, goals
from tests.bench.search.corpus import EVERYWHERE, RARE, Corpus
from tests.bench.search.queries import NEW, addresses, new_addresses


def measured(
    engine: str, entries: int, milliseconds: float, understanding: float = 1.0
) -> Measured:
    """Return what an engine would be, whose pages all take so long; the home page takes 10."""
    pages = {name: Series(milliseconds=[milliseconds] * 3) for name in [*addresses(), NEW]}
    pages["home"] = Series(milliseconds=[10.0] * 3)
    return Measured(engine, entries, 100.0, 1.0, pages, 5.0, {"rare word": understanding})


def said(*found: Measured) -> list[str]:
    """Return whether each goal is reached, in a word."""
    return [line.split("  ")[0] for line in goals(list(found))]


def test_each_text_is_known_by_its_number():
    corpus = Corpus()
    texts = [text for _number, text in corpus.texts(0, 40)]
    assert texts == [Corpus().text(number) for number in range(40)]
    assert all(EVERYWHERE in text.body for text in texts)
    assert [RARE in text.body for text in texts].count(True) == 1
    assert {text.language for text in texts} == {"fr", "en"}
    assert len({text.body for text in texts}) == len(texts)


def test_a_page_is_held_against_the_home_page_at_ten_thousand_entries():
    assert said(measured("sqlite", 10_400, 29.0)) == ["reached"] * 3
    assert said(measured("sqlite", 10_400, 31.0)) == ["NOT REACHED", "NOT REACHED", "reached"]
    assert said(measured("sqlite", 1_400, 31.0)) == ["reached"]


def test_a_cluster_is_held_against_itself():
    few = measured("elasticsearch", 10_400, 20.0)
    assert said(few, measured("elasticsearch", 100_400, 29.0)) == ["reached"] * 4
    assert said(few, measured("elasticsearch", 100_400, 31.0))[2] == "NOT REACHED"
    assert said(measured("sqlite", 10_400, 20.0), measured("sqlite", 100_400, 99.0)) == (
        ["reached"] * 3
    )


def test_understanding_is_held_against_five_milliseconds():
    assert said(measured("sqlite", 1_000, 1.0, understanding=5.1)) == ["NOT REACHED"]


def test_new_words_are_asked_once():
    asked = new_addresses(Corpus(), 44)
    assert len(set(asked)) == 44
    assert asked == new_addresses(Corpus(), 44)
