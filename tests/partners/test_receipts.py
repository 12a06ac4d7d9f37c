"""Receipts: what they tell, their seal, their date, and what of a changed one is found."""

import datetime as dt
import re
import socket
import subprocess
import sys
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import requests
from django.core.checks import WARNING, run_checks
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from partners.receipts import reading as reading_module
from partners.receipts.certificates import (
    SealCertificateError,
    demonstration_archive,
    known_fingerprints,
    seal_certificate,
)
from partners.receipts.clock import instant_in_words
from partners.receipts.facts import TimestampState
from partners.receipts.pdf import PdfUnavailableError, receipt_pdf
from partners.receipts.reading import (
    AT_ONCE,
    CODE_KEY,
    MAX_MEMORY,
    MAX_SIZE,
    Seal,
    TooManyReadingsError,
    read_here,
    read_seal,
)
from partners.receipts.sealing import (
    TimestampUnavailableError,
    add_timestamp,
    configured_sealer,
    issue,
    seal,
)
from tests.partners.readers import pdfsig, verapdf
from tests.partners.receipts import CODE, EVIDENCE, facts, organisation_archive

NBSP = "\N{NO-BREAK SPACE}"


pytestmark = pytest.mark.usefixtures("pdf_libraries", "own_certificate")


@pytest.fixture
def sealer():
    return configured_sealer()


@pytest.fixture(scope="module")
def kept():
    """What is made once for the tests of this module."""
    return {}


@pytest.fixture
def sealed(kept, sealer):
    """A receipt sealed without any date from outside."""
    if "sealed" not in kept:
        kept["sealed"] = issue(facts(), sealer).pdf
    return kept["sealed"]


@pytest.fixture
def dated_late(kept, sealed, sealer, authority):
    """The same receipt, with a date added later."""
    if "late" not in kept:
        kept["late"] = add_timestamp(sealed, replace(sealer, tsa_url=authority))
    return kept["late"]


