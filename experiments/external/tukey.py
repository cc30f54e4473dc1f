"""Tukey's fences as a range: values beyond 1.5 distances of the quartiles are clipped."""

import array
import json
import sys


def fences(values):
    values = sorted(values)
    first, third = values[len(values) // 4], values[3 * len(values) // 4]
    reach = 1.5 * (third - first)
    return max(values[0], first - reach), min(values[-1], third + reach)


while header := sys.stdin.buffer.readline():
    count = json.loads(header)["count"]
    lower, upper = fences(array.array("f", sys.stdin.buffer.read(4 * count)))
    print(json.dumps({"lower": lower, "upper": upper}), flush=True)
