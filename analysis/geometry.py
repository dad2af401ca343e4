"""Constants and conversions of geometry.

Quaternions are ``w, x, y, z``.  Pelvis axes: x forward, y left, z up.  World: z up, heading free.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

FloatArray = NDArray[np.float64]

PIECE_ROWS = 8192  # of 3 x 3 products: a third of the size at which OpenBLAS sets threads to work
GRAVITY_MPS2 = 9.80665  # standard gravity, 3rd CGPM 1901


def turned(vectors: FloatArray, matrix: FloatArray) -> FloatArray:
    """Turn row vectors, shape (n, 3), by a matrix, shape (k, 3); returns shape (n, k).

    A piece at a time: a matrix library sets threads to work on larger products, and on three
    columns these cost more than they save, many times as much on a busy machine.
    """
    product: FloatArray = np.empty((len(vectors), len(matrix)))
    for start in range(0, len(vectors), PIECE_ROWS):
        part = slice(start, start + PIECE_ROWS)
        np.matmul(vectors[part], matrix.T, out=product[part])
    return product


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """Scalar product of each row of ``a`` with the same row of ``b``, shape (n, 3) each."""
    product: FloatArray = np.einsum("ij,ij->i", a, b)
    return product


def from_matrix(matrix: FloatArray) -> FloatArray:
    """Convert a rotation matrix, shape (3, 3), to a unit quaternion with positive real part."""
    q: FloatArray = Rotation.from_matrix(matrix).as_quat(canonical=True)
    return q[[3, 0, 1, 2]]
