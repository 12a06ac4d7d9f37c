"""Tables that people bring: CSV as spreadsheets write it, or an Excel workbook. Reads only.

The whole table is refused when nothing can be told of its rows; a row that cannot be read is told
with its line, and the others are read all the same.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

MAX_FILE = 30_000_000
MAX_UNPACKED = 200_000_000
MAX_ROWS = 20_000
MAX_CELL = 100_000
DELIMITERS = ",;\t"
DEFAULT_DELIMITER = ";"
# What a spreadsheet may take for a formula; an apostrophe in front makes it a text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UNSEEN = " \u00a0\u200b\u202f\u2060\u3000\ufeff"
NAMES_OF_ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}


class TableError(ValueError):
    """A file of which no row can be read; its text is for the person who brought it."""


class CellError(ValueError):
    """A cell that cannot be read."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why something in a row was refused; ``column`` is empty when it is the row as a whole."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row, as texts by column; what could not be read stands in ``problems``."""

    line: int
    cells: Mapping[str, str]
    problems: Sequence[CellProblem] = ()


@dataclass(slots=True)
class Table:
    """What a file holds, and what its bringer should know of how it was read."""

    columns: Sequence[str]
    rows: list[TableRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    delimiter: str = DEFAULT_DELIMITER


def read_table(path: Path, *, required: Collection[str], optional: Collection[str]) -> Table:
    """Read a table whose first line names its columns.

    Args:
        path: a CSV file (``,`` or ``;`` or tabs) or an .xlsx workbook, told by its content.
        required: the columns without which nothing can be done.
        optional: the columns that may be left out; any other is ignored, and said.

    Raises:
        TableError: it is none of these.

    """
    try:
        if path.stat().st_size > MAX_FILE:
            raise TableError(
                _("The file is larger than %(size)d MB.") % {"size": MAX_FILE // 10**6}
            )
        content = path.read_bytes()
    except OSError as error:
        raise TableError(
            _("The file cannot be read: %(reason)s.") % {"reason": error.strerror}
        ) from error
    return parse_table(content, required=required, optional=optional)


def parse_table(
    content: bytes,
    *,
    required: Collection[str],
    optional: Collection[str],
    only_sheet: bool = False,
) -> Table:
    """Read the content of such a file, which then never has to be written anywhere.

    Args:
        content: what ``read_table`` reads.
        required: as there.
        optional: as there.
        only_sheet: whether a workbook of several sheets is refused; only the first is read otherwise.

    Raises:
        TableError: it is none of these.

    """
    if not content.strip():
        raise TableError(_("The file is empty."))
    if content.startswith(b"PK\x03\x04"):
        lines = _workbook_lines(content, only_sheet=only_sheet)
        return _Reader(required, optional).read(lines)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            _("This is an old or a protected workbook: save it as .xlsx or as CSV UTF-8.")
        )
    text, encoding = _decode(content)
    delimiter = _delimiter(text, {*required, *optional})
    table = _Reader(required, optional).read(_csv_lines(text, delimiter))
    table.delimiter = delimiter
    if encoding != "utf-8-sig":
        table.notes.insert(
            0,
            _("The file is not in UTF-8: it was read as %(encoding)s. Check the accents.")
            % {"encoding": NAMES_OF_ENCODINGS[encoding]},
        )
    return table


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str
) -> None:
    """Write a CSV file that spreadsheets open as it is, and take no cell of it for a formula.

    Raises:
        OSError: the file cannot be written.

    """
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows([harmless(cell) for cell in row] for row in rows)


def harmless(cell: str) -> str:
    """Return ``cell`` so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if _is_formula(cell) else cell


