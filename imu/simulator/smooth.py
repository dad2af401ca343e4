"""Smooth functions of time with their exact first and second derivatives."""

from dataclasses import dataclass

import numpy as np

from imu.simulator.waveforms import FloatArray


@dataclass(frozen=True, slots=True)
class Curve:
    """A quantity with its first and second derivative by time; arrays of one shape."""

    value: FloatArray
    rate: FloatArray
    acceleration: FloatArray

    def __add__(self, other: "Curve") -> "Curve":
        return Curve(
            self.value + other.value,
            self.rate + other.rate,
            self.acceleration + other.acceleration,
        )

    def __mul__(self, other: "Curve") -> "Curve":
        return Curve(
            self.value * other.value,
            self.rate * other.value + self.value * other.rate,
            self.acceleration * other.value
            + 2 * self.rate * other.rate
            + self.value * other.acceleration,
        )

    def scaled(self, factor: float) -> "Curve":
        """Multiply by a constant."""
        return Curve(factor * self.value, factor * self.rate, factor * self.acceleration)


def constant(value: float, n: int) -> Curve:
    """Make a curve that does not change."""
    return Curve(np.full(n, value), np.zeros(n), np.zeros(n))


def step(t_s: FloatArray, start_s: float, duration_s: float) -> Curve:
    """Rise from 0 to 1 in ``duration_s``, with continuous acceleration (minimum jerk)."""
    x = np.clip((t_s - start_s) / duration_s, 0.0, 1.0)
    return Curve(
        x**3 * (10 - 15 * x + 6 * x**2),
        30 * x**2 * (1 - x) ** 2 / duration_s,
        60 * x * (1 - x) * (1 - 2 * x) / duration_s**2,
    )


def window(t_s: FloatArray, start_s: float, end_s: float, ramp_s: float) -> Curve:
    """Rise to 1 behind ``start_s`` and fall to 0 before ``end_s``, both within ``ramp_s``."""
    ramp = min(ramp_s, (end_s - start_s) / 2)
    return step(t_s, start_s, ramp) + step(t_s, end_s - ramp, ramp).scaled(-1.0)


def steady(t_s: FloatArray, start_s: float, duration_s: float, ease_s: float) -> Curve:
    """Rise from 0 to 1 at a constant rate, which grows and fades smoothly within ``ease_s``."""
    ease = min(ease_s, duration_s / 2)
    way = _way(t_s - start_s, ease) - _way(t_s - (start_s + duration_s - ease), ease)
    rate = steady_rate(t_s, start_s, duration_s, ease_s)
    return Curve(way / (duration_s - ease), rate.value, rate.rate)


def steady_rate(t_s: FloatArray, start_s: float, duration_s: float, ease_s: float) -> Curve:
    """Give the rate of :func:`steady`, with its own derivatives."""
    ease = min(ease_s, duration_s / 2)
    return window(t_s, start_s, start_s + duration_s, ease).scaled(1 / (duration_s - ease))


def _way(since_s: FloatArray, ease_s: float) -> FloatArray:
    """Integrate :func:`step`."""
    x = np.clip(since_s / ease_s, 0.0, 1.0)
    way: FloatArray = ease_s * x**4 * (2.5 - 3 * x + x**2) + np.maximum(since_s - ease_s, 0.0)
    return way


def sines(
    t_s: FloatArray, rms: float, band_hz: tuple[float, float], n: int, rng: np.random.Generator
) -> Curve:
    """Sum of ``n`` sines with random phases, evenly spread frequencies and the given size."""
    frequency = np.linspace(*band_hz, n) * (1 + 0.02 * rng.standard_normal(n))
    omega = 2 * np.pi * frequency
    shift = rng.uniform(0, 2 * np.pi, n)
    size = rms * np.sqrt(2 / n)
    total = constant(0.0, len(t_s))
    for w, phase in zip(omega, shift, strict=True):
        sine, cosine = np.sin(w * t_s + phase), np.cos(w * t_s + phase)
        total = total + Curve(size * sine, size * w * cosine, -size * w**2 * sine)
    return total
