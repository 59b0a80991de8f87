#!/usr/bin/python3
"""What a client does instead of at_performance: binary COPY and NumPy/SciPy.

    returns_numpy.py TABLE    a table of r float8 and t timestamptz

Reads the table through psql, makes the same figures, and prints the
milliseconds from the first byte asked for to the last figure, then the
figures as JSON.  Starting Python and loading its modules is not counted.
"""
import json
import subprocess
import sys
import time

import numpy as np
from scipy import special, stats

ROW = np.dtype({
    "names": ["r", "t"],
    "formats": [">f8", ">i8"],
    "offsets": [6, 18],
    "itemsize": 26,
})
HEADER = 19


def read(table):
    """The columns, in order of time."""
    data = subprocess.run(
        ["psql", "-XqAt", "-c", f"copy (select r, t from {table}) to stdout (format binary)"],
        check=True, stdout=subprocess.PIPE).stdout
    rows = np.frombuffer(data, ROW, count=(len(data) - HEADER - 2) // ROW.itemsize, offset=HEADER)
    r = rows["r"].astype(np.float64)
    t = rows["t"].astype(np.int64)
    if np.any(t[1:] < t[:-1]):
        r = r[np.argsort(t, kind="stable")]
    return r


def figures(r, periods=252.0):
    """The figures of at_performance at rates of zero."""
    n = len(r)
    mean = r.mean()
    sd = r.std(ddof=1)
    log_growth = np.log1p(r)
    y = np.cumsum(log_growth)
    total = np.expm1(y[-1])
    annual = np.expm1(y[-1] * periods / n)
    wealth = np.exp(y)
    depth = 1 - wealth / np.maximum(np.maximum.accumulate(wealth), 1)
    depth[depth < 1e-12] = 0
    below = np.minimum(r, 0)
    down = np.sqrt((below * below).sum() / n)
    q05, q95 = np.quantile(r, [0.05, 0.95])
    whole = int(0.05 * (n - 1)) + 1
    wanted = 0.05 * n
    lowest = np.sort(np.partition(r, whole)[:whole + 1])
    skew = stats.skew(r)
    kurt = stats.kurtosis(r)
    ratio = mean / sd
    z = special.ndtri(0.05)
    h = z + (z * z - 1) * skew / 6 + (z ** 3 - 3 * z) * kurt / 24 - (2 * z ** 3 - 5 * z) * skew * skew / 36
    return {
        "total_return": total, "ann_return": annual, "mean": mean, "sd": sd,
        "ann_volatility": sd * np.sqrt(periods), "sharpe": ratio * np.sqrt(periods),
        "downside_deviation_ann": down * np.sqrt(periods), "sortino": mean * np.sqrt(periods) / down,
        "omega": np.maximum(r, 0).sum() / -below.sum(), "max_drawdown": -depth.max(),
        "calmar": annual / depth.max(), "var_hist_05": q05,
        "cvar_05": (lowest[:int(wanted)].sum() + (wanted - int(wanted)) * lowest[int(wanted)]) / wanted,
        "cvar_05_empyrical": lowest[:whole].mean(), "var_gauss_05": mean + z * sd,
        "var_cornish_fisher_05": mean + h * r.std(), "tail_ratio": abs(q95) / abs(q05),
        "skew_pop": skew, "kurt_excess_pop": kurt, "skew_samp": stats.skew(r, bias=False),
        "kurt_excess_samp": stats.kurtosis(r, bias=False),
        "psr_zero": special.ndtr(ratio * np.sqrt(n - 1) / np.sqrt(1 - skew * ratio + (kurt + 2) / 4 * ratio ** 2)),
        "stability_r2": np.corrcoef(np.arange(n), y)[0, 1] ** 2,
        "ulcer_index": np.sqrt((depth * depth).mean()), "pain_index": depth.mean(),
        "best": r.max(), "worst": r.min(), "hit_rate": (r > 0).mean(),
        "gain_to_pain": r.sum() / -below.sum(), "kelly_continuous": mean / sd ** 2, "n": n,
    }


def main():
    start = time.monotonic()
    out = figures(read(sys.argv[1]))
    print(round(1000 * (time.monotonic() - start), 3))
    print(json.dumps({k: float(v) for k, v in out.items()}))


main()
