"""The words of the partners: which may be told, and that somebody accepted them."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from partners import jobs
from partners.figures import SMALLEST_SHOWN
from partners.models import CharterWord, DirectoryEntry
from partners.services import appear, leave
from partners.services.directory import Choices
from partners.words import SIZES, Used, family, sized, tellable, used_words
from portal.core.text import plain_text
from tests.factories import make_user

from .conftest import NOON

PAGE = "/fr/chartes/partenaires/annuaire/mots/"


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


class TestWords:
    @pytest.mark.parametrize(
        ("written", "key"),
        [
            ("Collègues", "collegue"),
            ("ÉCO", "eco"),
            ("choix", "choi"),
            ("bus", "bus"),
            ("œufs", "oeuf"),
        ],
    )
    def test_families(self, written, key):
        assert family(written) == key

    def test_each_partner_counts_once_for_all_forms(self):
        used = used_words(["Mes collègues, mes collègues, ma collègue", "Collègue !", "Vélo"])
        assert used[0] == Used("collegue", "collègue", 2)

    def test_what_sentences_are_made_of_is_left_out(self):
        assert used_words(["Parce que nous sommes tous avec les autres, pour que cela soit"]) == [
            Used("somme", "sommes", 1)
        ]

    def test_so_are_names_and_numbers(self):
        used = used_words(["Claude Démonstration 2026 agit"], names=["Claude Démonstration"])
        assert [one.key for one in used] == ["agit"]

    @given(st.integers(0, 40), st.integers(0, 40))
    def test_a_word_is_told_when_enough_use_it_and_enough_do_not(self, using, others):
        told = tellable([Used("x", "x", using)], using + others)
        assert bool(told) == (using >= SMALLEST_SHOWN and others >= SMALLEST_SHOWN)

    @given(st.lists(st.integers(5, 300), max_size=40))
    def test_sizes_follow_numbers(self, numbers):
        numbers.sort(reverse=True)
        shown = sized(Used(str(place), "x", number) for place, number in enumerate(numbers))
        assert all(1 <= one.size <= SIZES for one in shown)
        assert [one.size for one in shown] == sorted((one.size for one in shown), reverse=True)


@pytest.mark.django_db
@pytest.mark.usefixtures("now", "charter_page")
class TestPage:
    @pytest.fixture
    def say(self, charter, version, sign_as):
        """Return a function by which some people appear in the directory, each with a sentence."""

        def make(sentence, count, start=0):
            people = []
            for number in range(start, start + count):
                person = make_user(f"{sentence[:6]}{number}", first_name="Prénom", last_name="Nom")
                sign_as(person, version)
                choices = Choices(reason=sentence)
                appear(person=person, charter=charter, choices=choices, at=NOON)
                people.append(person)
            return people

        return make

    @pytest.fixture
    def browser(self, reader):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(reader)
        return browser

    @staticmethod
    def accept(**which):
        return CharterWord.objects.filter(**which).update(state="accepted")

    def test_shows_what_was_accepted_the_commonest_first(self, say, browser):
        say("Protéger la planète", 7)
        say("Aider mes collègues à vélo", 5)
        jobs.propose_words(NOON)
        assert "Pas encore de mots" in words(browser.get(PAGE))
        self.accept()
        CharterWord.objects.filter(key="velo").update(state="hidden")
        response = browser.get(PAGE)
        text = words(response)
        assert text.index("planète 7 partenaires") < text.index("collègues 5 partenaires")
        assert "vélo" not in text
        page = response.content.decode()
        assert "<ol" in page
        assert "word-cloud__item--5" in page
        assert "style=" not in page.split("<main", 1)[1]

    def test_four_partners_are_too_few_and_the_word_leaves_at_once(self, say, browser, charter):
        people = say("Protéger la planète", 5)
        say("Aider mes collègues", 8)
        jobs.propose_words(NOON)
        self.accept()
        assert "planète" in words(browser.get(PAGE))
        leave(person=people[0], charter=charter)
        assert "planète" not in words(browser.get(PAGE))

    def test_nothing_is_proposed_of_few_sentences(self, say):
        say("Protéger la planète", 9)
        jobs.propose_words(NOON)
        assert not CharterWord.objects.exists()

    def test_what_nobody_answered_goes_and_answers_stay(self, say, charter):
        people = say("Protéger la planète", 5)
        say("Aider mes collègues", 6)
        jobs.propose_words(NOON)
        CharterWord.objects.filter(key="planete").update(state="hidden")
        leave(person=people[0], charter=charter)
        jobs.propose_words(NOON)
        kept = set(CharterWord.objects.values_list("key", "state"))
        assert ("planete", "hidden") in kept
        assert "proteger" not in {key for key, _state in kept}

    def test_names_of_partners_are_never_proposed(self, say):
        say("Avec Prénom Nom, protéger", 6)
        say("Aider mes collègues", 6)
        jobs.propose_words(NOON)
        assert {"prenom", "nom"}.isdisjoint(CharterWord.objects.values_list("key", flat=True))

    def test_costs_the_same_whatever_is_said(self, say, browser):
        costs = []
        for start in (0, 12):
            say("Protéger la planète", 6, start)
            say("Aider mes collègues", 6, start)
            jobs.propose_words(NOON)
            self.accept()
            browser.get(PAGE)
            with CaptureQueriesContext(connection) as queries:
                browser.get(PAGE)
            costs.append(len(queries))
        assert costs[0] == costs[1]

    def test_as_closed_as_the_charter(self, browser, charter_page):
        restriction = PageViewRestriction.objects.create(
            page=charter_page, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(Group.objects.create(name="Autres"))
        assert browser.get(PAGE).status_code == 404
        assert Client(SERVER_NAME="localhost").get(PAGE).status_code in (302, 404)

    def test_the_unit_accepts_words_in_the_admin(self, say, desk):
        say("Protéger la planète", 6)
        say("Aider mes collègues", 6)
        jobs.propose_words(NOON)
        word = CharterWord.objects.get(key="planete")
        name = "wagtailsnippets_partners_charterword"
        assert "planète" in words(desk.get(reverse(f"{name}:list")))
        url = reverse(f"{name}:edit", args=[word.pk])
        assert desk.post(url, {"state": "accepted", "label": "autre"}).status_code == 302
        word.refresh_from_db()
        assert (word.state, word.label) == ("accepted", "planète")

    def test_nothing_keeps_who_said_what(self, say):
        say("Protéger la planète", 6)
        say("Aider mes collègues", 6)
        jobs.propose_words(NOON)
        fields = {field.name for field in CharterWord._meta.get_fields()}
        assert fields == {"id", "charter", "key", "label", "state"}
        assert DirectoryEntry.objects.count() == 12
