"""What no file of this repository may hold: addresses of package indexes, paths of one machine, open ends."""

import re
import tomllib

from tests.docs.pages import ROOT

LEFT_OUT = {"build", "dist", "node_modules", "out", "__pycache__"}

INDEX_HOSTS = ("py" + "pi.org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian")
"""Written in two parts, so that this file does not name them."""

MACHINE_PATH = re.compile(r"(?<![\w.~$}\])/-])/(?:root|home|Users|work|tmp|opt|mnt|private)/\w")


def files():
    """Text files of the repository. What tools leave behind is ignored, as .gitignore says."""
    pending = [ROOT]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            hidden = path.name.startswith(".") and path.name not in (".ci", ".gitignore")
            if hidden or path.name in LEFT_OUT or path.name.endswith((".egg-info", ".so")):
                continue
            if path.is_dir():
                pending.append(path)
                continue
            content = path.read_bytes()
            if b"\0" not in content:
                yield path.relative_to(ROOT).as_posix(), content.decode("utf-8")


def test_no_file_names_the_host_of_a_package_index():
    assert [name for name, text in files() if any(host in text.lower() for host in INDEX_HOSTS)] == []


def test_no_file_holds_a_path_of_one_machine():
    found = [f"{name}: {match[0]}" for name, text in files() for match in [MACHINE_PATH.search(text)] if match]
    assert found == []


def test_the_lock_has_no_address_and_a_hash_for_every_package():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--(?:index|extra|find|trusted)|\s@\s", text, re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_the_lock_has_everything_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + [
        requirement
        for name, extra in project["project"]["optional-dependencies"].items()
        if name != "peers"  # the benchmarks install them into an environment of their own
        for requirement in extra
    ]
    wanted += project["build-system"]["requires"]
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    names = {re.match(r"[\w.-]+", requirement)[0].lower() for requirement in wanted}
    # An extra may name another extra of the project itself.
    assert names - locked - {project["project"]["name"]} == set()


def test_the_map_data_is_credited_wherever_people_look():
    for name in ("README.md", "NOTICE"):
        text = " ".join((ROOT / name).read_text(encoding="utf-8").split())
        assert "© OpenStreetMap contributors" in text
        assert "ODbL" in text
        assert "aequilibrae" in text
