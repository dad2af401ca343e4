"""What a real sensor makes of exact signals: axes, offsets, noise, range, steps, lost packets."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from imu.simulator.sensor import Sensor
from imu.simulator.waveforms import FloatArray

# Of the sampling period: neighbours stay at least a fifth of it apart.
MAX_JITTER_SHARE = 0.4


def sample_times_s(sensor: Sensor, duration_s: float, rng: np.random.Generator) -> FloatArray:
    """Moments of all samples by the sensor's own clock, strictly increasing."""
    n = max(1, round(duration_s * sensor.sampling_rate_hz))
    moments_s = np.arange(n) / sensor.sampling_rate_hz
    if sensor.clock_jitter_s > 0.0:
        most_s = MAX_JITTER_SHARE / sensor.sampling_rate_hz
        jitter_s = sensor.clock_jitter_s * rng.standard_normal(n)
        moments_s = most_s + moments_s + np.clip(jitter_s, -most_s, most_s)
    return moments_s


def sense(
    acc_pelvis: FloatArray, gyr_pelvis: FloatArray, sensor: Sensor, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Turn signals in pelvis axes, shape (n, 3), into what the sensor reads."""
    w, x, y, z = sensor.mount_sensor_to_pelvis_wxyz
    to_sensor = Rotation.from_quat((x, y, z, w)).inv()
    bandwidth_hz = sensor.sampling_rate_hz / 2
    acc = _read(
        to_sensor.apply(acc_pelvis) + sensor.acc_bias_mps2,
        sensor.acc_noise_mps2_per_rthz * np.sqrt(bandwidth_hz),
        sensor.acc_range_mps2,
        sensor.n_bits,
        rng,
    )
    gyr = _read(
        to_sensor.apply(gyr_pelvis) + sensor.gyr_bias_radps,
        sensor.gyr_noise_radps_per_rthz * np.sqrt(bandwidth_hz),
        sensor.gyr_range_radps,
        sensor.n_bits,
        rng,
    )
    return acc, gyr


def arrived(t_s: FloatArray, sensor: Sensor, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Tell which samples reach the host: lost packets and dropouts are missing."""
    n_packets = -(-len(t_s) // sensor.n_packet_samples)
    packet_arrived = rng.random(n_packets) >= sensor.loss_rate
    there: NDArray[np.bool_] = np.repeat(packet_arrived, sensor.n_packet_samples)[: len(t_s)]
    for start_s, end_s in sensor.dropouts_s:
        there &= (t_s < start_s) | (t_s >= end_s)
    return there


def _read(
    values: FloatArray,
    noise: float,
    full_scale: float,
    n_bits: int | None,
    rng: np.random.Generator,
) -> FloatArray:
    noisy = values + noise * rng.standard_normal(values.shape)
    if n_bits is not None:
        step = 2 * full_scale / 2**n_bits
        noisy = np.round(noisy / step) * step
    clipped: FloatArray = np.clip(noisy, -full_scale, full_scale)
    return clipped
