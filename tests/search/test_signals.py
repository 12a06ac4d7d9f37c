"""Each change of content shows in search, without anybody asking."""

import datetime as dt
import logging
import re

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag
from wagtail.models import Page

from engagements.models import Axis, AxisPage, Engagement, EngagementPage, Sdg
from home.models import NewsPage
from portal.core.clock import PARIS, Clock, publish_scheduled, registered_jobs
from portal.core.tags import EXAMPLE_TAG
from portal.users.models import Service
from search import services
from search.models import Acronym, IndexEntry, Term


def test_a_published_page_is_found(publish, titles):
    publish("Le covoiturage", "On partage la voiture.", tags=("mobilité",))
    assert titles("covoiturage") == ["Le covoiturage"]
    assert titles("voiture") == ["Le covoiturage"]
    assert titles("mobilité") == ["Le covoiturage"]


def test_a_draft_is_not_found(publish, titles, live):
    post = publish("Le covoiturage")
    with live():
        post.title = "Le vélo"
        post.save_revision()
    assert titles("vélo") == []
    assert titles("covoiturage") == ["Le covoiturage"]


def test_an_edit_is_found_when_it_is_published(publish, titles, live):
    post = publish("Le covoiturage", tags=("mobilité",))
    with live():
        post.title = "Le vélo"
        post.tags.clear()
        post.save_revision().publish()
    assert titles("vélo") == ["Le vélo"]
    assert titles("covoiturage") == []
    assert titles("mobilité") == []


def test_an_unpublished_page_is_gone(publish, titles, live):
    post = publish("Le covoiturage")
    with live():
        post.unpublish()
    assert titles("covoiturage") == []


def test_a_deleted_page_is_gone(publish, titles, live):
    post = publish("Le covoiturage")
    with live():
        post.delete()
    assert titles("covoiturage") == []
    assert not IndexEntry.objects.filter(title="Le covoiturage").exists()
    assert not Term.objects.filter(text="covoiturage", documents__gt=0).exists()


def test_a_deleted_branch_is_gone(page, titles, live):
    parent = page("La mobilité")
    page("Le covoiturage", parent)
    with live():
        Page.objects.get(pk=parent.pk).delete()
    assert titles("covoiturage") == []


def test_a_moved_branch_has_its_new_address_and_its_new_readers(
    page, search, titles, live, close, member
):
    old, new = page("Ancien dossier"), page("Nouveau dossier")
    close(new)
    parent = page("La mobilité", old)
    child = page("Le covoiturage", parent)
    assert titles("covoiturage") == ["Le covoiturage"]
    with live():
        Page.objects.get(pk=parent.pk).specific.move(Page.objects.get(pk=new.pk), pos="last-child")
    assert titles("covoiturage") == []
    [entry] = search("covoiturage", member).entries
    assert entry.url == Page.objects.get(pk=child.pk).get_url()
    assert "/nouveau-dossier/" in entry.url


def test_moving_a_page_before_another_keeps_the_other_closed(page, titles, live, close):
    first = page("Un dossier")
    closed = page("Le coffre")
    page("Le covoiturage", closed)
    close(Page.objects.get(pk=closed.pk))
    with live():
        Page.objects.get(pk=closed.pk).move(Page.objects.get(pk=first.pk), pos="left")
    paths = dict(IndexEntry.objects.exclude(page=None).values_list("page_id", "path"))
    assert paths == dict(Page.objects.filter(pk__in=paths).values_list("pk", "path"))
    assert titles("covoiturage") == []


def test_a_new_slug_changes_the_addresses_below(page, search, live):
    parent = page("La mobilité", slug="mobilite")
    page("Le covoiturage", parent)
    with live():
        parent.slug = "se-deplacer"
        parent.save_revision().publish()
    [entry] = search("covoiturage").entries
    assert "/se-deplacer/" in entry.url


def test_a_closed_branch_is_hidden_from_results_and_counts_at_once(
    page, search, close, member, live
):
    parent = page("La mobilité")
    page("Le covoiturage", parent)
    page("Covoiturage pour tous")
    restriction = close(Page.objects.get(pk=parent.pk))
    assert [entry.title for entry in search("covoiturage").entries] == ["Covoiturage pour tous"]
    assert search("covoiturage").kinds == {"page": 1}
    assert search("covoiturage").languages == {"fr": 1}
    assert search("covoiturage", member).total == 2
    with live():
        restriction.delete()
    assert search("covoiturage").total == 2


def test_an_alias_is_left_out(publish, search, homes, live):
    post = publish("Le covoiturage")
    with live():
        post.create_alias(
            parent=Page.objects.get(pk=homes["en"].pk), update_locale=homes["en"].locale
        )
        post.save_revision().publish()
    assert NewsPage.objects.filter(title="Le covoiturage").count() == 2
    assert search("covoiturage").languages == {"fr": 1}


def test_a_renamed_tag_is_found_by_its_new_name(publish, titles, live):
    publish("Un article", tags=("mobilité",))
    with live():
        tag = Tag.objects.get(name="mobilité")
        tag.name = "déplacements"
        tag.save()
    assert titles("déplacements") == ["Un article"]
    assert titles("mobilité") == []


