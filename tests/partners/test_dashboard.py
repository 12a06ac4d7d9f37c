"""The dashboard of the RSO unit: right numbers, what to look at, and nobody's name."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partners import jobs
from partners.agreements import late_duties
from partners.commitment_counts import counts_table, published_counts
from partners.dashboard import PANELS, panels_for
from partners.enums import CharterStage
from partners.models import (
    Agreement,
    AgreementVersion,
    Charter,
    CharterVersion,
    EvidenceCheck,
    EvidenceHead,
    EvidenceValue,
    NewerVersionNotice,
    RenewalNotice,
    RetentionLine,
    RetentionRun,
    SignatureNotice,
    SignatureReceipt,
)
from partners.services import (
    apply_retention,
    draft_charter_version,
    enter_paper_signature,
    follow_agreements,
    publish_charter_version,
    record_paper_agreement,
    withdraw,
)
from partners.services.agreements import Terms
from partners.triggers import suspended_triggers
from portal.core.text import plain_text
from portal.users.enums import Role
from portal.users.services import load_groups
from tests.factories import make_user

from . import agreements as make
from .conftest import NOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

DAY, HOUR, SECOND = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(seconds=1)
LONG_AGO = dt.datetime(2019, 5, 6, 8, 30, tzinfo=dt.UTC)
DASHBOARD = "/admin/steering/"


def member(role=None, **fields):
    load_groups(report=print)
    person = make_user(f"compte-{role}", **fields)
    if role:
        person.groups.add(Group.objects.get(name=role.value))
    return person


def browser_of(person):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


@pytest.fixture
def unit(home):
    return member(Role.RSO_UNIT)


@pytest.fixture
def page(unit):
    """Return a function that gives the words of the page."""
    browser = browser_of(unit)

    def read():
        answer = browser.get(DASHBOARD)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        return plain_text(answer.content.decode()).replace("\u00a0", " ")

    return read


@pytest.fixture
def panel(unit):
    """Return a function that gives a panel as it stands."""

    def read(key, at=NOON):
        return next(panel for panel in panels_for(unit, at=at) if panel.key == key)

    return read


def alerts(panel):
    return [(alert.text.replace("\u00a0", " "), alert.is_critical) for alert in panel.alerts]


class TestReading:
    @pytest.mark.parametrize("role", [None, *Role])
    def test_is_for_the_rso_unit_only(self, role, version):
        browser = browser_of(member(role))
        allowed = role == Role.RSO_UNIT
        assert (browser.get(DASHBOARD).status_code == 200) == allowed
        menu = browser.get("/admin/", follow=True).content.decode()
        assert (f'"{DASHBOARD}"' in menu) == allowed

    def test_is_not_for_who_is_signed_out(self):
        answer = Client(SERVER_NAME="localhost").get(DASHBOARD)
        assert answer.status_code == 302
        assert "login" in answer["Location"]

    def test_panels_follow_the_rights_of_their_subjects(self, unit):
        assert {panel.key for panel in panels_for(unit, at=NOON)} == {one.key for one in PANELS}
        assert panels_for(member(Role.COMMUNICATION), at=NOON) == []

    def test_names_nobody(self, page, version, signatory, sign_as):
        make_user("silencieuse", first_name="Sylvie", last_name="Silencieuse")
        withdraw(signature=sign_as(signatory, version), person=signatory, at=NOON)
        sign_as(signatory, version)
        told = page()
        for name in ("Claude", "Démonstration", "signataire@", "Sylvie", "192.0.2.7"):
            assert name not in told

    def test_reads_well_before_anything_happened(self, page):
        told = page()
        assert "Aucune charte n’est encore publiée." in told
        assert "Rien : tout ce qui tourne seul tourne." in told
        assert "Aucune convention en vigueur" in told

    def test_leads_to_the_exports(self, unit, version):
        shown = browser_of(unit).get(DASHBOARD).content.decode()
        listed = f"/admin/snippets/partners/signature/?charter={version.charter_id}&amp;export="
        for kind in ("csv", "xlsx"):
            assert f"{listed}{kind}" in shown
            answer = browser_of(unit).get(f"{listed}{kind}".replace("&amp;", "&"))
            assert answer.status_code == 200

    def test_costs_the_same_for_three_times_as_much(self, unit, version, sign_as, words, author):
        browser = browser_of(unit)

        def add(number):
            people = [make_user(f"p-{number}-{n}") for n in range(3)]
            charter = Charter.objects.create(
                slug=f"charte-{number}", name_fr=f"Charte {number}", name_en=f"Charter {number}"
            )
            draft = draft_charter_version(
                charter=charter, actor=author, stage=CharterStage.FINAL, texts=words
            )
            other = publish_charter_version(version=draft, approver=unit, valid_from=TODAY)
            for person in people:
                sign_as(person, version)
                sign_as(person, other)
            terms = Terms(dt.date(2017, 10, 1), dt.date(2018, 12, 31), is_tacit=True)
            made = make.draft(unit, terms=terms, slug=f"convention-{number}")
            record_paper_agreement(version=made, actor=unit)
            make.send(make.draft(unit, slug=f"envoyee-{number}"), unit, NOON)
            Agreement.objects.update(report_month=6)
            follow_agreements(at=NOON)
            apply_retention(at=NOON)
            jobs.verify_signatures(NOON)

        def cost():
            browser.get(DASHBOARD)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(DASHBOARD).status_code == 200
            return len(queries)

        add(1)
        before = cost()
        for number in (2, 3):
            add(number)
        assert cost() == before


class TestCharters:
    def figures(self, panel, at=NOON):
        (only,) = panel("charters", at).facts["charters"]
        return only

    def test_counts_what_happened(self, panel, version, signatory, sign_as, publish):
        others = [make_user(f"autre-{number}") for number in range(3)]
        sign_as(signatory, version)
        for person in others[:2]:
            sign_as(person, version)
        enter_paper_signature(
            person=others[2],
            text=version.texts.get(language="fr"),
            statement="Je la signe librement.",
            referent=make_user("referente"),
            scan=b"%PDF-1.7",
            signed_on=TODAY,
            at=NOON,
        )
        withdraw(signature=sign_as(others[0], version), person=others[0], at=NOON)
        tomorrow = NOON + DAY
        newer = publish(valid_from=tomorrow.date())
        sign_as(signatory, newer, at=tomorrow)
        found = self.figures(panel, tomorrow)
        assert (found.partners, found.waiting, found.withdrawn) == (3, 2, 1)
        assert (found.online, found.on_paper) == (2, 1)
        assert [
            (line.version.number, line.active, line.signed, line.on_paper, line.ended)
            for line in found.versions
        ] == [(2, 1, 1, 0, 0), (1, 2, 4, 1, 1)]
        assert [line.is_in_force for line in found.versions] == [True, False]
        march = found.months[-1]
        assert (march.day, march.signed, march.ended) == (dt.date(2026, 3, 1), 5, 1)
        assert len(found.months) == 12
        assert not any(month.signed for month in found.months[:-1])

    def test_of_an_account_out_of_use_is_not_counted(self, panel, version, signatory, sign_as):
        sign_as(signatory, version)
        signatory.is_active = False
        signatory.save()
        assert self.figures(panel).partners == 0

    @pytest.mark.parametrize(
        ("at", "month"),
        [
            (dt.datetime(2026, 2, 28, 22, 59, 59, tzinfo=dt.UTC), 2),
            (dt.datetime(2026, 2, 28, 23, 0, tzinfo=dt.UTC), 3),
        ],
    )
    def test_a_month_begins_at_midnight_in_paris(
        self, panel, publish_at, signatory, sign_as, at, month
    ):
        sign_as(signatory, publish_at(dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)), at=at)
        assert [one.day.month for one in self.figures(panel).months if one.signed] == [month]

    def test_stays_once_signatures_are_purged(self, panel, publish_at, signatory, sign_as):
        old = sign_as(signatory, publish_at(LONG_AGO), at=LONG_AGO)
        withdraw(signature=old, person=signatory, at=LONG_AGO)
        apply_retention(at=NOON)
        (line,) = self.figures(panel).versions
        assert (line.signed, line.ended, line.active) == (1, 1, 0)

    @pytest.mark.parametrize(
        ("goal", "told"),
        [
            (2, "suffisant : l’objectif en demande 0,3"),
            (300, "insuffisant : l’objectif en demande 75,4"),
        ],
    )
    def test_says_whether_the_pace_is_enough(self, page, version, signatory, sign_as, goal, told):
        goal_date = TODAY + dt.timedelta(days=119)
        Charter.objects.update(goal=goal, goal_date=goal_date)
        sign_as(signatory, version)
        shown = page()
        assert f"objectif : {goal} au 7 juillet 2026" in shown
        assert told in shown


class TestCommitments:
    def test_shows_what_the_page_shows_and_no_more(self, panel, page, publish, offering, sign_as):
        version = publish(texts=offering)
        for number in range(4):
            sign_as(make_user(f"p{number}"), version, commitments={"1.1": 1})
        jobs.publish_counts(NOON)
        assert "Rien n’est encore publié" in page()
        for number in range(4, 12):
            sign_as(make_user(f"p{number}"), version, commitments={"1.1": 1, "2.1": 3})
        jobs.publish_counts(NOON)
        (shown,) = panel("commitments").facts["shown"]
        version = CharterVersion.objects.get(pk=version.pk)
        assert shown["table"] == counts_table(published_counts(version, language="fr"))
        row = next(row for row in shown["table"].rows if row[0] == "Déchets")
        assert "4" not in row[1:-1]


class TestAgreements:
    @pytest.fixture
    def standing(self, unit):
        """An agreement in force since 2017, whose partner reports by the end of February."""
        terms = Terms(dt.date(2017, 10, 1), dt.date(2018, 12, 31), is_tacit=True)
        record_paper_agreement(version=make.draft(unit, terms=terms), actor=unit)
        Agreement.objects.update(report_month=2)
        follow_agreements(at=NOON)
        return AgreementVersion.objects.get()

    @pytest.mark.parametrize(
        ("on", "late"),
        [
            (dt.date(2026, 2, 28), []),
            (dt.date(2026, 3, 1), [dt.date(2026, 2, 28)]),
            (dt.date(2026, 12, 31), [dt.date(2026, 2, 28)]),
            (dt.date(2018, 3, 1), [dt.date(2018, 2, 28)]),
            (dt.date(2017, 12, 1), []),
        ],
    )
    def test_a_report_is_late_the_day_after(self, standing, on, late):
        assert [duty.on for duty in late_duties(standing, on=on)] == late

    def test_is_told_until_it_is_dealt_with(self, panel, unit, standing):
        told = "Cellule d’écoute"
        ((text, is_critical),) = alerts(panel("agreements"))
        assert told in text
        assert "attendu le 28 février 2026" in text
        assert not is_critical
        desk = f"/admin/agreements/{standing.pk}/"
        browser = browser_of(unit)
        assert "en retard" in browser.get("/admin/agreements/due/").content.decode()
        closed = {"act": "close", "kind": "report", "due_on": "2026-02-28"}
        assert browser.post(desk, closed).status_code == 302
        assert alerts(panel("agreements")) == []

    @pytest.mark.parametrize(("seconds", "expired"), [(-1, 0), (0, 1)])
    def test_a_link_that_has_expired_is_told(self, panel, unit, seconds, expired):
        version = make.draft(unit)
        make.send(version, unit, NOON)
        end = make.invitation(version, 1).expires_at
        found = panel("agreements", end + seconds * SECOND)
        assert len(alerts(found)) == expired


class TestMachinery:
    def test_says_that_the_evidence_matches(self, page, version, signatory, sign_as):
        sign_as(signatory, version)
        jobs.verify_signatures(NOON)
        assert "Tout correspond" in page()
        assert EvidenceHead.objects.get().hash in page()

    def test_names_the_first_mismatch(self, page, panel, version, signatory, sign_as):
        sign_as(signatory, version)
        with suspended_triggers():
            EvidenceValue.objects.filter(name="email").update(value="autre@example.org")
        jobs.verify_signatures(NOON)
        ((text, is_critical),) = alerts(panel("evidence"))
        assert "record 2: a value is not the one that was recorded (email)" in text
        assert is_critical
        assert "record 2: a value" in page()
        assert "autre@example.org" not in page()

    @pytest.mark.parametrize(("hours", "count"), [(36, 0), (37, 1)])
    def test_says_that_a_night_went_without_a_check(self, panel, hours, count):
        EvidenceCheck.objects.create(at=NOON - hours * HOUR)
        assert len(alerts(panel("evidence"))) == count

    @pytest.mark.parametrize(("minutes", "count"), [(60, 0), (61, 1)])
    def test_says_that_receipts_are_not_made(
        self, panel, version, signatory, sign_as, minutes, count
    ):
        sign_as(signatory, version)
        found = panel("receipts", NOON + dt.timedelta(minutes=minutes))
        assert found.facts["missing"] == 1
        assert len(alerts(found)) == count

    @pytest.mark.parametrize(("hours", "count"), [(24, 0), (25, 1)])
    def test_says_that_receipts_wait_for_their_date(
        self, panel, version, signatory, sign_as, hours, count
    ):
        SignatureReceipt.objects.create(
            signature=sign_as(signatory, version), pdf=b"", timestamp="pending", issued_at=NOON
        )
        found = panel("receipts", NOON + hours * HOUR)
        assert (found.facts["made"], found.facts["pending"]) == (1, 1)
        assert len(alerts(found)) == count

    @pytest.mark.parametrize(
        ("claimed", "sent", "waiting", "failing"),
        [
            (None, None, 1, 0),
            (dt.timedelta(minutes=4), None, 1, 0),
            (dt.timedelta(minutes=5), None, 1, 1),
            (dt.timedelta(minutes=5), NOON, 0, 0),
        ],
    )
    def test_tells_failing_emails_from_waiting_ones(
        self, panel, version, signatory, sign_as, claimed, sent, waiting, failing
    ):
        sign_as(signatory, version)
        claimed_at = NOON - claimed if claimed else None
        SignatureNotice.objects.update(claimed_at=claimed_at, sent_at=sent)
        found = panel("messages")
        assert found.facts["rows"][0]["waiting"] == waiting
        assert found.facts["failing"] == failing == len(alerts(found))

    @pytest.mark.parametrize("model", [NewerVersionNotice, RenewalNotice])
    def test_tells_of_reminders_that_do_not_leave(self, panel, version, signatory, sign_as, model):
        signature = sign_as(signatory, version)
        about = {"version": version} if model is NewerVersionNotice else {}
        model.objects.create(signature=signature, rank=0, claimed_at=NOON - HOUR, **about)
        assert panel("messages").facts["failing"] == 1
        withdraw(signature=signature, person=signatory, at=NOON)
        assert panel("messages").facts["failing"] == 0

    def test_says_that_retention_failed(self, panel):
        run = RetentionRun.objects.create(started_at=NOON, ended_at=NOON)
        RetentionLine.objects.create(run=run, kind="code", failure="OperationalError")
        assert len(alerts(panel("retention"))) == 1

    def test_a_critical_alert_comes_first(self, page):
        EvidenceCheck.objects.create(at=NOON, problems=2, first="record 7: altered")
        run = RetentionRun.objects.create(started_at=NOON, ended_at=NOON)
        RetentionLine.objects.create(run=run, kind="code", failure="OperationalError")
        told = page()
        assert told.index("record 7: altered") < told.index("n’ont pas pu être effacées")
