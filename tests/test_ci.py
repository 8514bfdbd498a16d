"""What CI does with a pull request, which anybody may open."""

import os
import re

import yaml
from conftest import ROOT

WORKFLOW = ROOT / ".github/workflows/ci.yml"


def test_a_request_is_checked_without_rights_or_secrets() -> None:
    text = WORKFLOW.read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert "pull_request" in workflow[True]  # YAML 1.1 reads the key `on` so
    assert "pull_request_target" not in text
    assert "secrets" not in text
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert "permissions" not in job
    checkout = job["steps"][0]
    assert checkout["with"]["persist-credentials"] is False


def test_ci_runs_what_contributors_run() -> None:
    (job,) = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"].values()
    *used, last = job["steps"]
    assert last == {"run": ".ci/run"}
    assert os.access(ROOT / ".ci/run", os.X_OK)
    for step in used:
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])


def test_ci_ranks_before_it_compares_with_what_is_committed() -> None:
    """So a figure that was edited, and a file that ranking does not make, fail."""
    lines = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    ranks = lines.index("make leaderboard")
    assert lines[ranks + 1].startswith("git diff --exit-code")
    assert any(line.startswith('test -z "$(git status --porcelain)"') for line in lines[ranks:])


def test_the_template_has_a_list_for_each_door() -> None:
    template = (ROOT / ".github/PULL_REQUEST_TEMPLATE.md").read_text("utf-8")
    doors = re.split(r"^## (.*)\n", template, flags=re.M)[1:]
    assert doors[::2] == ["A system", "Annotations", "Code"]
    assert all(door.count("- [ ] ") >= 3 for door in doors[1::2])
