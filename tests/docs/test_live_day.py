"""The tutorial of the live day is done as it stands: its server is started, and its commands are run by a shell.

A block of ``sh`` is run; the block of ``text`` below it is what it prints, with ``…`` for anything.
"""

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.docs.pages import page

TUTORIAL = "docs/tutorials/the-live-day.md"
MARK = "=== the next block ==="
LONG_ENOUGH = 240
"""Seconds. A machine that needs longer is not slow but stuck."""


def test_the_live_day_is_as_its_tutorial_says(server, tmp_path):
    address, password = server
    commands, expected = blocks()
    assert len(commands) > 6
    script = f"\necho '{MARK}'\n".join(commands)
    environment = {**os.environ, "FIELDWRIGHT": f"{address}/api/v1", "PASSWORD": password}
    done = subprocess.run(
        ["bash", "-u"],
        input=script,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONG_ENOUGH,
        check=False,
    )
    printed = done.stdout.split(f"{MARK}\n")
    assert len(printed) == len(commands), done.stdout + done.stderr
    for command, shown, pattern in zip(commands, printed, expected, strict=True):
        assert re.fullmatch(pattern, shown), f"{command}\nprinted\n{shown}\nand\n{done.stderr}"


def blocks():
    """The commands of the page in order, and a pattern of what each prints."""
    commands, expected = [], []
    for block in page(TUTORIAL).blocks:
        if block.language == "sh":
            commands.append(block.text)
            expected.append("")
        elif block.language == "text" and commands:
            expected[-1] = "".join(line_pattern(line) for line in block.text.splitlines())
    return commands, expected


def line_pattern(line):
    return r"(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + r" *\n"


@pytest.fixture
def server(tmp_path_factory):
    """The server of the tutorial's first step on a free port: its address and the password that it prints."""
    speed = re.search(r"^make run SPEED=(\d+)$", page(TUTORIAL).text, re.MULTILINE)[1]
    folder = tmp_path_factory.mktemp("city")
    words = [
        "serve",
        "--sample",
        "--quiet",
        "--port",
        "0",
        "--speed",
        speed,
        "--database",
        f"sqlite:///{folder}/city.db",
    ]
    with (folder / "noted").open("w") as noted:
        process = subprocess.Popen(
            [sys.executable, "-m", "dispatch.cli", *words], stdout=subprocess.PIPE, stderr=noted, text=True
        )
    try:
        said = ""
        while "Ctrl-C stops it" not in said:
            line = process.stdout.readline()
            assert line, f"the server ended: {said}{(folder / 'noted').read_text()}"
            said += line
        announced(said)
        address = re.search(r"Fieldwright is at (\S+)", said)[1]
        yield address, re.search(r"dispatcher@sample\.example with (\S+)", said)[1]
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(LONG_ENOUGH)
        process.stdout.close()
    assert status == 0, (folder / "noted").read_text()


def announced(said):
    """What it says when it is ready is what the page shows."""
    shown = next(block.text for block in page(TUTORIAL).blocks if block.language == "text")
    for line in shown.splitlines():
        pattern = re.escape(line.strip()).replace("8765", r"\d+").replace("…", ".*")
        assert re.search(pattern, said), f"{line}\nis not in\n{said}"
