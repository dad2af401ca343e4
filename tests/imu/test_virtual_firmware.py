"""The firmware of a virtual sensor, command by command."""

import firmware_protocol as fp
from imu.virtual.answering import answer
from imu.virtual.device import Firmware
from imu.virtual.flash import Flash
from tests.imu.virtual_run import felt


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


def ask(firmware, command, token=7):
    reply = fp.decode_reply(answer(firmware, fp.encode_command(command, token)))
    assert reply.token == token
    return reply


def test_what_it_says_of_itself_can_be_read():
    firmware = Firmware(felt(), Clock())
    info, status = fp.decode_info(firmware.info()), fp.decode_status(firmware.status())
    assert info.boot_id == status.boot_id != 0
    assert status.state is fp.State.IDLE
    assert fp.decode_announcement(firmware.announcement()).battery_percent == 87
    assert fp.decode_config(firmware.config()).rate_hz in info.rates_hz


def test_a_command_in_the_wrong_state_is_refused():
    clock = Clock()
    firmware = Firmware(felt(), clock)
    start = fp.Start(fp.StartFlags.STREAM | fp.StartFlags.LOG)
    assert ask(firmware, fp.Stop()).status is fp.Code.WRONG_STATE
    assert ask(firmware, start).status is fp.Code.OK
    assert ask(firmware, start).status is fp.Code.WRONG_STATE
    clock.now_s += 10.0
    assert ask(firmware, fp.Stop()).result == fp.Stopped(1041)


def test_unknown_commands_and_nonsense_are_answered_as_such():
    firmware = Firmware(felt(), Clock())
    assert fp.decode_reply(answer(firmware, b"\x55\x09")).status is fp.Code.UNKNOWN_OP
    assert answer(firmware, b"\x8f\x09") is None
    short = fp.decode_reply(answer(firmware, fp.encode_command(fp.Ping(1), 3), room=20))
    assert short.status is fp.Code.WRONG_STATE
    assert fp.decode_reply(answer(firmware, b"\x01\x09")).status is fp.Code.INVALID_ARGUMENT
    assert answer(firmware, b"\x01") is None


def test_a_battery_that_runs_low_ends_the_session_with_a_closed_log():
    clock = Clock()
    firmware = Firmware(felt(), clock)
    ask(firmware, fp.Start(fp.StartFlags.STREAM | fp.StartFlags.LOG))
    clock.now_s += 5.0
    assert firmware.measure()
    firmware.battery_percent = 2
    assert firmware.measure() == []
    assert fp.decode_status(firmware.status()).state is fp.State.IDLE
    (entry,) = ask(firmware, fp.ListLogs(0)).result.entries
    assert (entry.is_closed, entry.n_samples) == (True, 521)
    assert ask(firmware, fp.Start(fp.StartFlags.LOG)).status is fp.Code.BATTERY_LOW


def test_each_boot_has_its_own_id_and_the_memory_stays():
    clock = Clock()
    firmware = Firmware(felt(), clock)
    first = firmware.boot_id
    ask(firmware, fp.Start(fp.StartFlags.LOG))
    clock.now_s += 5.0
    firmware.measure()
    firmware.boot()
    assert firmware.boot_id != first
    (entry,) = ask(firmware, fp.ListLogs(0)).result.entries
    assert entry.boot_id == first
    assert entry.is_closed
    assert entry.n_samples == 27 * 19  # 521 were measured; a page that is not full needs power


def test_a_memory_that_fills_up_keeps_what_it_has():
    clock = Clock()
    firmware = Firmware(felt(), clock, flash=Flash(10 * fp.LOG_BLOCK_BYTES))
    ask(firmware, fp.Start(fp.StartFlags.STREAM | fp.StartFlags.LOG))
    clock.now_s += 20.0
    assert len(firmware.measure()) == 208
    status = fp.decode_status(firmware.status())
    assert status.flags & fp.StatusFlags.FLASH_FULL
    assert not status.flags & fp.StatusFlags.LOGGING
    (entry,) = ask(firmware, fp.ListLogs(0)).result.entries
    assert (entry.is_closed, entry.n_samples) == (True, 190)


def test_erase_wants_the_checksum():
    clock = Clock()
    firmware = Firmware(felt(), clock)
    ask(firmware, fp.Start(fp.StartFlags.LOG))
    clock.now_s += 5.0
    firmware.measure()
    ask(firmware, fp.Stop())
    (entry,) = ask(firmware, fp.ListLogs(0)).result.entries
    wrong = ask(firmware, fp.Erase(entry.log_id, entry.crc32 ^ 1))
    assert wrong.status is fp.Code.CHECKSUM_DIFFERS
    assert ask(firmware, fp.Erase(entry.log_id, entry.crc32)).status is fp.Code.OK
    assert ask(firmware, fp.ListLogs(0)).result == fp.LogList(0, ())
    assert ask(firmware, fp.Erase(entry.log_id, entry.crc32)).status is fp.Code.NOT_FOUND


def test_what_is_felt_begins_anew_without_a_jump_to_standing():
    clock = Clock()
    firmware = Firmware(felt(), clock)
    ask(firmware, fp.Start(fp.StartFlags.STREAM))
    clock.now_s += 100.0
    packets = [fp.decode_data(p) for p in firmware.measure()]
    by_part = {k: [] for k in range(10)}
    for packet in packets:
        by_part[packet.seq // 1041].append(max(abs(s[5]) + abs(s[3]) for s in packet.samples))
    # Standing is over after six seconds of the first ten, and does not come back.
    assert all(max(part) > 300 for part in by_part.values())
    assert sum(p.n for p in packets) == 10400
