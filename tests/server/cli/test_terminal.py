import pytest

from server.cli.terminal import width_of_output
from server.text import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\x1b[31m", "two?lines?[31m"),
        ("turned\u202etxt.exe", "turned?txt.exe"),
        ("bad\udcff", "bad?"),
        ("\N{WOMAN}\u200d\N{WHITE HEAVY CHECK MARK}", "\N{WOMAN}\u200d\N{WHITE HEAVY CHECK MARK}"),
        ("Läufe [bold].parquet", "Läufe [bold].parquet"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_width_is_what_columns_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert width_of_output() == 72
