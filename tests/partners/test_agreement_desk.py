"""Looking after agreements in the editing area, and being reminded of what is due."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse

from partners import jobs
from partners.enums import AgreementNoticeKind, AgreementStatus
from partners.models import Agreement, AgreementDuty, AgreementNotice, AgreementVersion
from partners.services import follow_agreements, record_paper_agreement
from partners.services.agreements import Terms
from portal.core.models import ProgrammeContact
from portal.users.enums import Role
from tests.factories import make_user

from . import agreements as make
from .conftest import NOON, TODAY, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "home")]

DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(steerer):
    return signed_in(steerer)


@pytest.fixture
def standing(steerer):
    """An agreement in force, renewed each year, with a report due in June."""
    terms = Terms(dt.date(2017, 10, 1), dt.date(2018, 12, 31), is_tacit=True)
    version = record_paper_agreement(version=make.draft(steerer, terms=terms), actor=steerer)
    Agreement.objects.update(report_month=6)
    follow_agreements(at=NOON)
    return AgreementVersion.objects.get(pk=version.pk)


def url(version):
    return reverse("agreement_desk", args=[version.pk])


def typed(**more):
    parties = {
        f"party-{number}-{name}": value
        for number in (1, 2)
        for name, value in (
            ("name", f"Personne {number}"),
            ("email", f"personne{number}@example.org"),
            ("language", "fr"),
        )
    }
    return {"act": "send", **parties, **more}


class TestDesk:
    def test_is_for_who_looks_after_agreements(self, home, standing):
        other = make_user("redaction")
        other.groups.add(Group.objects.get(name=Role.COMMUNICATION.value))
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(other)
        assert browser.get(url(standing)).status_code in {302, 403}
        assert browser.get(reverse("agreement_calendar")).status_code in {302, 403}

    def test_sends_a_draft_for_signature(self, desk, steerer):
        version = make.draft(steerer)
        assert desk.get(url(version)).status_code == 200
        refused = desk.post(url(version), typed(**{"party-2-email": "x"}))
        assert refused.status_code == 200
        assert "1 champ est à corriger" in refused.content.decode()
        assert 'aria-describedby="id_party-2-email_error"' in refused.content.decode()
        assert not mail.outbox
        assert desk.post(url(version), typed()).status_code == 302
        assert AgreementVersion.objects.get().status == AgreementStatus.OUT
        assert len(mail.outbox) == 2
        assert "personne1@example.org" in desk.get(url(version)).content.decode()

    def test_sends_the_messages_of_this_agreement_and_leaves_the_others_to_the_clock(
        self, desk, steerer, standing
    ):
        AgreementNotice.objects.create(
            version=standing,
            kind=AgreementNoticeKind.COMPLETED,
            email="autre@example.org",
            language="fr",
        )
        desk.post(url(make.draft(steerer, slug="velo")), typed())
        assert {message.to[0] for message in mail.outbox} == {
            "personne1@example.org",
            "personne2@example.org",
        }
        jobs.send_agreement_notices(NOON)
        assert mail.outbox[-1].to == ["autre@example.org"]

    def test_reminds_and_invites_again(self, desk, steerer, time_machine):
        version = make.send(make.draft(steerer), steerer, NOON)
        invited = make.invitation(version, 1)
        too_soon = desk.post(url(version), {"act": "remind", "invitation": invited.pk})
        assert too_soon.status_code == 200
        time_machine.move_to(NOON + 4 * DAY, tick=False)
        desk.force_login(steerer)
        desk.post(url(version), {"act": "remind", "invitation": invited.pk})
        assert mail.outbox[-1].subject.startswith("Rappel")
        other = {
            "act": "invite",
            "party": version.parties.get(number=1).pk,
            "party-1-name": "Autre",
            "party-1-email": "autre@example.org",
            "party-1-language": "en",
        }
        desk.post(url(version), other)
        assert mail.outbox[-1].to == ["autre@example.org"]
        assert "/en/agreements/sign/" in mail.outbox[-1].body

    def test_the_last_day_of_a_link_is_told_as_in_the_e_mail(self, desk, steerer):
        version = make.send(make.draft(steerer), steerer, NOON)
        assert "jusqu’à la fin du 31\u00a0mars 2026" in desk.get(url(version)).content.decode()

    def test_what_was_signed_on_paper_is_recorded_once_it_was_seen(self, desk, steerer):
        version = make.draft(steerer)
        refused = desk.post(url(version), {"act": "record"})
        assert "Cochez cette case" in refused.content.decode()
        version.refresh_from_db()
        assert version.status == AgreementStatus.DRAFT
        desk.post(url(version), {"act": "record", "seen": "on"})
        version.refresh_from_db()
        assert version.is_on_paper
        assert version.status != AgreementStatus.DRAFT

    def test_records_a_notice(self, desk, standing):
        desk.post(url(standing), {"act": "notice", "given_on": "2026-03-09"})
        standing.refresh_from_db()
        assert standing.status == AgreementStatus.UNDER_NOTICE
        page = desk.get(url(standing)).content.decode()
        assert "31\u00a0décembre 2026" in page

    @pytest.mark.parametrize("act", ["", "autre", "remind", "invite", "close"])
    def test_hostile_acts_do_nothing(self, desk, standing, act):
        answer = desk.post(url(standing), {"act": act, "invitation": "x", "party": "0"})
        assert answer.status_code == 404

    def test_lists_what_is_due(self, desk, standing, django_assert_max_num_queries):
        with django_assert_max_num_queries(30):
            page = desk.get(reverse("agreement_calendar")).content.decode()
        assert page.index("30\u00a0juin 2026") < page.index("30\u00a0septembre 2026")
        list_page = desk.get(reverse("wagtailsnippets_partners_agreementversion:list"))
        assert url(standing) in list_page.content.decode()

    def test_what_is_dealt_with_is_not_due_any_more(self, desk, standing):
        desk.post(url(standing), {"act": "close", "kind": "report", "due_on": "2026-06-30"})
        assert AgreementDuty.objects.get().done_on == TODAY
        assert "30\u00a0juin 2026" not in desk.get(reverse("agreement_calendar")).content.decode()


class TestReminders:
    @pytest.fixture
    def night(self, time_machine):
        def run(day):
            at = dt.datetime.combine(day, dt.time(2), tzinfo=dt.UTC)
            time_machine.move_to(at, tick=False)
            jobs.remind_of_duties(at)
            jobs.send_agreement_notices(at)

        return run

    def test_the_owner_is_written_to_twice(self, standing, steerer, night):
        Agreement.objects.update(owner=steerer)
        day = dt.date(2026, 5, 20)
        while day < dt.date(2026, 7, 10):
            night(day)
            day += DAY
        assert [message.to for message in mail.outbox] == [["cellule@example.org"]] * 2
        assert "30\u00a0juin 2026" in mail.outbox[0].body
        sent = AgreementNotice.objects.order_by("pk").values_list("days_before", "sent_at__date")
        assert list(sent) == [(30, dt.date(2026, 5, 31)), (7, dt.date(2026, 6, 23))]

    def test_the_last_day_of_notice_too(self, standing, steerer, night):
        Agreement.objects.update(owner=steerer, report_month=None)
        night(dt.date(2026, 9, 25))
        assert "30\u00a0septembre 2026" in mail.outbox[-1].body

    def test_without_an_owner_the_team_is(self, standing, night, home):
        site = home.get_site()
        ProgrammeContact.objects.update_or_create(
            site=site, defaults={"email": "equipe@example.org"}
        )
        night(dt.date(2026, 6, 25))
        assert [message.to for message in mail.outbox] == [["equipe@example.org"]]

    def test_not_of_what_is_dealt_with(self, standing, steerer, night):
        Agreement.objects.update(owner=steerer)
        AgreementDuty.objects.create(
            agreement=standing.agreement,
            kind="report",
            due_on=dt.date(2026, 6, 30),
            done_on=TODAY,
        )
        night(dt.date(2026, 6, 25))
        assert not mail.outbox
