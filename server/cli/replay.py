"""``hiplevel replay``: a recording through the live path, a line per stance."""

from pathlib import Path
from typing import Annotated, Any

import typer

from server.cli.given_path import given_path


def replay(
    recording: Annotated[
        Path,
        typer.Argument(parser=given_path, metavar="RECORDING", help="The recording to replay."),
    ],
    speed: Annotated[
        float,
        typer.Option(metavar="FACTOR", min=0.1, max=100, help="4 plays four times as fast."),
    ] = 1.0,
    url: Annotated[
        str,
        typer.Option(
            metavar="URL", help="A server on this computer; started if none answers there."
        ),
    ] = "http://127.0.0.1:8000",
) -> None:
    """Hand a recording to the server, replay it on the Live page and print every stance.

    The recording is kept in the server's data folder like an import. Ctrl-C ends the replay.
    """
    from server.cli.api_client import ApiClient
    from server.cli.command import INTERRUPTED
    from server.cli.failures import FAILED
    from server.cli.own_server import server_at
    from server.cli.terminal import say
    from server.errors import SettingsError

    if recording.is_dir():
        raise SettingsError(f"{recording}: this is a folder. Choose one recording in it.")
    if not recording.is_file():
        raise SettingsError(f"{recording}: there is no such file: check the name.")
    with server_at(url) as address:
        client = ApiClient(address)
        run_id = hand_over(client, recording)
        session = client.call("POST", "/live", {"run_id": run_id, "speed": speed})
        say(f"Replaying {session['title']} at {speed:g} x on {address}/live")
        if not client.call("GET", f"/runs/{run_id}")["has_gyroscope"]:
            say("The recording has no gyroscope, so drop is not known.")
        end: dict[str, Any] = {"state": "lost", "n_stances": 0}
        try:
            for name, data in client.watch(session["session_id"]):
                if name == "stance":
                    say(stance_line(data))
                elif name == "end":
                    end = data
        except KeyboardInterrupt:
            client.stop_live()
            typer.echo("Stopped.")
            raise typer.Exit(INTERRUPTED) from None
    typer.echo(f"{end['n_stances']} stances, {end['state']}.")
    if end["state"] in ("failed", "lost"):
        raise typer.Exit(FAILED)


def hand_over(client: Any, recording: Path) -> str:
    """Import the recording and return its run's id; an error names the path as it was given."""
    from server.errors import ApiError
    from server.new_runs import safe_name

    try:
        return str(client.upload(recording)["run_id"])
    except ApiError as error:
        # The server knows the name alone.
        name, text = safe_name(recording.name), str(error)
        if text.startswith(name):
            text = f"{recording}{text.removeprefix(name)}"
        raise ApiError(text) from error


def stance_line(stance: dict[str, Any]) -> str:
    """Return a stance as a line: number, time, side, drop and contact time, or why not."""
    from analysis.stances import Exclusion
    from server.pages.words import EXCLUSION_WORDS, degrees, number

    place = f"{stance['number']:>5}  {stance['foot_strike_s']:8.2f} s  {stance['side']:<7}"
    if not stance["valid"]:
        return f"{place}  left out: {EXCLUSION_WORDS[Exclusion(stance['exclusion'])][0]}"
    drop_deg, contact_s = stance["drop_excursion_deg"], stance["contact_time_s"]
    told = [
        "" if drop_deg is None else f"  drop {degrees(drop_deg):>5}",
        "" if contact_s is None else f"  contact {number(contact_s * 1000):>3} ms",
    ]
    return (place + "".join(told)).rstrip()
