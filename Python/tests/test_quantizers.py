"""Quantizers: against the formula, against numpy, and what is refused."""

import copy
import gc
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import rangelab


def formula(x, scales, zeros, least, most):
    """QuantizeLinear and DequantizeLinear of ONNX, with numpy."""
    codes = np.clip(np.rint(x / scales) + zeros, least, most)
    return codes, (codes - zeros).astype(np.float32) * scales


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("scheme,grid,least,most", [
    ("symmetric", None, -7, 7), ("symmetric", "full", -8, 7), ("symmetric", "unsigned", 0, 15),
    ("affine", None, 0, 15), ("affine", "signed", -8, 7)])
def test_codes_are_those_of_the_formula(generator, axis, scheme, grid, least, most):
    x = generator.laplace(size=(5, 6, 7)).astype(np.float32)
    found = rangelab.estimate(x, "percentile[p=95]", bits=4, scheme=scheme, grid=grid, granularity=("channel", axis))
    assert (found.minimum_code, found.maximum_code, found.bits) == (least, most, 4)
    shape = [1, 1, 1]
    shape[axis] = -1
    codes, values = formula(
        x, found.scales.reshape(shape), found.zero_points.reshape(shape), least, most)
    assert np.array_equal(found.quantize(x), codes) and found.quantize(x).dtype == found.code_dtype
    assert np.array_equal(found.dequantize(found.quantize(x)), values)
    assert np.array_equal(found.fake_quantize(x), values)
    # The kernel sums in another order: some 2^-52 for each of 210 terms.
    errors = (x.astype(np.float64) - values) ** 2
    assert found.error == pytest.approx(errors.mean(), rel=1e-6)
    assert found.clipping + found.rounding == pytest.approx(found.error, rel=1e-12)


def test_shapes_of_lanes(generator):
    x = generator.normal(size=(4, 6, 10)).astype(np.float32)
    shapes = {"tensor": (), ("channel", 1): (6,), ("group", 5): (4, 6, 2), ("group", 4): (4, 6, 3),
              ("group", 2, 0): (2, 6, 10), ("block", 3, 5): (4, 2, 2)}
    for granularity, shape in shapes.items():
        found = rangelab.estimate(x, "minmax", granularity=granularity)
        assert found.scales.shape == found.zero_points.shape == shape
        assert found.scales.dtype == np.float32 and found.zero_points.dtype == np.int32


def test_the_optimum_is_below_every_rule(heavy_tailed):
    best = rangelab.optimum(heavy_tailed, bits=4, scheme="affine")
    assert best.regret == 0 and best.lower_bound <= best.error == best.optimal_error
    for rule in ("minmax", "percentile", "kl", "mse", "aciq"):
        found = rangelab.estimate(heavy_tailed, rule, bits=4, scheme="affine")
        assert found.error >= best.lower_bound and found.optimal_error == best.error
    assert rangelab.estimate(heavy_tailed, "minmax", regret=False).regret is None
    with pytest.raises(rangelab.NotDefinedError, match="8 bits"):
        rangelab.optimum(heavy_tailed, bits=9)


def test_measured_on_another_tensor(generator):
    x, y = generator.laplace(size=(2, 8, 50)).astype(np.float32)
    found = rangelab.estimate(x, bits=4, granularity=("channel", 0))
    held_out = found.measure(y)
    assert held_out.error == pytest.approx(((y - found.fake_quantize(y)).astype(float) ** 2).mean(), rel=1e-6)
    assert held_out.optimal_error == rangelab.optimum(y, bits=4, granularity=("channel", 0)).error
    assert held_out.regret > 0 and found.measure(y, regret=False).regret is None
    with pytest.raises(rangelab.InvalidArgumentError, match="other lanes"):
        found.measure(y[:7])
    assert found.measure(y[:, :20]).elements == 160, "the other axis may have any length"


def test_output_arrays(heavy_tailed):
    found = rangelab.estimate(heavy_tailed, bits=4)
    codes = np.empty(heavy_tailed.shape, np.int8)
    assert found.quantize(heavy_tailed, out=codes) is codes
    expected = found.fake_quantize(heavy_tailed)
    assert found.fake_quantize(heavy_tailed, out=heavy_tailed) is heavy_tailed
    assert np.array_equal(heavy_tailed, expected)
    for wrong in [np.empty(3, np.int8), np.empty(heavy_tailed.shape, np.uint8), codes.T, codes.tolist()]:
        with pytest.raises(rangelab.InvalidArgumentError, match="out is"):
            found.quantize(heavy_tailed, out=wrong)


def test_values_that_are_not_finite(heavy_tailed):
    heavy_tailed[1, 2], heavy_tailed[3, 4] = np.nan, np.inf
    with pytest.raises(rangelab.NotFiniteError, match="2 of 6144 values"):
        rangelab.estimate(heavy_tailed)
    found = rangelab.estimate(heavy_tailed, scheme="affine", nonfinite="skip")
    assert found.measurement.skipped == 2 and found.measurement.elements == heavy_tailed.size - 2
    codes = found.quantize(heavy_tailed)
    assert codes[1, 2] == codes[3, 4] == found.zero_points
    everything = rangelab.estimate(np.full(5, np.nan), nonfinite="skip")
    assert everything.degenerate_lanes == 1 and everything.scales == 1 and everything.measurement.elements == 0


