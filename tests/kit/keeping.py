"""A sink that puts everything together, and compares it with what a virtual sensor measured."""

from imu.errors import SensorDataError
from imu.streaming.assembling import Assembler
from imu.streaming.events import LinkState, Missing, Origin

# Behind the last sample that came: what a sensor may have that was never announced.
TAIL_SAMPLES = 1000


class Keeper:
    """Keeps what a `StreamSession` brings."""

    def __init__(self, driver):
        self.driver = driver
        self.assembler = Assembler(keeps_samples=True)
        self.decoders = {}
        self.states = []
        self.streams = []
        self.n_unreadable = 0

    def on_stream(self, stream, facts):
        self.streams.append(stream)
        self._add(stream)

    def _add(self, stream):
        part = self.assembler.begin(stream)
        key = (stream.boot_id, stream.session_id)
        self.decoders.setdefault(key, (part, self.driver.decoder(stream)))

    def on_notification(self, note):
        part, decoder = self.decoders[(note.stream.boot_id, note.stream.session_id)]
        try:
            decoded = decoder.decode(note.channel, note.payload)
        except SensorDataError:
            self.n_unreadable += 1
            return
        for samples in decoded:
            if note.origin is Origin.LIVE:
                self.assembler.add_live(part, samples, note.host_ns / 1e9)
            else:
                self.assembler.add_refill(part, samples)

    def on_state(self, state, reason):
        self.states.append((state, reason))

    def on_stopped(self, stream, n_samples):
        pass

    def on_facts(self, facts):
        pass

    def missing(self):
        holes = self.assembler.missing()
        is_over = bool(self.states) and self.states[-1][0] is LinkState.STOPPING
        parts = self.assembler.parts
        for part in parts if is_over else parts[:-1]:
            stop = part.counts.n_samples + part.counts.n_lost
            holes.append(Missing(part.stream, stop, stop + TAIL_SAMPLES))
        return holes

    def n_reconnects(self):
        return sum(state is LinkState.LOST for state, _ in self.states)


class Truth:
    """Remembers the sessions of a virtual sensor, with how many samples each had."""

    def __init__(self, firmware):
        self.firmware = firmware
        self.sessions = []

    def look(self):
        """Take note of the session that runs; to be called often."""
        session = self.firmware.session
        if session is not None and session not in [known for known, _ in self.sessions]:
            self.sessions.append([session, 0])
        if session is not None:
            self.sessions[-1][1] = session.n_due(self.firmware._now_s())
