"""Versions of charters: four eyes, one in force, and never changed."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from wagtail.models import ModelLogEntry

from partners import triggers
from partners.charters import shown_charter, version_in_force
from partners.enums import CharterStage, CharterVersionStatus
from partners.models import CharterText, CharterVersion, EvidenceHead, EvidenceRecord, EvidenceValue
from partners.models.text import FrozenVersionError
from partners.permissions import can_publish_charter_version
from partners.services import draft_charter_version, publish_charter_version
from partners.services.charters import CharterWords
from portal.core.text import plain_text
from tests.factories import make_user

from .conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def draft(charter, author, words):
    return draft_charter_version(
        charter=charter, actor=author, stage=CharterStage.PROPOSED, texts=words
    )


@pytest.fixture
def published(draft, approver):
    return publish_charter_version(version=draft, approver=approver, valid_from=TODAY)


class TestDrafting:
    def test_a_version_has_a_number_and_a_text_per_language(self, draft):
        assert draft.number == 1
        assert draft.status == CharterVersionStatus.DRAFT
        texts = list(draft.texts.all())
        assert [text.language for text in texts] == ["en", "fr"]
        assert all(text.is_intact for text in texts)
        assert len({text.sha256 for text in texts}) == 2

    def test_the_next_one_has_the_next_number(self, draft, charter, author, words):
        second = draft_charter_version(
            charter=charter, actor=author, stage=CharterStage.FINAL, texts=words
        )
        assert second.number == 2
        fingerprints = {text.sha256 for text in CharterText.objects.all()}
        assert len(fingerprints) == 4

    def test_french_prevails(self, charter, author, words):
        with pytest.raises(ValidationError):
            draft_charter_version(
                charter=charter,
                actor=author,
                stage=CharterStage.PROPOSED,
                texts={"en": words["en"]},
            )

    def test_each_language_has_the_same_articles(self, charter, author, words):
        short = CharterWords(title="Charter", articles=words["en"].articles[:1])
        with pytest.raises(ValidationError):
            draft_charter_version(
                charter=charter,
                actor=author,
                stage=CharterStage.PROPOSED,
                texts={**words, "en": short},
            )

    def test_articles_are_numbered(self, charter, author):
        skewed = CharterWords(title="C", articles=[{"number": 2, "title": "T", "body": "B"}])
        with pytest.raises(ValidationError):
            draft_charter_version(
                charter=charter, actor=author, stage=CharterStage.PROPOSED, texts={"fr": skewed}
            )
        assert not CharterVersion.objects.exists()

    def test_a_draft_may_change_and_go(self, draft):
        text = draft.texts.get(language="fr")
        before = text.sha256
        text.preamble = "Autre préambule."
        text.save()
        assert text.sha256 != before
        draft.stage = CharterStage.INTERMEDIATE
        draft.save()
        for each in draft.texts.all():
            each.delete()
        draft.delete()


class TestPublishing:
    def test_it_is_recorded(self, published, author, approver):
        assert published.status == CharterVersionStatus.PUBLISHED
        assert published.approver == approver
        assert published.valid_from == TODAY
        log = ModelLogEntry.objects.filter(object_id=str(published.pk)).order_by("timestamp", "pk")
        actions = {entry.action: entry for entry in log}
        assert set(actions) == {"partners.charter.draft", "partners.charter.publish"}
        assert actions["partners.charter.publish"].user == approver
        fingerprints = {text.language: text.sha256 for text in published.texts.all()}
        assert actions["partners.charter.publish"].data["sha256"] == fingerprints

    def test_nobody_approves_their_own_version(self, draft, author):
        with pytest.raises(ValidationError):
            publish_charter_version(version=draft, approver=author, valid_from=TODAY)
        draft.refresh_from_db()
        assert draft.status == CharterVersionStatus.DRAFT

    def test_nor_by_going_round_the_service(self, draft, author):
        with pytest.raises(IntegrityError), transaction.atomic():
            CharterVersion.objects.filter(pk=draft.pk).update(
                status="published",
                approver=author,
                published_at=dt.datetime.now(dt.UTC),
                valid_from=TODAY,
            )

    @pytest.mark.parametrize("lacking", ["approver", "author", "published_at", "valid_from"])
    def test_a_published_version_is_complete(self, draft, approver, lacking):
        values = {
            "status": "published",
            "approver": approver,
            "published_at": dt.datetime.now(dt.UTC),
            "valid_from": TODAY,
            lacking: None,
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            CharterVersion.objects.filter(pk=draft.pk).update(**values)

    def test_only_a_draft_is_published(self, published, approver):
        with pytest.raises(ValidationError):
            publish_charter_version(version=published, approver=approver, valid_from=TODAY)

    def test_never_in_the_past(self, draft, approver):
        eve = TODAY - dt.timedelta(days=1)
        with pytest.raises(ValidationError):
            publish_charter_version(version=draft, approver=approver, valid_from=eve)

    def test_texts_that_were_tampered_with_are_refused(self, draft, approver):
        CharterText.objects.filter(version=draft, language="fr").update(preamble="Autre chose.")
        with pytest.raises(ValidationError):
            publish_charter_version(version=draft, approver=approver, valid_from=TODAY)

    def test_permissions_are_four_eyed_too(self, draft, author):
        assert not can_publish_charter_version(author, draft)
        chief = make_user("cheffe", is_superuser=True)
        assert can_publish_charter_version(chief, draft)
        draft.author = chief
        assert not can_publish_charter_version(chief, draft)


class TestSuperseding:
    @pytest.fixture
    def second(self, published, charter, author, approver, words):
        draft = draft_charter_version(
            charter=charter, actor=author, stage=CharterStage.FINAL, texts=words
        )
        return publish_charter_version(
            version=draft, approver=approver, valid_from=TODAY + dt.timedelta(days=10)
        )

    def test_the_one_before_ends_on_the_eve(self, published, second):
        published.refresh_from_db()
        assert published.status == CharterVersionStatus.SUPERSEDED
        assert published.valid_until == TODAY + dt.timedelta(days=9)

    def test_one_version_is_in_force_each_day(self, charter, published, second):
        days = {TODAY + dt.timedelta(days=n): n for n in range(-2, 13)}
        numbers = [
            version.number if (version := version_in_force(charter, on=day)) else 0 for day in days
        ]
        assert numbers == [0, 0, *[1] * 10, 2, 2, 2]
        for day in days:
            assert charter.versions.in_force(day).count() <= 1

    def test_it_comes_after(self, published, charter, author, approver, words):
        draft = draft_charter_version(
            charter=charter, actor=author, stage=CharterStage.FINAL, texts=words
        )
        with pytest.raises(ValidationError):
            publish_charter_version(version=draft, approver=approver, valid_from=TODAY)
        published.refresh_from_db()
        assert published.status == CharterVersionStatus.PUBLISHED

    def test_a_superseded_version_is_frozen_for_good(self, published, second):
        published.refresh_from_db()
        published.valid_until = TODAY
        with pytest.raises(FrozenVersionError):
            published.save()
        for change in ({"valid_until": None}, {"valid_until": TODAY}, {"status": "published"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                CharterVersion.objects.filter(pk=published.pk).update(**change)

    def test_two_published_versions_cannot_be(self, published, second, charter, author, words):
        draft = draft_charter_version(
            charter=charter, actor=author, stage=CharterStage.FINAL, texts=words
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            CharterVersion.objects.filter(pk=draft.pk).update(
                status="published",
                approver=second.approver,
                published_at=second.published_at,
                valid_from=TODAY,
            )


class TestFrozen:
    def test_the_model_refuses_with_a_clear_error(self, published):
        published.stage = CharterStage.FINAL
        with pytest.raises(FrozenVersionError):
            published.save()
        published.refresh_from_db()
        with pytest.raises(FrozenVersionError):
            published.delete()
        text = published.texts.get(language="fr")
        text.title = "Autre titre"
        with pytest.raises(FrozenVersionError):
            text.save()
        with pytest.raises(FrozenVersionError):
            text.delete()
        with pytest.raises(FrozenVersionError):
            CharterText(version=published, language="de", title="T", articles=[]).save()

    @pytest.mark.parametrize(
        "change",
        [
            {"stage": "final"},
            {"number": 7},
            {"status": "draft"},
            {"valid_from": TODAY + dt.timedelta(days=1)},
            {"valid_until": TODAY},
            {"author": None},
            {"status": "superseded"},
            {"status": "superseded", "valid_until": TODAY, "stage": "final"},
        ],
    )
    def test_the_database_refuses_updates(self, published, change):
        with pytest.raises(IntegrityError), transaction.atomic():
            CharterVersion.objects.filter(pk=published.pk).update(**change)
        version = CharterVersion.objects.get(pk=published.pk)
        for name, value in change.items():
            setattr(version, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            CharterVersion.objects.bulk_update([version], list(change))

    def test_the_database_lets_it_be_superseded(self, published):
        CharterVersion.objects.filter(pk=published.pk).update(
            status="superseded", valid_until=TODAY
        )

    @pytest.mark.parametrize(
        "change",
        [{"title": "Autre"}, {"preamble": ""}, {"articles": []}, {"sha256": "0" * 64}],
    )
    def test_the_database_refuses_other_words(self, published, change):
        with pytest.raises(IntegrityError), transaction.atomic():
            published.texts.update(**change)

    def test_the_database_refuses_to_move_a_text(self, published, charter, author, words):
        draft = draft_charter_version(
            charter=charter, actor=author, stage=CharterStage.FINAL, texts={"fr": words["fr"]}
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            CharterText.objects.filter(version=draft).update(version=published, language="de")
        with pytest.raises(IntegrityError), transaction.atomic():
            published.texts.filter(language="en").update(version=draft)

    def test_the_database_refuses_to_delete(self, published):
        with pytest.raises(IntegrityError), transaction.atomic():
            published.texts.all().delete()
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM partners_chartertext")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM partners_charterversion")

    def test_the_database_refuses_raw_sql(self, published):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE partners_charterversion SET number = 9 WHERE id = %s", [published.pk]
            )
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE partners_chartertext SET title = 'Autre'")

    def test_the_database_refuses_a_text_more(self, published):
        text = CharterText(
            version=published,
            language="en",
            title="T",
            articles=[{"number": 1, "title": "T", "body": "B"}],
            sha256="0" * 64,
        )
        CharterVersion.objects.filter(pk=published.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            CharterText.objects.bulk_create([text])

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own REPLACE")
    def test_replacing_a_row_is_refused(self, published):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO partners_charterversion "
                "SELECT * FROM partners_charterversion"
            )

    def test_a_draft_is_as_free_as_before(self, draft):
        CharterVersion.objects.filter(pk=draft.pk).update(stage="final")
        draft.texts.all().delete()
        CharterVersion.objects.filter(pk=draft.pk).delete()


class TestTriggers:
    def test_they_are_there(self):
        assert triggers.missing_triggers() == []
        assert triggers.check_triggers(databases=["default"]) == []

    def test_they_are_missed_and_put_back(self):
        triggers.remove_triggers()
        assert triggers.missing_triggers()
        found = triggers.check_triggers(databases=["default"])
        assert [warning.id for warning in found] == ["partners.W001"]
        config = apps.get_app_config("partners")
        triggers.after_migrate(sender=config, using="default")
        assert triggers.missing_triggers() == []

    def test_an_outdated_one_is_replaced(self):
        name, table = "partners_charterversion_delete_frozen", triggers.VERSIONS
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL keeps the rule in a function, which is always replaced")
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN SELECT 1; END")
        assert triggers.missing_triggers() == [name]
        triggers.install_triggers()
        assert triggers.missing_triggers() == []

    def test_the_sanctioned_reset_lets_tests_erase(self, published):
        with triggers.suspended_triggers():
            published.texts.all().delete()
            CharterVersion.objects.all().delete()
        assert triggers.missing_triggers() == []
        assert not CharterVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rebuilding_the_table_keeps_the_promise(charter, author, approver, words):
    """What « migrate » does around an ``AlterField``."""
    version = draft_charter_version(
        charter=charter, actor=author, stage=CharterStage.PROPOSED, texts=words
    )
    publish_charter_version(version=version, approver=approver, valid_from=TODAY)
    config = apps.get_app_config("partners")
    old = CharterVersion._meta.get_field("stage")
    new = models.CharField(max_length=20, default="proposed")
    new.set_attributes_from_name("stage")
    new.model = CharterVersion
    try:
        for before, after in ((old, new), (new, old)):
            triggers.before_migrate(sender=config, using="default")
            with connection.schema_editor() as editor:
                editor.alter_field(CharterVersion, before, after)
            triggers.after_migrate(sender=config, using="default")
            assert triggers.missing_triggers() == []
            with pytest.raises(IntegrityError):
                CharterVersion.objects.update(number=3)
    finally:
        with triggers.suspended_triggers():
            EvidenceValue.objects.all().delete()
            EvidenceRecord.objects.all().delete()
            EvidenceHead.objects.all().delete()
            CharterText.objects.all().delete()
            CharterVersion.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_migrating_again_checks_the_triggers():
    triggers.remove_triggers()
    with pytest.raises(CommandError, match="trigger partners_signature_"):
        call_command("verify_signatures")
    call_command("migrate", verbosity=0, skip_checks=False)  # as the command line does
    assert triggers.missing_triggers() == []
    call_command("verify_signatures")
    assert not MigrationExecutor(connection).migration_plan([])


class TestPage:
    def test_the_version_in_force_in_the_language_of_the_page(self, published, charter):
        shown = shown_charter(charter, on=TODAY, language="fr")
        assert shown.title == "Charte des partenaires"
        assert [article.anchor for article in shown.articles] == ["article-1", "article-2"]
        assert shown.articles[0].paragraphs == ("Le rôle.", "Fin.")
        assert shown.is_proposed
        assert not shown.is_fallback
        assert {item.language for item in shown.fingerprints} == {"fr", "en"}
        assert shown_charter(charter, on=TODAY, language="en").title == "Partners’ charter"

    def test_french_is_marked_where_a_language_is_missing(self, charter, author, approver, words):
        version = draft_charter_version(
            charter=charter,
            actor=author,
            stage=CharterStage.PROPOSED,
            texts={"fr": words["fr"]},
        )
        publish_charter_version(version=version, approver=approver, valid_from=TODAY)
        shown = shown_charter(charter, on=TODAY, language="en")
        assert shown.is_fallback
        assert shown.foreign_language == "fr"

    def test_a_draft_is_not_shown(self, draft, charter):
        assert shown_charter(charter, on=TODAY, language="fr") is None

    def test_search_finds_the_words_of_the_charter(self, published, charter_page):
        charter_page.save_revision().publish()
        entry = charter_page.search_entries()[0]
        assert "Préambule." in entry.body
        assert "La durée" in entry.body


class TestEditingArea:
    def test_versions_are_read_with_their_fingerprints(self, desk, published):
        response = desk.get(reverse("wagtailsnippets_partners_charterversion:list"))
        assert response.status_code == 200
        text = plain_text(response.content.decode())
        for each in published.texts.all():
            assert each.sha256 in text

    def test_a_version_is_inspected(self, desk, published):
        url = reverse("wagtailsnippets_partners_charterversion:inspect", args=[published.pk])
        assert desk.get(url).status_code == 200

    def test_versions_are_never_written_there(self, desk, published):
        for name, args in (("add", []), ("edit", [published.pk]), ("delete", [published.pk])):
            url = reverse(f"wagtailsnippets_partners_charterversion:{name}", args=args)
            response = desk.post(url, {"stage": "final"})
            assert response.status_code in (302, 403)
        published.refresh_from_db()
        assert published.stage == CharterStage.PROPOSED
        assert CharterVersion.objects.count() == 1
