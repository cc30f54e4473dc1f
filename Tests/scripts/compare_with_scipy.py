"""Checks `rangelab compare` against scipy on ten random tables of results, and its tests' fixture.

    python3 Tests/scripts/compare_with_scipy.py .build/release/rangelab

Needs numpy and scipy. Statistics must agree to 1e-9, p-values to 1e-6.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    from scipy import stats
except ImportError as error:
    # The committed fixture holds the same statistics to scipy's numbers without python.
    print(f"skipped: {error}")
    sys.exit(0)

import scipy_statistics

COLUMNS = ("tensor,elements,estimator,bits,scheme,grid,granularity,lanes,scale,zero_point,lower,"
           "upper,mse,clipping_mse,rounding_mse,clipped_fraction,sqnr_db,max_abs_error,cosine,"
           "status,notes,optimal_mse,regret,certificate").split(",")
BITS = (4, 8)


def write_results(path, values):
    """values[tensor, estimator, bits]: the logarithm of each error."""
    with open(path, "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for tensor, estimator, width in np.ndindex(values.shape):
            mse = float(np.exp(values[tensor, estimator, width]))
            rows.writerow([f"t{tensor:03}", 8, f"e{estimator}", BITS[width], "symmetric", "narrow",
                           "tensor", 2, "", "", "", "", mse, 0.0, mse, 0.0, 10.0, 1.0, 0.5, "ok",
                           "", "", "", ""])


def close(ours, theirs, tolerance, what):
    if not np.allclose(ours, theirs, rtol=tolerance, atol=tolerance):
        sys.exit(f"{what}: rangelab {ours}, scipy {theirs}")


def check_slice(part, scores, name):
    """scores[tensor, estimator]: mean logarithms of errors."""
    treatments = scores.shape[1]
    tests = []
    for pair in part["comparisons"]:
        contender = int(pair["contender"][1:])
        difference = scores[:, contender] - scores[:, 0]
        what = f"{name}, {pair['contender']} against e0"
        close(pair["ratio"], np.exp(difference.mean()), 1e-9, what)
        close(pair["median_ratio"], np.exp(np.median(difference)), 1e-9, what)
        counts = [(difference < 0).sum(), (difference == 0).sum(), (difference > 0).sum()]
        close([pair["wins"], pair["ties"], pair["losses"]], counts, 0, what)
        test = stats.wilcoxon(difference)
        close(pair["statistic"], test.statistic, 1e-9, what)
        close(pair["p"], test.pvalue, 1e-6, what)
        tests.append((pair, float(test.pvalue)))
        # The generators differ; the intervals of so many resamples do not by much.
        ours = np.log(pair["interval"])
        interval = stats.bootstrap((difference,), np.mean, method="percentile", n_resamples=20_000,
                                   rng=np.random.default_rng(1)).confidence_interval
        if max(abs(ours - np.array(interval))) > 0.04 * (interval.high - interval.low):
            sys.exit(f"{what}: rangelab {ours}, scipy {interval}")
    close([pair["p_holm"] for pair, _ in tests], scipy_statistics.holm([p for _, p in tests]),
          1e-6, f"{name}, Holm")
    ranks = np.apply_along_axis(stats.rankdata, 1, scores).mean(axis=0)
    close([rank["mean_rank"] for rank in part["ranking"]], sorted(ranks), 1e-9, f"{name}, ranks")
    friedman = stats.friedmanchisquare(*scores.T)
    close(part["friedman"]["chi_squared"], friedman.statistic, 1e-9, f"{name}, Friedman")
    close(part["friedman"]["p"], friedman.pvalue, 1e-6, f"{name}, Friedman")
    difference = (stats.studentized_range.isf(0.05, treatments, np.inf)
                  * np.sqrt(treatments * (treatments + 1) / (12 * len(scores))))
    close(part["critical_difference"], difference, 1e-9, f"{name}, Nemenyi")
    pairs = [(i, j) for i in range(treatments) for j in range(i + 1, treatments)]
    adjusted = scipy_statistics.holm(
        [float(stats.wilcoxon(scores[:, i] - scores[:, j]).pvalue) for i, j in pairs])
    theirs = {(f"e{i}", f"e{j}"): p for (i, j), p in zip(pairs, adjusted)}
    for pair in part["pairs"]:
        key = tuple(sorted((pair["first"], pair["second"])))
        close(pair["p_holm"], theirs[key], 1e-6, f"{name}, {key}")


def main(program):
    scipy_statistics.check()
    shapes = [(6, 3), (7, 4), (9, 5), (12, 3), (15, 6), (20, 4), (33, 3), (50, 4), (51, 5), (90, 4)]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "results.csv"
        for number, (tensors, estimators) in enumerate(shapes):
            random = np.random.default_rng(number)
            values = (random.normal(0, 2, (tensors, 1, 1)) - 1.4 * np.arange(2)
                      + random.normal(0, 0.3, (tensors, estimators, 2))
                      + 0.1 * np.arange(estimators)[:, None])
            write_results(path, values)
            output = subprocess.run(
                [program, "compare", path, "--reference", "e0", "--format", "json", "--tie", "0"],
                check=True, capture_output=True).stdout
            slices = {(s["axis"], s["value"]): s for s in json.loads(output)["slices"]}
            wanted = {("all", ""): values.mean(axis=2), ("bits", "4"): values[:, :, 0],
                      ("bits", "8"): values[:, :, 1]}
            assert slices.keys() == wanted.keys(), slices.keys()
            for key, scores in wanted.items():
                name = f"data set {number} ({tensors} x {estimators}) {' '.join(key)}"
                check_slice(slices[key], scores, name)
    print(f"{len(shapes)} random tables of results: rangelab compare agrees with scipy")


main(sys.argv[1])
