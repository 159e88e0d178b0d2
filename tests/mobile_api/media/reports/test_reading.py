"""Who may read the report and the pictures of a visit."""

from __future__ import annotations

import pytest

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.roles import Actor, Role
from dispatch.services import media, report_sending
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import (
    Purpose,
    Visit,
)
from tests.dispatch.console.conftest import Api
from tests.dispatch.world import World
from tests.mobile_api.media.pdf import read
from tests.mobile_api.media.pictures import digest
from tests.mobile_api.media.reports.working import Work, full_of_work


def test_the_crew_and_the_dispatchers_of_the_territory_read_it(work: Work, world: World, api: Api) -> None:
    full_of_work(work)
    work.end()
    with work.store.reading() as uow:
        here = uow.get(Visit, work.visit).territory_id
    crew = api("technician", technician_id=work_mate(work))
    shown = crew.get(f"phone/visits/{work.visit}/report")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "application/pdf")
    assert shown.headers["content-disposition"].startswith('inline; filename="T-')
    assert "Replaced the electrode" in read(shown.content).text
    again = crew.get(f"phone/visits/{work.visit}/report", headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    dispatcher = api("dispatcher", territories=[here])
    assert dispatcher.get(f"visits/{work.visit}/report").content == shown.content
    elsewhere = api("dispatcher", territories=[world.territory()])
    stranger = api("technician", technician_id=world.technician())
    for client, paths in ((elsewhere, ("report", "media")), (stranger, ("report", "media"))):
        for path in paths:
            assert client.get(f"visits/{work.visit}/{path}").status_code == 404
    assert stranger.get(f"phone/visits/{work.visit}/report").status_code == 404
    assert dispatcher.get(f"phone/visits/{work.visit}/report").status_code == 403
    assert api(None).get(f"visits/{work.visit}/report").status_code == 401


def work_mate(work: Work) -> str:
    with work.store.reading() as uow:
        return next(one for one in assigned_technicians(uow.session, work.visit) if one != work.actor.technician)


def test_dispatchers_see_the_pictures_of_their_territory_and_technicians_those_of_their_crew(
    work: Work, world: World, api: Api
) -> None:
    there, awaited = work.attach(caption="Before"), work.attach(name="Ana")
    work.upload(there)
    with work.store.reading() as uow:
        here = uow.get(Visit, work.visit).territory_id
    dispatcher, mate = api("dispatcher", territories=[here]), api("technician", technician_id=work_mate(work))
    listed = dispatcher.get(f"visits/{work.visit}/media").json()
    assert {one["sha256"]: one["status"] for one in listed} == {digest(there): "here", digest(awaited): "awaited"}
    (media_id,) = [one["id"] for one in listed if one["id"]]
    elsewhere = api("dispatcher", territories=[world.territory()])
    stranger = api("technician", technician_id=world.technician())
    for client, status in ((dispatcher, 200), (mate, 200), (elsewhere, 404), (stranger, 404), (api(None), 401)):
        assert client.get(f"media/{media_id}/content").status_code == status
    assert mate.get(f"phone/media/{digest(there)}/content").status_code == 200
    assert stranger.get(f"phone/media/{digest(there)}/content").status_code == 404
    assert mate.get(f"phone/media/{digest(awaited)}/content").status_code == 404
    assert dispatcher.get("media/media_unknown/content").status_code == 404


def test_nobody_attaches_to_or_sends_the_report_of_a_visit_of_somebody_else(work: Work, world: World) -> None:
    stranger = world.technician()
    user = world.user(Role.TECHNICIAN, technician_id=stranger)
    agent = world.user(Role.AGENT)
    for actor, refused in (
        (Actor(user, "Somebody", Role.TECHNICIAN, technician=stranger), NotFound),
        (Actor(agent, "Agent", Role.AGENT), DispatchError),
    ):
        for act in (
            lambda uow: media.attach(uow, work.visit, digest(b"x"), Purpose.PHOTO),
            lambda uow: media.sign(uow, work.visit, digest(b"x"), "Ana"),
            lambda uow: report_sending.ask(uow, work.visit),
        ):
            with pytest.raises(refused), work.store.unit_of_work(actor) as uow:
                act(uow)
    with work.store.reading() as uow:
        assert media.pictures_of(uow, [work.visit]) == {}
