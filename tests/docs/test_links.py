"""Every link leads somewhere, every page is on the map, and decisions are told in full."""

import pytest

from tests.docs.pages import ROOT, Page, page, pages


@pytest.mark.parametrize("one", pages(), ids=str)
def test_every_link_and_anchor_leads_somewhere(one):
    broken = []
    for link in one.links:
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        target, _, anchor = link.partition("#")
        path = (one.path.parent / target).resolve() if target else one.path
        if not path.exists() or ROOT not in path.parents or (anchor and anchor not in Page(path).anchors):
            broken.append(link)
    assert broken == []


def test_every_page_is_on_the_map():
    on_the_map = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in page("docs/README.md").links}
    all_pages = {path.resolve() for path in (ROOT / "docs").rglob("*.md")} - {ROOT / "docs" / "README.md"}
    assert sorted(map(str, all_pages - on_the_map)) == []


def test_decisions_have_their_four_parts():
    for path in (ROOT / "docs" / "adr").glob("*.md"):
        anchors = Page(path).anchors
        assert {"context", "decision", "consequences"} <= anchors, path.name
        assert anchors & {"considered", "what-was-measured"}, path.name
