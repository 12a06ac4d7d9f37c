"""A withdrawal that a referent enters for an agent: as solid as the others, and no way to learn who signed."""

import datetime as dt
import io
import subprocess
import sys
import zipfile

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from partners.counting import count_partners
from partners.enums import EvidenceKind, SignatureState
from partners.evidence import Fault
from partners.models import (
    DirectoryEntry,
    EvidenceRecord,
    Signature,
    SignatureNotice,
    WithdrawalScan,
)
from partners.services import apply_retention, enter_paper_signature, enter_paper_withdrawal
from partners.services.paper import MAX_SCAN, WITHDRAWAL_ENTERED
from partners.services.signing import YEARS_AFTER_END
from partners.triggers import suspended_triggers
from partners.verification import check_everything, check_signature
from portal.users.enums import Role
from portal.users.services import load_groups
from tests.factories import make_user

from .conftest import NOON, TODAY, acts, page_words, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

DAY = dt.timedelta(days=1)
SCAN = b"%PDF-1.7 the request"
FORM = "/admin/signatures/paper/withdrawal/"


@pytest.fixture
def referent(db):
    person = make_user("referente", first_name="Rose", last_name="Référente")
    codenames = ("access_admin", "add_signature")
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return person


@pytest.fixture
def signature(signatory, version, sign_as):
    return sign_as(signatory, version)


@pytest.fixture
def withdraw(signatory, charter, referent):
    """Return a function that enters the withdrawal of the signatory."""

    def make(**changed):
        return enter_paper_withdrawal(
            **{
                "person": signatory,
                "charter": charter,
                "referent": referent,
                "asked_on": TODAY,
                "scan": SCAN,
                "at": NOON,
                **changed,
            }
        )

    return make


class TestEntering:
    def test_ends_the_signature_and_all_that_follows(
        self, signature, withdraw, signatory, referent
    ):
        DirectoryEntry.objects.create(person=signatory, charter=signature.charter, joined_at=NOON)
        assert count_partners(signature.charter) == 1
        ended = withdraw()
        assert ended.pk == signature.pk
        assert ended.state == SignatureState.WITHDRAWN
        assert count_partners(signature.charter) == 0
        assert not DirectoryEntry.objects.exists()
        record = ended.ended_by
        assert record.kind == EvidenceKind.WITHDRAWN
        assert record.about == str(signature.signed_record.uuid)
        assert record.details["paper"]["asked_on"] == "2026-03-10"
        assert "Rose" not in str(record.details)
        values = dict(record.values.values_list("name", "value"))
        assert values == {
            "signatory": str(signatory.pk),
            "referent": str(referent.pk),
            "referent_name": "Rose Référente",
        }
        assert not record.values.filter(kept_until=None).exists()
        assert bytes(ended.withdrawal_scan.content) == SCAN
        assert ModelLogEntry.objects.get(action=WITHDRAWAL_ENTERED).user == referent
        assert list(check_everything()) == []
        assert check_signature(ended) == []

    def test_needs_no_scan(self, signature, withdraw):
        ended = withdraw(scan=None)
        assert ended.ended_by.details["paper"] == {"asked_on": "2026-03-10"}
        assert not WithdrawalScan.objects.exists()
        assert list(check_everything()) == []

    def test_of_a_signature_on_paper(self, withdraw, signatory, version, referent):
        enter_paper_signature(
            person=signatory,
            text=version.texts.get(language="fr"),
            statement="Je la signe librement.",
            referent=referent,
            scan=b"%PDF-1.7 the sheet",
            signed_on=TODAY,
            at=NOON,
        )
        withdraw()
        assert not Signature.objects.active().exists()
        assert list(check_everything()) == []

    def test_one_may_sign_again(self, signature, withdraw, signatory, version, sign_as):
        withdraw()
        assert sign_as(signatory, version).pk != signature.pk
        assert list(check_everything()) == []

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"asked_on": TODAY + DAY}, "à venir"),
            ({"asked_on": TODAY - DAY}, "qui tienne encore"),
            ({"scan": b"GIF89a"}, "PDF"),
            ({"scan": b"%PDF-" + b"0" * MAX_SCAN}, "trop lourd"),
        ],
    )
    def test_is_refused_with_its_reason(self, signature, withdraw, changed, reason):
        with pytest.raises(ValidationError) as refused:
            withdraw(**changed)
        assert reason in refused.value.messages[0]
        assert Signature.objects.active().exists()
        assert acts().count() == 1

    def test_nobody_enters_their_own(self, signature, withdraw, signatory):
        with pytest.raises(ValidationError, match="propre retrait"):
            withdraw(referent=signatory)

    def test_twice_withdraws_once(self, signature, withdraw):
        withdraw()
        with pytest.raises(ValidationError, match="qui tienne encore"):
            withdraw()
        assert acts().count() == 2


class TestTampering:
    def test_a_scan_that_changes_goes_or_comes_is_named(
        self, signature, withdraw, sign_as, version
    ):
        ended = withdraw()
        holding = sign_as(make_user("autre"), version)

        def told():
            return [p.fault for p in check_everything()], [p.fault for p in check_signature(ended)]

        WithdrawalScan.objects.update(content=SCAN + b"!")
        assert told() == ([Fault.SCAN], [Fault.SCAN])
        WithdrawalScan.objects.all().delete()
        assert told() == ([Fault.MISSING_SCAN], [Fault.MISSING_SCAN])
        WithdrawalScan.objects.create(signature=ended, content=SCAN, suffix="pdf")
        assert told() == ([], [])
        WithdrawalScan.objects.create(signature=holding, content=SCAN, suffix="pdf")
        assert told()[0] == [Fault.SCAN]

    def test_that_a_referent_entered_it_is_part_of_the_chain(self, signature, withdraw):
        record = withdraw().ended_by
        with suspended_triggers():
            EvidenceRecord.objects.filter(pk=record.pk).update(details={})
        assert Fault.HASH in {problem.fault for problem in check_everything()}

    def test_goes_with_the_name_in_the_end(self, signatory, publish_at, sign_as, withdraw):
        long_ago = dt.datetime(2019, 5, 6, 8, 30, tzinfo=dt.UTC)
        sign_as(signatory, publish_at(long_ago), at=long_ago)
        withdraw(at=long_ago, asked_on=long_ago.date())
        run = apply_retention(at=long_ago.replace(year=2019 + YEARS_AFTER_END))
        gone = dict(run.lines.values_list("kind", "rows"))
        assert (gone["scan"], gone["signature"]) == (1, 1)
        assert not WithdrawalScan.objects.exists()
        assert list(check_everything()) == []


