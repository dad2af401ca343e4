"""``hiplevel replay``: a recording through the live path, a line per stance."""

from pathlib import Path
from typing import Annotated, Any

import typer


def replay(
    recording: Annotated[Path, typer.Argument(help="The recording to replay.")],
    speed: Annotated[
        float, typer.Option(min=0.1, max=100, help="4 plays four times as fast.")
    ] = 1.0,
    url: Annotated[
        str, typer.Option(help="The server; one is started if none answers there.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Hand a recording to the server, replay it on the Live page and print every stance.

    The recording is kept in the server's data folder like an import. Ctrl-C ends the replay.
    """
    from server.cli.api_client import ApiClient
    from server.cli.failures import FAILED, INTERRUPTED
    from server.cli.own_server import server_at

    if not recording.is_file():
        raise typer.BadParameter(f"There is no file {recording}.", param_hint="RECORDING")
    with server_at(url) as address:
        client = ApiClient(address)
        outcome = client.upload(recording)
        session = client.call("POST", "/live", {"run_id": outcome["run_id"], "speed": speed})
        typer.echo(f"Replaying {session['title']} at {speed:g} x on {address}/live")
        end: dict[str, Any] = {"state": "lost", "n_stances": 0}
        try:
            for name, data in client.watch(session["session_id"]):
                if name == "stance":
                    typer.echo(stance_line(data))
                elif name == "end":
                    end = data
        except KeyboardInterrupt:
            client.stop_live()
            typer.echo("Ended.")
            raise typer.Exit(INTERRUPTED) from None
    typer.echo(f"{end['n_stances']} stances, {end['state']}.")
    if end["state"] in ("failed", "lost"):
        raise typer.Exit(FAILED)


def stance_line(stance: dict[str, Any]) -> str:
    """Return a stance as a line: number, time, side, drop and contact time, or why not."""
    place = f"{stance['number']:>5}  {stance['foot_strike_s']:8.2f} s  {stance['side']:<7}"
    if not stance["valid"]:
        return f"{place}  left out: {stance['exclusion']}"
    drop, contact = stance["drop_excursion_deg"], stance["contact_time_s"]
    told = [
        "drop not known" if drop is None else f"drop {drop:4.1f} deg",
        "" if contact is None else f"contact {contact * 1000:3.0f} ms",
    ]
    return f"{place}  {'  '.join(told)}".rstrip()
