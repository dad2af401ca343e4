"""Constants and conversions of geometry.

Quaternions are ``w, x, y, z``.  Pelvis axes: x forward, y left, z up.  World: z up, heading free.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

FloatArray = NDArray[np.float64]

GRAVITY_MPS2 = 9.80665  # standard gravity, 3rd CGPM 1901


def from_matrix(matrix: FloatArray) -> FloatArray:
    """Convert a rotation matrix, shape (3, 3), to a unit quaternion with positive real part."""
    q: FloatArray = Rotation.from_matrix(matrix).as_quat(canonical=True)
    return q[[3, 0, 1, 2]]
