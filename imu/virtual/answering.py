"""What a virtual sensor answers to what is written to CONTROL."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import firmware_protocol as fp
from imu.virtual.device import Firmware
from imu.virtual.refusal import Refusal

_LIST_HEAD_BYTES = 6  # op, token, status, how many there are, how many are here


def answer(firmware: Firmware, data: bytes, *, room: int = 512) -> bytes | None:
    """Do what a command asks and return the reply.

    Parameters
    ----------
    firmware : Firmware
    data : bytes
    room : int
        How long a reply may be: the link's MTU less 3.  A list of logs is cut to it; what cannot
        be cut is refused.

    Returns
    -------
    bytes or None
        None for bytes without a token.
    """
    try:
        token, command = fp.decode_command(data)
    except fp.ProtocolError as error:
        refused = fp.refusal_of(data, error)
        return None if refused is None else fp.encode_reply(refused)
    op = fp.op_of(command)
    try:
        result = _DO[type(command)](firmware, token, command)
        reply = _fitting(fp.Reply(op, token, fp.Code.OK, result), room)
    except Refusal as refusal:
        reply = fp.Reply(op, token, refusal.code)
    return fp.encode_reply(reply)


def _fitting(reply: fp.Reply, room: int) -> fp.Reply:
    """Cut a reply to the room there is; raises `Refusal` where that cannot be."""
    if isinstance(reply.result, fp.LogList) and reply.result.entries:
        n = max(1, (room - _LIST_HEAD_BYTES) // fp.LOG_ENTRY_BYTES)
        reply = replace(reply, result=replace(reply.result, entries=reply.result.entries[:n]))
    if len(fp.encode_reply(reply)) > room:
        raise Refusal(fp.Code.WRONG_STATE)
    return reply


_DO: dict[type, Callable[[Firmware, int, Any], fp.Result | None]] = {
    fp.Start: lambda firmware, _, command: firmware.start(command.flags),
    fp.Stream: lambda firmware, _, command: firmware.stream(on=command.on),
    fp.Stop: lambda firmware, _token, _command: firmware.stop(),
    fp.SetTime: lambda firmware, _, command: firmware.set_time(command.unix_us),
    fp.Ping: lambda firmware, _, command: fp.Pong(command.t1, firmware.t_us(), firmware.t_us()),
    fp.ListLogs: lambda firmware, _, command: firmware.log.listed(command.first),
    fp.GetRange: lambda firmware, token, command: firmware.reading.begin(token, command),
    fp.CancelRange: lambda firmware, _token, _command: firmware.reading.cancel(),
    fp.Erase: lambda firmware, _, command: firmware.erase(command),
    fp.Shutdown: lambda firmware, _token, _command: firmware.shut_down(),
}
