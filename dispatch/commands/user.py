"""`fieldwright user`: users without a browser: adding one, another password, who there is."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import sys

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from dispatch.access.passwords import check_new_password, generated_password, hashed
from dispatch.access.sign_in import normal_email
from dispatch.commands.base import CannotStart
from dispatch.commands.opening import add_database, opened
from dispatch.domain.roles import Role
from dispatch.services.users import create_user, reset_password
from dispatch.store.clock import stored_clock
from dispatch.store.engine import Store
from dispatch.store.tables import Technician, User

_ROLES = tuple(role.value for role in Role if role is not Role.SYSTEM)
_PLAIN_WIDTH = 120


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("what", choices=("add", "password", "list"), help="add a user, give one another password, list")
    parser.add_argument("email", metavar="EMAIL", nargs="?", help="what the user signs in with (not for list)")
    add_database(parser)
    parser.add_argument("--name", help="of a new user (default: the part of EMAIL before the @)")
    parser.add_argument("--role", choices=_ROLES, help="of a new user (default dispatcher)")
    parser.add_argument("--technician", metavar="ID", help="whom a new user of the role technician is")
    parser.add_argument(
        "--ask", action="store_true", help="ask for the password instead of making one that is shown once"
    )


def run(options: argparse.Namespace) -> int:
    """Do it, and show a generated password once."""
    if options.what != "list" and options.email is None:
        raise CannotStart(f"user {options.what}: name the user by EMAIL")
    with opened(options) as (store, _):
        store.clock = stored_clock(store)
        if options.what == "list":
            _list(store)
            return 0
        email = normal_email(options.email)
        password = _asked(email) if options.ask else generated_password()
        (_add if options.what == "add" else _give_password)(store, options, email, hashed(password))
        shown = "" if options.ask else f" with {password}   (shown only this once)"
        sys.stdout.write(f"{email} may sign in{shown}\n")
    return 0


def _list(store: Store) -> None:
    table = Table("e-mail", "name", "role", "active", "signs in with", box=None, pad_edge=False)
    with store.reading() as uow:
        for user in uow.session.scalars(select(User).order_by(User.email)):
            ways = [name for name, there in (("password", user.password_hash), ("OpenID", user.oidc_subject)) if there]
            table.add_row(user.email, user.name, user.role.value, "yes" if user.active else "no", " or ".join(ways))
    console = Console()
    (console if console.is_terminal else Console(width=_PLAIN_WIDTH)).print(table)


def _asked(email: str) -> str:
    password = getpass.getpass("Password: ")
    check_new_password(password, email)
    if getpass.getpass("Again: ") != password:
        raise CannotStart("the two passwords differ; nothing was changed")
    return password


def _add(store: Store, options: argparse.Namespace, email: str, kept: str) -> None:
    role = Role(options.role or Role.DISPATCHER)
    with store.unit_of_work() as uow:
        if options.technician is not None:
            uow.get(Technician, options.technician)
        name = options.name or email.partition("@")[0]
        create_user(uow, email=email, name=name, role=role, technician_id=options.technician, password_hash=kept)


def _give_password(store: Store, _: argparse.Namespace, email: str, kept: str) -> None:
    with store.unit_of_work() as uow:
        user = uow.session.scalar(select(User).where(User.email == email))
        if user is None:
            raise CannotStart(f"there is no user {email}; `fieldwright user list` shows who there is")
        reset_password(uow, user.id, kept, dt.datetime.now(dt.UTC))
