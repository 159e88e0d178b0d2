"""Lists page by page, by a cursor: the place after the last row that was seen.

A page is found by comparing with the cursor's values, not by counting rows, so it costs the same however far one has
read, and no row is skipped or shown twice when others come in between. The cursor is opaque to clients but no secret:
it says only where to go on; what may be seen is decided by the select it is applied to.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import enum
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import desc_op

from dispatch.domain.errors import Invalid
from dispatch.store.types import Instant
from dispatch.store.unit_of_work import UnitOfWork

T = TypeVar("T")
LARGEST = 500


class Page(BaseModel, Generic[T]):
    """Some of a list, and where it goes on."""

    items: list[T]
    next: str | None = Field(None, description="Path and query of the next page; null on the last one")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for: so many rows, after the cursor."""

    limit: int
    cursor: str | None
    request: Request

    def link(self, cursor: str) -> str:
        """Path and query of the page after ``cursor``, with the filters of this one."""
        url = self.request.url.include_query_params(cursor=cursor)
        return f"{url.path}?{url.query}"


def _page_request(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="At most so many rows")] = 50,
    cursor: Annotated[str | None, Query(max_length=1000, description="From the ``next`` link of a page")] = None,
) -> PageRequest:
    return PageRequest(limit, cursor, request)


Paging = Annotated[PageRequest, Depends(_page_request)]
"""The query parameters ``limit`` and ``cursor``."""

Order = QueryableAttribute[Any] | UnaryExpression[Any]


def paged(
    uow: UnitOfWork,
    query: Select[*tuple[Any, ...]],
    paging: PageRequest,
    by: Sequence[Order],
    shape: Callable[[Any], T],
) -> Page[T]:
    """A page of what ``query`` selects, in the order ``by``, each row given to ``shape``.

    ``by`` holds columns or ``column.desc()``; none of them may be NULL, and together they must be unique: end with the
    identifier. A select of one class gives ``shape`` its objects, one of several columns gives it tuples.
    """
    columns = [_column(one) for one in by]
    if paging.cursor is not None:
        query = query.where(_after(by, _values(columns, paging.cursor)))
    query = query.add_columns(*columns).order_by(None).order_by(*by).limit(paging.limit + 1)
    rows = [tuple(row) for row in uow.session.execute(query)]
    shown, width = rows[: paging.limit], len(columns)
    items = [shape(row[0] if len(row) == width + 1 else row[:-width]) for row in shown]
    more = len(rows) > paging.limit
    return Page(items=items, next=paging.link(_cursor(shown[-1][-width:])) if more else None)


def _column(order: Order) -> ColumnElement[Any]:
    return order.element if isinstance(order, UnaryExpression) else order.expression


def _after(by: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows behind ``values``: (a, b) after (x, y) is a after x, or a equal to x and b after y."""
    ways = []
    equal: list[ColumnElement[bool]] = []
    for order, value in zip(by, values, strict=True):
        column = _column(order)
        falling = isinstance(order, UnaryExpression) and order.modifier is desc_op
        ways.append(and_(*equal, column < value if falling else column > value))
        equal.append(column == value)
    return or_(*ways)


def _cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([_plain(one) for one in values]).encode()).decode().rstrip("=")


def _values(columns: Sequence[ColumnElement[Any]], cursor: str) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_restored(column, value) for column, value in zip(columns, plain, strict=True)]
    except (ValueError, TypeError, binascii.Error, OverflowError, RecursionError):
        remedy = "take it from the next link of a page of this list, or leave it out"
        error = {"place": "query.cursor", "value": cursor[:80], "problem": "not a cursor of this list"}
        raise Invalid(f"The cursor is not one of this list; {remedy}.", errors=[{**error, "remedy": remedy}]) from None


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value


def _restored(column: ColumnElement[Any], value: Any) -> Any:
    kind: type[Any] = dt.datetime if isinstance(column.type, Instant) else column.type.python_type
    if issubclass(kind, enum.Enum):
        return kind(value)
    if issubclass(kind, dt.datetime):
        instant = dt.datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError(value)
        return instant
    if issubclass(kind, dt.date):
        return dt.date.fromisoformat(value)
    if kind is float and isinstance(value, int):
        return float(value)
    if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
        raise TypeError(value)
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise ValueError(value)
    return value
