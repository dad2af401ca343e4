import pytest
import typer.main

from server.cli import app
from server.version import installed_version

COMMANDS = sorted(typer.main.get_command(app).commands)


def test_version(hiplevel) -> None:
    assert hiplevel("--version").stdout == f"hiplevel {installed_version()}\n"


def test_the_list_of_commands_cuts_no_line(hiplevel) -> None:
    text = hiplevel("--help").stdout
    assert "..." not in text.partition("Commands:")[2]
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_help_speaks_of_no_types(hiplevel, command: str) -> None:
    text = hiplevel(command, "--help").stdout
    assert "<" not in text
    assert "<=" not in text
    assert "list[" not in text
