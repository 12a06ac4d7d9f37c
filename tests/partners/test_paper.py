"""A signature made by hand: entered with its scan, counted once, and as solid as the others."""

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from partners.counting import count_partners
from partners.evidence import Fault
from partners.models import EvidenceRecord, EvidenceValue, Signature, SignatureScan
from partners.services import enter_paper_signature, purge_values, withdraw
from partners.services.paper import ENTERED, MAX_SCAN
from partners.triggers import suspended_triggers
from partners.verification import check_everything, check_signature
from tests.factories import make_user

from .conftest import NOON, TODAY, page_words, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

SCAN = b"%PDF-1.7 the sheet"
FORM = "/admin/signatures/paper/"


@pytest.fixture
def referent(db):
    person = make_user("referente", first_name="Rose", last_name="Référente")
    codenames = ("access_admin", "add_signature")
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return person


@pytest.fixture
def enter(signatory, version, referent):
    """Return a function that enters what the signatory signed."""

    def make(**changed):
        return enter_paper_signature(
            **{
                "person": signatory,
                "text": version.texts.get(language="fr"),
                "statement": "Je la signe librement.",
                "referent": referent,
                "scan": SCAN,
                "signed_on": TODAY,
                "at": NOON,
                **changed,
            }
        )

    return make


class TestEntering:
    def test_makes_an_active_signature_marked_as_made_by_hand(self, enter, signatory, referent):
        signature = enter()
        assert Signature.objects.of(signatory).active().get() == signature
        assert signature.paper["signed_on"] == "2026-03-10"
        values = dict(signature.signed_record.values.values_list("name", "value"))
        assert values["authentication"] == "paper"
        assert values["referent_name"] == "Rose Référente"
        assert not {"address", "browser"} & values.keys()
        assert bytes(signature.scan.content) == SCAN
        assert count_partners(signature.charter) == 1
        assert ModelLogEntry.objects.get(action=ENTERED).user == referent
        assert list(check_everything()) == []
        assert check_signature(signature) == []

    def test_says_that_nothing_was_chosen_of_what_the_charter_offers(
        self, enter, publish, offering
    ):
        tomorrow = NOON + dt.timedelta(days=1)
        offers = publish(valid_from=tomorrow.date(), texts=offering)
        text = offers.texts.get(language="fr")
        signature = enter(text=text, signed_on=tomorrow.date(), at=tomorrow)
        assert signature.commitments() == ()
        assert check_signature(signature) == list(check_everything()) == []

    def test_takes_the_place_of_an_older_version(self, signatory, version, sign_as, publish, enter):
        older = sign_as(signatory, version, at=NOON)
        tomorrow = NOON + dt.timedelta(days=1)
        newer = publish(valid_from=tomorrow.date())
        entered = enter(text=newer.texts.get(language="fr"), signed_on=tomorrow.date(), at=tomorrow)
        older.refresh_from_db()
        assert older.ended_by == entered.signed_record
        assert list(check_everything()) == []

    def test_is_withdrawn_like_any_other(self, enter, signatory):
        signature = enter()
        withdraw(signature=signature, person=signatory, at=NOON)
        assert enter().pk != signature.pk
        assert list(check_everything()) == []

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"signed_on": TODAY + dt.timedelta(days=1)}, "à venir"),
            ({"signed_on": TODAY - dt.timedelta(days=1)}, "pas en vigueur"),
            ({"scan": b"GIF89a"}, "PDF"),
            ({"scan": b""}, "PDF"),
            ({"scan": b"%PDF-" + b"0" * MAX_SCAN}, "trop lourd"),
        ],
    )
    def test_is_refused_with_its_reason(self, enter, changed, reason):
        with pytest.raises(ValidationError) as refused:
            enter(**changed)
        assert reason in refused.value.messages[0]
        assert not Signature.objects.exists()

    def test_nobody_is_signed_for_twice(self, enter, signatory, version, sign_as):
        sign_as(signatory, version)
        with pytest.raises(ValidationError, match=r"10\\xa0mars 2026"):
            enter()
        assert Signature.objects.count() == 1

    @pytest.mark.parametrize(
        "sheet",
        [
            {"signed_on": TODAY - dt.timedelta(days=1)},
            {"signed_on": TODAY + dt.timedelta(days=1)},
            {"scan": b"GIF89a"},
        ],
    )
    def test_no_refusal_tells_who_has_not_signed(self, enter, signatory, version, sign_as, sheet):
        """A sheet that cannot be entered for anybody is refused alike, and writes nothing."""

        def told():
            with pytest.raises(ValidationError) as refused:
                enter(**sheet)
            return refused.value.messages

        of_nobody = told()
        sign_as(signatory, version)
        assert told() == of_nobody

    def test_an_older_version_takes_the_place_of_no_newer_one(
        self, signatory, version, sign_as, publish, enter
    ):
        tomorrow = NOON + dt.timedelta(days=1)
        newer = sign_as(signatory, publish(valid_from=tomorrow.date()), at=tomorrow)
        with pytest.raises(ValidationError, match="l’emporte sur cette feuille"):
            enter(text=version.texts.get(language="fr"), at=tomorrow)
        assert Signature.objects.get() == newer
        assert newer.ended_by is None

    @pytest.mark.parametrize(("asked", "stands"), [(0, True), (1, False)])
    def test_a_sheet_of_before_a_withdrawal_brings_nothing_back(
        self, signatory, version, sign_as, enter, asked, stands
    ):
        signature = sign_as(signatory, version)
        later = NOON + dt.timedelta(days=2)
        withdraw(signature=signature, person=signatory, at=NOON + dt.timedelta(days=asked))
        if stands:
            assert enter(at=later).pk != signature.pk
            return
        with pytest.raises(ValidationError, match="l’emporte sur cette feuille"):
            enter(at=later)
        assert enter(signed_on=TODAY + dt.timedelta(days=asked), at=later).pk != signature.pk

    def test_nobody_enters_their_own(self, enter, referent):
        with pytest.raises(ValidationError):
            enter(person=referent)


