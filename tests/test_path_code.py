"""The path of CONTRIBUTING.md that changes the code, walked as it is written."""

import os
import re
import subprocess
from pathlib import Path

from conftest import ROOT

PATH = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Change the code\n")[2]
CI = (ROOT / ".ci/run").read_text("utf-8")


def test_the_path_is_a_screen_and_a_half_at_most() -> None:
    assert len(PATH.strip().splitlines()) <= 42
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", PATH, re.M)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_path_is_walked_as_written(tmp_path: Path) -> None:
    """Every command; of those of make, which CI runs itself, that there is something to run."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```$", PATH, re.M | re.S)
    clone, *others = blocks
    dry = 'make() { command make --dry-run --always-make "$@" | grep . > made; cat made; }\n'
    change = "echo '- One more line.' >> CHANGELOG.md\n"
    fork = tmp_path / "fork.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, fork], check=True)
    who = {f"GIT_{r}_{what}": "x" for r in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", dry + clone + change + "".join(others)],
        cwd=tmp_path,
        env={**os.environ, **who, "FORK": str(fork)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports", "pytest"):
        assert tool in ran.stdout
    show = ["git", "-C", str(fork), "show", "--name-only", "--format=%s", "clearer-message"]
    said = subprocess.run(show, capture_output=True, text=True, check=True).stdout
    assert said.split("\n\n") == ["Say which line is refused", "CHANGELOG.md\n"]


def test_ci_runs_all_that_the_path_names() -> None:
    for target in ("lint", "leaderboard", "test-all", "studio", "browser"):
        assert re.search(rf"^(?:[A-Z_]+=\S+ )?make (?:\w+ )?{target}\b", CI, re.M), target
