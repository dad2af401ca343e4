from dataclasses import replace
from pathlib import Path

from imu.recordings import read_recording, write_recording
from server.cli.replay import stance_line

STANCE = {
    "number": 7,
    "foot_strike_s": 12.345,
    "side": "left",
    "valid": True,
    "exclusion": None,
    "drop_excursion_deg": -0.04,
    "contact_time_s": 0.2512,
}


def test_a_stance_is_told_in_the_units_of_the_table() -> None:
    line = stance_line(STANCE)
    assert line.split() == ["7", "12.35", "s", "left", "drop", "0.0°", "contact", "251", "ms"]


def test_a_stance_left_out_is_told_with_its_reason_in_words() -> None:
    line = stance_line(STANCE | {"valid": False, "exclusion": "no_toe_off"})
    assert line.endswith("left out: no toe-off")


def test_a_recording_without_gyroscope_says_once_that_drop_is_not_known(
    hiplevel, recording: Path, free_port: int
) -> None:
    write_recording(recording, replace(read_recording(recording), gyr_radps=None))
    url = f"http://127.0.0.1:{free_port}"
    done = hiplevel("replay", recording, "--speed", 50, "--url", url)
    assert done.returncode == 0
    assert done.stdout.splitlines()[1] == "The recording has no gyroscope, so drop is not known."
    assert done.stdout.count("drop") == 1
