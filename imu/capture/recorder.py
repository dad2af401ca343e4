"""Takes what a stream session brings: writes it down, puts it in order, hands new samples on."""

from collections.abc import Callable

from imu.capture.journal import JournalWriter
from imu.capture.rows import LINK_LOST
from imu.drivers.base import Decoder, Driver, SensorFacts, StreamDescription
from imu.drivers.pinging import Ping
from imu.errors import SensorDataError
from imu.samples import SampleBatch
from imu.streaming.assembling import Assembler
from imu.streaming.events import LinkState, Missing, Notification, Origin
from imu.streaming.parts import Counts, Part

OnBatch = Callable[[SampleBatch], None]
# Beyond every stream: what a sensor measured before it started anew is fetched to its end.
ENDLESS = 1 << 31


class Recorder:
    """The sink of a session.

    Parameters
    ----------
    driver : Driver
    journal : JournalWriter
    on_batch : callable
        Gets live samples in order, each once; on the event loop, so it must be quick.
    on_change : callable
        Called whenever state, reason or facts are new.

    Attributes
    ----------
    state : LinkState
    reason : str or None
        A sentence for the person, where something is wrong.
    facts : SensorFacts or None
        How the sensor was when it was last asked.
    n_undecoded : int
        Messages that could not be read; they are in the journal all the same.
    """

    def __init__(
        self,
        driver: Driver,
        journal: JournalWriter,
        *,
        on_batch: OnBatch,
        on_change: Callable[[], None],
    ) -> None:
        self.state = LinkState.CONNECTING
        self.reason: str | None = None
        self.facts: SensorFacts | None = None
        self.n_undecoded = 0
        self._driver = driver
        self._journal = journal
        self._on_batch = on_batch
        self._on_change = on_change
        self._assembler = Assembler()
        self._numbers: dict[int, int] = {}  # part to number in the journal
        self._decoders: dict[int, Decoder] = {}
        self._n_in_all: dict[int, int] = {}
        self._part: Part | None = None
        self._stream: StreamDescription | None = None

    @property
    def counts(self) -> Counts:
        """What came so far."""
        return self._assembler.counts

    @property
    def stream(self) -> StreamDescription | None:
        """The stream that runs, or ran last."""
        return self._stream

    def age_s(self, t_s: float, host_ns: int) -> float | None:
        """How long ago a sample of the running part was measured; None while it is not known.

        Parameters
        ----------
        t_s : float
            Time of the sample, as in its batch.
        host_ns : int
            Now, on this computer's steady clock.
        """
        part = self._part
        fit = None if part is None else part.clock.fit()
        if part is None or fit is None:
            return None
        return host_ns / 1e9 - fit.host_s(t_s - (part.shift_s or 0.0))

    def on_stream(self, stream: StreamDescription, facts: SensorFacts) -> None:
        """Begin a part."""
        part = self._assembler.begin(stream)
        if id(part) not in self._numbers:
            self._numbers[id(part)] = self._journal.begin_stream(stream, facts)
            self._decoders[id(part)] = self._driver.decoder(stream)
        self._part, self._stream = part, stream
        self.on_facts(facts)

    def on_notification(self, notification: Notification) -> None:
        """Write a message down first, then read it."""
        part = self._assembler.begin(notification.stream)
        self._journal.append(
            self._numbers[id(part)],
            notification.channel,
            notification.payload,
            notification.host_ns,
            notification.origin,
        )
        try:
            for samples in self._decoders[id(part)].decode(
                notification.channel, notification.payload
            ):
                if notification.origin is Origin.MEMORY:
                    self._assembler.add_refill(part, samples)
                    continue
                batch = self._assembler.add_live(part, samples, notification.host_ns / 1e9)
                if batch is not None and len(batch.t_s):
                    self._on_batch(batch)
        except SensorDataError as error:
            self.n_undecoded += 1
            if self.n_undecoded == 1:
                self._journal.note("undecoded", {"error": str(error)})

    def on_state(self, state: LinkState, reason: str | None) -> None:
        """Take note of how the link is."""
        if state is LinkState.LOST and self.state is not LinkState.LOST:
            self._journal.note(LINK_LOST, {"reason": reason})
        self.state, self.reason = state, reason
        self._on_change()

    def on_facts(self, facts: SensorFacts) -> None:
        """Take note of how the sensor is."""
        if self.facts is None or self.facts.battery_percent != facts.battery_percent:
            self._journal.note("battery", {"percent": facts.battery_percent})
        self.facts = facts
        self._on_change()

    def on_ping(self, stream: StreamDescription, ping: Ping) -> None:
        """Let the clocks of sensor and computer be compared."""
        self._assembler.begin(stream).clock.add_ping(ping)

    def on_stopped(self, stream: StreamDescription, n_samples: int) -> None:
        """Take note of how many samples a stream had: the last ones were too few for a message."""
        self._n_in_all[id(self._assembler.begin(stream))] = n_samples

    def missing(self) -> list[Missing]:
        """Tell what should be fetched; of earlier boots also what came after the last message."""
        holes = self._assembler.missing()
        for part in self._assembler.parts:
            counts = part.counts
            is_running = part is self._part
            first = counts.n_samples + counts.n_lost
            stop = self._n_in_all.get(id(part), first if is_running else ENDLESS)
            if first < stop:
                holes.append(Missing(part.stream, first, stop))
        return [hole for hole in holes if hole.stream.log_id is not None]