class TestTampering:
    def test_a_scan_that_changes_goes_or_comes_is_named(self, enter, sign_as, version):
        signature = enter()
        other = sign_as(make_user("autre"), version)
        found = {Fault.SCAN, Fault.MISSING_SCAN}

        def told():
            return [p.fault for p in check_everything()], [
                p.fault for p in check_signature(signature)
            ]

        SignatureScan.objects.update(content=SCAN + b"!")
        assert told() == ([Fault.SCAN], [Fault.SCAN])
        SignatureScan.objects.all().delete()
        assert told() == ([Fault.MISSING_SCAN], [Fault.MISSING_SCAN])
        SignatureScan.objects.create(signature=signature, content=SCAN, suffix="pdf")
        SignatureScan.objects.create(signature=other, content=SCAN, suffix="pdf")
        assert {problem.fault for problem in check_everything()} & found == {Fault.SCAN}

    def test_a_scan_under_another_suffix_is_named(self, enter):
        signature = enter()
        SignatureScan.objects.update(suffix="png")
        assert [problem.fault for problem in check_everything()] == [Fault.SCAN]
        assert [problem.fault for problem in check_signature(signature)] == [Fault.SCAN]

    def test_the_day_of_the_sheet_is_part_of_the_chain(self, enter):
        signature = enter()
        record = signature.signed_record
        details = {"paper": {**record.details["paper"], "signed_on": "2026-03-09"}}
        with suspended_triggers():
            EvidenceRecord.objects.filter(pk=record.pk).update(details=details)
        assert Fault.HASH in {problem.fault for problem in check_everything()}

    def test_the_scan_goes_with_the_name(self, enter, signatory):
        signature = enter()
        withdraw(signature=signature, person=signatory, at=NOON)
        with suspended_triggers():
            EvidenceValue.objects.update(kept_until=NOON - dt.timedelta(days=3000))
        purge_values(at=NOON)
        assert not SignatureScan.objects.exists()
        assert {problem.fault for problem in check_everything()} == {Fault.EARLY}


