"""What is taken as a tensor, and that it is not copied where it need not be."""

import numpy as np
import pytest
import rangelab
from rangelab._arrays import as_float32


class OnlyArray:
    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype)


class OnlyDLPack:
    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **settings):
        return self.array.__dlpack__(**settings)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_nothing_is_copied(heavy_tailed):
    assert as_float32(heavy_tailed) is heavy_tailed
    for wrapped in [OnlyArray(heavy_tailed), OnlyDLPack(heavy_tailed), memoryview(heavy_tailed)]:
        taken = as_float32(wrapped)
        assert np.shares_memory(taken, heavy_tailed) and taken.shape == heavy_tailed.shape


@pytest.mark.parametrize("make", [
    lambda x: x.astype(np.float64), lambda x: np.asfortranarray(x), lambda x: x.astype(">f4"), lambda x: x.tolist(),
    lambda x: np.repeat(x, 2, axis=1)[:, ::2], OnlyArray, OnlyDLPack, memoryview])
def test_same_answer_of_every_kind(heavy_tailed, make):
    expected = rangelab.estimate(heavy_tailed, bits=4, granularity=("channel", 0))
    found = rangelab.estimate(make(heavy_tailed), bits=4, granularity=("channel", 0))
    assert np.array_equal(found.scales, expected.scales) and found.measurement == expected.measurement


def test_numbers_of_other_types(generator):
    x = generator.integers(-100, 100, size=(40, 30))
    expected = rangelab.estimate(x.astype(np.float32), "minmax")
    for dtype in (np.int8, np.int64, np.float16):
        assert rangelab.estimate(x.astype(dtype), "minmax").scales == expected.scales
    assert rangelab.estimate(np.float32(3), "minmax").scales == np.float32(3 / 127)


def test_tensors_stay_as_they_are(heavy_tailed):
    before = heavy_tailed.copy()
    heavy_tailed.flags.writeable = False
    found = rangelab.estimate(heavy_tailed, bits=3)
    rangelab.fake_quantize(heavy_tailed, found)
    assert np.array_equal(heavy_tailed, before)


@pytest.mark.parametrize("bad", [
    np.array(["a"]), np.array([1j]), np.array([object()]), np.array([True]), np.array(["2024-01-01"], "datetime64[D]")])
def test_what_is_no_tensor(bad):
    with pytest.raises(TypeError, match="expected real numbers"):
        rangelab.estimate(bad)
