"""How a sensor measures: what is asked of it, and what it does."""

import struct
from dataclasses import dataclass

from firmware_protocol.codes import MAX_SAMPLES
from firmware_protocol.packing import BytesLike, check_length, pack, require, require_scale

_REQUEST = struct.Struct("<HHHBB")
_CONFIG = struct.Struct("<HHHBBff")


@dataclass(frozen=True, slots=True)
class ConfigRequest:
    """What a host asks for.

    Attributes
    ----------
    gyr_range_dps : int
        0 switches the gyroscope off.
    samples_per_packet : int
        1 to 19; a sensor sends fewer where the link's MTU is too small.
    """

    rate_hz: int
    acc_range_g: int
    gyr_range_dps: int
    samples_per_packet: int


@dataclass(frozen=True, slots=True)
class Config:
    """How a sensor measures.

    Attributes
    ----------
    acc_scale : float
        Metres per second squared per count.
    gyr_scale : float
        Radians per second per count; may be 0 where the gyroscope is off.
    """

    rate_hz: int
    acc_range_g: int
    gyr_range_dps: int
    samples_per_packet: int
    acc_scale: float
    gyr_scale: float


def encode_config_request(request: ConfigRequest) -> bytes:
    """Encode 8 bytes to write to CONFIG.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    data = pack(
        _REQUEST,
        request.rate_hz,
        request.acc_range_g,
        request.gyr_range_dps,
        request.samples_per_packet,
        0,
    )
    decode_config_request(data)
    return data


def decode_config_request(data: BytesLike, *, newer: bool = False) -> ConfigRequest:
    """Decode what a host wrote to CONFIG.

    Raises
    ------
    ProtocolError
        The bytes are no request.
    """
    check_length("CONFIG request", data, _REQUEST.size, newer=newer)
    rate_hz, acc_range_g, gyr_range_dps, n_samples, _ = _REQUEST.unpack_from(data)
    _check_settings(rate_hz, acc_range_g, n_samples)
    return ConfigRequest(rate_hz, acc_range_g, gyr_range_dps, n_samples)


def encode_config(config: Config) -> bytes:
    """Encode 16 bytes that are read from CONFIG.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    data = pack(
        _CONFIG,
        config.rate_hz,
        config.acc_range_g,
        config.gyr_range_dps,
        config.samples_per_packet,
        0,
        config.acc_scale,
        config.gyr_scale,
    )
    decode_config(data)
    return data


def decode_config(data: BytesLike, *, newer: bool = False) -> Config:
    """Decode what was read from CONFIG.

    Raises
    ------
    ProtocolError
        The bytes are no CONFIG.
    """
    check_length("CONFIG", data, _CONFIG.size, newer=newer)
    rate_hz, acc_range_g, gyr_range_dps, n_samples, _, acc_scale, gyr_scale = _CONFIG.unpack_from(
        data
    )
    _check_settings(rate_hz, acc_range_g, n_samples)
    require_scale("acc_scale", acc_scale)
    require_scale("gyr_scale", gyr_scale, may_be_zero=gyr_range_dps == 0)
    return Config(rate_hz, acc_range_g, gyr_range_dps, n_samples, acc_scale, gyr_scale)


def _check_settings(rate_hz: int, acc_range_g: int, n_samples: int) -> None:
    require(rate_hz > 0, "CONFIG has a rate of 0")
    require(acc_range_g > 0, "CONFIG has an accelerometer range of 0")
    require(1 <= n_samples <= MAX_SAMPLES, f"CONFIG has {n_samples} samples in a packet")
