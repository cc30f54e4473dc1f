"""Small tensors with something unusual about them, for compare_with_numpy.py."""

import numpy as np


def edge_tensors(seed=20):
    """Pairs of a name and an array; NaN and infinities are in those named `nonfinite`."""
    rng = np.random.default_rng(seed)
    plain = rng.standard_normal((6, 130)).astype(np.float32)
    holes = plain.copy()
    holes[0, 3], holes[2, :], holes[5, 129] = np.nan, np.inf, -np.inf
    ties = (np.arange(-600, 600) / 4).astype(np.float32).reshape(8, 150)
    return {
        "scalar": np.float32(-1.75) * np.ones((), np.float32),
        "single_element": np.array([2.5], np.float32),
        "one_axis": rng.standard_normal(1000).astype(np.float32),
        "three_axes": rng.standard_normal((3, 5, 201)).astype(np.float32),
        "four_axes": rng.standard_normal((2, 3, 4, 101)).astype(np.float32),
        "big_endian": plain.astype(">f4"),
        "fortran_order": np.asfortranarray(plain),
        "fortran_three_axes": np.asfortranarray(rng.standard_normal((4, 7, 33)).astype(np.float32)),
        "float16": plain.astype(np.float16),
        "float64": rng.standard_normal((6, 130)),
        "float64_big_fortran": np.asfortranarray(rng.standard_normal((6, 130))).astype(">f8"),
        "constant_positive": np.full((4, 120), 0.3, np.float32),
        "constant_negative": np.full((4, 120), -0.3, np.float32),
        "all_zero": np.zeros((4, 120), np.float32),
        "negative_zero": np.full((4, 120), -0.0, np.float32),
        "one_zero_row": np.vstack([plain[:3], np.zeros((1, 130), np.float32)]),
        "huge": plain / np.abs(plain).max() * np.float32(1e38),
        "tiny": plain * np.float32(1e-38),
        "subnormal": plain * np.float32(1e-42),
        "huge_and_tiny": np.where(plain > 2, np.float32(1e38), plain * np.float32(1e-38)),
        "positive": np.abs(plain) + np.float32(0.5),
        "negative": -np.abs(plain) - np.float32(0.5),
        "relu": np.maximum(plain, 0),
        "ties": ties,
        "heavy_tail": rng.standard_t(1.5, (7, 333)).astype(np.float32),
        "nonfinite": holes,
        "nonfinite_one_axis": np.concatenate([holes[0], plain[1]]),
    }


def granularities(shape):
    """Those a shape has, with groups that do and do not divide the last axis."""
    axes = {f"channel:{axis}" for axis in range(len(shape))}
    return ["tensor", *sorted(axes), "group:1", "group:10", "group:100", "group:128"]
