"""The text of files, whatever is in them."""

import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest

from portal.core import document_text
from portal.core.document_text import Outcome, Reading, read_here, read_text

from . import office


@pytest.fixture
def read():
    """Read what a file holds, as the portal does."""

    def read_content(content: bytes, seconds: float = 20) -> Reading:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            return read_text(file, seconds=seconds)

    return read_content


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Gobelets prêtés", 2688])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (office.pdf("L'énergie des éco-gestes"), "L'énergie des éco-gestes"),
        (office.docx("Le vé|lo", "Suite"), "Le vélo\nSuite"),
        (office.pptx(*(f"Vue {n}" for n in range(1, 12))), "Vue 9\nVue 10\nVue 11"),
        (office.open_document("convention"), "Une convention enfin\nSuite"),
        (xlsx(), "Gobelets prêtés"),
        ("Tri;Énergie\n1;2\n".encode("cp1252"), "Tri;Énergie\n1;2"),
        ("\ufeffL’énergie".encode(), "L’énergie"),
        ("L’énergie".encode("utf-16"), "L’énergie"),
    ],
    ids=["pdf", "docx", "pptx", "odt", "xlsx", "cp1252", "utf-8", "utf-16"],
)
def test_formats(read, content, text):
    reading = read(content)
    assert reading.outcome is Outcome.READ
    assert reading.text.endswith(text)
    assert "style" not in reading.text
    assert "HYPERLINK" not in reading.text


def bomb(filling: bytes, times: int) -> bytes:
    """Return a small file whose text is long."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made,
        made.open("word/document.xml", "w") as part,
    ):
        part.write(b'<w:p xmlns:w="w"><w:t>')
        for _time in range(times):
            part.write(filling)
    return buffer.getvalue()


LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<w:p xmlns:w="w"><w:t>&b;</w:t></w:p>'
)


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"", Outcome.EMPTY),
        (b"   \n", Outcome.EMPTY),
        (office.pdf(), Outcome.EMPTY),
        (office.docx(), Outcome.EMPTY),
        (office.LOCKED_PDF, Outcome.LOCKED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Outcome.LOCKED),
        (
            office.archive(content="@@@", **{"META-INF__manifest": "<m><encryption-data/></m>"}),
            Outcome.LOCKED,
        ),
        (b"%PDF-1.7\n" + bytes(2_000), Outcome.UNREADABLE),
        (office.pdf("vélo")[:120], Outcome.UNREADABLE),
        (office.docx("vélo")[:80], Outcome.UNREADABLE),
        (office.archive(photo="<a/>"), Outcome.UNREADABLE),
        (office.archive(word__document="<p><t>vélo</p>"), Outcome.UNREADABLE),
        (office.archive(word__document=LAUGHS), Outcome.UNREADABLE),
        (bytes(range(256)) * 20, Outcome.UNREADABLE),
        (bomb(b" " * 1_000_000, 100), Outcome.EMPTY),
    ],
    ids=[
        "empty",
        "blank",
        "scan",
        "blank office",
        "locked pdf",
        "locked office",
        "locked open document",
        "hollow pdf",
        "cut pdf",
        "cut office",
        "other archive",
        "broken xml",
        "entities",
        "binary",
        "zip bomb",
    ],
)
def test_hostile_files_give_no_text_and_no_error(read, content, outcome):
    assert read(content) == Reading(outcome)


def test_the_name_does_not_decide(read):
    """A PDF that somebody called .docx is read: nobody names the file to the reader."""
    assert read(office.pdf("convention")).text == "convention"


def test_a_long_text_is_cut():
    reading = read_here(io.BytesIO(b"mot " * 1_000_000))
    assert len(reading.text) <= document_text.MAX_TEXT


def test_no_more_is_unpacked_than_the_limit(monkeypatch):
    monkeypatch.setattr(document_text, "MAX_UNPACKED", 100_000)
    endless = bomb(b"</w:t><w:t>", 1_000_000) + b"never reached"
    assert read_here(io.BytesIO(endless)).outcome is Outcome.EMPTY


def test_what_never_ends_is_stopped(read, monkeypatch, tmp_path):
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(document_text, "__file__", str(endless))
    assert read(b"mot", seconds=0.2) == Reading(Outcome.TOO_LONG)


@pytest.mark.parametrize("fault", ["[0] * 10**9", "sys.exit(9)", "print('{}')"])
def test_what_breaks_its_process_breaks_nothing_else(read, monkeypatch, tmp_path, fault):
    """A fault in native code, or too much memory."""
    own = tmp_path / "faulty.py"
    module = Path(document_text.__file__).read_text(encoding="utf-8")
    own.write_text(
        module.replace("    reading = read_here", f"    {fault}\n    reading = read_here")
    )
    monkeypatch.setattr(document_text, "__file__", str(own))
    assert read(b"mot") == Reading(Outcome.UNREADABLE)