def _unprotected(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    """Say whether a spreadsheet may take ``cell`` for a formula; some pass over what is not seen."""
    return cell.lstrip(UNSEEN).startswith(FORMULA_STARTS)


# A line of a file: its number, its cells, or why it cannot be read.
Line = tuple[int, list[Any] | CellProblem]


@dataclass(slots=True)
class _Reader:
    required: Collection[str]
    optional: Collection[str]

    def read(self, lines: Iterator[Line]) -> Table:
        header = next((cells for _line, cells in lines if not _is_blank(cells)), None)
        if header is None:
            raise TableError(_("The file is empty."))
        if isinstance(header, CellProblem):
            raise TableError(header.reason)
        names = [str(cell if cell is not None else "").strip().casefold() for cell in header]
        table = Table(columns=[name for name in names if name])
        self._check_header(table)
        known = {*self.required, *self.optional}
        for line, cells in lines:
            if _is_blank(cells):
                continue
            if len(table.rows) == MAX_ROWS:
                raise TableError(_("The file has more than %(n)d rows.") % {"n": MAX_ROWS})
            table.rows.append(_row(line, names, cells, known))
        if not table.rows:
            raise TableError(_("The file names its columns and holds no row."))
        return table

    def _check_header(self, table: Table) -> None:
        missing = [name for name in self.required if name not in table.columns]
        if missing:
            raise TableError(
                _("The first line must name the columns. Missing: %(missing)s. Found: %(found)s.")
                % {
                    "missing": ", ".join(missing),
                    "found": ", ".join(name[:40] for name in table.columns[:20]) or "–",
                }
            )
        known = {*self.required, *self.optional}
        twice = sorted({name for name in table.columns if table.columns.count(name) > 1} & known)
        if twice:
            raise TableError(
                _("A column is named twice: %(columns)s.") % {"columns": ", ".join(twice)}
            )
        ignored = [name[:40] for name in table.columns if name not in known]
        if ignored:
            table.notes.append(_("Ignored columns: %(columns)s.") % {"columns": ", ".join(ignored)})


def _is_blank(cells: list[Any] | CellProblem) -> bool:
    if isinstance(cells, CellProblem):
        return False
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _row(
    line: int, names: Sequence[str], cells: list[Any] | CellProblem, known: Collection[str]
) -> TableRow:
    if isinstance(cells, CellProblem):
        return TableRow(line, {}, [cells])
    texts: dict[str, str] = {}
    problems: list[CellProblem] = []
    if any(cell not in (None, "") for cell in cells[len(names) :]):
        reason = _("There are more cells than columns: is a quotation mark missing?")
        problems.append(CellProblem("", reason))
    # Spreadsheets leave out the empty cells at the end of a row.
    padded = [*cells, *[""] * (len(names) - len(cells))]
    for name, cell in zip(names, padded, strict=False):
        if name not in known:
            continue
        try:
            texts[name] = _text(cell)
        except CellError as error:
            texts[name] = str(cell)[:200]
            problems.append(CellProblem(name, str(error)))
    return TableRow(line, texts, problems)


def _text(cell: Any) -> str:
    if isinstance(cell, CellError):
        raise cell
    match cell:
        case None:
            return ""
        case bool():
            raise CellError(_("A text is expected, not true or false."))
        case float() if cell.is_integer():
            return str(int(cell))
        case dt.datetime():
            # A spreadsheet gives each day a midnight.
            exact = cell.isoformat(timespec="minutes")
            return exact.removesuffix("T00:00")
        case dt.date() | dt.time():
            return cell.isoformat()
    text = str(cell)
    if len(text) > MAX_CELL:
        raise CellError(
            _("Too long: %(length)d characters, %(limit)d at most.")
            % {"length": len(text), "limit": MAX_CELL}
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\N{NEXT LINE}", "\n")
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise CellError(_("It holds a character that no text has (NUL or another control one)."))
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise CellError(_("It holds half a character."))
    return _unprotected(text.strip())


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(_("The file is in UTF-16: save it as CSV UTF-8."))
    try:
        return content.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    lenient = content.decode("utf-8-sig", errors="replace")
    is_mixed = any(
        ord(letter) > 127 and letter != "\N{REPLACEMENT CHARACTER}" for letter in lenient
    )
    if not is_mixed:
        try:
            return content.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            pass
    raise TableError(
        _("The file is not in UTF-8 (line %(line)d): save it as CSV UTF-8.") % {"line": line}
    )


def _delimiter(text: str, known: Collection[str]) -> str:
    """Return the sign that cuts the first line into the most known columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")[:MAX_CELL]

    def columns_found(delimiter: str) -> int:
        names = (name.strip(' "').casefold() for name in first.split(delimiter))
        return len(set(names) & set(known))

    return max(DELIMITERS, key=columns_found)


def _csv_lines(text: str, delimiter: str) -> Iterator[Line]:
    # The limit is the process's, and one cell may hold the whole file: it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            reason = _("A quotation mark is misplaced or never closed (up to line %(line)d).")
            yield line, CellProblem("", reason % {"line": reader.line_num})


def _workbook_lines(content: bytes, *, only_sheet: bool) -> Iterator[Line]:
    """Yield the lines of the first sheet; nothing is computed, no link is followed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise TableError(_("The workbook is too large."))
        workbook = load_workbook(
            io.BytesIO(content), read_only=True, data_only=False, keep_links=False
        )
        if only_sheet and len(workbook.sheetnames) > 1:
            raise TableError(_("The workbook has several sheets: keep only the one to be read."))
        sheet = workbook.worksheets[0]
        # Some programs write a wrong size of the sheet.
        sheet.reset_dimensions()
        lines = [
            (number, [_cell(cell) for cell in row])
            for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 2), start=1)
        ]
    except TableError:
        raise
    except Exception as error:
        # openpyxl lets through whatever a broken archive or XML makes it stumble on.
        raise TableError(_("The workbook cannot be read: save it again as .xlsx.")) from error
    yield from lines


def _cell(cell: Any) -> Any:
    match cell.data_type:
        case "f":
            return CellError(_("It holds a formula: paste its value instead."))
        case "e":
            return CellError(
                _("It holds an error of the spreadsheet (%(error)s).") % {"error": cell.value}
            )
        case _:
            return cell.value
