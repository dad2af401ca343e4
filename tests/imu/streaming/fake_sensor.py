"""A sensor without bytes: its messages are pickled numbers, its link is a flag."""

import asyncio
import struct

import numpy as np

from imu.drivers.base import Capabilities, Samples, SensorFacts, StreamDescription
from imu.errors import LinkLostError, SensorDataError, SensorNotFoundError

RATE_HZ = 100.0
N_PER_MESSAGE = 10
DATA, MEMORY = "data", "memory"


def message(first):
    return struct.pack("<I", first)


class FakeSensor:
    """Measures while a stream runs, sends while somebody is connected, remembers everything."""

    def __init__(self, *, has_memory=True):
        self.boot_id = 1
        self.n_connects = 0
        self.in_range = True
        self.refuses = None
        self.swallows = set()  # first indices that are never sent
        self.mute = False
        self.remembers = has_memory
        self.n_fetches = 0
        self._session = 0
        self._began_s = None
        self._link = None
        self._task = None
        self._history = {}  # (boot, session) -> number of samples at its end

    # the radio's side
    async def connect(self):
        await asyncio.sleep(0.1)
        if not self.in_range:
            await asyncio.sleep(2.0)
            raise SensorNotFoundError("The sensor was not found.")
        self.n_connects += 1
        self._link = FakeLink(self)
        return self._link

    def lose(self):
        if self._link is not None:
            self._link.lost.set()
            self._link = None

    def go_away(self):
        self.in_range = False
        self.lose()

    def reboot(self):
        self.end_stream()
        self.boot_id += 1
        self.lose()

    # the sensor's side
    @property
    def n_measured(self):
        if self._began_s is None:
            return 0
        passed_s = asyncio.get_running_loop().time() - self._began_s
        return int(passed_s * RATE_HZ / N_PER_MESSAGE + 1e-6) * N_PER_MESSAGE

    def start_stream(self):
        self._session += 1
        self._began_s = asyncio.get_running_loop().time()
        return self._session

    def end_stream(self):
        if self._began_s is not None:
            self._history[(self.boot_id, self._session)] = self.n_measured
            self._began_s = None

    def is_running(self, stream):
        same = (stream.boot_id, stream.session_id) == (self.boot_id, self._session)
        return same and self._began_s is not None

    def n_known(self, stream):
        if self.is_running(stream):
            return self.n_measured
        return self._history.get((stream.boot_id, stream.session_id), 0)

    async def send(self, link, on_data):
        sent = self.n_measured
        while not link.lost.is_set():
            await asyncio.sleep(N_PER_MESSAGE / RATE_HZ / 2)
            while sent < self.n_measured:
                if not self.mute and sent not in self.swallows:
                    on_data(message(sent))
                sent += N_PER_MESSAGE


class FakeLink:
    def __init__(self, sensor):
        self.sensor = sensor
        self.lost = asyncio.Event()
        self.is_closed = False
        self.tasks = []

    async def close(self):
        self.is_closed = True
        self.lost.set()
        for task in self.tasks:
            task.cancel()


class FakeConversation:
    def __init__(self, link):
        self.link, self.sensor = link, link.sensor

    async def _ask(self):
        await asyncio.sleep(0.02)
        if self.link.lost.is_set():
            raise LinkLostError("The link was lost.")

    async def facts(self):
        await self._ask()
        return SensorFacts("Fake", "1", None, 80, boot_id=self.sensor.boot_id)

    async def start(self, settings, on_data):
        await self._ask()
        if self.sensor.refuses is not None:
            raise self.sensor.refuses
        session = self.sensor.start_stream()
        self._listen(on_data)
        return StreamDescription("fake", RATE_HZ, self.sensor.boot_id, session, 1)

    async def resume(self, description, on_data):
        await self._ask()
        if not self.sensor.is_running(description):
            return False
        self._listen(on_data)
        return True

    async def stop(self):
        await self._ask()
        n = self.sensor.n_measured
        self.sensor.end_stream()
        return n

    async def fetch(self, description, first, stop):
        self.sensor.n_fetches += 1
        await asyncio.sleep(0.2)
        await self._ask()
        if not self.sensor.remembers:
            return []
        known = self.sensor.n_known(description)
        begin = first - first % N_PER_MESSAGE
        return [message(k) for k in range(begin, min(stop, known), N_PER_MESSAGE)]

    def _listen(self, on_data):
        send = self.sensor.send(self.link, on_data)
        self.link.tasks.append(asyncio.get_running_loop().create_task(send))


class FakeDecoder:
    def decode(self, channel, payload):
        if len(payload) != 4:
            raise SensorDataError("no message")
        (first,) = struct.unpack("<I", payload)
        t_s = (first + np.arange(N_PER_MESSAGE)) / RATE_HZ
        value = np.tile(first + np.arange(N_PER_MESSAGE)[:, None], (1, 3)).astype(float)
        return [Samples(first, t_s, value, value)]


class FakeDriver:
    name, label = "fake", "Fake sensor"
    capabilities = Capabilities(
        has_memory=True,
        has_device_time=True,
        has_sequence=True,
        rates_hz=(100,),
        acc_ranges_g=(16,),
        gyr_ranges_dps=(2000,),
    )
    data_channel = DATA
    memory_channel = MEMORY

    def recognises(self, advertisement):
        return True

    def battery_percent(self, advertisement):
        return None

    def converse(self, link):
        return FakeConversation(link)

    def decoder(self, description):
        return FakeDecoder()
