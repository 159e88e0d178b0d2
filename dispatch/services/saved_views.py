"""Saved views of the board: a person's own, and those that others share. They show nothing; they only say what to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, or_, select

from dispatch.domain.errors import DispatchError, Forbidden, NotFound
from dispatch.domain.events import RecordChanged
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.complaints import Complaints
from dispatch.services.history import unchanged
from dispatch.services.rights import require
from dispatch.store.tables import SavedView, User
from dispatch.store.unit_of_work import UnitOfWork

LARGEST = 16_384
"""Bytes of a view as JSON."""
MOST = 100
"""So many views somebody may keep."""
_NAME_LENGTH = 80


class NameTaken(DispatchError):  # noqa: N818  a refusal reads as what is said
    """One has a view of that name already. ``view`` in the facts is its id."""

    code, title = "name-taken", "You have a view of that name"


class TooManyViews(DispatchError):  # noqa: N818
    """One keeps as many views as there may be."""

    code, title = "too-many-views", "You keep too many views"


def views(uow: UnitOfWork) -> Select[SavedView, str]:
    """The actor's own views and those that are shared, each with its owner's name."""
    require(uow, Right.READ_PLANS)
    mine = or_(SavedView.user_id == uow.actor.id, SavedView.shared)
    return select(SavedView, User.name).join(User, User.id == SavedView.user_id).where(mine)


def owner_of(uow: UnitOfWork, view: SavedView) -> str:
    """The name of whose it is."""
    return uow.get(User, view.user_id).name


def save_view(uow: UnitOfWork, *, name: str, what: Mapping[str, Any], shared: bool = False) -> SavedView:
    """Keep a view under a name. Raises :class:`Invalid`, :class:`NameTaken`, :class:`TooManyViews`, :class:`Forbidden`.

    Who is no user of this installation, such as the program itself, has no views.
    """
    require(uow, Right.READ_PLANS)
    # Whoever saves is locked, so that of two at once the second sees the first.
    if uow.session.get(User, uow.actor.id, with_for_update=True) is None:
        raise Forbidden("Views belong to people, and you are none of this installation.", right=Right.READ_PLANS.value)
    name, content = _checked(name, what)
    kept = uow.session.scalar(select(func.count(SavedView.id)).where(SavedView.user_id == uow.actor.id)) or 0
    if kept >= MOST:
        raise TooManyViews(f"You keep {kept} views, which is the most. Remove one that you do not need.", limit=MOST)
    _check_free(uow, name)
    view = SavedView(id=new_id("view"), user_id=uow.actor.id, name=name, what=content, shared=shared)
    uow.session.add(view)
    if shared:
        _tell(uow, view, "created")
    return view


def change_view(uow: UnitOfWork, view_id: str, *, versions: str | None = None, **fields: Any) -> SavedView:
    """Change the ``name``, ``what`` or ``shared`` of one's own view; ``versions`` is an If-Match.

    Raises :class:`NotFound`, :class:`Invalid`, :class:`NameTaken`, :class:`Stale`, or :class:`Forbidden` for somebody
    else's.
    """
    view = _own(uow, view_id)
    unchanged(uow, SavedView, view_id, versions)
    told = view.shared or bool(fields.get("shared"))
    name, content = _checked(fields.get("name", view.name), fields.get("what", view.what))
    if name != view.name:
        _check_free(uow, name)
    view.name, view.what, view.shared = name, content, bool(fields.get("shared", view.shared))
    if told:
        _tell(uow, view, "changed")
    return view


def remove_view(uow: UnitOfWork, view_id: str, *, versions: str | None = None) -> None:
    """Remove one's own view. Raises :class:`NotFound`, :class:`Stale`, or :class:`Forbidden` for somebody else's."""
    view = _own(uow, view_id)
    unchanged(uow, SavedView, view_id, versions)
    uow.session.delete(view)
    if view.shared:
        _tell(uow, view, "removed")


def _own(uow: UnitOfWork, view_id: str) -> SavedView:
    require(uow, Right.READ_PLANS)
    view = uow.get(SavedView, view_id)
    if view.user_id == uow.actor.id:
        return view
    if not view.shared:
        raise NotFound(f"There is no view {view_id!r}.", what="saved view", id=view_id)
    raise Forbidden(
        f"The view {view.name!r} is {owner_of(uow, view)}'s. Save one of your own, and change that.",
        right=Right.READ_PLANS.value,
    )


def _checked(name: str, what: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    complaints = Complaints()
    name = complaints.text("name", name, _NAME_LENGTH, required=True)
    size = len(json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode())
    if size > LARGEST:
        complaints.say("what", f"{size} bytes", f"a view takes at most {LARGEST}", "leave something of it out")
    complaints.raise_any()
    return name, dict(what)


def _check_free(uow: UnitOfWork, name: str) -> None:
    mine = SavedView.user_id == uow.actor.id, SavedView.name == name
    if taken := uow.session.scalar(select(SavedView.id).where(*mine)):
        raise NameTaken(f"You have a view called {name!r}. Take another name, or change that one.", view=taken)


def _tell(uow: UnitOfWork, view: SavedView, what: str) -> None:
    uow.record(RecordChanged(record=view.id, table=SavedView.__tablename__, what=what))
