"""Results are those of the command, bit for bit."""

import json

import numpy as np
import pytest
import rangelab
from conftest import DATA

TENSORS = ["minilm_l1_gelu.npy", "minilm_l5_query_weight.npy"]
# Rules of every family: a few numbers, searches, histograms, and one that replays batches.
RULES = ["minmax", "percentile[p=99.9]", "mse", "kl", "aciq", "torch-histogram"]
NUMBERS = {
    "mse": "error", "clipping_mse": "clipping", "rounding_mse": "rounding", "sqnr_db": "sqnr",
    "clipped_fraction": "clipped_fraction", "max_abs_error": "maximum_error", "cosine": "cosine",
    "optimal_mse": "optimal_error", "regret": "regret"}


def assert_equal(found, record):
    """Quantizers and errors of the package against an object of the command, without tolerance."""
    lanes = record["lanes"]
    assert found.scales.size == len(lanes)
    assert found.scales.ravel().tolist() == [lane["scale"] for lane in lanes]
    assert found.zero_points.ravel().tolist() == [lane["zero_point"] for lane in lanes]
    compared = 0
    for name, attribute in NUMBERS.items():
        if name in record:
            assert getattr(found.measurement, attribute) == float(record[name]), name
            compared += 1
    assert compared >= 7, f"only {compared} numbers to compare in {sorted(record)}"
    assert found.measurement.elements == record["elements"]


@pytest.mark.parametrize("tensor", TENSORS)
@pytest.mark.parametrize("scheme,bits", [("symmetric", 4), ("affine", 8)])
def test_rules(estimates, tensor, scheme, bits):
    x = np.load(DATA / tensor)
    records = estimates(DATA / tensor, "-e", *RULES, "-b", bits, "--scheme", scheme, "--regret")
    assert len(records) == len(RULES)
    for rule, record in zip(RULES, records):
        assert record["status"] == "ok" and record["estimator"].startswith(rule.split("[")[0])
        assert_equal(rangelab.estimate(x, rule, bits=bits, scheme=scheme), record)


@pytest.mark.parametrize(
    "granularity,text", [(("channel", 0), "channel:0"), (("channel", -1), "channel:-1"), (("group", 32), "group:32"),
                         (("group", 64, 0), "group:64@0"), (("block", 64, 64), "block:64x64")])
@pytest.mark.parametrize("rule", ["mse", "minmax"])
def test_granularities(estimates, granularity, text, rule):
    tensor = DATA / TENSORS[1]
    (record,) = estimates(tensor, "-e", rule, "-b", 4, "--granularity", text, "--regret")
    found = rangelab.estimate(np.load(tensor), rule, bits=4, granularity=granularity)
    assert found.granularity == text
    assert_equal(found, record)


@pytest.mark.parametrize("codes", ["fp8-e4m3", "nf4", "mxfp4", "nvfp4", "int4-narrow/scale:float16", "uint12-affine"])
def test_formats(estimates, tmp_path, codes):
    # A few rows: the search of 8-bit floating point takes a hundredth of a second for each lane.
    x = np.load(DATA / TENSORS[1])[:16]
    np.save(tmp_path / "rows.npy", x)
    (record,) = estimates(tmp_path / "rows.npy", "-e", "mse", "--codes", codes, "--granularity", "group:32", "--regret")
    found = rangelab.estimate(x, "mse", codes=codes, granularity=("group", 32))
    assert_equal(found, record)
    assert (found.regret is None) == ("regret" not in record)


def test_long_tensors(estimates, tmp_path, generator):
    """Beyond four million values tables of moments are kept, and several threads read parts."""
    x = generator.laplace(size=5_000_001).astype(np.float32)
    np.save(tmp_path / "long.npy", x)
    (record,) = estimates(tmp_path / "long.npy", "-e", "mse", "-b", "4", "--regret")
    for threads in (1, None):
        assert_equal(rangelab.estimate(x, "mse", bits=4, threads=threads), record)


