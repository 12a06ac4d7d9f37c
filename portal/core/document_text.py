"""The text of a document's file, read by a process that cannot do harm.

A file comes from anybody: it may be damaged, locked, made to fill the memory, or never end.
``read_text`` therefore reads it in a process of its own, with limits of time and memory; whatever
goes wrong there gives a ``Reading`` that says so, and no exception. What a file is goes by its
content, not by its name.

That process runs this very module, which imports nothing of Django and of the portal.
"""

import codecs
import contextlib
import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import IO
from xml.sax.handler import ContentHandler

# A longer text is cut there: it is what search keeps of one thing.
MAX_TEXT = 200_000
# Unpacked, of one file; a zip bomb gets no further.
MAX_UNPACKED = 20_000_000
MAX_PAGES = 2_000
MAX_MEMORY = 768 * 1024 * 1024
_PIECE = 64 * 1024
# Fewer letters than this, on a whole document, is a page number or a stamp on a scan.
_FEWEST_LETTERS = 3

# Where Office Open XML keeps its text. The rest of the archive is pictures, styles and settings.
_OFFICE_PARTS = re.compile(
    r"word/(document|footnotes|endnotes|comments)\d*\.xml"
    r"|ppt/(slides|notesSlides)/\w+\.xml"
    r"|xl/(sharedStrings|worksheets/\w+|comments\d*)\.xml"
)
_OPEN_DOCUMENT_PART = "content.xml"
# Elements, by local name, at whose end words do not touch what follows.
_BREAKS = frozenset(
    {"p", "h", "tab", "br", "cr", "line-break", "s", "si", "is", "tc", "table-cell", "comment"}
)
# Of the Office formats, the only element that holds words: others hold fields, numbers, deletions.
_OFFICE_WORDS = "t"


class Outcome(Enum):
    """How the reading of a file ended."""

    READ = "read"
    EMPTY = "empty"
    LOCKED = "locked"
    UNREADABLE = "unreadable"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file."""

    outcome: Outcome
    text: str = ""


class LockedFileError(Exception):
    """A file that asks for a password."""


def read_text(file: IO[bytes], *, seconds: float) -> Reading:
    """Read the text of ``file`` (a real one, open) in at most ``seconds``."""
    file.seek(0)
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__, str(int(seconds) + 1)],
            stdin=file,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return Reading(Outcome.TOO_LONG)
    try:
        answer = json.loads(done.stdout)
        return Reading(Outcome(answer["outcome"]), answer["text"])
    except (ValueError, KeyError, TypeError):
        # Killed by a limit, or by a fault in what reads PDF.
        return Reading(Outcome.UNREADABLE)


def read_here(file: IO[bytes]) -> Reading:
    """Read the text of ``file`` in this process, whatever it takes."""
    try:
        text = _tidy(_pieces(file))
    except LockedFileError:
        return Reading(Outcome.LOCKED)
    except Exception:
        return Reading(Outcome.UNREADABLE)
    if sum(char.isalpha() for char in text[:1_000]) < _FEWEST_LETTERS:
        return Reading(Outcome.EMPTY)
    return Reading(Outcome.READ, text)


def _pieces(file: IO[bytes]) -> Iterator[str]:
    head = file.read(1024)
    file.seek(0)
    if b"%PDF-" in head:
        return _pdf(file)
    if head.startswith(b"PK"):
        return _archive(file)
    if head.startswith(b"\xd0\xcf\x11\xe0"):  # how Office wraps what it locks
        raise LockedFileError
    return _plain(file)


def _pdf(file: IO[bytes]) -> Iterator[str]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise LockedFileError from error
        raise
    for number in range(min(len(document), MAX_PAGES)):
        # One page that cannot be read does not take the others along.
        with contextlib.suppress(pypdfium2.PdfiumError):
            yield document[number].get_textpage().get_text_bounded() + "\n"


def _archive(file: IO[bytes]) -> Iterator[str]:
    from defusedxml.sax import make_parser

    with zipfile.ZipFile(file) as archive:
        names = [
            name
            for name in archive.namelist()
            if name == _OPEN_DOCUMENT_PART or _OFFICE_PARTS.fullmatch(name)
        ]
        if not names:
            raise ValueError("not an office document")
        if "META-INF/manifest.xml" in archive.namelist():
            with archive.open("META-INF/manifest.xml") as manifest:
                if b"encryption-data" in manifest.read(_PIECE):
                    raise LockedFileError
        left = MAX_UNPACKED
        for name in sorted(names, key=_in_order):
            words = _Words(only=None if name == _OPEN_DOCUMENT_PART else _OFFICE_WORDS)
            parser = make_parser()
            parser.setContentHandler(words)
            with archive.open(name) as part:
                while piece := part.read(min(_PIECE, left)):
                    left -= len(piece)
                    parser.feed(piece)
                    yield words.taken()
            yield "\n"


def _in_order(name: str) -> list[tuple[int, str]]:
    """Sort « slide10 » after « slide9 »."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


class _Words(ContentHandler):
    """Keeps the words of an XML part, in order, until they are taken."""

    def __init__(self, *, only: str | None) -> None:
        """Listen to every element, or to those of one name ``only``."""
        super().__init__()
        self.only = only
        self.inside = only is None
        self.words: list[str] = []

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802
        if self.only is not None:
            self.inside = _local(name) == self.only

    def endElement(self, name: str) -> None:  # noqa: N802
        if self.only is not None:
            self.inside = False
        if _local(name) in _BREAKS:
            self.words.append("\n")

    def characters(self, content: str) -> None:
        if self.inside:
            self.words.append(content)

    def taken(self) -> str:
        """Return what was read since the last time."""
        words = "".join(self.words)
        self.words.clear()
        return words


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _plain(file: IO[bytes]) -> Iterator[str]:
    content = file.read(4 * MAX_TEXT)
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("not a text")
    yield _decoded(content)


def _decoded(content: bytes) -> str:
    """Return the text of ``content``, in the encodings that office software writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        # The end may be cut in the middle of a letter.
        return codecs.getincrementaldecoder("utf-8-sig")().decode(content)
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _tidy(pieces: Iterable[str]) -> str:
    """Put ``pieces`` together, words cut at the ends of lines made whole, up to the limit."""
    kept: list[str] = []
    length = 0
    for piece in pieces:
        kept.append(piece)
        length += len(piece)
        if length > MAX_TEXT:
            break
    text = "".join(kept)[:MAX_TEXT]
    # PDFium writes U+FFFE for the hyphen of a word that goes on in the next line.
    text = re.sub(r"[\ufffe\u00ad]\s*", "", text).replace("\0", "")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _limit(seconds: int) -> None:
    """Let the system stop this process before it takes too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit(int(sys.argv[1]))
    reading = read_here(sys.stdin.buffer)
    answer = {"outcome": reading.outcome.value, "text": reading.text}
    sys.stdout.buffer.write(json.dumps(answer).encode())