@pytest.mark.parametrize("arguments,message", [
    (dict(rule="msee"), "unknown estimator 'msee'"), (dict(rule="percentile[q=1]"), "no parameter 'q'"),
    (dict(rule="percentile[p=101]"), "50 to 100"), (dict(bits=1), "2 to 16"), (dict(bits="many"), "2 to 16"),
    (dict(scheme="both"), "symmetric or affine"), (dict(grid="signed"), "narrow, full, unsigned"),
    (dict(codes="int99"), "format cannot be"), (dict(granularity="channel:2"), "axes 0 to 1"),
    (dict(granularity=("channel",)), "granularity cannot be"), (dict(granularity=("rows", 1)), "granularity cannot be"),
    (dict(granularity=("group", 0)), "granularity cannot be"), (dict(nonfinite="drop"), "'error' or 'skip'"),
    (dict(threads=0), "1 or more"), (dict(rule=3), "no text")])
def test_bad_arguments(heavy_tailed, arguments, message):
    with pytest.raises(rangelab.InvalidArgumentError, match="(?s)" + message.replace("[", r"\[")):
        rangelab.estimate(heavy_tailed, **arguments)
    with pytest.raises(ValueError):
        rangelab.estimate(heavy_tailed, **arguments)


def test_empty_tensors():
    with pytest.raises(rangelab.InvalidArgumentError, match="no values"):
        rangelab.estimate(np.empty((0, 3), np.float32))


def test_rules_without_a_meaning(heavy_tailed):
    with pytest.raises(rangelab.NotDefinedError, match="not evenly spaced"):
        rangelab.estimate(heavy_tailed, "kl", codes="nf4")


def test_given_quantizers(generator):
    x = generator.normal(size=(3, 20)).astype(np.float32)
    found = rangelab.Quantizers.given(
        [0.5, 0.25, 1.0], [0, 15, 3], shape=x.shape, bits=4, scheme="affine", granularity=("channel", 0))
    assert np.array_equal(
        found.fake_quantize(x), formula(x, found.scales[:, None], found.zero_points[:, None], 0, 15)[1])
    with pytest.raises(AttributeError, match="nothing was measured"):
        found.error
    mx = rangelab.Quantizers.given([0.5], shape=(4,), codes="mxfp4")
    assert np.array_equal(mx.dequantize(mx.quantize([0.0, 0.5, -3.0, 9.0])), [0, 0.5, -3, 3])
    bad = [
        (dict(scales=[1, 2]), "2 scales; .* 3 lanes"), (dict(scales=[1, 0, 1]), "lane 1: a scale of 0"),
        (dict(scales=[1, np.nan, 1]), "lane 1"), (dict(zero_points=[0, 16, 0]), "lane 1: a zero point of 16"),
        (dict(zero_points=[0]), "3 scales and 1 zero"), (dict(unit=2.0), "has none")]
    for changed, message in bad:
        arguments = dict(scales=[1, 1, 1], shape=x.shape, bits=4, scheme="affine", granularity="channel:0")
        with pytest.raises(rangelab.InvalidArgumentError, match=message):
            rangelab.Quantizers.given(**{**arguments, **changed})
    with pytest.raises(rangelab.InvalidArgumentError, match="mxfp4 can store"):
        rangelab.Quantizers.given([0.3], shape=(4,), codes="mxfp4")


def test_nvfp4_comes_back_with_its_unit(generator):
    x = generator.normal(size=(4, 64)).astype(np.float32)
    found = rangelab.estimate(x, codes="nvfp4", granularity=("group", 16))
    assert found.scales.shape == (4, 4)
    with pytest.raises(rangelab.InvalidArgumentError, match="unit"):
        rangelab.Quantizers.given(found.scales, shape=x.shape, codes="nvfp4", granularity=("group", 16))


def test_bad_codes():
    found = rangelab.Quantizers.given([1.0], shape=(3,), bits=4)
    with pytest.raises(rangelab.InvalidArgumentError, match="code 8 at index 2; int4-narrow has -7 to 7"):
        found.dequantize(np.array([0, -7, 8], np.int8))
    with pytest.raises(rangelab.InvalidArgumentError, match="codes of int64; expected int8"):
        found.dequantize(np.array([0, 1, 2]))
    with pytest.raises(rangelab.InvalidArgumentError, match="code 16 at index 0"):
        rangelab.Quantizers.given([1.0], shape=(1,), codes="nf4").dequantize(np.array([16], np.uint8))


def test_threads_do_not_change_anything(generator):
    x = generator.standard_t(4, size=(300, 700)).astype(np.float32)
    for granularity in ("tensor", ("channel", 1), ("group", 50)):
        one = rangelab.estimate(x, "mse", bits=4, granularity=granularity, threads=1)
        for threads in (2, 5, None):
            more = rangelab.estimate(x, "mse", bits=4, granularity=granularity, threads=threads)
            assert np.array_equal(more.scales, one.scales) and more.measurement == one.measurement
            assert np.array_equal(more.quantize(x, threads=threads), one.quantize(x, threads=1))


def test_calls_from_many_threads(generator):
    tensors = [generator.laplace(size=(20, 30)).astype(np.float32) for _ in range(8)]

    def ask(index):
        try:
            return rangelab.estimate(tensors[index % 8], "mse" if index % 3 else f"none-{index}", bits=4).error
        except rangelab.InvalidArgumentError as error:
            return str(error).split("'")[1]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(96)))
    assert found == [ask(index) for index in range(96)]
    assert found[93] == "none-93"


def test_life_of_quantizers(heavy_tailed):
    found = rangelab.estimate(heavy_tailed, granularity=("channel", 0))
    scales, expected = found.scales, found.scales.copy()
    assert copy.deepcopy(found) is found
    del found
    gc.collect()
    assert np.array_equal(scales, expected), "arrays outlive the handle"
    with pytest.raises(ValueError, match="read-only"):
        scales[0] = 1
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(rangelab.estimate(heavy_tailed))
