"""Files of sheets: CSV and Excel, read with limits and written so that a spreadsheet program runs nothing in them.

CSV is written in UTF-8 with a byte order mark, which is what spreadsheet programs recognise. It is read in UTF-8 with
and without the mark, GB18030 and Windows-1252, with commas, semicolons or tabs.

A text that a spreadsheet program would take for a formula (it begins with ``=``, ``+``, ``-``, ``@``, a tab or a
return) is written with an apostrophe before it, which reading takes off again. Plain numbers are left as they are.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import openpyxl

from dispatch.domain.errors import DispatchError, Invalid

Format = Literal["csv", "xlsx"]
Cell = str | int | float | bool | dt.date | dt.datetime | None

MAX_ROWS = 3_000
"""Of one import. All of it is one transaction, which keeps others on SQLite waiting: some milliseconds for each row."""
MAX_COLUMNS = 60
MAX_CELL = 32_767
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 500
_BLANKS_BEFORE_THE_END = 100
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TooLarge(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The file holds more than one import may."""

    http_status, code, title = 413, "too-large", "The file is too large"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: the names of its columns, and its rows with the numbers that a person sees beside them."""

    name: str
    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def read(content: bytes, file_name: str) -> Sheet:
    """The first sheet of a file. Raises :class:`Invalid` or :class:`TooLarge`."""
    if content.startswith(b"PK"):
        return _excel(content)
    return _csv(content, file_name)


def write(columns: Sequence[str], rows: Iterable[Sequence[Cell]], form: Format, name: str) -> bytes:
    """A file with one sheet."""
    return _to_csv(columns, rows) if form == "csv" else _to_excel(columns, rows, name)


# -- reading -----------------------------------------------------------------------------------------------------------


def _csv(content: bytes, file_name: str) -> Sheet:
    text = decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    numbered: list[tuple[int, Sequence[str]]] = []
    try:
        for line in lines:
            numbered.append((lines.line_num, [unguarded(cell.strip()) for cell in line]))
            _check_size(len(numbered), len(line))
    except csv.Error as error:
        problem = f"row {lines.line_num} cannot be read ({error})"
        raise _unreadable(file_name, problem, "close every quotation mark, and save the sheet as CSV again") from None
    # A cell may hold line breaks: people count rows, not lines.
    return _sheet(file_name, [(at, cells) for at, (_, cells) in enumerate(numbered, start=1)])


def decoded(content: bytes) -> str:
    """The text of a CSV file, in the encoding that it is most likely in."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # one of the older encodings; nothing in the file says which
    try:
        chinese = content.decode("gb18030")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
    return chinese if _is_everyday_chinese(chinese) else content.decode("cp1252", errors="replace")


def _is_everyday_chinese(text: str) -> bool:
    """Whether most of it is what people write (GB 2312, rows 1 to 55): Western letters become rare signs instead."""
    foreign = [letter for letter in text if letter > "\x7f"]
    common = 0
    for letter in foreign:
        code = letter.encode("gb2312", errors="ignore")
        common += len(code) == 2 and (0xA1 <= code[0] <= 0xA3 or 0xB0 <= code[0] <= 0xD7)
    return common >= 0.8 * len(foreign)


def _excel(content: bytes) -> Sheet:
    _check_package(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            return _sheet(sheet.title, list(_excel_rows(sheet)))
        finally:
            book.close()
    except DispatchError:
        raise
    except Exception as error:  # whatever a damaged file makes the reader trip over
        problem = f"is no Excel sheet that can be read ({type(error).__name__})"
        raise _unreadable("file", problem, "open it in a spreadsheet program and save it as .xlsx again") from error


def _check_package(content: bytes) -> None:
    """Look at what the package says it unpacks to before anything is unpacked; a reader stops at that size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise TooLarge(
                    f"The file unpacks to {sum(part.file_size for part in parts):,} bytes in {len(parts)} parts; "
                    f"{MAX_UNPACKED:,} bytes in {MAX_PARTS} are possible. Split it.",
                )
            for part in parts:
                with package.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(4096):
                        raise _unreadable("file", f"has a DOCTYPE in {part.filename}", "save it as .xlsx again")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        problem = f"is no Excel sheet ({type(error).__name__})"
        raise _unreadable("file", problem, "save it as .xlsx without a password, or as CSV") from error


def _excel_rows(sheet: Any) -> Iterator[tuple[int, Sequence[str]]]:
    blank = kept = 0
    for at, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), start=1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        blank = 0 if texts else blank + 1
        if blank > _BLANKS_BEFORE_THE_END:
            return
        kept += bool(texts)
        _check_size(kept, len(texts))
        if texts:
            yield at, texts


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return unguarded(str(cell).strip())


def _sheet(name: str, rows: list[tuple[int, Sequence[str]]]) -> Sheet:
    filled = [(at, cells) for at, cells in rows if any(cells)]
    if not filled:
        raise _unreadable(name, "is empty", "put the names of the columns into the first row")
    header = [cell.strip().lower().replace(" ", "_") for cell in filled[0][1]]
    return Sheet(name, header, filled[1:])


def _check_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS + 1:
        raise TooLarge(f"The sheet has more than {MAX_ROWS:,} rows. Split it.")
    if columns > MAX_COLUMNS:
        raise TooLarge(f"The sheet has more than {MAX_COLUMNS} columns. Remove those that are not needed.")


def _unreadable(place: str, problem: str, remedy: str) -> Invalid:
    error = {"place": place, "value": "", "problem": problem, "remedy": remedy}
    return Invalid(f"{place} {problem}: {remedy}.", errors=[error])


# -- writing -----------------------------------------------------------------------------------------------------------


def guarded(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    text = text.replace("\x00", "")[:MAX_CELL]
    risky = text.startswith(_RISKY) or (text.startswith("'") and text[1:].startswith(("'", *_RISKY)))
    return "'" + text if risky and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """What :func:`guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(("'", *_RISKY)) else text


def _to_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([guarded(plain(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _to_excel(columns: Sequence[str], rows: Iterable[Sequence[Cell]], name: str) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_excel_cell(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _excel_cell(cell: Cell) -> str | float | None:
    if cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        return cell
    # A spreadsheet knows no control characters, and no time zones.
    return guarded(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", plain(cell)))


def plain(cell: Cell) -> str:
    """A value as text, the same in both kinds of file."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)
