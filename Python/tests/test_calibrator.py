"""Batches, one after another."""

import copy

import numpy as np
import pytest
import rangelab


@pytest.fixture
def batches(generator):
    return [generator.laplace(size=(n, 6, 9)).astype(np.float32) for n in (4, 1, 7)]


@pytest.mark.parametrize("rule", ["minmax", "mse", "percentile", "kl"])
@pytest.mark.parametrize("granularity", ["tensor", ("channel", 1), ("channel", -1)])
def test_batches_answer_as_the_whole(batches, rule, granularity):
    """These rules do not depend on how a tensor is cut into batches."""
    whole = rangelab.estimate(np.concatenate(batches), rule, bits=4, scheme="affine", granularity=granularity)
    for rules in [(), (rule,), ("minmax", rule)]:
        calibrator = rangelab.Calibrator(granularity, rules=rules)
        for batch in batches:
            calibrator.observe(batch)
        found = calibrator.estimate(rule, bits=4, scheme="affine")
        assert np.array_equal(found.scales, whole.scales)
        assert np.array_equal(found.zero_points, whole.zero_points)
        if rules:
            assert found.measurement is None
        else:
            assert found.measurement.elements == 12 * 54
            # Squares are Float32, off by up to 2^-24 of themselves, and meet in another order.
            assert found.error == pytest.approx(whole.error, rel=2**-23)


def test_more_batches_may_follow(batches):
    kept, summed = rangelab.Calibrator(), rangelab.Calibrator(rules="minmax")
    for index, batch in enumerate(batches):
        expected = rangelab.estimate(np.concatenate(batches[: index + 1]), "minmax").scales
        for calibrator in (kept, summed):
            calibrator.observe(batch)
            assert calibrator.estimate("minmax").scales == expected


def test_batches_are_copied(batches):
    calibrator = rangelab.Calibrator()
    first = batches[0].copy()
    calibrator.observe(first)
    first[:] = 1000
    assert calibrator.estimate("minmax").scales == rangelab.estimate(batches[0], "minmax").scales


@pytest.mark.parametrize("rules", [(), ("minmax",)])
def test_copies_go_their_own_way(batches, rules):
    one = rangelab.Calibrator(rules=rules)
    one.observe(batches[0])
    other = copy.deepcopy(one)
    other.observe(batches[0] * 100)
    assert one.estimate("minmax").scales == rangelab.estimate(batches[0], "minmax").scales
    assert other.estimate("minmax").scales == rangelab.estimate(batches[0] * 100, "minmax").scales


@pytest.mark.parametrize("rules", [(), ("minmax",)])
def test_what_is_refused(batches, rules):
    calibrator = rangelab.Calibrator(("channel", 1), rules=rules)
    with pytest.raises(rangelab.InvalidArgumentError, match="no batch was observed"):
        calibrator.estimate("minmax")
    calibrator.observe(batches[0])
    before = calibrator.estimate("minmax").scales
    bad = batches[0].copy()
    bad[0, 0, 0] = np.nan
    with pytest.raises(rangelab.NotFiniteError):
        calibrator.observe(bad)
    with pytest.raises(rangelab.InvalidArgumentError, match="not those of the first batch"):
        calibrator.observe(np.ones((4, 7, 9), np.float32))
    with pytest.raises(rangelab.InvalidArgumentError, match="axes"):
        calibrator.observe(np.float32(1))
    assert np.array_equal(calibrator.estimate("minmax").scales, before), "what is refused is not observed"


def test_rules_that_were_not_named(batches):
    calibrator = rangelab.Calibrator(rules=["minmax"])
    calibrator.observe(batches[0])
    with pytest.raises(rangelab.NotDefinedError, match="not observed for it"):
        calibrator.estimate("mse")
    with pytest.raises(rangelab.InvalidArgumentError, match="unknown estimator"):
        rangelab.Calibrator(rules=["mima"])


def test_nonfinite_values_are_skipped(batches):
    batches[1][0, 0, 0] = np.inf
    for rules in [(), ("minmax",)]:
        calibrator = rangelab.Calibrator(rules=rules, nonfinite="skip")
        for batch in batches:
            calibrator.observe(batch)
        found = calibrator.estimate("minmax")
        finite = np.concatenate(batches)
        assert found.scales == rangelab.estimate(finite[np.isfinite(finite)], "minmax").scales
        assert rules or found.measurement.skipped == 1
