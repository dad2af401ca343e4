import pytest
import typer
import typer.main
from typer.testing import CliRunner

from server.cli import app
from server.cli.command import Command
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


def test_every_command_says_when_it_is_stopped() -> None:
    small = typer.Typer()

    @small.command(cls=Command)
    def wait() -> None:
        raise KeyboardInterrupt

    done = CliRunner().invoke(small)
    assert done.exit_code == 130
    assert "Stopped." in done.stderr
    assert all(
        type(command) is Command for command in typer.main.get_command(app).commands.values()
    )
