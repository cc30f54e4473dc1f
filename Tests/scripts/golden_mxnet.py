#!/usr/bin/env python3
"""Writes what MXNet's entropy calibration answers on the tensors of Tests/Golden.

    python3 Tests/scripts/golden_mxnet.py > Tests/Golden/golden_mxnet.csv

Needs mxnet 1.9.1 and the numpy it runs on (below 1.24). The library gives a threshold; scale and
error are those of the narrow symmetric grid that covers it.
"""

import csv
import sys
from pathlib import Path

import mxnet
import numpy as np
from mxnet.contrib.quantization import _get_optimal_threshold

COLUMNS = ("peer,version,method,params,tensor,bits,scheme,lo,hi,scale,zero_point,mse,sqnr_db,seconds,"
           "qmin,qmax,origin,status").split(",")
BINS = 8001


def threshold(values, bits):
    reach = max(abs(values.min()), abs(values.max()))
    counts, edges = np.histogram(values, bins=BINS, range=(-reach, reach))
    data = (counts, edges, values.min(), values.max(), reach)
    return float(_get_optimal_threshold(data, "int8", 2**bits - 1)[2][0])


def main():
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    for path in sorted(Path(__file__).parent.parent.joinpath("Golden").glob("*.npy")):
        values = np.load(path).astype(np.float32).ravel()
        if not np.isfinite(values).all():
            continue
        wide = values.astype(np.float64)
        for bits in (2, 3, 4, 6, 8):
            end, most = threshold(values, bits), 2 ** (bits - 1) - 1
            # A Float32 scale, but where that is subnormal.
            scale = float(np.float32(end) / np.float32(most)) if end > 1e-37 else end / most
            error = np.mean((wide - np.clip(np.rint(wide / scale), -most, most) * scale) ** 2)
            signal = np.mean(wide**2)
            sqnr = 10 * np.log10(signal / error) if error > 0 and signal > 0 else np.nan
            rows.writerow(["mxnet", mxnet.__version__, "kl", "", path.stem, bits, "symmetric",
                           f"{-end:.10g}", f"{end:.10g}", f"{scale:.10g}", 0, f"{error:.8g}",
                           f"{sqnr:.7g}", "", -most, most, "derived", "ok"])


main()