def text_of(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return re.sub(r"\s+", " ", " ".join(pages))


# What it tells


def test_it_tells_who_signed_what_when_and_how_to_verify():
    told = facts()
    text = text_of(receipt_pdf(told))
    for fact in (
        told.charter_title,
        "version 2",
        told.signatory_name,
        told.signatory_email,
        told.collectivity,
        told.authentication,
        told.statement,
        told.text_sha256,
        told.record_hash,
        str(told.evidence_id),
        "Personne n’est désigné d’office.",
        "Article 1 – Le rôle",
        "signature électronique simple",
        "10 mars 2026 à 12 h 04 min 05 s, heure de Paris (11 h 04 min 05 s UTC)",
        *told.organisations,
    ):
        assert fact in text
    assert CODE in text.replace("- ", "-")
    assert "démonstration" not in text
    assert "en attente" not in text


def test_it_speaks_the_language_of_the_text_that_was_signed():
    pdf = receipt_pdf(facts(language="en"))
    text = text_of(pdf)
    assert "simple electronic signature" in text
    assert "10 March 2026 at 12:04:05, Paris time (11:04:05 UTC)" in text
    assert "Signataire" not in text
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.get_metadata_value("Title").startswith("Receipt for a signature: ")


@pytest.mark.parametrize(
    ("at", "french"),
    [
        ("2026-10-25T00:30:00+00:00", "25 octobre 2026 à 2 h 30 min 00 s, heure de Paris (0 h 30"),
        ("2026-10-25T01:30:00+00:00", "25 octobre 2026 à 2 h 30 min 00 s, heure de Paris (1 h 30"),
        (
            "2026-12-31T23:15:00+00:00",
            "1er janvier 2027 à 0 h 15 min 00 s, heure de Paris (le 31 décembre 2026 à 23 h 15",
        ),
    ],
)
def test_an_instant_is_told_with_its_zone(at, french):
    words = instant_in_words(dt.datetime.fromisoformat(at), "fr").replace(NBSP, " ")
    assert words.startswith(french)


def test_an_instant_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        facts(signed_at=dt.datetime(2026, 3, 10, 11, 4, 5))


def test_what_people_wrote_stays_text(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("not to be read")
    name = f'<a rel=attachment href="file://{secret}">Nom</a><style>*{{display:none}}</style>'
    pdf = receipt_pdf(facts(signatory_name=name))
    assert "<style>*{display:none}</style>" in text_of(pdf)
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.count_attachments() == 0


def test_the_facts_fit_on_one_page_however_long_they_are():
    pdf = receipt_pdf(
        facts(
            charter_title="Charte d’engagement des partenaires volontaires de la démarche "
            "de responsabilité sociétale",
            signatory_name="Une-Personne au Très-Long-Nom-Composé d’Entre-Deux-Mers",
            signatory_email=f"{'une-personne-au-tres-long-nom-' * 2}@metropole.example",
            statement="J’ai lu la charte d’engagement des partenaires. " * 4,
            authentication="code à usage unique envoyé à l’adresse du compte, saisi à l’instant",
            is_example=True,
            is_demonstration=True,
            timestamp=TimestampState.PENDING,
        )
    )
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 2
        assert document[1].get_textpage().get_text_bounded().startswith("Le texte qui a été signé")


def test_names_of_every_latin_alphabet_have_their_letters():
    name = "Zoë Ğüneş-Łukasiewicz Ñandú Ștefănescu Œuvré"
    assert name in text_of(receipt_pdf(facts(signatory_name=name)))


def test_without_the_libraries_of_text_the_portal_runs_and_says_what_to_install(
    monkeypatch, tmp_path
):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(PdfUnavailableError, match="apt-get install libpango"):
        receipt_pdf(facts())


# The certificate


def test_a_demonstration_certificate_is_made_once_and_kept_to_oneself(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: seal_certificate().fingerprint, range(4)))
    assert len(made) == 1
    assert known_fingerprints() == made
    assert (tmp_path / "seal" / "demonstration.p12").stat().st_mode & 0o077 == 0


def test_the_receipt_says_that_its_seal_is_a_demonstration(sealed):
    assert "Cachet de démonstration." in text_of(sealed)


def test_the_organisations_certificate_seals_and_former_seals_still_hold(
    settings, tmp_path, sealed
):
    settings.SEAL_CERTIFICATE = tmp_path / "organisation.p12"
    settings.SEAL_CERTIFICATE.write_bytes(demonstration_archive())
    receipt = issue(facts(is_demonstration=True), configured_sealer())
    assert "démonstration" not in text_of(receipt.pdf)
    assert read_seal(receipt.pdf).is_genuine
    assert read_seal(sealed).is_genuine


@pytest.mark.parametrize("kind", ["elliptic", "expired", "for a web server"])
def test_a_seal_holds_whatever_the_certificate_is_and_after_it_expires(settings, tmp_path, kind):
    settings.SEAL_CERTIFICATE = tmp_path / "organisation.p12"
    settings.SEAL_PASSPHRASE = "phrase"
    settings.SEAL_CERTIFICATE.write_bytes(organisation_archive(kind, b"phrase"))
    receipt = issue(facts(), configured_sealer())
    assert read_seal(receipt.pdf).is_genuine
    expected = {"partners.W003"} if kind == "expired" else set()
    assert {message.id for message in run_checks()} == expected


def test_a_wrong_passphrase_is_an_error_at_start(settings, tmp_path):
    settings.SEAL_CERTIFICATE = tmp_path / "organisation.p12"
    settings.SEAL_PASSPHRASE = "another"
    settings.SEAL_CERTIFICATE.write_bytes(organisation_archive("elliptic", b"phrase"))
    (message,) = run_checks()
    assert message.id == "partners.E002"
    assert "another" not in str(message)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind"])
def test_a_certificate_that_cannot_seal_is_an_error_at_start(settings, tmp_path, content):
    settings.SEAL_CERTIFICATE = tmp_path / "organisation.p12"
    settings.SEAL_CERTIFICATE.write_bytes(content)
    with pytest.raises(SealCertificateError, match=r"organisation\.p12"):
        configured_sealer()
    assert "partners.E002" in {message.id for message in run_checks()}


def test_the_administrator_is_told_what_is_missing(settings, monkeypatch):
    monkeypatch.setattr("partners.receipts.pdf.missing_libraries", lambda: ("pango-1.0",))
    told = {message.id: message for message in run_checks()}
    assert not told["partners.I001"].is_serious(WARNING), "a bare machine passes its checks"
    assert "partners.W002" in {message.id for message in run_checks(include_deployment_checks=True)}


# The seal


def test_a_sealed_receipt_is_genuine_and_finds_its_record(sealed):
    reading = read_seal(sealed)
    assert reading.is_genuine
    assert (reading.by_us, reading.intact, reading.covers_whole_file) == (True, True, True)
    assert not reading.modified_after
    assert reading.timestamp is None
    assert reading.code == CODE
    assert reading.evidence_id == EVIDENCE


@pytest.fixture
def spoilt(sealed):
    """Return a function that changes one byte of the sealed receipt."""

    def change(position, by):
        content = bytearray(sealed)
        content[position] ^= by
        return bytes(content)

    return change


def outside_of_the_signature(pdf):
    start, length, after, last = map(
        int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", pdf).groups()
    )
    assert (start, after + last) == (0, len(pdf))
    return [*range(length), *range(after, len(pdf))]


def test_one_byte_changed_anywhere_is_found(sealed, spoilt):
    ours = known_fingerprints()
    assert read_here(sealed, ours).is_genuine
    covered = outside_of_the_signature(sealed)

    @effort(max_examples=150, deadline=None, database=None)
    @given(position=st.sampled_from(covered), by=st.integers(1, 255))
    def found(position, by):
        assert not read_here(spoilt(position, by), ours).is_genuine

    found()


def test_a_changed_byte_is_told_as_a_change_of_that_receipt(spoilt):
    reading = read_seal(spoilt(3_000, 1))
    assert reading.seal is Seal.ALTERED
    assert reading.by_us
    assert not reading.intact
    assert reading.code == CODE


@pytest.mark.parametrize("more", [b"\n", b"%%EOF\n", b"x" * 100])
def test_bytes_added_after_the_seal_are_found(sealed, more):
    assert not read_seal(sealed + more).is_genuine


def with_another_code(pdf):
    """Return a writer of the receipt with another verification code in its metadata."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    information = writer.trailer["/Info"]
    information[pdf_name(f"/{CODE_KEY}")] = pdf_string("0000-OTHER")
    writer.update_container(information)
    return writer


def test_an_update_after_the_seal_is_found(sealed):
    changed = BytesIO()
    with_another_code(sealed).write(changed)
    reading = read_seal(changed.getvalue())
    assert reading.seal is Seal.ALTERED
    assert reading.modified_after


def test_a_file_sealed_by_others_is_not_ours(settings, tmp_path, sealed):
    settings.DATA_DIR = tmp_path
    assert read_seal(sealed).seal is Seal.FOREIGN


def test_a_receipt_without_seal_says_so():
    reading = read_seal(receipt_pdf(facts()))
    assert reading.seal is Seal.ABSENT
    assert reading.code == CODE


def bomb():
    """A PDF of 4 MB whose cross-references unpack to more memory than a reading may take."""
    packer = zlib.compressobj(1)
    zeros = bytes(1_000_000)
    unpacked = MAX_MEMORY // len(zeros) + 100
    packed = b"".join([*(packer.compress(zeros) for _ in range(unpacked)), packer.flush()])
    head = b"%PDF-1.7\n"
    stream = (
        b"1 0 obj\n<</Type/XRef/Size 2/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n"
        % len(packed)
    )
    file = head + stream + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    assert len(file) < MAX_SIZE
    return file


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a PDF",
        b"%PDF-1.7\nstartxref\n0\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 100_000,
        b"%PDF-1.7\n1 0 obj\n<</Prev 9>>\nendobj\nxref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%EOF",
    ],
)
def test_a_hostile_file_is_a_reading_not_an_error(content):
    assert read_seal(content).seal is Seal.UNREADABLE


def test_a_file_that_would_fill_the_memory_is_a_reading():
    assert read_seal(bomb()).seal is Seal.UNREADABLE


@pytest.fixture
def readings(monkeypatch):
    """What is read in place of files: each waits for ``readings.end``, and fails if told so."""

    class Readings:
        def __init__(self):
            self.end = threading.Event()
            self.started = threading.Semaphore(0)
            self.fault = None

        def read(self, *_args, **_kwargs):
            self.started.release()
            assert self.end.wait(timeout=60)
            if self.fault is not None:
                raise self.fault
            return subprocess.CompletedProcess((), 0, stdout=b'{"seal": "absent"}')

    held = Readings()
    monkeypatch.setattr(subprocess, "run", held.read)
    return held


@pytest.mark.parametrize("fault", [None, subprocess.TimeoutExpired("read", 15), OSError("memory")])
def test_only_so_many_files_are_read_at_once(readings, monkeypatch, fault):
    monkeypatch.setattr(reading_module, "PATIENCE", 0.01)
    readings.fault = fault
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(read_seal, b"%PDF-1.7") for _place in range(AT_ONCE)]
        for _place in range(AT_ONCE):
            assert readings.started.acquire(timeout=60)
        with pytest.raises(TooManyReadingsError):
            read_seal(b"%PDF-1.7")
        assert read_seal(b"%PDF-1.7" + bytes(MAX_SIZE)).seal is Seal.TOO_LARGE
        readings.end.set()
    assert {repr(place.exception()) for place in running} <= {"None", repr(fault)}
    readings.fault = None
    assert read_seal(b"%PDF-1.7").seal is Seal.ABSENT, "a place is given back whatever happened"


def test_a_file_waits_a_little_for_those_before_it(readings):
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        running = [pool.submit(read_seal, b"%PDF-1.7") for _file in range(AT_ONCE + 1)]
        assert readings.started.acquire(timeout=60)
        readings.end.set()
        assert [place.result().seal for place in running] == [Seal.ABSENT] * (AT_ONCE + 1)


def test_a_large_file_is_not_read():
    assert read_seal(b"%PDF-1.7\n" + bytes(MAX_SIZE)).seal is Seal.TOO_LARGE


# The date


@pytest.fixture
def silent():
    """The address of an authority that does not listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://portal:secret@127.0.0.1:{taken.getsockname()[1]}/tsa"


@pytest.fixture
def confused():
    """The address of a server that answers what is no token."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(b"no token")

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("authority_that_fails", ["silent", "confused"])
def test_an_authority_that_fails_delays_nothing_and_is_told(sealer, request, authority_that_fails):
    sealer = replace(sealer, tsa_url=request.getfixturevalue(authority_that_fails))
    receipt = issue(facts(), sealer)
    assert receipt.timestamp is TimestampState.PENDING
    assert "Horodatage en attente" in text_of(receipt.pdf).replace(NBSP, " ")
    assert read_seal(receipt.pdf).is_genuine
    with pytest.raises(TimestampUnavailableError) as error:
        add_timestamp(receipt.pdf, sealer)
    assert "secret" not in str(error.value)
    with pytest.raises(TimestampUnavailableError):
        seal(receipt_pdf(facts()), sealer)


def test_a_date_added_later_leaves_the_seal_and_both_receipts_hold(sealed, dated_late):
    assert dated_late.startswith(sealed)
    before, after = read_seal(sealed), read_seal(dated_late)
    assert before.is_genuine
    assert before.timestamp is None
    assert after.is_genuine
    assert after.timestamp is not None
    assert after.code == before.code == CODE


def test_a_date_given_at_once_is_in_the_seal(sealer, authority):
    receipt = issue(facts(), replace(sealer, tsa_url=authority))
    assert receipt.timestamp is TimestampState.DONE
    assert "horodaté" in text_of(receipt.pdf)
    assert read_seal(receipt.pdf).timestamp is not None


def test_each_receipt_takes_one_token(monkeypatch, sealed, sealer, authority):
    asked = []
    post = requests.post

    def counted(*args, **kwargs):
        asked.append(args)
        return post(*args, **kwargs)

    monkeypatch.setattr(requests, "post", counted)
    sealer = replace(sealer, tsa_url=authority)
    issue(facts(), sealer)
    assert len(asked) == 1
    add_timestamp(sealed, sealer)
    assert len(asked) == 2


def test_a_date_does_not_cover_a_change_of_the_description(sealed, sealer, authority):
    """Readers of PDF take another title or another code, dated, for harmless."""
    timestamper = replace(sealer, tsa_url=authority).timestamper()
    changed = PdfTimeStamper(timestamper).timestamp_pdf(with_another_code(sealed), "sha256")
    reading = read_seal(changed.getvalue())
    assert reading.seal is Seal.ALTERED
    assert reading.modified_after
    assert reading.code == CODE


def test_one_byte_changed_in_a_receipt_dated_later_is_found(sealed, dated_late):
    ours = known_fingerprints()
    assert read_here(dated_late, ours).is_genuine
    ranges = re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+)", dated_late)
    _, after, _ = map(int, ranges[0])
    last, _, _ = map(int, ranges[1])
    added = range(len(sealed), last)
    assert after < added.start

    @effort(max_examples=60, deadline=None, database=None)
    @given(position=st.sampled_from(added), by=st.integers(1, 255))
    def found(position, by):
        content = bytearray(dated_late)
        content[position] ^= by
        assert not read_here(bytes(content), ours).is_genuine

    found()


# Readers that are not ours


@pytest.fixture
def every_stage(tmp_path, sealed, dated_late, sealer, authority):
    """The files of a receipt in its four states."""
    stages = {
        "bare": receipt_pdf(facts(language="en")),
        "sealed": sealed,
        "dated at once": issue(facts(), replace(sealer, tsa_url=authority)).pdf,
        "dated late": dated_late,
    }
    files = {}
    for name, content in stages.items():
        files[name] = tmp_path / f"{name.replace(' ', '-')}.pdf"
        files[name].write_bytes(content)
    return files


def test_verapdf_finds_every_stage_accessible(every_stage):
    assert sorted(verapdf(*every_stage.values())) == sorted(
        f"PASS {file} ua1" for file in every_stage.values()
    )


def test_pdfsig_finds_every_seal_valid(every_stage):
    assert "does not contain any signatures" in pdfsig(every_stage["bare"])
    for name in ("sealed", "dated at once"):
        said = pdfsig(every_stage[name])
        assert "Signature is Valid." in said
        assert "Total document signed" in said
        assert "ETSI.CAdES.detached" in said
    late = pdfsig(every_stage["dated late"])
    assert "Signature is Valid." in late
    assert late.count("Signature #") == 2


def test_pdfsig_finds_a_changed_byte(tmp_path, spoilt):
    file: Path = tmp_path / "changed.pdf"
    file.write_bytes(spoilt(3_000, 1))
    assert "Digest Mismatch" in pdfsig(file)


def test_what_reads_files_imports_nothing_of_the_portal():
    script = "import sys, runpy; runpy.run_path(sys.argv[1], run_name='x'); print('django' in sys.modules)"
    module = Path(sys.modules["partners.receipts.reading"].__file__)
    said = subprocess.run(
        [sys.executable, "-I", "-c", script, module], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"
