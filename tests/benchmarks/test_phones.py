"""The benchmark of phones, at a size at which it only shows that it works."""

from __future__ import annotations

import pytest

from benchmarks.phones.__main__ import main


@pytest.mark.parametrize("proofs", [[], ["--no-proofs"]])
def test_a_few_phones_live_through_some_seconds(proofs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    size = ["--phones", "4", "--visits", "2", "--every", "1", "--acts-every", "1.5", "--positions-every", "1"]
    assert main([*size, "--seconds", "4", *proofs]) == 0
    printed = capsys.readouterr().out
    assert "SQLite: 4 phones, 8 visits" in printed
    rows = {line.split("  ")[0]: line.split() for line in printed.splitlines() if "  " in line}
    for route in ("GET /phone/changes", "POST /phone/actions", "PUT /technicians/{id}/position", "all"):
        requests, errors = rows[route][-5:-3]
        assert int(requests) > 0, route
        assert int(errors) == 0, route
    assert " 0 waiting" in printed
