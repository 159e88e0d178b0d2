"""JSON files, plain or gzipped: read without trust, written whole or not at all."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from pathlib import Path

from optimizer.invalid import InvalidInput, shown
from optimizer.io.fields import JsonObject

MAX_INPUT_MB = 64
"""Files that are larger, unpacked, are refused, unless the environment or the caller says otherwise."""

LIMIT_VARIABLE = "FIELDWRIGHT_MAX_INPUT_MB"

_GZIP_MAGIC = b"\x1f\x8b"


def max_input_bytes() -> int:
    """The limit in bytes: :data:`MAX_INPUT_MB` (of 1,048,576 bytes), or what ``FIELDWRIGHT_MAX_INPUT_MB`` says."""
    text = os.environ.get(LIMIT_VARIABLE, "").strip()
    if not text:
        return MAX_INPUT_MB * 2**20
    try:
        megabytes = float(text)
    except ValueError:
        megabytes = 0.0
    if not 0 < megabytes < 2**20:
        problem = "must be a positive number of megabytes"
        raise InvalidInput(LIMIT_VARIABLE, shown(text), problem, "as in 64, which is what holds without it")
    return int(megabytes * 2**20)


def read_json(path: str | os.PathLike[str], max_bytes: int | None = None) -> object:
    """The JSON value in a file; gzip is recognised by its first bytes. :class:`InvalidInput` where there is none."""
    return parse_json(read_bytes(path, max_bytes))


def read_bytes(path: str | os.PathLike[str], max_bytes: int | None = None) -> bytes:
    """What is in a file, unpacked; never more than the limit is held in memory."""
    limit = max_input_bytes() if max_bytes is None else max_bytes
    with Path(path).open("rb") as file:
        magic = file.read(2)
        packed = magic == _GZIP_MAGIC
        if not packed and str(path).endswith(".gz"):
            raise InvalidInput("the file", "", "is named .gz and is not gzip", "rename it, or pack it with gzip")
        if packed:
            file.seek(0)
            try:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    content = unpacked.read(limit + 1)
            except (EOFError, gzip.BadGzipFile, zlib.error):
                raise InvalidInput("the file", "", "is broken or cut-off gzip", "fetch or pack it again") from None
        else:
            content = magic + file.read(max(0, limit - 1))
    if len(content) > limit:
        megabytes = limit / 2**20
        raise InvalidInput(
            "the file",
            "",
            f"holds more than {megabytes:g} MB",
            f"set {LIMIT_VARIABLE} to read a larger one; a geodesic profile needs no matrix",
        )
    return content


def parse_json(content: bytes) -> object:
    """The JSON value in ``content``, objects as :class:`JsonObject`. NaN and Infinity pass: the fields refuse them."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8: byte {error.start + 1} fits no character"
        raise InvalidInput("the file", "", problem, "save it as UTF-8") from None
    if not text.strip():
        raise InvalidInput("the file", "", "is empty", "it must hold one JSON object")
    try:
        return json.loads(text, object_pairs_hook=JsonObject.of)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        line = text.splitlines()[error.lineno - 1] if error.lineno <= len(text.splitlines()) else ""
        near = line[max(0, error.colno - 11) : error.colno + 10].strip()
        problem = f"is no JSON: {error.msg[0].lower()}{error.msg[1:]}"
        raise InvalidInput(place, f"near {shown(near)}" if near else "", problem, "correct it there") from None
    except RecursionError:
        raise InvalidInput("the file", "", "is nested too deep", "a problem needs seven levels, no more") from None
    except ValueError:  # a whole number of thousands of digits
        raise InvalidInput("the file", "", "holds a number of thousands of digits", "correct it") from None


def write_json(value: dict[str, object], path: str | os.PathLike[str]) -> None:
    """Write ``value`` as JSON, gzipped where the name ends in ``.gz``, one line for each element of a top-level list.

    The file appears whole or not at all. Raises :class:`OSError` where it cannot be written.
    """
    content = render_json(value).encode()
    if str(path).endswith(".gz"):
        content = gzip.compress(content, mtime=0)  # the same bytes for the same problem
    replace_file(path, content)


def render_json(value: dict[str, object]) -> str:
    """JSON text for people and for version control: one element of a top-level list, one row of a matrix a line."""

    def one_line(item: object) -> str:
        return json.dumps(item, ensure_ascii=False, allow_nan=False)

    def render(item: object, depth: int) -> str:
        pad = "  " * depth
        if isinstance(item, list) and item and depth < 4 and isinstance(item[0], dict | list):
            return "[\n" + ",\n".join(f"{pad}  {one_line(element)}" for element in item) + f"\n{pad}]"
        if isinstance(item, dict) and item and depth < 3:
            rows = (f"{pad}  {one_line(key)}: {render(element, depth + 1)}" for key, element in item.items())
            return "{\n" + ",\n".join(rows) + f"\n{pad}}}"
        return one_line(item)

    return render(value, 0) + "\n"


def replace_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Put ``content`` at ``path`` in one step: written beside it under another name, then renamed."""
    target = Path(path)
    if target.exists() and not target.is_file():  # a pipe or a device takes what it is given
        target.write_bytes(content)
        return
    target = target.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
