"""Gait analysis for one sensor on the back of the pelvis: pure functions of arrays.

Start with :func:`analyse_run` for a recording.
"""
