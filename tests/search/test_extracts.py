"""The words that matched, marked in the original text."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from search import text
from search.extracts import Sought, extract, highlight, match_each, matches
from search.understanding import Concept, Way

ECO = Concept(ways=(Way(("ecogeste",)), Way(("eco", "geste"))))


def concept(*terms):
    return Concept(ways=tuple(Way((term,)) for term in terms))


def sought(*terms):
    return Sought([concept(*terms)])


def test_the_original_writing_is_kept():
    marked = highlight("Les Éco-Gestes de l’agent, les écogestes, un éco geste.", Sought([ECO]))
    assert marked == (
        "Les <mark>Éco-Gestes</mark> de l’agent, les <mark>écogestes</mark>, "
        "un <mark>éco geste</mark>."
    )


def test_an_elision_is_not_part_of_the_match():
    assert highlight("Venez à l’école", sought("ecole")) == "Venez à l’<mark>école</mark>"


def test_what_is_written_is_escaped():
    marked = highlight("<b>vélo</b> & <script>vélo", sought("velo"))
    assert marked == ("&lt;b&gt;<mark>vélo</mark>&lt;/b&gt; &amp; &lt;script&gt;<mark>vélo</mark>")


def test_the_summary_is_shown_when_it_matches():
    assert extract("Un vélo pour tous", "Long texte sans rapport.", sought("velo")) == (
        "Un <mark>vélo</mark> pour tous"
    )


def test_a_passage_of_the_body_is_shown_when_it_matches_better():
    body = "Rien ici. " * 60 + "Le covoiturage et le vélo font bon ménage. " + "Rien là. " * 60
    shown = extract("Un vélo", body, Sought([concept("velo"), concept("covoiturage")]))
    assert "<mark>covoiturage</mark> et le <mark>vélo</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 340


def test_without_a_match_the_beginning_is_shown():
    assert extract("Le résumé", "Le corps", sought("velo")) == "Le résumé"
    assert extract("", "Le corps & la tête", Sought([])) == "Le corps &amp; la tête"


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="aé <>&\"'’-.b\u0301🌱\u202e"),
    st.text(alphabet="aé <>&\"'’-.b\u0301🌱\u202e", max_size=600),
)
def test_no_text_breaks_the_markup(summary, body):
    for shown in (
        highlight(summary, sought("a", "b")),
        extract(summary, body, Sought([concept("a"), concept("b"), ECO]), length=30),
    ):
        assert shown.count("<mark>") == shown.count("</mark>")
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert ">" not in bare


WORDS = """
    Les Éco-Gestes l’œuvre oeuvres mét’ODD S.E.R.D. écogestes, maux 3\u00a0000 3 000 égaux journaux
    agent·e·s aujourd’hui <b> d'éco ŒUVRE ; vélo 1 50,5 éco-responsable (gestes
"""


@settings(max_examples=300)
@given(st.lists(st.sampled_from(re.split(r"[ \n]+", WORDS)), max_size=80))
def test_what_is_passed_over_holds_nothing(words):
    content = text.clean(" ".join(words))
    several = [
        ECO,
        concept("oeuvre"),
        concept("metodd", "serd"),
        concept("egal", "3000", "agent"),
        concept("journal", "aujourdhui", "50_5"),
    ]
    marks = Sought(several)
    assert matches(content, marks) == match_each(content, marks)
