"""Gait analysis for one sensor on the back of the pelvis: pure functions of arrays.

Start with :func:`analyse_run` for a recording.
"""

from analysis.run import ANALYSIS_VERSION, analyse_run

__all__ = ["ANALYSIS_VERSION", "analyse_run"]
