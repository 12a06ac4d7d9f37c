"""The life of agreements: services, what they leave, what the database refuses."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from partners import services
from partners.enums import (
    AGREEMENT_TRANSITIONS,
    AgreementNoticeKind,
    AgreementStatus,
    EvidenceKind,
    SigningOrder,
)
from partners.evidence import Fault
from partners.models import (
    AgreementInvitation,
    AgreementNotice,
    AgreementParty,
    AgreementText,
    AgreementVersion,
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
)
from partners.models.text import TextEvidence
from partners.services import (
    InvitationClosedError,
    bring_into_force,
    decline_agreement,
    delegate_invitation,
    expire_agreement,
    follow_agreements,
    give_notice,
    invite_again,
    record_paper_agreement,
    remind_invitation,
    renew_agreement,
    terminate_agreement,
)
from partners.services.agreements import Terms
from partners.services.chain import append, lock_head
from partners.services.invitations import LINK_DAYS, MAX_REMINDERS, Invitee, end_of_link
from partners.triggers import suspended_triggers
from partners.verification import check_everything
from tests.factories import make_user

from . import agreements as make
from .conftest import NOON, TODAY, acts
from .test_signing import Threads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

Status = AgreementStatus
DAY = dt.timedelta(days=1)


@pytest.fixture
def actor(db):
    return make_user("cellule")


@pytest.fixture
def draft(actor):
    return make.draft(actor)


@pytest.fixture
def out(draft, actor):
    return make.send(draft, actor, NOON)


@pytest.fixture
def recorded(actor):
    """An agreement signed on paper, in force since 2017."""
    terms = Terms(dt.date(2017, 10, 1), dt.date(2018, 12, 31), is_tacit=True)
    return record_paper_agreement(version=make.draft(actor, terms=terms), actor=actor)


def found():
    return [(problem.fault, problem.where) for problem in check_everything()]


def status(version):
    return AgreementVersion.objects.get(pk=version.pk).status


def midnight_in_paris(day, *, before=0):
    return dt.datetime.combine(day, dt.time.min, tzinfo=dt.UTC) - dt.timedelta(
        hours=1, seconds=before
    )


def attempt(name, version, actor, on):
    """Call the service of that name in every way that it takes."""
    service = getattr(services, name)
    match name:
        case "send_for_signature":
            service(version=version, actor=actor, people=make.people(version), at=NOON)
        case "sign_agreement":
            for party in version.parties.filter(signed_record=None):
                make.sign(version, party.number, NOON)
        case "decline_agreement":
            service(
                invitation=make.invitation(version, 1),
                text=make.text(version),
                reason="Non.",
                at=NOON,
            )
        case "record_paper_agreement":
            service(version=version, actor=actor)
        case "give_notice":
            service(version=version, actor=actor, on=min(on, TODAY))
        case _:
            service(version=version, on=on)


class TestLife:
    NAMES = sorted({name for moves in AGREEMENT_TRANSITIONS.values() for name in moves.values()})

    @settings(max_examples=40, deadline=None)
    @given(st.booleans(), st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 900))))
    def test_goes_by_the_table_and_no_other_way(self, is_tacit, attempts):
        """Whatever is attempted, in any order: each service makes its transition or none."""
        with transaction.atomic():
            actor = make_user("cellule")
            terms = Terms(TODAY - 400 * DAY, TODAY - 100 * DAY, is_tacit=is_tacit)
            version = make.draft(actor, terms=terms)
            for name, days in attempts:
                before = AgreementVersion.objects.get(pk=version.pk)
                try:
                    with transaction.atomic():
                        attempt(name, before, actor, before.starts_on + days * DAY)
                except (ValidationError, AgreementInvitation.DoesNotExist):
                    assert AgreementVersion.objects.get(pk=version.pk).term == before.term
                else:
                    after = status(version)
                    allowed = AGREEMENT_TRANSITIONS[Status(before.status)]
                    nothing_left = name == "sign_agreement" and after == before.status
                    assert nothing_left or allowed.get(Status(after)) == name
            assert found() == []
            transaction.set_rollback(True)

    @pytest.mark.parametrize("start", Status)
    @pytest.mark.parametrize("end", Status)
    def test_the_database_refuses_the_rest(self, draft, start, end):
        row = AgreementVersion.objects.filter(pk=draft.pk)
        with suspended_triggers():
            row.update(status=start, notice_given_on=TODAY)
        change = {"status": end}
        if start == end or end in AGREEMENT_TRANSITIONS[start]:
            row.update(**change)
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(**change)

    def test_each_step_is_in_the_history(self, recorded, actor):
        follow_agreements(at=NOON)
        give_notice(version=recorded, actor=actor, on=TODAY)
        actions = [entry.action for entry in ModelLogEntry.objects.order_by("pk")]
        assert [action.rpartition(".")[2] for action in actions] == [
            "draft_agreement",
            "record_paper_agreement",
            "bring_into_force",
            *["renew_agreement"] * 8,
            "give_notice",
        ]
        entry = ModelLogEntry.objects.get(action="partners.agreement.give_notice")
        assert entry.user == actor
        assert entry.data == {"from": "in_force", "to": "notice", "ends_on": "2026-12-31"}


class TestCalendar:
    def test_is_caught_up_with(self, recorded):
        assert follow_agreements(at=NOON) == 9
        version = AgreementVersion.objects.get()
        assert (version.status, version.ends_on) == (Status.IN_FORCE, dt.date(2026, 12, 31))
        assert follow_agreements(at=NOON) == 0
        assert found() == []

    def test_renews_at_midnight_in_paris(self, recorded):
        follow_agreements(at=NOON)
        new_year = dt.date(2027, 1, 1)
        assert follow_agreements(at=midnight_in_paris(new_year, before=1)) == 0
        assert follow_agreements(at=midnight_in_paris(new_year)) == 1
        assert AgreementVersion.objects.get().ends_on == dt.date(2027, 12, 31)

    def test_the_page_does_not_wait_for_the_clock(self, recorded):
        assert recorded.status == Status.SIGNED
        assert recorded.term_on(TODAY).status == Status.IN_FORCE
        assert recorded.term_on(TODAY).ends_on == dt.date(2026, 12, 31)

    def test_a_notice_ends_the_term(self, recorded, actor):
        follow_agreements(at=NOON)
        give_notice(version=recorded, actor=actor, on=TODAY)
        new_year = dt.date(2027, 1, 1)
        assert follow_agreements(at=midnight_in_paris(new_year, before=1)) == 0
        assert follow_agreements(at=midnight_in_paris(new_year)) == 1
        assert status(recorded) == Status.TERMINATED

    def test_a_notice_recorded_late_ends_the_term_in_which_it_was_given(self, recorded, actor):
        follow_agreements(at=NOON)
        late = give_notice(version=recorded, actor=actor, on=dt.date(2025, 9, 30))
        assert late.ends_on == dt.date(2025, 12, 31)
        follow_agreements(at=NOON)
        assert status(recorded) == Status.TERMINATED

    @pytest.mark.parametrize("on", [TODAY + DAY, dt.date(2017, 9, 30)])
    def test_a_notice_of_another_time_is_refused(self, recorded, actor, on):
        follow_agreements(at=NOON)
        with pytest.raises(ValidationError):
            give_notice(version=recorded, actor=actor, on=on)

    def test_what_ends_by_itself_needs_no_notice(self, actor):
        fixed = make.draft(actor, terms=Terms(TODAY, TODAY + DAY))
        record_paper_agreement(version=fixed, actor=actor)
        follow_agreements(at=NOON)
        with pytest.raises(ValidationError, match="préavis"):
            give_notice(version=fixed, actor=actor, on=TODAY)

    def test_a_newer_version_takes_the_place_of_the_older(self, recorded, actor):
        follow_agreements(at=NOON)
        newer = make.draft(actor, terms=Terms(TODAY + DAY, dt.date(2026, 12, 31), is_tacit=True))
        record_paper_agreement(version=newer, actor=actor)
        follow_agreements(at=NOON + DAY)
        recorded.refresh_from_db()
        assert (recorded.status, recorded.ends_on) == (Status.EXPIRED, TODAY)
        assert status(newer) == Status.IN_FORCE

    @pytest.mark.parametrize(
        "service", [bring_into_force, renew_agreement, expire_agreement, terminate_agreement]
    )
    def test_nothing_happens_too_early(self, actor, service):
        future = make.draft(actor)
        record_paper_agreement(version=future, actor=actor)
        with pytest.raises(ValidationError):
            service(version=future, on=TODAY)


class TestDraft:
    def test_bears_on_its_words_and_its_parties(self, draft):
        read = make.text(draft).canonical_bytes().decode()
        assert '"agreement":"ecoute"' in read
        assert '"function":"Présidence 1"' in read
        assert '"function":"Chair 1"' in make.text(draft, "en").canonical_bytes().decode()
        AgreementParty.objects.filter(number=1).update(function_fr="Autre")
        assert not make.text(draft).is_intact

    def test_that_was_altered_is_not_sent(self, draft, actor):
        AgreementText.objects.filter(version=draft).update(preamble="Autre.")
        with pytest.raises(ValidationError):
            make.send(draft, actor, NOON)
        assert status(draft) == Status.DRAFT

    def test_names_who_signs_for_each(self, draft, actor):
        with pytest.raises(ValidationError):
            services.send_for_signature(
                version=draft, actor=actor, people={1: Invitee("A", "a@example.org")}, at=NOON
            )

    @pytest.mark.parametrize(
        ("model", "change"),
        [
            (AgreementText, {"preamble": "Autre."}),
            (AgreementParty, {"function_fr": "Autre"}),
            (AgreementVersion, {"notice_months": 1}),
            (AgreementVersion, {"starts_on": TODAY}),
        ],
    )
    def test_out_never_changes(self, out, model, change):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


class TestSigning:
    def test_by_all_parties(self, out):
        make.sign(out, 1, NOON)
        assert status(out) == Status.OUT
        make.sign(out, 2, NOON)
        assert status(out) == Status.SIGNED
        assert found() == []
        record = acts().first()
        assert (record.kind, record.charter, record.version) == ("party_signed", "", 1)
        assert record.details == {
            "agreement": "ecoute",
            "party": 1,
            "terms": {
                "starts_on": "2026-04-01",
                "first_ends_on": "2026-12-31",
                "is_tacit": True,
                "notice_months": 3,
            },
        }
        assert record.text_sha256 == make.text(out).sha256
        values = dict(record.values.values_list("name", "value"))
        assert values["name"] == "Personne 1"
        assert values["function"] == "Présidence 1"
        assert values["statement"] == make.STATEMENT
        assert values["authentication"] == "emailed_code"

    def test_a_second_click_signs_nothing_twice(self, out):
        make.sign(out, 1, NOON)
        make.sign(out, 1, NOON)
        assert acts().count() == 1

    def test_in_turn(self, actor):
        version = make.send(make.draft(actor, order=SigningOrder.IN_TURN), actor, NOON)
        assert list(AgreementNotice.objects.values_list("email", flat=True)) == [
            "personne1@example.org"
        ]
        with pytest.raises(InvitationClosedError):
            make.sign(version, 2, NOON)
        later = NOON + 30 * DAY
        with pytest.raises(InvitationClosedError):
            make.sign(version, 1, later)
        make.sign(version, 1, NOON + 5 * DAY)
        invited = AgreementNotice.objects.filter(kind=AgreementNoticeKind.INVITED)
        assert invited.filter(email="personne2@example.org").count() == 1
        assert make.invitation(version, 2).expires_at == end_of_link(NOON + 5 * DAY)
        make.sign(version, 2, NOON + 20 * DAY)
        assert status(version) == Status.SIGNED

    def test_the_link_dies_at_midnight_in_paris(self, out):
        last = TODAY + LINK_DAYS * DAY
        # The clocks go forward meanwhile: midnight comes an hour earlier.
        assert make.invitation(out, 1).expires_at == dt.datetime(
            last.year, last.month, last.day, 22, tzinfo=dt.UTC
        )
        with pytest.raises(InvitationClosedError):
            make.sign(out, 1, make.invitation(out, 1).expires_at)
        make.sign(out, 1, make.invitation(out, 1).expires_at - dt.timedelta(seconds=1))

    def test_a_party_that_declines_ends_it(self, out):
        make.sign(out, 1, NOON)
        decline_agreement(
            invitation=make.invitation(out, 2),
            text=make.text(out),
            reason="Le préavis est trop court.",
            at=NOON,
        )
        assert status(out) == Status.DECLINED
        assert found() == []
        record = EvidenceRecord.objects.get(kind=EvidenceKind.DECLINED)
        assert dict(record.values.values_list("name", "value"))["reason"].startswith("Le préavis")
        undated = EvidenceValue.objects.filter(kept_until=None)
        assert set(undated.values_list("name", flat=True)) == {"author"}
        told = AgreementNotice.objects.filter(kind=AgreementNoticeKind.DECLINED)
        assert list(told.values_list("email", flat=True)) == ["personne1@example.org"]

    def test_passed_on_the_former_link_dies(self, out):
        former = make.invitation(out, 1)
        new = delegate_invitation(
            invitation=former,
            text=make.text(out),
            person=Invitee("Suppléance", "suppleance@example.org", function="Vice-présidence"),
            at=NOON,
        )
        with pytest.raises(InvitationClosedError):
            make.sign(out, 1, NOON, invitation=former)
        assert new.link_hash != former.link_hash
        make.sign(out, 1, NOON, invitation=new)
        kinds = acts().values_list("kind", flat=True)
        assert list(kinds) == ["delegated", "party_signed"]
        signed = EvidenceRecord.objects.get(kind="party_signed")
        assert signed.values.get(name="function").value == "Vice-présidence"
        assert found() == []

    def test_to_oneself_is_refused(self, out):
        with pytest.raises(ValidationError):
            delegate_invitation(
                invitation=make.invitation(out, 1),
                text=make.text(out),
                person=Invitee("Moi", "PERSONNE1@example.org"),
                at=NOON,
            )

    def test_reminders_are_spaced_and_few(self, out, actor):
        one = make.invitation(out, 1)
        with pytest.raises(ValidationError):
            remind_invitation(invitation=one, actor=actor, at=NOON + 2 * DAY)
        for count in range(1, MAX_REMINDERS + 1):
            remind_invitation(invitation=one, actor=actor, at=NOON + 3 * count * DAY)
        with pytest.raises(ValidationError):
            remind_invitation(invitation=one, actor=actor, at=NOON + 15 * DAY)
        reminders = AgreementNotice.objects.filter(kind=AgreementNoticeKind.REMINDED)
        assert reminders.count() == MAX_REMINDERS

    def test_who_has_signed_is_not_reminded(self, out, actor):
        make.sign(out, 1, NOON)
        with pytest.raises(InvitationClosedError):
            remind_invitation(invitation=make.invitation(out, 1), actor=actor, at=NOON + 4 * DAY)

    def test_an_expired_link_is_replaced(self, out, actor):
        later = NOON + 60 * DAY
        party = out.parties.get(number=1)
        new = invite_again(
            party=party, actor=actor, person=Invitee("Autre", "autre@example.org"), at=later
        )
        make.sign(out, 1, later, invitation=new)
        with pytest.raises(ValidationError):
            invite_again(
                party=party, actor=actor, person=Invitee("Autre", "autre@example.org"), at=later
            )


class TestVerification:
    """What the triggers would refuse is done without them, then looked for."""

    @pytest.fixture
    def signed(self, out):
        make.sign(out, 1, NOON)
        make.sign(out, 2, NOON)
        return out

    @pytest.mark.parametrize(
        ("model", "change", "fault"),
        [
            (AgreementText, {"preamble": "Autre."}, Fault.TEXT),
            (AgreementText, {"sha256": "a" * 64}, Fault.TEXT),
            (AgreementParty, {"function_fr": "Autre"}, Fault.TEXT),
            (AgreementParty, {"signed_record": None}, Fault.PARTY),
            (AgreementVersion, {"status": "out"}, Fault.AGREEMENT),
            (AgreementVersion, {"status": "declined"}, Fault.AGREEMENT),
            (AgreementVersion, {"starts_on": dt.date(2026, 3, 1)}, Fault.TERMS),
            (AgreementVersion, {"first_ends_on": dt.date(2027, 12, 31)}, Fault.TERMS),
            (AgreementVersion, {"first_ends_on": None}, Fault.TERMS),
            (AgreementVersion, {"notice_months": 1}, Fault.TERMS),
        ],
    )
    def test_names_what_was_changed(self, signed, model, change, fault):
        with suspended_triggers():
            model.objects.update(**change)
        assert fault in {name for name, _where in found()}

    def test_renewal_stops_for_a_newer_version_only(self, actor, recorded, signed):
        follow_agreements(at=NOON)
        newer = make.draft(actor, slug="ecoute", terms=replace(make.TERMS, starts_on=TODAY + DAY))
        record_paper_agreement(version=newer, actor=actor)
        follow_agreements(at=NOON + DAY)
        assert not AgreementVersion.objects.get(pk=recorded.pk).is_tacit
        assert found() == []
        with suspended_triggers():
            AgreementVersion.objects.filter(pk=signed.pk).update(is_tacit=False)
        assert found() == [(Fault.LIFE, f"agreement ecoute, version {signed.number}")]

    def test_renewal_never_begins(self, actor):
        terms = replace(make.TERMS, is_tacit=False)
        version = make.send(make.draft(actor, terms=terms), actor, NOON)
        make.sign(version, 1, NOON)
        assert found() == []
        with suspended_triggers():
            AgreementVersion.objects.update(is_tacit=True)
        assert found() == [
            (Fault.TERMS, "record 2"),
            (Fault.LIFE, "agreement ecoute, version 1"),
        ]

    @pytest.mark.parametrize("days", [-300, 300])
    def test_the_end_of_a_term_that_is_moved_is_named(self, recorded, days):
        follow_agreements(at=NOON)
        with suspended_triggers():
            AgreementVersion.objects.update(ends_on=dt.date(2026, 12, 31) + days * DAY)
        [problem] = check_everything()
        assert (problem.fault, problem.name) == (Fault.LIFE, "ends_on")

    def test_a_life_that_goes_by_no_transition_is_named(self, recorded, actor):
        """Somebody writes a record more, with its hash, as only the services may."""
        follow_agreements(at=NOON)
        version = AgreementVersion.objects.get()
        version.status = AgreementStatus.EXPIRED
        with transaction.atomic(), suspended_triggers():
            version.save()
            moved = append(
                lock_head(),
                kind=EvidenceKind.MOVED,
                at=NOON,
                text=TextEvidence(version=1, details={"agreement": "ecoute"}),
                details={
                    **EvidenceRecord.objects.last().details,
                    "from": "signed",
                    "status": "expired",
                    "by": "expire_agreement",
                },
                values={"author": str(actor.pk)},
            )
        assert found() == [(Fault.LIFE, f"record {moved.sequence}")]

    def test_a_signature_that_would_be_purged_too_early_is_named(self, signed):
        """The database lets the end be dated: the portal would then purge what still holds."""
        EvidenceValue.objects.filter(record__sequence=2, name="name").update(kept_until=NOON)
        assert found() == [(Fault.TERM, "record 2")]


@pytest.fixture
def emptied_too(transactional_db):
    """Erase what a test with transactions of its own leaves behind."""
    yield
    with suspended_triggers():
        for model in (
            AgreementNotice,
            AgreementInvitation,
            AgreementText,
            AgreementParty,
            AgreementVersion,
            EvidenceValue,
            EvidenceRecord,
            EvidenceHead,
        ):
            model.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("emptied_too")
class TestConcurrency:
    def test_parties_who_sign_at_once_complete_it_once(self, actor, tmp_path):
        version = make.send(make.draft(actor, parties=8), actor, NOON)
        threads = Threads(tmp_path)
        signs = [lambda n=n: make.sign(version, n % 8 + 1, NOON) for n in range(16)]
        assert threads.at_once(*signs) == []
        assert threads.ask(lambda: acts().count()) == 8
        assert threads.ask(lambda: status(version)) == Status.SIGNED
        done = AgreementNotice.objects.filter(kind=AgreementNoticeKind.COMPLETED)
        assert threads.ask(done.count) == 8
        assert threads.ask(found) == []

    def test_of_signing_and_declining_one_wins(self, actor, tmp_path):
        version = make.send(make.draft(actor), actor, NOON)
        threads = Threads(tmp_path)

        def decline():
            decline_agreement(
                invitation=make.invitation(version, 1),
                text=make.text(version),
                reason="Non.",
                at=NOON,
            )

        errors = threads.at_once(decline, lambda: make.sign(version, 1, NOON))
        assert [type(error) for error in errors] == [InvitationClosedError]
        assert threads.ask(lambda: acts().count()) == 1
        assert threads.ask(found) == []
