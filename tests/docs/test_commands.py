"""Whatever the documentation tells people to type exists."""

import argparse
import re

import pytest

from dispatch.cli import main
from dispatch.commands import COMMANDS, command
from tests.docs import generate
from tests.docs.pages import ROOT, page, pages

FIELDWRIGHT = re.compile(r"(?:^|/)fieldwright ([a-z]+)(.*)")
MAKE = re.compile(r"^make ([a-z-]+)")


def options_of(name):
    parser = argparse.ArgumentParser()
    command(name).configure(parser)
    return set(re.findall(r"--[a-z-]+", parser.format_help()))


@pytest.mark.parametrize("one", pages(), ids=str)
def test_every_command_and_option_that_is_named_exists(one):
    unknown = []
    for line in one.code:
        if match := FIELDWRIGHT.search(line.partition("#")[0]):
            name, rest = match.groups()
            if name not in COMMANDS:
                unknown.append(line)
                continue
            unknown += [line for option in re.findall(r"--[a-z-]+", rest) if option not in options_of(name)]
    assert unknown == []


@pytest.mark.parametrize("one", pages(), ids=str)
def test_every_verb_of_make_that_is_named_exists(one):
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {match[1] for line in one.code if (match := MAKE.match(line))} <= verbs


def test_make_prints_every_verb_with_what_it_does():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert explained == phony - {"format", "docs-check", "tests-check", "web-check"}  # parts of `check`


@pytest.mark.parametrize("path", generate.PAGES, ids=lambda path: path.name)
def test_generated_pages_are_in_step_with_the_code(path):
    assert path.read_text(encoding="utf-8") == generate.PAGES[path](), "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_reference_has_what_the_help_of_a_command_has(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    said = capsys.readouterr().out
    text = page("docs/reference/command-line.md").text
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    for option in set(re.findall(r"--[a-z-]+", said)) - {"--help"}:
        assert f"`{option}" in section, option


def test_the_reference_lists_every_command():
    listed = re.findall(r"^\| \[`([a-z]+)`\]", page("docs/reference/command-line.md").text, re.MULTILINE)
    assert listed == list(COMMANDS)
