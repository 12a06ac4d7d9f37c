"""The evidence of one signature, taken away and checked without the portal."""

import csv
import datetime as dt
import io
import json
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from partners.evidence_file.packing import SCRIPT, evidence_file
from partners.models import Signature
from partners.services import issue_receipt, purge_values, withdraw
from partners.services.evidence import GIVEN
from partners.services.signing import TECHNICAL_DAYS, YEARS_AFTER_END
from portal.users.enums import Role
from portal.users.services import load_groups
from tests.factories import make_user
from tests.partners.readers import timestamping_authority

from .conftest import NOON

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_certificate", "now", "charter_page"),
]

LATER = NOON + dt.timedelta(minutes=1)
# The database lets go of what is past by its own clock.
LONG_AGO = dt.datetime(2019, 5, 6, 8, 30, tzinfo=dt.UTC)
LIST = "/admin/snippets/partners/signature/"


@pytest.fixture
def signature(signatory, version, sign_as):
    return sign_as(signatory, version)


@pytest.fixture
def sealed(signature, pdf_libraries):
    assert issue_receipt(signature=signature, at=NOON)
    return signature


@pytest.fixture
def old(signatory, publish_at, sign_as, pdf_libraries):
    signature = sign_as(signatory, publish_at(LONG_AGO), at=LONG_AGO)
    assert issue_receipt(signature=signature, at=LONG_AGO)
    return signature


def signed_in(person):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


@pytest.fixture
def groups(db):
    load_groups(report=lambda line: None)


@pytest.fixture
def unit(groups):
    person = make_user("cellule")
    person.groups.add(Group.objects.get(name=Role.RSO_UNIT.value))
    return signed_in(person)


