"""Milliseconds that SciPy's tests take on arrays in memory, for bench/run.

    scipy_times.py BASELINE OBSERVED RUNS

Files of one number a line.  Prints lines "name ms", RUNS of each.  Prints
nothing when there is no SciPy.
"""
import sys
import time
import warnings

try:
    import numpy
    from scipy import stats
except ImportError:
    sys.exit(0)

warnings.simplefilter("ignore")
baseline, observed = (numpy.fromfile(path, sep="\n") for path in sys.argv[1:3])
quantiles = [50, 90, 95]
table = [[50000 + i for i in range(8)], [50000 - i for i in range(8)]]
tests = {
    "chi2": lambda: stats.chi2_contingency(table),
    "ks": lambda: stats.ks_2samp(baseline, observed),
    "mann_whitney": lambda: stats.mannwhitneyu(baseline, observed),
    "anderson_darling": lambda: stats.anderson_ksamp([baseline, observed]),
    "wasserstein": lambda: stats.wasserstein_distance(baseline, observed),
    "quantiles": lambda: [numpy.percentile(a, quantiles) for a in (baseline, observed)],
    "cramer_von_mises": lambda: stats.cramervonmises_2samp(baseline, observed),
    "welch": lambda: stats.ttest_ind(baseline, observed, equal_var=False),
}
for _ in range(int(sys.argv[3])):
    for name, test in tests.items():
        start = time.perf_counter()
        test()
        print(name, (time.perf_counter() - start) * 1000, flush=True)
