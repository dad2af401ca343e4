"""What the sensor is, and how it is worn."""

import math
from dataclasses import dataclass

from imu.errors import SimulationError

# Quartz stays within 100 ppm, the ring oscillators inside sensor chips within a few percent.
MAX_DRIFT_PPM = 50_000.0


@dataclass(frozen=True, slots=True)
class Slip:
    """The sensor turns on the pelvis, smoothly, and stays where it is then.

    Attributes
    ----------
    time_s : float
        When it begins, since the start of the recording.
    angle_deg : float
        How far it turns, right-handed about the axis.
    axis : tuple of 3 floats
        Pelvis axes (x forward, y left, z up); its length does not matter.
    duration_s : float
        Half a second is plausible for a belt that is pushed aside.
    """

    time_s: float
    angle_deg: float
    axis: tuple[float, float, float] = (0.0, 1.0, 0.0)
    duration_s: float = 0.5

    def __post_init__(self) -> None:
        if not self.duration_s > 0.0:
            raise SimulationError(f"a slip must take longer than {self.duration_s} s")
        if not math.hypot(*self.axis) > 0.0:
            raise SimulationError("the axis of a slip must have a direction")


@dataclass(frozen=True, slots=True)
class Wobble:
    """A belt that swings: a damped oscillator that the pelvis's acceleration drives.

    Lateral acceleration turns the sensor about the forward axis, vertical acceleration about the
    lateral axis.  Frequency and damping are plausible for an elastic belt, not published.  With
    the default size the excursion of a runner at 3 m/s reads 0.7 deg too large where nothing is
    done about it; twice the size makes twice the error.

    Attributes
    ----------
    about_forward_deg, about_lateral_deg : float
        Root mean square over the gait in the recording (over all of it, where there is none).
    frequency_hz : float
        Of the free swing.
    damping_ratio : float
        Between 0 and 1: 0.15 halves a free swing in about three quarters of a period.
    """

    about_forward_deg: float = 0.3
    about_lateral_deg: float = 0.6
    frequency_hz: float = 5.0
    damping_ratio: float = 0.15

    def __post_init__(self) -> None:
        if not 0.5 <= self.frequency_hz <= 25.0:
            raise SimulationError(
                f"frequency_hz must lie between 0.5 and 25, not {self.frequency_hz}"
            )
        if not 0.0 < self.damping_ratio < 1.0:
            raise SimulationError(
                f"damping_ratio must lie between 0 and 1, not {self.damping_ratio}"
            )


@dataclass(frozen=True, slots=True)
class Sensor:
    """The sensor and how it is worn.  Defaults are those of a common 6-axis chip.

    Attributes
    ----------
    sampling_rate_hz : float
    mount_sensor_to_pelvis_wxyz : tuple of 4 floats
        Rotates a vector from sensor axes to pelvis axes (x forward, y left, z up).
    acc_bias_mps2, gyr_bias_radps : tuple of 3 floats
        Constant offsets, sensor axes.
    acc_noise_mps2_per_rthz, gyr_noise_radps_per_rthz : float
        White noise density; 100 micro-g and 0.007 deg/s per root hertz.
    acc_range_mps2, gyr_range_radps : float
        Larger values are clipped: 16 g and 2000 deg/s.
    n_bits : int or None
        Resolution; None leaves out rounding.
    loss_rate : float
        Share of packets that never arrive.
    n_packet_samples : int
        Samples in a packet.
    dropouts_s : tuple of (start, end)
        Stretches without any sample, half open.
    slips : tuple of Slip
        How it moves on the pelvis while it is worn, in order of time.
    wobble : Wobble or None
        None: the sensor moves with the bone.
    clock_jitter_s : float
        Spread of the moments of the samples around an even beat; the recording says the moments
        as they were.
    clock_drift_ppm : float
        How fast the sensor's clock runs; all times of recording and truth are those of its clock.
    """

    sampling_rate_hz: float = 100.0
    mount_sensor_to_pelvis_wxyz: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)
    acc_bias_mps2: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gyr_bias_radps: tuple[float, float, float] = (0.0, 0.0, 0.0)
    acc_noise_mps2_per_rthz: float = 0.00098
    gyr_noise_radps_per_rthz: float = 0.00012
    acc_range_mps2: float = 156.9
    gyr_range_radps: float = 34.9
    n_bits: int | None = 16
    loss_rate: float = 0.0
    n_packet_samples: int = 8
    dropouts_s: tuple[tuple[float, float], ...] = ()
    slips: tuple[Slip, ...] = ()
    wobble: Wobble | None = None
    clock_jitter_s: float = 0.0
    clock_drift_ppm: float = 0.0

    def __post_init__(self) -> None:
        if not self.clock_jitter_s >= 0.0:
            raise SimulationError(f"clock_jitter_s must not be below 0, as {self.clock_jitter_s}")
        if not abs(self.clock_drift_ppm) <= MAX_DRIFT_PPM:
            raise SimulationError(
                f"clock_drift_ppm must lie within {MAX_DRIFT_PPM:.0f}, not {self.clock_drift_ppm}"
            )

    @property
    def clock_rate(self) -> float:
        """Seconds of the sensor's clock in one true second."""
        return 1.0 + 1e-6 * self.clock_drift_ppm

    @classmethod
    def ideal(cls, sampling_rate_hz: float = 100.0) -> "Sensor":
        """No noise, no rounding, no clipping: for tests of exactness."""
        return cls(
            sampling_rate_hz=sampling_rate_hz,
            acc_noise_mps2_per_rthz=0.0,
            gyr_noise_radps_per_rthz=0.0,
            acc_range_mps2=math.inf,
            gyr_range_radps=math.inf,
            n_bits=None,
        )
