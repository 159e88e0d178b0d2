"""A crowd of changes: more of them than there are threads wait for their turn, and all are answered."""

from __future__ import annotations

import asyncio

import httpx2
from fastapi import FastAPI
from sqlalchemy import text

from dispatch.domain.roles import Role
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import token_for
from tests.dispatch.world import World

CROWD = 90


def test_whoever_has_the_turn_finds_a_thread_though_a_crowd_waits_for_it(app: FastAPI, sqlite_store: Store) -> None:
    user = World(sqlite_store).user(Role.DISPATCHER, email="crowd@api.example.org")
    token = token_for(sqlite_store, user)

    async def come() -> list[int]:
        transport = httpx2.ASGITransport(app=app)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:

            async def one(number: int) -> int:
                body = {"name": f"Customer {number}"}
                keyed = {"Idempotency-Key": f"crowd-{number:04}"}
                answer = await client.post("/api/v1/customers", json=body, headers=keyed)
                return answer.status_code

            with sqlite_store.unit_of_work() as uow:  # nobody can write before they have all come
                uow.session.execute(text("SELECT 1"))
                crowd = [asyncio.ensure_future(one(number)) for number in range(CROWD)]
                await asyncio.sleep(1)
            return await asyncio.gather(*crowd)

    assert asyncio.run(come()) == [201] * CROWD
