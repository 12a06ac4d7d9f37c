"""How a query is understood: what widens it, what it is taken for, what it costs."""

import pytest

from search.acronyms import acronyms_in, definitions, headings_initials
from search.finding import suggestions
from search.lexicon import related_terms
from search.services import rebuild_search_index
from search.spelling import sound_of
from search.text import root
from search.understanding import Origin, understand


def origins(query, language="fr"):
    """Return the ways of each concept, by what they are written as."""
    concepts = understand(query, language).concepts
    return {" ".join(way.terms): way.origin for concept in concepts for way in concept.ways}


def test_question_words_say_nothing(add, titles):
    add("Le guide du tri", "Où déposer les piles : un bac à chaque étage.")
    add("Où en est-on ?", "Que faire de nos chiffres, et comment les lire ?")
    assert titles("où déposer mes piles ?") == ["Le guide du tri"]
    assert understand("que faire de mes piles", "fr").ignored == ("que", "faire", "de", "mes")


def test_a_query_of_such_words_alone_keeps_them(add, titles):
    add("À propos", "Qui sommes-nous ?")
    assert understand("qui sommes-nous", "fr").concepts
    assert titles("qui sommes-nous") == ["À propos"]


def test_a_family_of_words(add, titles):
    add("Le covoiturage", "Une place par jour.")
    assert titles("covoiturer") == ["Le covoiturage"]
    assert titles("covoitureuses") == ["Le covoiturage"]
    assert origins("covoiturer") == {"covoiturage": Origin.FAMILY}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("renovation", "renover"),
        ("vegetalisation", "vegetaliser"),
        ("remboursement", "rembourser"),
        ("travaille", "travailleur"),
        ("inscription", "inscrit"),
    ],
)
def test_roots(one, other):
    assert root(one)[:6] == root(other)[:6]


def test_what_is_typed_comes_before_its_family(add, titles):
    add("Réserver", "Pour réserver, appelez.")
    add("La réservation", "Une réservation.")
    assert titles("réservation")[0] == "La réservation"
    assert titles("réserver")[0] == "Réserver"


@pytest.mark.parametrize(
    "definition",
    [
        "Le forfait mobilités durables (FMD) est versé en mars.",
        "FMD (forfait mobilités durables) : les pièces à joindre.",
        "FMD : forfait mobilités durables.",
    ],
)
def test_an_acronym_and_its_words(definition):
    assert ("fmd", ("forfait", "mobilites", "durables")) in set(definitions(definition, "fr"))


def test_words_that_do_not_spell_it_are_no_definition():
    assert set(definitions("La charte (FMD) de la ville", "fr")) == set()
    assert set(definitions("Le RAD : agendas partagés et astuces", "fr")) == set()


def test_what_is_an_acronym():
    assert acronyms_in("La QVCT et le PdME, pas Le ni DIJON.", "UN TITRE EN CAPITALES") == {
        "qvct",
        "pdme",
        "dijon",
    }


def test_a_heading_may_spell_an_acronym():
    found = headings_initials(["Qualité de vie et conditions de travail : votre avis"], "fr")
    assert ("qualite", "de", "vie", "et", "conditions", "de", "travail") in found["qvct"]


def test_an_acronym_finds_what_is_spelled_out_and_the_other_way_round(publish, titles):
    publish("QVCT : quatre chantiers", "La feuille de route.")
    publish("Qualité de vie et conditions de travail", "Votre avis compte.")
    rebuild_search_index()
    both = {"QVCT : quatre chantiers", "Qualité de vie et conditions de travail"}
    assert set(titles("qvct")) == both
    assert set(titles("qualité vie conditions travail")) == both


def test_a_beginning_finds_and_is_not_a_misspelling(add, titles):
    add("Un vélo électrique")
    add("Un vélo")
    assert titles("velo elec")[0] == "Un vélo électrique"
    assert origins("elec") == {"electrique": Origin.BEGINNING}


def test_a_suggestion_is_the_whole_query(add, agent):
    add("Un vélo électrique")
    found = understand("le velo elec ?", "fr")
    assert suggestions(found, user=agent, language="fr") == ["le velo électrique ?"]


def test_a_prefix_speaks_of_what_follows(add, titles):
    add("Contre le gaspillage", "On pèse les restes.")
    assert titles("antigaspi") == ["Contre le gaspillage"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("alimentere", "alimentaire"), ("pilattes", "pilates"), ("ecollogie", "ecologie")],
)
def test_what_sounds_alike(one, other):
    assert sound_of(one) == sound_of(other)


def test_only_words_that_the_corpus_does_not_hold_are_corrected(add, titles, agent):
    add("La charte", "Un texte.")
    add("La carte", "Un plan.")
    assert titles("charte") == ["La charte"]
    assert titles("carte") == ["La carte"]
    found = understand("chartre", "fr")
    assert [concept.corrected for concept in found.concepts] == [True]
    assert suggestions(found, user=agent, language="fr") == ["charte"]


def test_a_word_that_the_corpus_does_not_hold_finds_what_is_near_in_meaning(add, titles):
    add("Avant les congés", "On débranche.")
    assert titles("vacances") == ["Avant les congés"]
    add("Vacances", "Le mot même.")
    assert titles("vacances")[0] == "Vacances"


def test_the_thesaurus_is_read_from_its_first_line_to_its_last():
    from pathlib import Path

    import search.lexicon

    lines = Path(search.lexicon.__file__).with_name("thesaurus-fr.txt").read_text().splitlines()
    heads = [line.split()[0] for line in lines]
    assert heads == sorted(heads, key=str.encode)
    for line in (lines[0], lines[-1], *lines[:: len(lines) // 50]):
        head, *rest = line.split()
        if head.isalpha():
            assert related_terms(head, "fr") == tuple(rest)
    assert related_terms("zzzzzz", "fr") is None
    assert related_terms("aaaaaa", "fr") is None
    assert related_terms("leave", "en") is None


def test_what_is_best_brings_what_says_it_otherwise(add, search):
    add("Le dépistage du cancer du sein", "Un rendez-vous.", tags=("octobre rose", "santé"))
    add("Octobre rose : la marche", "Au parc, à midi.", tags=("octobre rose",))
    add("Octobre rose : le quiz", "À la pause.", tags=("octobre rose",))
    add("La flotte", "Des véhicules.")
    found = search("cancer du sein")
    assert [entry.title for entry in found.entries] == ["Le dépistage du cancer du sein"]
    assert {entry.title for entry in found.also_near} == {
        "Octobre rose : la marche",
        "Octobre rose : le quiz",
    }


def test_understanding_costs_a_few_queries(add, django_assert_max_num_queries):
    add("Un vélo électrique")
    for query in ("vélo", "velo elec covoitruage zythologie QVCT", "mot " * 100):
        with django_assert_max_num_queries(4):
            understand(query, "fr")
