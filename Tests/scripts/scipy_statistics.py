"""Statistics of ten random data sets by scipy, as JSON: what RangeLab's own are held to.

    python3 Tests/scripts/scipy_statistics.py > Tests/ScientificMathTests/scipy_statistics.json
    python3 Tests/scripts/scipy_statistics.py --check

Needs numpy and scipy. The data are multiples of 2^-20, so every reader has the same numbers, and
the random generator is spelled out below, so every numpy makes the same data.
"""

import json
import pathlib
import sys

import numpy as np
from scipy import stats

FIXTURE = pathlib.Path(__file__).resolve().parents[1] / "ScientificMathTests/scipy_statistics.json"
# blocks (tensors), treatments (estimators), and how coarse values are: coarse ones have ties.
SHAPES = [(6, 3, 0), (8, 4, 0), (10, 6, 1), (11, 5, 0), (13, 4, 1), (15, 6, 0), (20, 3, 2),
          (40, 7, 0), (50, 4, 0), (80, 5, 2)]
LEVELS = [0.01, 0.05, 0.1]


def uniforms(seed):
    """SplitMix64: the upper 20 bits of each word."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        word = seed
        word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & mask
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & mask
        yield ((word ^ (word >> 31)) >> 44) / 2**20


def data_set(number, blocks, treatments, coarseness):
    """Blocks of correlated values; treatments are shifted by a little each."""
    draw = uniforms(number + 1)
    steps = {0: 2**20, 1: 16, 2: 4}[coarseness]
    values = np.array([[next(draw) + 0.125 * t for t in range(treatments)] for _ in range(blocks)])
    return np.round(values * steps) / steps


def holm(p_values):
    """Holm's correction as its definition has it."""
    order = np.argsort(p_values, kind="stable")
    adjusted, floor = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        floor = max(floor, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = floor
    return adjusted


def statistics(number, shape):
    blocks, treatments, _ = shape
    values = data_set(number, *shape)
    pairs = [(i, j) for i in range(treatments) for j in range(i + 1, treatments)]
    wilcoxon = [stats.wilcoxon(values[:, i] - values[:, j]) for i, j in pairs]
    ranks = np.apply_along_axis(stats.rankdata, 1, values)
    friedman = stats.friedmanchisquare(*values.T)
    chi = friedman.statistic
    f = (blocks - 1) * chi / (blocks * (treatments - 1) - chi)
    difference = values[:, 0] - values[:, -1]
    bootstrap = stats.bootstrap((difference,), np.mean, method="percentile", n_resamples=100_000,
                                rng=np.random.default_rng(number)).confidence_interval
    return {
        "values": values.tolist(),
        "first_ranks": ranks[0].tolist(),
        "mean_ranks": ranks.mean(axis=0).tolist(),
        "mean": float(np.mean(difference)),
        "median": float(np.median(difference)),
        "wilcoxon_statistics": [float(w.statistic) for w in wilcoxon],
        "wilcoxon_p_values": [float(w.pvalue) for w in wilcoxon],
        "holm": holm([float(w.pvalue) for w in wilcoxon]),
        "friedman_chi_squared": float(chi),
        "friedman_p_value": float(friedman.pvalue),
        "iman_davenport_f": float(f),
        "iman_davenport_p_value": float(
            stats.f.sf(f, treatments - 1, (treatments - 1) * (blocks - 1))),
        "critical_differences": [
            float(stats.studentized_range.isf(level, treatments, np.inf) / np.sqrt(2)
                  * np.sqrt(treatments * (treatments + 1) / (6 * blocks))) for level in LEVELS],
        "bootstrap": [float(bootstrap.low), float(bootstrap.high)],
    }


def document():
    return {"levels": LEVELS,
            "data_sets": [statistics(number, shape) for number, shape in enumerate(SHAPES)]}


def differences(ours, theirs, place="$"):
    """Where two documents differ by more than another scipy may."""
    if isinstance(ours, dict):
        if ours.keys() != theirs.keys():
            yield f"{place}: other keys"
        for key in ours.keys() & theirs.keys():
            # Resampling follows numpy's generator; only its size is compared, in the Swift test.
            if key != "bootstrap":
                yield from differences(ours[key], theirs[key], f"{place}.{key}")
    elif isinstance(ours, list):
        if len(ours) != len(theirs):
            yield f"{place}: {len(ours)} and {len(theirs)} values"
        for index, (our, their) in enumerate(zip(ours, theirs)):
            yield from differences(our, their, f"{place}[{index}]")
    elif abs(ours - theirs) > 1e-9 * max(1, abs(theirs)):
        yield f"{place}: {ours} and {theirs}"


def check():
    """Ends the program unless the committed file is what this scipy says."""
    problems = list(differences(json.loads(FIXTURE.read_text()), document()))
    if problems:
        sys.exit("\n".join(["the committed statistics are not this scipy's:"] + problems))
    print(f"{len(SHAPES)} data sets: the committed statistics are scipy's")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check()
    else:
        print(json.dumps(document(), indent=1))
