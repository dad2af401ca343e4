"""Nothing in the tree belongs to one machine, nothing says where to download from."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

# Split so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w./:$}-])/(?:" + "home|Users|root|work|opt|tmp|mnt" + r")/\w")
REGISTRIES = [
    "registry." + "npmjs.org",
    "registry." + "yarnpkg.com",
    "files." + "pythonhosted.org",
    "pypi.org/" + "simple",
    "cdn." + "jsdelivr.net",
    "unpkg" + ".com",
]


def test_no_path_of_one_machine(root: Path, text_files: list[Path]) -> None:
    found = [
        f"{path.relative_to(root)}: {match.group()}"
        for path in text_files
        for match in MACHINE_PATH.finditer(path.read_text("utf-8"))
    ]

    assert found == []


def test_no_link_is_committed(root: Path) -> None:
    if not (root / ".git").exists() or shutil.which("git") is None:
        pytest.skip("What is committed is known to git alone: run this in a clone, with git.")
    listed = subprocess.run(
        ["git", "ls-files", "--stage"], cwd=root, check=True, capture_output=True, text=True
    ).stdout.splitlines()

    assert listed
    assert [line for line in listed if line.startswith("120000 ")] == []


def test_no_download_address(root: Path, text_files: list[Path]) -> None:
    found = [
        f"{path.relative_to(root)}: {host}"
        for path in text_files
        for host in REGISTRIES
        if host in path.read_text("utf-8")
    ]

    assert found == []


def test_package_lock_has_checksums_but_no_addresses(root: Path) -> None:
    packages = json.loads((root / "package-lock.json").read_text("utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}

    assert installed
    assert [name for name, package in installed.items() if "resolved" in package] == []
    assert [name for name, package in installed.items() if "integrity" not in package] == []


def test_text_ends_in_one_newline_and_has_no_trailing_blanks(
    root: Path, text_files: list[Path]
) -> None:
    untidy = []
    for path in text_files:
        text = path.read_text("utf-8")
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            untidy.append(f"{path.relative_to(root)}: end of file")
        if path.suffix in {".md", ".py", ".html", ".css", ".js"} and re.search(
            r"[ \t]+$", text, re.MULTILINE
        ):
            untidy.append(f"{path.relative_to(root)}: blanks at the end of a line")

    assert untidy == []
