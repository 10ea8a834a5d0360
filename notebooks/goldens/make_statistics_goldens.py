"""Intervals and tests by scipy and statsmodels.

    python make_statistics_goldens.py OUTPUT_DIR

Python 3.12, scipy 1.17.1, statsmodels 0.15.0, numpy 2.4.6, pandas 3.1.1. Writes statistics.json.gz:

- `t`, `mcnemar`, `holm`, `bca`: the functions alone. `bca` is scipy.stats.bootstrap over given replicates
  (n_resamples=0), with the jackknife's acceleration.
- `rows`: a made-up evaluation of two benchmarks with images in common: [benchmark, image, unit, label, answer and score under
  the baseline, answer and score under the method]. `a` has several questions per image, in pairs (units), with
  scores between 0 and 1; `b` has one question per image.
- `exact`: errors, intervals and tests of means, statsmodels' OLS on a constant with cov_type="cluster" and use_t; retention is
  linearised here by hand and has its error from the same OLS.
- `bootstrapped`: [low, high, standard error] of scipy's BCa over images, 20,000 resamples with replacement.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import scipy.stats
import statsmodels.api as sm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

RESAMPLES = 20_000
NONE, METHOD = "none", "prumerge"


def clustered(values, images):
    """The mean of values: [value, error, low, high, p]."""
    fit = sm.OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": images}, use_t=True)
    low, high = fit.conf_int()[0]
    return [fit.params[0], fit.bse[0], low, high, fit.pvalues[0]]


def functions(rng):
    t = []
    for clusters in [2, 3, 5, 17, 100, 40_000]:
        for estimate, error in [(0.0, 1.0), (3.0, 1.0), (-0.4, 0.3), (61.2, 1.7), (1e-3, 2.0)]:
            reach = error * scipy.stats.t.ppf(0.975, clusters - 1)
            p = 2 * scipy.stats.t.sf(abs(estimate / error), clusters - 1)
            t.append([estimate, error, clusters, estimate - reach, estimate + reach, p])
    pairs = [(0, 0), (0, 1), (1, 0), (3, 9), (10, 10), (12, 13), (0, 40), (30, 61), (499, 502), (1000, 1200), (40_000, 40_500)]
    tests = [[b, c, mcnemar([[7, b], [c, 5]], exact=True).pvalue] for b, c in pairs]
    families = [[0.5], [0.01, 0.04, 0.03], [0.2, 0.2, 0.9, 1.0], [0.0, 1e-12, 0.05], list(rng.uniform(size=48) ** 4)]
    holm = [[p, list(multipletests(p, method="holm")[1])] for p in families]
    return {"t": t, "mcnemar": tests, "holm": holm, "bca": [bca(rng, n) for n in [8, 20, 60, 200]]}


def bca(rng, n):
    data = rng.gamma(1.5, size=n)
    replicates = np.sort([np.mean(rng.choice(data, n)) for _ in range(400)]).round(3)
    result = scipy.stats.bootstrap((data,), np.mean, n_resamples=0, method="BCa",
                                   bootstrap_result=type("R", (), {"bootstrap_distribution": replicates})())
    left_out = (data.sum() - data) / (n - 1)
    influence = left_out.mean() - left_out
    acceleration = np.sum(influence**3) / (6 * np.sum(influence**2) ** 1.5)
    interval = result.confidence_interval
    return [np.mean(data), acceleration, list(replicates), interval.low, interval.high]


def evaluation(rng):
    rows = []
    for image in range(70):
        hard = rng.normal()
        for pair in range(rng.integers(1, 4)):
            for label in ["yes", "no"]:
                row = ["a", f"image {image}", f"unit {pair}", label]
                for skill in [1.2, 0.6]:
                    right = skill - hard + rng.normal() > 0
                    said = label if right else {"yes": "no", "no": "yes"}[label]
                    row += [said, 1.0 if right else float(rng.choice([0, 0, 0.3, 0.6]))]
                rows.append(row)
    for image in range(40, 160):
        label = str(rng.choice(["yes", "no"]))
        right = [bool(rng.uniform() < 0.85), bool(rng.uniform() < 0.7)]
        row = ["b", f"image {image}", "", label]
        for one in right:
            row += [label if one else {"yes": "no", "no": "yes"}[label], float(one)]
        rows.append(row)
    return rows


def exact(rows):
    out = {}
    for benchmark in "ab":
        some = [r for r in rows if r[0] == benchmark]
        images = np.unique([r[1] for r in some], return_inverse=True)[1]
        base, own = np.array([r[5] for r in some]), np.array([r[7] for r in some])
        out[f"{benchmark}/{NONE}"] = clustered(100 * base, images)
        out[f"{benchmark}/{METHOD}"] = clustered(100 * own, images)
        out[f"{benchmark}/delta"] = clustered(100 * (own - base), images)
        if benchmark == "b":
            table = [[np.sum((own == i) & (base == j)) for j in (0, 1)] for i in (0, 1)]
            out["b/mcnemar"] = [mcnemar(table, exact=True).pvalue]
    out["retention"] = retention(rows)
    return out


def retention(rows):
    influence, value = np.zeros(len(rows)), 0
    for benchmark in "ab":
        chosen = np.array([r[0] == benchmark for r in rows])
        base = np.array([r[5] for r in rows])[chosen]
        own = np.array([r[7] for r in rows])[chosen]
        ratio = own.mean() / base.mean()
        value += 100 * ratio / 2
        influence[chosen] = 100 / 2 * (own - ratio * base) / base.mean() / chosen.sum() * len(rows)
    images = np.unique([r[1] for r in rows], return_inverse=True)[1]
    return [value, clustered(influence, images)[1]]


def sums(rows, benchmark):
    """Per image: true positives, false positives, false negatives, right and all units, by method; then scores."""
    some = [r for r in rows if r[0] == benchmark]
    names = sorted({r[1] for r in some})
    table = np.zeros((len(names), 2, 5))
    for i, name in enumerate(names):
        mine = [r for r in some if r[1] == name]
        for method, (said, score) in enumerate([(4, 5), (6, 7)]):
            table[i, method, 0] = sum(r[said] == "yes" and r[3] == "yes" for r in mine)
            table[i, method, 1] = sum(r[said] == "yes" and r[3] == "no" for r in mine)
            table[i, method, 2] = sum(r[said] == "no" and r[3] == "yes" for r in mine)
            units = {r[2] for r in mine}
            table[i, method, 3] = sum(all(r[score] == 1 for r in mine if r[2] == u) for u in units)
            table[i, method, 4] = len(units)
    return table


def bootstrapped(rows, rng):
    table = sums(rows, "a")

    def f1(total, method):
        tp, fp, fn = (total[..., method, i] for i in range(3))
        return 100 * 2 * tp / (2 * tp + fp + fn)

    def plus(total, method):
        return 100 * total[..., method, 3] / total[..., method, 4]

    out = {}
    for name, figure in [("f1", f1), ("plus", plus)]:
        for who, statistic in [
            (NONE, lambda t: figure(t, 0)),
            (METHOD, lambda t: figure(t, 1)),
            ("delta", lambda t: figure(t, 1) - figure(t, 0)),
        ]:
            def of(index, axis=-1):
                return statistic(table[index.astype(int)].sum(axis=index.ndim - 1))

            result = scipy.stats.bootstrap((np.arange(len(table)),), of, n_resamples=RESAMPLES, batch=500,
                                           method="BCa", rng=rng)
            interval = result.confidence_interval
            out[f"{name}/{who}"] = [interval.low, interval.high, result.standard_error]
    return out


def main():
    rng = np.random.default_rng(20261120)
    golden = functions(rng)
    rows = evaluation(rng)
    golden |= {"rows": rows, "exact": exact(rows), "bootstrapped": bootstrapped(rows, rng)}
    text = json.dumps(golden, default=float).encode()
    Path(sys.argv[1], "statistics.json.gz").write_bytes(gzip.compress(text, mtime=0))


if __name__ == "__main__":
    main()
