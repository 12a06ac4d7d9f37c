"""Synonyms that editors keep: what they find, what is refused, from when on."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from search.models import IndexState, SynonymGroup
from search.services import load_synonyms


@pytest.fixture
def group(db):
    """Keep a group of synonyms."""

    def keep(expressions, language="fr"):
        kept = SynonymGroup(language=language, expressions=expressions)
        kept.full_clean()
        kept.save()
        return kept

    return keep


def test_each_member_finds_the_others_at_once_and_no_more_when_it_is_gone(add, titles, group):
    add("La collecte des biodéchets", "Une affiche de la collecte.")
    add("Les restes de la cantine", "Les déchets alimentaires partent au compost.")
    assert titles("biodéchets") == ["La collecte des biodéchets"]
    kept = group("biodéchets, déchets alimentaires")
    assert titles("biodéchets")[:2] == ["La collecte des biodéchets", "Les restes de la cantine"]
    assert "La collecte des biodéchets" in titles("dechet alimentaire")
    kept.delete()
    assert titles("biodéchets") == ["La collecte des biodéchets"]


def test_an_expression_stands_for_one_word(add, titles, group):
    add("Le VAE", "Un modèle à louer.")
    add("Le vélo", "Un vélo de course.")
    group("vélo électrique, VAE")
    assert titles("vélo électrique")[0] == "Le VAE"


def test_a_group_has_a_language(add, titles, group):
    add("Le partage de bureau")
    group("coworking, partage de bureau", language="en")
    assert titles("coworking") == []


@pytest.mark.parametrize(
    ("expressions", "why"),
    [
        ("", "champ"),
        ("vélo", "deux"),
        ("vélo, VELOS", "deux"),
        ("vélo, les", "presque tout"),
        ("vélo, de la", "presque tout"),
        ("vélo, e", "presque tout"),
        ("vélo, un deux trois quatre cinq six sept", "six mots"),
        (",;\n", "deux"),
    ],
)
def test_what_would_say_nothing_is_refused_with_its_reason(group, expressions, why):
    with pytest.raises(ValidationError) as refused:
        group(expressions)
    assert why in " ".join(refused.value.messages)


def test_a_word_that_stands_everywhere_is_refused(add, group):
    for number in range(45):
        add(f"Article {number}", "La collectivité.")
    with pytest.raises(ValidationError):
        group("collectivité, métropole")


def test_the_programmes_synonyms_are_given_once(db):
    IndexState.objects.all().delete()
    given = load_synonyms()
    assert given == SynonymGroup.objects.count() >= 10
    SynonymGroup.objects.all().delete()
    assert load_synonyms() == 0, "what editors delete stays deleted"


def test_the_comms_person_adds_a_group_and_is_told_what_is_wrong(client, admin_user):
    client.force_login(admin_user)
    add = reverse(SynonymGroup.snippet_viewset.get_url_name("add"))
    page = client.post(add, {"expressions": "vélo, les", "language": "fr", "note": ""})
    assert page.status_code == 200
    assert "vélo, les" in page.content.decode()
    assert not SynonymGroup.objects.exists()
    client.post(add, {"expressions": "vélo, bicyclette", "language": "fr", "note": ""})
    assert SynonymGroup.objects.get().members == ["vélo", "bicyclette"]
