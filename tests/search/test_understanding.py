"""How a query is understood: what widens it, what it is taken for, what it costs."""

import datetime as dt

import pytest

from search.acronyms import acronyms_in, definitions, headings_initials
from search.finding import suggestions
from search.lexicon import everyday, related_terms
from search.numerals import figures_of, in_figures, in_letters
from search.services import rebuild_search_index
from search.spelling import sound_of
from search.text import root, stem, words
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


@pytest.mark.parametrize("query", ["bagnole", "ma bagnole", "une caisse"])
def test_a_word_of_everyday_speech_finds_what_texts_say(add, titles, query):
    add("La voiture de service", "Elle se réserve.")
    add("Le jardin", "Des arbres.")
    assert titles(query) == ["La voiture de service"]


def test_a_word_that_texts_hold_is_not_taken_for_what_is_nearly_the_same(add, titles):
    add("Le bilan", "Une année.")
    add("Le rapport", "Une autre.")
    assert titles("bilan") == ["Le bilan"]
    add("La synthèse", "Une page.")
    assert titles("synthèse")[0] == "La synthèse"
    assert set(titles("synthèse")) == {"La synthèse", "Le rapport", "Le bilan"}


def test_an_acronym_of_public_offices_finds_its_words(add, titles):
    add("Les gestes qui sauvent", "Deux heures.")
    add("Troubles musculo-squelettiques", "Un échauffement.")
    assert titles("TMS") == ["Troubles musculo-squelettiques"]
    assert titles("psc1") == ["Les gestes qui sauvent"]


def test_an_everyday_expression_of_several_words_is_one_idea(add, titles):
    add("Secourisme", "Une initiation.")
    add("Un poste de secours", "Pour la foire.")
    add("Les premiers pas", "Pour les agents.")
    assert titles("les premiers secours")[0] == "Secourisme"
    assert titles("arrêt cardiaque") == []
    add("Le défibrillateur", "Dans le hall.")
    assert titles("arrêt cardiaque") == ["Le défibrillateur"]


def test_what_is_typed_comes_before_its_everyday_names(add, titles):
    add("La voiture", "Un véhicule.")
    add("La bagnole", "Une chanson.")
    assert titles("bagnole")[0] == "La bagnole"


def test_the_words_of_everyday_speech_are_written_once_and_lead_somewhere():
    leads = everyday("fr")
    assert leads[("bagnole",)][("voiture",)] is True
    assert leads[("voiture",)] == {("vehicule",): False, ("automobile",): False}
    assert all(term not in others for term, others in leads.items())
    assert everyday("en") == {}


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("58 assistants", "Cinquante-huit assistants"),
        ("cinquante huit assistants", "58 assistants"),
        ("cinquante-huit assistants", "58 assistants"),
        ("500 corbeilles", "Cinq cents corbeilles"),
        ("cinq cents corbeilles", "500 corbeilles"),
        ("5 écoles", "Cinq écoles"),
        ("4e étage", "Étage 4"),
        ("quatrième étage", "Étage 4"),
    ],
)
def test_a_number_is_the_same_in_figures_and_in_letters(add, titles, query, title):
    add(title, "Une année.")
    add("Le jardin", "Des arbres.")
    assert titles(query) == [title]


@pytest.mark.parametrize("number", [*range(2, 121), 200, 280, 300, 571, 899, 999])
def test_numbers_in_letters_are_read_as_they_are_written(number):
    letters = in_letters(str(number), "fr")
    assert in_figures(letters, "fr") == str(number)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (21, "vingt et un"), (70, "soixante-dix"), (71, "soixante et onze"),
        (77, "soixante-dix-sept"), (80, "quatre-vingts"), (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"), (100, "cent"), (200, "deux cents"),
        (999, "neuf cent quatre-vingt-dix-neuf"),
    ],
)  # fmt: skip
def test_numbers_in_letters(number, written):
    assert in_letters(str(number), "fr") == tuple(map(stem, words(written)))


def test_what_is_no_number():
    for word in ("vert", "2024", "0", "1", "04", "12a", "un", "", "²"):
        assert in_letters(word, "fr") == ()
        assert figures_of(word, "fr") == ""
    assert in_letters("4", "en") == ()
    assert figures_of("4e", "en") == ""
    assert figures_of("1er", "fr") == "1"


def test_a_prefix_apart_is_joined_to_a_word_of_a_known_family(add, titles):
    add("Le covoiturage", "Une place par jour.")
    add("Le commerce", "Une vitrine, et Co.")
    assert titles("co voiturer") == ["Le covoiturage"]


def test_an_event_is_found_by_its_month_and_its_year(add, titles):
    day = dt.date(2024, 3, 14)
    add("Atelier", "Jeudi 14, à midi.", kind="event", date=day, last_day=day)
    add("Un compte rendu", "Tout s’est bien passé.", date=day)
    for query in ("mars 2024", "en mars 2024", "atelier mars", "que se passe-t-il en mars 2024 ?"):
        assert titles(query)[0] == "Atelier", query
    assert "Un compte rendu" not in titles("mars 2024")


def test_another_name_names_as_a_title_does(add, titles):
    add("Un engagement reconnu", "4 engagements, engagement 4.")
    add("Culture commune", "Un jeu.", names=("Engagement 4",))
    for query in ("engagement 4", "4e engagement", "Engagement n° 4", "quatrième engagement"):
        assert titles(query)[0] == "Culture commune", query
