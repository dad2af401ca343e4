"""Fourier coefficients of the channels over a stride."""

import numpy as np
from numpy.typing import NDArray

from analysis.results import FloatArray

ComplexArray = NDArray[np.complex128]

N_HARMONICS = 6
N_PHASES = 32


def stride_curves(start: FloatArray, end: FloatArray, channels: FloatArray) -> FloatArray:
    """Read channels at 32 phases of each stride.

    Parameters
    ----------
    start, end : FloatArray, shape (n_strides,)
        Where strides begin and end, in samples.
    channels : FloatArray, shape (n, n_channels)

    Returns
    -------
    FloatArray, shape (n_strides, 32, n_channels)
    """
    at = start[:, None] + (end - start)[:, None] * (np.arange(N_PHASES) / N_PHASES)
    low = at.astype(np.intp)
    share = (at - low)[..., None]
    low = np.minimum(low, len(channels) - 2)
    curves = channels.take(low, axis=0)
    beyond = channels.take(low + 1, axis=0)
    beyond -= curves
    beyond *= share
    curves += beyond
    return curves


def stride_fourier(curves: FloatArray) -> ComplexArray:
    """Harmonics 1 to 6 of each channel over each stride.

    Parameters
    ----------
    curves : FloatArray, shape (n_strides, 32, n_channels)
        From `stride_curves`.

    Returns
    -------
    ComplexArray, shape (n_strides, n_channels, 6)
    """
    values = np.fft.rfft(curves, axis=1)[:, 1 : N_HARMONICS + 1] / N_PHASES
    turned: ComplexArray = np.moveaxis(values, 1, 2)
    return turned
