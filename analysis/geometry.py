"""Constants and conversions of geometry.

Quaternions are ``w, x, y, z``.  Pelvis axes: x forward, y left, z up.  World: z up, heading free.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

FloatArray = NDArray[np.float64]

GRAVITY_MPS2 = 9.80665  # standard gravity, 3rd CGPM 1901


def turned(vectors: FloatArray, matrix: FloatArray) -> FloatArray:
    """Turn row vectors, shape (n, 3), by a matrix, shape (k, 3); returns shape (n, k).

    Not ``vectors @ matrix.T``: the threads of a matrix library cost more than they save on three
    columns, and many times as much on a busy machine.
    """
    product: FloatArray = np.einsum("ij,kj->ik", vectors, matrix)
    return product


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """Scalar product of each row of ``a`` with the same row of ``b``, shape (n, 3) each."""
    product: FloatArray = np.einsum("ij,ij->i", a, b)
    return product


def from_matrix(matrix: FloatArray) -> FloatArray:
    """Convert a rotation matrix, shape (3, 3), to a unit quaternion with positive real part."""
    q: FloatArray = Rotation.from_matrix(matrix).as_quat(canonical=True)
    return q[[3, 0, 1, 2]]