def test_a_deleted_tag_is_not_found_any_more(publish, titles, live):
    publish("Un article", tags=("mobilité",))
    with live():
        Tag.objects.get(name="mobilité").delete()
    assert titles("mobilité") == []


def test_a_fact_is_found_in_each_language_until_it_is_deleted(fact, titles, live):
    with live():
        row = fact.objects.create(slug="metropole", name_fr="Métropole", name_en="Metropolis")
    assert titles("métropole") == ["Métropole"]
    assert titles("metropolis", language="en") == ["Metropolis"]
    with live():
        row.name_fr = "Communauté urbaine"
        row.save()
    assert titles("métropole") == []
    assert titles("communauté") == ["Communauté urbaine"]
    with live():
        row.delete()
    assert titles("communauté") == []


def test_a_fact_restricted_to_a_group_is_found_by_its_members_only(
    fact, search, live, group, member, admin_user
):
    with live():
        fact.objects.create(slug=group.name, name_fr="Trésor", name_en="Treasure")
    assert search("trésor").total == 0
    assert search("trésor").kinds == {}
    assert search("trésor", member).total == 1
    assert search("trésor", admin_user).total == 1
    group.delete()
    assert search("trésor", member).total == 0


def test_what_is_rolled_back_leaves_the_index_alone(publish, titles, live):
    post = publish("Le covoiturage")
    with live(), transaction.atomic():
        post.title = "Le vélo"
        post.save_revision().publish()
        transaction.set_rollback(True)
    assert titles("covoiturage") == ["Le covoiturage"]
    assert titles("vélo") == []


@pytest.fixture
def broken(monkeypatch):
    """The engine fails to write."""

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("search.backends.database.DatabaseEngine.remove", fail)
    monkeypatch.setattr(type(services.get_engine()), "write", fail)
    return monkeypatch


def test_a_failing_index_breaks_no_publication_and_is_repaired(
    publish, broken, titles, caplog, rebuild
):
    with caplog.at_level(logging.ERROR):
        post = publish("Le covoiturage")
    assert post.live
    assert "update_index" in caplog.text
    broken.undo()
    assert titles("covoiturage") == []
    rebuild()
    assert titles("covoiturage") == ["Le covoiturage"]


def test_a_failing_index_breaks_no_deletion(publish, live, monkeypatch, caplog):
    post = publish("Le covoiturage")

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("search.backends.database.DatabaseEngine.remove", fail)
    with live():
        post.delete()
    assert not NewsPage.objects.filter(pk=post.pk).exists()
    assert "update_index" in caplog.text


def test_update_index_adds_what_is_missing_and_removes_what_is_left_over(publish, titles, page):
    kept = publish("Le covoiturage")
    gone = page("Le vélo")
    IndexEntry.objects.filter(page=kept.pk).delete()
    Page.objects.filter(pk=gone.pk).update(live=False)
    call_command("update_index", verbosity=0)
    assert titles("covoiturage") == ["Le covoiturage"]
    assert titles("vélo") == []


def test_update_index_counts_the_vocabulary_afresh(publish, rebuild):
    publish("Éco-gestes", "Des éco-gestes et des vélos.")
    publish("Les écogestes")
    by_signals = set(
        Term.objects.filter(documents__gt=0).values_list("language", "text", "documents")
    )
    Term.objects.all().update(documents=99)
    rebuild()
    assert set(Term.objects.values_list("language", "text", "documents")) >= by_signals
    assert Term.objects.get(language="fr", text="ecogeste").documents == 2


def test_update_index_twice_changes_nothing(publish, rebuild):
    publish("Éco-gestes", "Des éco-gestes et des vélos.")
    rebuild()
    before = list(IndexEntry.objects.order_by("pk").values())
    rebuild()
    assert list(IndexEntry.objects.order_by("pk").values()) == before


def test_a_thing_that_cannot_describe_itself_keeps_its_entries(
    publish, rebuild, titles, monkeypatch
):
    publish("Le covoiturage")

    def fail(self):
        raise ValueError("broken block")

    monkeypatch.setattr(NewsPage, "search_entries", fail)
    lines: list[str] = []
    services.rebuild_search_index(report=lines.append)
    assert any("failed" in line for line in lines)
    assert titles("covoiturage") == ["Le covoiturage"]


@pytest.fixture
def shown(client, agent):
    """What the search page says, tags left out, as a reader opens it."""

    def ask(query: str, **asked: str) -> str:
        client.force_login(agent)
        response = client.get(reverse("search"), {"q": query, **asked})
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))

    return ask


@pytest.fixture
def engagement(db):
    axis = Axis.objects.create(number=2, slug="social", title_fr="Social", title_en="Social")
    return Engagement.objects.create(
        number=10,
        axis=axis,
        slug="mobilite",
        theme_fr="Mobilité",
        theme_en="Mobility",
        statement_fr="Se déplacer autrement",
        statement_en="Move otherwise",
    )


