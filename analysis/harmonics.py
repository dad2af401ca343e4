"""Fourier coefficients of the channels over a stride."""

import numpy as np
from numpy.typing import NDArray

from analysis.results import FloatArray

ComplexArray = NDArray[np.complex128]

N_HARMONICS = 6
N_PHASES = 32


def stride_fourier(start: FloatArray, end: FloatArray, channels: FloatArray) -> ComplexArray:
    """Harmonics 1 to 6 of each channel over each stride.

    Parameters
    ----------
    start, end : FloatArray, shape (n_strides,)
        Where strides begin and end, in samples.
    channels : FloatArray, shape (n, n_channels)

    Returns
    -------
    ComplexArray, shape (n_strides, n_channels, 6)
    """
    at = start[:, None] + (end - start)[:, None] * (np.arange(N_PHASES) / N_PHASES)
    low = at.astype(np.intp)
    share = (at - low)[..., None]
    low = np.minimum(low, len(channels) - 2)
    curves = channels[low] * (1 - share) + channels[low + 1] * share
    values = np.fft.rfft(curves, axis=1)[:, 1 : N_HARMONICS + 1] / N_PHASES
    turned: ComplexArray = np.moveaxis(values, 1, 2)
    return turned