class TestTelling:
    def test_the_agent_with_an_address_is_told_in_the_language_that_they_read(
        self, referent, signatory, version, sign_as, withdraw
    ):
        sign_as(signatory, version, language="en")
        ended = withdraw()
        notice = SignatureNotice.objects.get(record=ended.ended_by)
        assert notice.language == "en"

    def test_an_agent_without_address_is_not(self, signature, signatory, withdraw):
        signatory.email = ""
        signatory.save()
        ended = withdraw()
        assert not SignatureNotice.objects.filter(record=ended.ended_by).exists()

    def test_verification_says_that_it_was_asked_for_on_paper(self, signature, withdraw):
        code = withdraw().shown_code
        page = page_words(Client(SERVER_NAME="localhost").get(reverse("verify_code", args=[code])))
        assert "Retrait demandé sur papier" in page
        assert "le 10 mars 2026, puis saisi" in page
        assert "Rose" not in page

    def test_the_evidence_file_holds_the_request_and_checks_it(
        self, signature, signatory, withdraw, tmp_path
    ):
        withdraw()
        url = reverse("own_evidence", args=[signature.signed_record.uuid])
        with zipfile.ZipFile(io.BytesIO(signed_in(signatory).get(url).content)) as archive:
            archive.extractall(tmp_path)
        assert (tmp_path / "withdrawal.pdf").read_bytes() == SCAN

        def check():
            script = tmp_path / "check_evidence.py"
            return subprocess.run(
                [sys.executable, "-I", script, tmp_path],
                capture_output=True,
                text=True,
                check=False,
            )

        assert check().returncode == 0, check().stdout
        assert "conforme      la numérisation de la demande de retrait" in check().stdout
        (tmp_path / "withdrawal.pdf").write_bytes(SCAN + b"!")
        assert "NON CONFORME  la numérisation de la demande de retrait" in check().stdout


class TestForm:
    @pytest.fixture
    def given(self, charter):
        return {
            "charter": charter.pk,
            "login": "signataire",
            "name": "DEMONSTRATION Claude",
            "asked_on": "2026-03-10",
            "seen": "on",
        }

    def post(self, person, given, content=None):
        files = {"scan": SimpleUploadedFile("demande.pdf", content)} if content else {}
        return signed_in(person).post(FORM, {**given, **files}, follow=True)

    def test_enters_the_withdrawal_and_tells_the_agent(self, signature, referent, given):
        answer = page_words(self.post(referent, given, SCAN))
        assert "Le retrait de Claude Démonstration est saisi" in answer
        assert WithdrawalScan.objects.exists()
        (sent,) = mail.outbox
        assert sent.to == ["signataire@example.org"]
        assert "Un référent l’a saisi à votre demande" in sent.body
        assert "10\u00a0mars 2026" in sent.body

    @pytest.mark.parametrize(
        "changed",
        [
            {},
            {"login": "personne"},
            {"name": "Claude Autre"},
            {"asked_on": "2020-01-01"},
        ],
    )
    def test_says_the_same_whoever_has_not_signed(
        self, signatory, version, referent, given, changed, sign_as
    ):
        if changed:
            sign_as(signatory, version)
        answer = self.post(referent, {**given, **changed})
        assert answer.status_code == 422
        assert "Aucun compte en service n’a cet identifiant et ce nom, ou il n’avait" in page_words(
            answer
        )
        assert not Signature.objects.exclude(ended_by=None).exists()

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"seen": ""}, "rien n’est retiré pour personne"),
            ({"asked_on": "2031-01-01"}, "Ce jour est encore à venir."),
            ({"asked_on": "hier"}, "date"),
        ],
    )
    def test_keeps_what_was_typed_and_says_why(self, signature, referent, given, changed, told):
        answer = self.post(referent, {**given, **changed})
        assert answer.status_code == 422
        assert told in page_words(answer)
        assert 'value="signataire"' in answer.content.decode()
        assert Signature.objects.active().exists()

    def test_refusals_are_few_and_successes_not_counted(self, signature, referent, given):
        for _time in range(9):
            assert self.post(referent, {**given, "name": "Autre"}).status_code == 422
        assert "est saisi" in page_words(self.post(referent, given))
        assert self.post(referent, given).status_code == 422
        answer = self.post(referent, given)
        assert answer.status_code == 200
        assert "Trop de refus en une heure" in page_words(answer)

    @pytest.mark.parametrize("role", [None, *Role])
    def test_is_for_referents_and_the_unit(self, signature, given, role):
        load_groups(report=print)
        person = make_user("compte")
        if role:
            person.groups.add(Group.objects.get(name=role.value))
        allowed = role in (Role.RSO_UNIT, Role.CHARTER_REFERENTS)
        assert (signed_in(person).get(FORM).status_code == 200) == allowed
        self.post(person, given)
        assert Signature.objects.active().exists() != allowed