def test_an_expired_page_is_gone(publish, titles, live):
    post = publish("Le covoiturage")
    with live():
        post.expire_at = timezone.now() - dt.timedelta(minutes=5)
        post.save()
        publish_scheduled(timezone.now())
    assert titles("covoiturage") == []


def test_a_scheduled_page_comes(publish, titles, live):
    post = publish("Le covoiturage")
    with live():
        post.unpublish()
        post.refresh_from_db()
        post.go_live_at = timezone.now() + dt.timedelta(minutes=5)
        post.save_revision().publish()
    assert titles("covoiturage") == []
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6), tick=False), live():
        publish_scheduled(timezone.now())
    assert titles("covoiturage") == ["Le covoiturage"]


def test_a_renamed_engagement_is_named_anew(publish, shown, live, engagement):
    post = publish("Le covoiturage")
    with live():
        post.engagements.add(engagement)
        post.save_revision().publish()
    assert "Engagement 10\u00a0: Mobilité" in shown("covoiturage").replace(" :", "\u00a0:")
    with live():
        engagement.theme_fr = "Déplacements"
        engagement.save()
    said = shown("covoiturage", engagement="10")
    assert "Déplacements" in said
    assert "Mobilité" not in said


def test_the_page_of_an_engagement_is_found_by_its_new_statement(homes, titles, live, engagement):
    with live():
        axis = AxisPage(title="Axe", axis=engagement.axis, locale=homes["fr"].locale)
        Page.objects.get(pk=homes["fr"].pk).add_child(instance=axis)
        Page.objects.get(pk=axis.pk).add_child(
            instance=EngagementPage(
                title="Mobilité", engagement=engagement, locale=homes["fr"].locale
            )
        )
    assert "Mobilité" in titles("déplacer")
    with live():
        engagement.statement_fr = "Rouler autrement"
        engagement.save()
    assert "Mobilité" in titles("rouler")
    assert "Mobilité" not in titles("déplacer")


def test_an_engagement_that_changes_axis_counts_there(publish, search, live, engagement):
    post = publish("Le covoiturage")
    with live():
        post.engagements.add(engagement)
        post.save_revision().publish()
    assert search("covoiturage").facets["axis"] == {"2": 1}
    with live():
        engagement.axis = Axis.objects.create(number=3, slug="env", title_fr="E", title_en="E")
        engagement.save()
    assert search("covoiturage").facets["axis"] == {"3": 1}


def test_a_renamed_service_and_a_renamed_goal_are_named_anew(publish, shown, live):
    service = Service.objects.create(slug="voirie", name_fr="Voirie", name_en="Roads")
    goal = Sdg.objects.create(number=11, title_fr="Villes durables", title_en="Cities")
    post = publish("Le covoiturage")
    publish("Le covoiturage encore")
    with live():
        post.services.add(service)
        post.sdgs.add(goal)
        post.save_revision().publish()
    assert "Voirie" in shown("covoiturage")
    assert "Villes durables" in shown("covoiturage")
    with live():
        service.name_fr, service.slug = "Espace public", "espace-public"
        service.save()
        goal.title_fr = "Communautés durables"
        goal.save()
    said = shown("covoiturage")
    assert "Espace public" in said
    assert "Voirie" not in said
    assert "Communautés durables" in said
    assert "1 résultat" in shown("covoiturage", service="espace-public")


def test_a_deleted_group_leaves_what_it_read_closed(publish, search, close, member, live, group):
    post = publish("Le covoiturage")
    close(Page.objects.get(pk=post.pk))
    assert search("covoiturage", member).total == 1
    with live():
        group.delete()
    assert search("covoiturage", member).total == 0
    assert search("covoiturage").total == 0


def test_the_mark_of_an_example_is_found_but_is_no_topic(publish, search):
    publish("Le covoiturage", tags=("mobilité", EXAMPLE_TAG))
    found = search(EXAMPLE_TAG)
    assert found.total == 1
    assert found.facets["tag"] == {"mobilité": 1}


def test_the_night_mends_what_was_missed(publish, titles, live):
    post = publish("Le PCAET, plan climat air énergie territorial", "Le covoiturage")
    assert Acronym.objects.exists()
    IndexEntry.objects.filter(page=post.pk).delete()
    other = publish("Le vélo")
    Page.objects.filter(pk=other.pk).update(live=False)
    started = dt.datetime(2026, 3, 2, 2, 59, tzinfo=PARIS)
    clock = Clock(
        [job for job in registered_jobs() if job.name == "mend the search indexes"], started
    )
    assert clock.tick(started + dt.timedelta(seconds=30)) == []
    assert titles("covoiturage") == []
    with live():
        assert clock.tick(started + dt.timedelta(minutes=1)) == []
    assert titles("covoiturage") == [post.title]
    assert titles("vélo") == []
    Page.objects.filter(pk=post.pk).update(live=False)
    with live():
        clock.tick(started + dt.timedelta(days=1, minutes=1))
    assert not Acronym.objects.exists()
