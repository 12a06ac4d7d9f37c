"""What a title gains that is what was typed."""

import pytest

from search.naming import MOST, headings, named, naming
from search.state import touch_index
from search.understanding import Concept, Origin, Way


def asked(*words: str, origin: Origin = Origin.TYPED, required: bool = True) -> Concept:
    return Concept((Way(words, 1.0, origin),), words=words, required=required)


@pytest.mark.parametrize(
    ("title", "concepts", "gain"),
    [
        ("Vélo", [asked("velo")], MOST),
        ("Le vélo de service", [asked("velo")], MOST / 2),
        ("Le vélo de service", [asked("velo"), asked("service")], MOST),
        ("Le vélo de service", [asked("service", "velo")], MOST),
        ("Le vélo de service", [asked("velo"), asked("voitur")], 0),
        ("Le vélo de service", [asked("velo"), asked("voitur", required=False)], MOST / 2),
        ("Vélo", [asked("velo", origin=Origin.SPELLING)], MOST),
        ("Vélo", [asked("velo", origin=Origin.SYNONYM)], 0),
        ("Vélo", [asked("velo", origin=Origin.FAMILY)], 0),
        ("Vélo", [Concept((), words=("zythologie",))], 0),
        ("Vélo", [], 0),
        ("De la", [asked("velo")], 0),
        ("", [asked("velo")], 0),
    ],
)
def test_the_more_of_it_was_typed_the_more_it_gains(title, concepts, gain):
    assert naming(headings([title], "fr"), concepts) == pytest.approx(1 + gain)


def test_the_best_of_its_names_counts():
    names = headings(["Le vélo de service", "Engagement 4"], "fr")
    assert naming(names, [asked("engagement"), asked("4")]) == pytest.approx(1 + MOST)
    assert naming(names, [asked("velo")]) == pytest.approx(1 + MOST / 2)
    assert naming(names, [asked("velo"), asked("4")]) == 1


def test_what_is_not_known_keeps_its_score():
    title = {1: headings(["Vélo"], "fr")}
    assert named([(2, 3.0), (1, 2.0)], title, [asked("velo")]) == [(2, 3.0), (1, 2 * (1 + MOST))]


def test_what_is_called_so_comes_before_what_speaks_of_it(add, titles):
    add("Accessibilité", "Une déclaration, très longue. " * 4)
    for number in range(10):
        add(f"Le jardin {number}", "Des arbres.")
        if number < 3:
            add(f"Des mains qui parlent {number}", "L’accessibilité.", tags=("accessibilité",))
    touch_index()
    for query in ("accessibilité", "ACCESSIBILITE", "l’accessibilité ?"):
        assert titles(query)[0] == "Accessibilité", query


def test_what_holds_all_words_stays_before_what_is_called_by_some(add, search):
    add("Atelier", "Rien que cela.")
    add("Une journée de plus", "Un atelier, et un vélo.")
    touch_index()
    found = search("atelier vélo")
    assert [entry.title for entry in found.entries] == ["Une journée de plus"]
    assert [entry.title for entry in found.also_near] == ["Atelier"]