class TestEvidenceFile:
    def test_holds_the_scan_and_checks_it(self, enter, signatory, tmp_path):
        signature = enter()
        url = reverse("own_evidence", args=[signature.signed_record.uuid])
        with zipfile.ZipFile(io.BytesIO(signed_in(signatory).get(url).content)) as archive:
            archive.extractall(tmp_path)
        assert (tmp_path / "sheet.pdf").read_bytes() == SCAN

        def check():
            script = tmp_path / "check_evidence.py"
            return subprocess.run(
                [sys.executable, "-I", script, tmp_path],
                capture_output=True,
                text=True,
                check=False,
            )

        assert check().returncode == 0, check().stdout
        assert "conforme      la numérisation de la feuille signée" in check().stdout
        (tmp_path / "sheet.pdf").write_bytes(SCAN + b"!")
        assert "NON CONFORME  la numérisation de la feuille signée" in check().stdout
        assert json.loads((tmp_path / "evidence.json").read_text())


@pytest.mark.usefixtures("signatory")
class TestForm:
    @pytest.fixture
    def given(self, version):
        return {
            "text": version.texts.get(language="fr").pk,
            "login": "signataire",
            "name": "DEMONSTRATION Claude",
            "signed_on": "2026-03-10",
            "seen": "on",
        }

    def post(self, person, given, content=SCAN):
        scan = SimpleUploadedFile("feuille.pdf", content)
        return signed_in(person).post(FORM, {**given, "scan": scan}, follow=True)

    def test_enters_the_signature_and_gives_the_code(self, referent, given):
        answer = self.post(referent, given)
        signature = Signature.objects.get()
        assert f"Code de vérification : {signature.shown_code}" in page_words(answer)
        assert "Claude Démonstration" in page_words(answer)

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"name": "Claude Autre"}, "Aucun compte en service n’a cet identifiant et ce nom."),
            ({"login": "personne"}, "Aucun compte en service n’a cet identifiant et ce nom."),
            ({"seen": ""}, "la feuille ne prouve rien"),
            ({"signed_on": "2031-01-01"}, "Ce jour est encore à venir."),
            ({"signed_on": "hier"}, "date"),
        ],
    )
    def test_keeps_what_was_typed_and_says_why(self, referent, given, changed, told):
        answer = self.post(referent, {**given, **changed})
        assert answer.status_code == 422
        assert told in page_words(answer)
        assert f'value="{changed.get("name", given["name"])}"' in answer.content.decode()
        assert not Signature.objects.exists()

    def test_refusals_are_few_and_successes_not_counted(self, referent, given, version, sign_as):
        """A referent does not try one colleague after another."""
        for number in range(10):
            person = make_user(f"agent-{number}", first_name="Un", last_name="Agent")
            sign_as(person, version)
            named = {**given, "login": person.username, "name": "Un Agent"}
            assert "a déjà signé cette version" in page_words(self.post(referent, named))
        refused = page_words(self.post(referent, given))
        assert "Trop de refus en une heure" in refused
        assert not Signature.objects.filter(person__username="signataire").exists()

    def test_a_scan_of_another_kind_is_refused(self, referent, given):
        assert "envoyez un PDF, un JPEG ou un PNG" in page_words(self.post(referent, given, b"MZ"))

    def test_is_for_referents_only(self, reader, given, referent):
        assert "Claude" not in page_words(self.post(reader, given))
        assert not Signature.objects.exists()
        listed = signed_in(referent).get("/admin/snippets/partners/signature/", follow=True)
        assert "partners/signature" not in listed.request["PATH_INFO"]


def test_the_sheet_bears_the_whole_text_and_the_statement(reader, version):
    url = reverse("paper_sheet", args=["partenaires", version.number, "fr"])
    sheet = page_words(signed_in(reader).get(url))
    for expected in ("Préambule.", "1. Le rôle", "2. La durée", "et je la signe librement", "Date"):
        assert expected in sheet
    assert f'href="{url}"' in signed_in(reader).get("/fr/charte/").content.decode()
    missing = reverse("paper_sheet", args=["partenaires", version.number, "de"])
    assert signed_in(reader).get(missing).status_code == 404


def test_verification_says_that_it_was_made_by_hand(enter):
    signature = enter()
    page = Client(SERVER_NAME="localhost").get(reverse("verify_code", args=[signature.shown_code]))
    assert "Signée sur papier" in page_words(page)
    assert "le 10 mars 2026, puis saisie par un référent" in page_words(page)
    assert "Rose" not in page_words(page)