def taken(person, signature):
    url = reverse("own_evidence", args=[signature.signed_record.uuid])
    response = signed_in(person).get(url)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def check(folder, files, *arguments):
    """Run the script that came with the file, as whoever has nothing but Python."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    script = folder / SCRIPT.name
    done = subprocess.run(
        [sys.executable, "-I", "-S", script, folder, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


def lines(said, word):
    return [line for line in said.splitlines() if line.startswith(word)]


class TestContents:
    def test_what_was_recorded_opens_its_digests(self, signatory, sealed, tmp_path):
        files = files_of(taken(signatory, sealed))
        assert set(files) == {
            "LISEZMOI.txt",
            "evidence.json",
            "text.fr.json",
            "receipt.pdf",
            "seal-certificate.pem",
            "check_evidence.py",
        }
        evidence = json.loads(files["evidence.json"])
        values = {name: item["value"] for name, item in evidence["records"][0]["values"].items()}
        assert values["name"] == "Claude Démonstration"
        assert values["collectivity"] == "Ville de Dijon"
        assert values["authentication"] == "password"
        assert [record["entry"]["kind"] for record in evidence["records"]] == ["signed", "sealed"]
        assert evidence["records"][0]["entry"]["at"] == "2026-03-10T11:00:00.000000Z"
        code, said = check(tmp_path, files)
        assert code == 0, said
        assert "Tout ce qui a été vérifié est conforme." in said
        assert lines(said, "conforme")[-1].endswith("le cachet du reçu")
        assert not lines(said, "NON")
        assert not lines(said, "non vérifié")

    def test_it_is_the_zip_itself_that_one_checks(self, signatory, signature, tmp_path):
        packed = tmp_path / "preuve.zip"
        packed.write_bytes(taken(signatory, signature))
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, packed], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "le reçu n’avait pas été établi" in done.stdout

    def test_speaks_the_language_that_was_signed(self, signatory, version, sign_as, tmp_path):
        signature = sign_as(signatory, version, language="en")
        files = files_of(taken(signatory, signature))
        assert "README.txt" in files
        assert "Partners’ charter" in files["README.txt"].decode()
        code, said = check(tmp_path, files)
        assert (code, said.splitlines()[-1]) == (0, "All that was checked holds.")

    def test_a_withdrawal_goes_with_it(self, signatory, signature, tmp_path):
        withdraw(signature=signature, person=signatory, at=LATER)
        files = files_of(taken(signatory, signature))
        evidence = json.loads(files["evidence.json"])
        assert evidence["signature"]["state"] == "withdrawn"
        code, said = check(tmp_path, files)
        assert code == 0, said
        assert lines(said, "conforme")[-2].endswith("la valeur « signatory »")

    def test_what_takes_its_place_goes_with_it(
        self, signatory, signature, publish, sign_as, time_machine, tmp_path
    ):
        tomorrow = NOON + dt.timedelta(days=1)
        newer = publish(valid_from=tomorrow.date())
        time_machine.move_to(tomorrow, tick=False)
        sign_as(signatory, newer, at=tomorrow)
        files = files_of(taken(signatory, Signature.objects.get(pk=signature.pk)))
        evidence = json.loads(files["evidence.json"])
        assert evidence["signature"]["state"] == "replaced"
        assert [record["entry"]["version"] for record in evidence["records"]] == [1, 2]
        code, said = check(tmp_path, files)
        assert code == 0, said

    def test_a_purge_is_no_tampering(self, signatory, old, tmp_path):
        purge_values(at=LONG_AGO + dt.timedelta(days=TECHNICAL_DAYS))
        code, said = check(tmp_path, files_of(taken(signatory, old)))
        assert code == 0, said
        gone = [line for line in lines(said, "non vérifié") if "effacée au terme prévu" in line]
        assert len(gone) == len(lines(said, "non vérifié")) == 2
        assert "« address »" in gone[0]
        assert "« browser »" in gone[1]

    def test_after_the_name_is_purged_nothing_personal_is_left(self, signatory, old, tmp_path):
        old = withdraw(signature=old, person=signatory, at=LONG_AGO)
        purge_values(at=LONG_AGO.replace(year=LONG_AGO.year + YEARS_AFTER_END))
        url = reverse("own_evidence", args=[old.signed_record.uuid])
        assert signed_in(signatory).get(url).status_code == 404
        files = files_of(evidence_file(old, at=NOON))
        assert "receipt.pdf" not in files
        assert b"Claude" not in b"".join(files.values())
        code, said = check(tmp_path, files)
        assert code == 0, said
        assert "le reçu a été effacé au terme prévu" in said

    def test_the_outside_date_holds_against_its_authority(
        self, signatory, signature, settings, tmp_path, pdf_libraries
    ):
        with timestamping_authority(tmp_path) as address:
            settings.TSA_URL = address
            assert issue_receipt(signature=signature, at=NOON)
        root = tmp_path / "root.crt"
        subprocess.run(
            [
                *(sys.executable, "-m", "certomancer", "--config", tmp_path / "authority.yml"),
                *("summon", "portal", "root", root),
            ],
            check=True,
            capture_output=True,
            cwd=tmp_path,
        )
        files = files_of(taken(signatory, signature))
        code, said = check(tmp_path / "taken", files, "--tsa-ca", root)
        assert code == 0, said
        assert lines(said, "conforme")[-1].endswith("l’horodatage")
        files["timestamped.bin"] += b"!"
        code, said = check(tmp_path / "altered", files, "--tsa-ca", root)
        assert code == 1
        assert lines(said, "NON")[-1].endswith("l’horodatage")


def altered(files, change):
    evidence = json.loads(files["evidence.json"])
    change(evidence["records"])
    return {**files, "evidence.json": json.dumps(evidence).encode()}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda records: records[0]["entry"].update(at="2026-03-11T11:00:00.000000Z"), "empreinte"),
        (lambda records: records[0]["values"]["name"].update(value="Une autre"), "« name »"),
        (lambda records: records[0]["values"].pop("statement"), "« statement »"),
        (lambda records: records[0]["values"].update(extra=records[0]["values"]["name"]), "extra"),
        (lambda records: records[1]["entry"].update(about="0" * 36), "porte sur cette signature"),
        (lambda records: records.insert(0, records.pop()), "il suit le précédent"),
    ],
)
def test_what_is_altered_is_named(signatory, sealed, tmp_path, change, named):
    files = altered(files_of(taken(signatory, sealed)), change)
    code, said = check(tmp_path, files)
    assert code == 1
    assert any(named in line for line in lines(said, "NON CONFORME")), said
    assert "ne vous fiez pas à ce fichier" in said


def leaves(node, *path):
    """Yield the way to each value of a JSON document."""
    if not isinstance(node, dict | list):
        yield path
        return
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield from leaves(node[key], *path, key)


def test_each_value_of_the_file_is_covered(signatory, signature, tmp_path):
    """Whatever is changed is seen, but how, when and on which portal the file itself was made."""
    withdraw(signature=signature, person=signatory, at=LATER)
    files = files_of(taken(signatory, signature))
    code, said = check(tmp_path, files)
    assert code == 0, said
    evidence = json.loads(files["evidence.json"])
    unseen = set()
    for *way, last in leaves(evidence):
        altered = json.loads(files["evidence.json"])
        node = altered
        for key in way:
            node = node[key]
        node[last] = node[last] + 1 if isinstance(node[last], int) else f"x{node[last]}"
        (tmp_path / "evidence.json").write_text(json.dumps(altered))
        script = [sys.executable, "-I", "-S", tmp_path / SCRIPT.name, tmp_path]
        if subprocess.run(script, capture_output=True, check=False).returncode == 0:
            unseen.add((*way, last))
    where = ("signature", "verification")
    assert unseen == {("format",), ("made_at",), ("language",), where}
    evidence["signature"]["verification"] = f"{evidence['signature']['verification'][:-2]}0/"
    code, said = check(tmp_path, {**files, "evidence.json": json.dumps(evidence).encode()})
    assert code == 1, said


def test_a_withdrawal_taken_out_of_it_is_seen(signatory, signature, tmp_path):
    withdraw(signature=signature, person=signatory, at=LATER)
    files = altered(files_of(taken(signatory, signature)), lambda records: records.pop())
    code, said = check(tmp_path, files)
    assert code == 1
    assert "ce que le dossier dit en tête" in lines(said, "NON CONFORME")[0]


@pytest.mark.parametrize("name", ["receipt.pdf", "text.fr.json"])
def test_one_byte_of_a_file_is_seen(signatory, sealed, tmp_path, name):
    files = files_of(taken(signatory, sealed))
    middle = len(files[name]) // 2
    files[name] = (
        files[name][:middle] + bytes([files[name][middle] ^ 1]) + files[name][middle + 1 :]
    )
    code, said = check(tmp_path, files)
    assert code == 1
    assert lines(said, "NON CONFORME")


def test_what_is_no_evidence_file_is_refused_without_a_trace(tmp_path):
    for content in (b"", b"PK\x03\x04", b'{"records": []}'):
        (tmp_path / "preuve.zip").write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, tmp_path / "preuve.zip"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    with zipfile.ZipFile(tmp_path / "preuve.zip", "w") as archive:
        archive.writestr("../outside", "x")
    done = subprocess.run([sys.executable, "-I", SCRIPT, tmp_path / "preuve.zip"], check=False)
    assert done.returncode == 2
    assert not (tmp_path.parent / "outside").exists()


class TestWho:
    def test_nobody_takes_the_evidence_of_another(self, signature, reader):
        url = reverse("own_evidence", args=[signature.signed_record.uuid])
        assert signed_in(reader).get(url).status_code == 404
        anonymous = Client(SERVER_NAME="localhost").get(url)
        assert anonymous.status_code in {302, 404}

    def test_the_unit_lists_who_signed_and_takes_the_evidence_with_a_trace(self, unit, signature):
        listed = unit.get(LIST).content.decode()
        assert "Claude Démonstration" in listed
        url = reverse("evidence_of", args=[signature.pk])
        assert url in listed
        given = unit.get(url)
        assert given["Content-Type"] == "application/zip"
        assert "partenaires-v1" in given["Content-Disposition"]
        trace = ModelLogEntry.objects.get(action=GIVEN)
        assert (trace.user.username, trace.object_id) == ("cellule", str(signature.pk))

    def test_a_list_is_read_never_written(self, unit, signature):
        for action in ("edit", "delete"):
            assert unit.get(f"{LIST}{action}/{signature.pk}/").status_code in {302, 403, 404}
        assert unit.get(f"{LIST}add/").status_code in {302, 403}
        assert Signature.objects.count() == 1

    @pytest.mark.usefixtures("groups")
    def test_agents_and_the_comms_person_see_no_list(self, signature, reader):
        comms = make_user("plume")
        comms.groups.add(Group.objects.get(name=Role.COMMUNICATION.value))
        for person in (reader, comms):
            browser = signed_in(person)
            assert "Claude" not in browser.get(LIST, follow=True).content.decode()
            assert browser.get(reverse("evidence_of", args=[signature.pk])).status_code != 200

    def test_the_list_is_filtered_by_state(self, unit, signatory, signature):
        withdraw(signature=signature, person=signatory, at=LATER)
        assert "Claude" in unit.get(f"{LIST}?standing=WITHDRAWN").content.decode()
        for state in ("ACTIVE", "REPLACED"):
            assert "Claude" not in unit.get(f"{LIST}?standing={state}").content.decode()


class TestExport:
    def test_rows_say_when_with_its_zone_and_hold_no_formula(self, unit, signatory, signature):
        signatory.first_name, signatory.last_name = "=HYPERLINK(1)", "Démonstration"
        signatory.save()
        answer = unit.get(f"{LIST}?export=csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        [row] = csv.DictReader(io.StringIO(text))
        assert row["Personne"] == "'=HYPERLINK(1) Démonstration"
        assert row["Signée"] == "2026-03-10 12:00:00+01:00"
        assert row["Code de vérification"] == signature.shown_code
        workbook = unit.get(f"{LIST}?export=xlsx")
        cells = openpyxl.load_workbook(io.BytesIO(b"".join(workbook.streaming_content))).active
        assert [cell.value for cell in cells[1]] == list(row)
        assert [cell.value or "" for cell in cells[2]] == list(row.values())
        assert "f" not in {cell.data_type for cell in cells[2]}
