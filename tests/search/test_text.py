"""The normaliser: one for the index, the query and the extract."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import text


def both(first: str, second: str) -> bool:
    return text.terms(first) == text.terms(second)


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("Éco-gestes", ["eco", "ecogeste", "geste"]),
        ("ÉCO GESTE", ["eco", "geste"]),
        ("écogestes", ["ecogeste"]),
        ("l’eau d'une école", ["eau", "une", "ecole"]),
        ("jusqu’à l’été", ["a", "ete"]),
        ("Qu'est-ce qu’un SPASER ?", ["est", "estce", "ce", "un", "spaser"]),
        ("aujourd’hui", ["aujourdhui"]),
        ("mét’ODD", ["metodd"]),
        ("mét'ODD", ["metodd"]),
        ("METODD", ["metodd"]),
        ("Form’Action", ["formaction"]),
        ("cœur, œuvre, ex æquo", ["coeur", "oeuvre", "ex", "aequo"]),
        ("SERD et QVCT", ["serd", "et", "qvct"]),
        ("R.A.D.", ["rad"]),
        ("RAD", ["rad"]),
        ("Le R.A.D. des agents.", ["le", "rad", "des", "agent"]),
        ("agent·e·s", ["agent"]),
        ("agent.e.s", ["agent"]),
        ("agent(e)s", ["agent"]),
        ("agent-e-s", ["agent"]),
        ("directeur·rice·s", ["directeur"]),
        ("12 345 agents", ["12345", "agent"]),
        ("12\u202f345,5 kg", ["12345_5", "kg"]),
        ("62,5 %", ["62_5"]),
        ("62.5 %", ["62_5"]),
        ("en 2024, 100 agents", ["en", "2024", "100", "agent"]),
        ("12.05.2024", ["12", "05", "2024"]),
        ("2023-2024", ["2023", "2024"]),
        ("V1-05", ["v1", "v105", "05"]),
        ("300 m² de CO₂", ["300", "m2", "de", "co2"]),
        ("bio\u2011déchets", ["bio", "biodechet", "dechet"]),
        ("e\u0301cole", ["ecole"]),
        ("éco\u00adgestes", ["ecogeste"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
        (" '’-·() \x00 ", []),
        ("🌱🚲", []),
        ("שלום", ["שלום"]),
    ],
)
def test_terms(written, terms):
    assert text.terms(written) == terms


def test_french_punctuation_keeps_its_spaces():
    written = "  «\u00a0Ici\u00a0»,\n\t12\u202f345 agents\u00a0!\x00 "
    assert text.clean(written) == "«\u00a0Ici\u00a0», 12\u202f345 agents\u00a0!"


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("gestes", "geste"),
        ("journaux", "journal"),
        ("municipaux", "municipal"),
        ("tuyaux", "tuyau"),
        ("bureaux", "bureau"),
        ("lieux", "lieu"),
        ("vélos", "vélo"),
        ("agents", "agent"),
        ("indicators", "indicator"),
    ],
)
def test_a_plural_is_found_by_its_singular(plural, singular):
    assert both(plural, singular)


@pytest.mark.parametrize("word", ["bus", "gaz", "ODD", "RPS", "plan", "eau"])
def test_short_words_and_acronyms_keep_their_ending(word):
    assert text.terms(word) == [word.lower()]


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_nothing_raises_and_terms_are_letters_and_digits(written):
    terms = text.terms(written)
    assert all(term and len(term) <= text.MAX_TERM for term in terms)
    assert all(char.isalnum() or char == "_" for term in terms for char in term)
    assert text.words(written) is not None


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_what_is_normalised_stays_as_it_is(written):
    assert text.clean(text.clean(written)) == text.clean(written)
    assert text.fold(text.fold(written)) == text.fold(written)
    assert text.stem(text.stem(text.fold(written))) == text.stem(text.fold(written))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abcdeéèàœçÉÇ’'- stx"))
def test_capitals_apostrophes_and_accents_make_no_difference(written):
    terms = text.terms(written)
    assert text.terms(written.upper()) == terms
    assert text.terms(written.replace("’", "'")) == terms
    assert text.terms(written.translate(str.maketrans("éèàçÉÇ", "eeacEC"))) == terms


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_chains_say_where_they_stand(written):
    cleaned = text.clean(written)
    position = 0
    for chain in text.chains(cleaned):
        assert position <= chain.start < chain.end <= len(cleaned)
        position = chain.end