def test_float64_and_nonfinite(estimates, tmp_path, heavy_tailed):
    x = heavy_tailed.astype(np.float64) * (1 + 1e-9)
    x[3, 5], x[60, 1] = np.nan, np.inf
    np.save(tmp_path / "x.npy", x)
    (record,) = estimates(tmp_path / "x.npy", "-e", "mse", "-b", "4", "--granularity", "channel:0",
                          "--nonfinite", "skip", "--regret")
    found = rangelab.estimate(x, bits=4, granularity="channel:0", nonfinite="skip")
    assert_equal(found, record)
    assert found.measurement.skipped == 2


@pytest.mark.parametrize("rule", ["mse", "minmax", "mean-minmax", "torch-histogram"])
def test_batches(estimates, tmp_path, generator, rule):
    files, calibrator, sums = [], rangelab.Calibrator(), rangelab.Calibrator(rules=[rule])
    for index in range(3):
        batch = generator.laplace(scale=1 + index, size=(16, 40)).astype(np.float32)
        files.append(tmp_path / f"batch_{index}.npy")
        np.save(files[-1], batch)
        calibrator.observe(batch)
        sums.observe(batch)
    (record,) = estimates(*files, "--batches", "-e", rule, "-b", "4", "--regret")
    found = calibrator.estimate(rule, bits=4)
    assert_equal(found, record)
    summed = sums.estimate(rule, bits=4)
    assert summed.scales == found.scales and summed.measurement is None


@pytest.mark.parametrize("bits,scheme", [(4, "symmetric"), (8, "affine"), (12, "affine")])
def test_codes(command, tmp_path, bits, scheme):
    tensor = DATA / TENSORS[1]
    command("quantize", tensor, "-e", "mse", "-b", bits, "--scheme", scheme, "--granularity", "channel:0",
            "-o", tmp_path / "codes.npy", "--params", tmp_path / "params.json")
    x, expected = np.load(tensor), np.load(tmp_path / "codes.npy")
    found = rangelab.estimate(x, "mse", bits=bits, scheme=scheme, granularity=("channel", 0))
    codes = rangelab.quantize(x, found)
    assert codes.dtype == expected.dtype and np.array_equal(codes, expected)
    lanes = json.loads((tmp_path / "params.json").read_text())["lanes"]
    given = rangelab.Quantizers.given(
        [lane["scale"] for lane in lanes], [lane["zero_point"] for lane in lanes], shape=x.shape, bits=bits,
        scheme=scheme, granularity="channel:0")
    assert np.array_equal(rangelab.quantize(x, given), expected)
    assert given.measurement is None and given.measure(x) == found.measurement


def test_estimators(command):
    names = [estimator.name for estimator in rangelab.list_estimators()]
    listed = command("list", "estimators")
    assert len(names) >= 31 and len(set(names)) == len(names)
    assert all(name in listed for name in names)
    assert command("--version").strip() == rangelab.__version__


def test_run(program, tmp_path):
    np.save(tmp_path / "x.npy", np.linspace(-1, 2, 300, dtype=np.float32))
    manifest = tmp_path / "small.yaml"
    manifest.write_text("name: small\ntensors: [{file: x.npy}]\nestimators: [minmax, mse]\nbits: [4]\n")
    ran = rangelab.run(manifest, tmp_path / "out", jobs=1, overrides={"bits": "[3,4]"})
    assert ran.exit_code == 0 and (ran.folder / "summary.md").exists()
    rows = ran.results
    assert {row["bits"] for row in rows} == {"3", "4"} and len(rows) == 4
    x = np.load(tmp_path / "x.npy")
    for row in rows:
        found = rangelab.estimate(x, row["estimator"], bits=int(row["bits"]))
        assert float(row["mse"]) == found.error
    with pytest.raises(rangelab.ProgramError) as caught:
        rangelab.run(tmp_path / "missing.yaml", tmp_path / "none")
    assert caught.value.exit_code == 66 and "missing.yaml" in str(caught.value)
