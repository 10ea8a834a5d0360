"""Intervals and tests by scipy and statsmodels.

    python make_statistics_goldens.py OUTPUT_DIR

Python 3.11, scipy 1.17.1, statsmodels 0.15.0, numpy 2.4.6, pandas 3.1.1. Writes statistics.json.gz:

- `t`, `holm`, `bca`, `wilson`, `unseen`, `detectable`: the functions alone. `bca` is scipy.stats.bootstrap over given
  replicates (n_resamples=0), with the jackknife's acceleration, and one less the confidence level at which an end is 0;
  `wilson` is statsmodels' proportion_confint of as many answers as would have the error, at the level whose normal quantile is
  Student's t; `detectable` has statsmodels' exact power calculation in addition to the quantiles' sum.
- `rows`: a made-up evaluation of three benchmarks with images in common: [benchmark, image, unit, label, answer and score under
  the baseline, answer and score under the method]. `a` has several questions per image, in pairs (units), with
  scores between 0 and 1; `b` has one question per image; answers of `c` are a judge's points for the reference and for the answer.
- `exact`: errors and tests of means, statsmodels' OLS on a constant with cov_type="cluster" and use_t, with Wilson's intervals of
  figures and Student's of differences; F1, units and retention are linearised here by hand and have their errors from the same OLS.
- `bootstrapped`: [low, high, standard error] of scipy's BCa over images, 20,000 resamples with replacement; for differences
  one less the level at which an end is 0.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import scipy.stats
import statsmodels.api as sm
from scipy.optimize import brentq
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

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
    shares = [(0.0, 0.0), (1.0, 0.0), (0.5, 0.04), (0.98, 0.01), (0.03, 0.02), (0.75, 1e-4)]
    wilsons = [[p, e, n, *wilson(p, e, n)] for p, e in shares for n in [2, 7, 90, 30_000]]
    unseen = [[n, proportion_confint(0, n, method="beta")[1]] for n in [1, 2, 40, 100_000]]
    families = [[0.5], [0.01, 0.04, 0.03], [0.2, 0.2, 0.9, 1.0], [0.0, 1e-12, 0.05], list(rng.uniform(size=48) ** 4)]
    holm = [[p, list(multipletests(p, method="holm")[1])] for p in families]
    return {
        "t": t,
        "holm": holm,
        "bca": [bca(rng, n, shift) for n in [8, 20, 60, 200] for shift in [0, 1.2, 1.5, 2]],
        "wilson": wilsons,
        "unseen": unseen,
        "detectable": [detectable(e, n) for e in [0.2, 1.7] for n in [5, 30, 400, 20_000]],
    }


def wilson(share, error, clusters):
    level = 2 * scipy.stats.norm.sf(scipy.stats.t.ppf(0.975, clusters - 1))
    answers = share * (1 - share) / error**2 if 0 < share < 1 else clusters
    return proportion_confint(share * answers, answers, alpha=level, method="wilson")


def detectable(error, clusters):
    t = scipy.stats.t(clusters - 1)
    exact = TTestPower().solve_power(nobs=clusters, alpha=0.05, power=0.8) * error * np.sqrt(clusters)
    return [error, clusters, error * (t.ppf(0.975) + t.ppf(0.8)), exact]


def excluding_zero(of_level):
    """One less the level at which an interval's nearer end is 0."""
    narrow = of_level(1e-9)
    end = 0 if narrow[0] > 0 else 1
    if narrow[0] <= 0 <= narrow[1]:
        return 1.0
    if of_level(1 - 1e-12)[end] * (1 if end == 0 else -1) > 0:
        return 0.0
    return 1 - brentq(lambda level: of_level(level)[end], 1e-9, 1 - 1e-12, xtol=1e-15)


def bca(rng, n, shift):
    data = rng.gamma(1.5, size=n) - shift
    replicates = np.sort([np.mean(rng.choice(data, n)) for _ in range(400)]).round(3) + 5e-4  # none is 0

    def of_level(level):
        result = scipy.stats.bootstrap((data,), np.mean, n_resamples=0, method="BCa", confidence_level=level,
                                       bootstrap_result=type("R", (), {"bootstrap_distribution": replicates})())
        return result.confidence_interval

    left_out = (data.sum() - data) / (n - 1)
    influence = left_out.mean() - left_out
    acceleration = np.sum(influence**3) / (6 * np.sum(influence**2) ** 1.5)
    interval = of_level(0.95)
    return [np.mean(data), acceleration, list(replicates), interval.low, interval.high, excluding_zero(of_level)]


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
    for image in range(30, 66):
        for _ in range(rng.integers(1, 4)):
            hard = rng.normal()
            row = ["c", f"image {image}", "", ""]
            for level in [7.5, 6.8]:
                row += [f"{float(rng.integers(6, 11))} {float(np.clip(round(level - hard + rng.normal()), 1, 10))}", 0.5]
            rows.append(row)
    return rows


def shared(figure):
    """Wilson's in place of Student's interval: [value, error, low, high] in percent."""
    value, error, clusters = figure
    low, high = wilson(value / 100, error / 100, clusters)
    return [value, error, 100 * low, 100 * high]


def ratio(part, whole, images):
    """[value, error, clusters] of a ratio of sums."""
    value = part.sum() / whole.sum()
    error = clustered(100 * (part - value * whole) / whole.mean(), images)[1]
    return [100 * value, error, len(np.unique(images))]


def exact(rows):
    out = {}
    for benchmark in "ab":
        some = [r for r in rows if r[0] == benchmark]
        images = np.unique([r[1] for r in some], return_inverse=True)[1]
        base, own = np.array([r[5] for r in some]), np.array([r[7] for r in some])
        clusters = len(np.unique(images))
        out[f"{benchmark}/{NONE}"] = shared([*clustered(100 * base, images)[:2], clusters])
        out[f"{benchmark}/{METHOD}"] = shared([*clustered(100 * own, images)[:2], clusters])
        out[f"{benchmark}/delta"] = clustered(100 * (own - base), images)
    table = sums(rows, "a")
    for method, name in enumerate([NONE, METHOD]):
        tp, fp, fn, right, units = (table[:, method, i] for i in range(5))
        images = np.arange(len(table))
        out[f"f1/{name}"] = shared(ratio(2 * tp, 2 * tp + fp + fn, images))
        out[f"plus/{name}"] = shared(ratio(right, units, images))
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
    _, error, low, high, _ = clustered(influence, images)
    reach = (high - low) / 2
    return [value, error, value - reach, value + reach]


def sums(rows, benchmark):
    """Per image: true positives, false positives, false negatives, right and all units, by method; then scores."""
    some = [r for r in rows if r[0] == benchmark]
    names = sorted({r[1] for r in some})
    table = np.zeros((len(names), 2, 8))
    for i, name in enumerate(names):
        mine = [r for r in some if r[1] == name]
        for method, (said, score) in enumerate([(4, 5), (6, 7)]):
            table[i, method, 0] = sum(r[said] == "yes" and r[3] == "yes" for r in mine)
            table[i, method, 1] = sum(r[said] == "yes" and r[3] == "no" for r in mine)
            table[i, method, 2] = sum(r[said] == "no" and r[3] == "yes" for r in mine)
            if benchmark == "c":
                points = np.array([[float(p) for p in r[said].split()] for r in mine])
                table[i, method, 5:] = [*points.sum(axis=0), len(points)]
                continue
            units = {r[2] for r in mine}
            table[i, method, 3] = sum(all(r[score] == 1 for r in mine if r[2] == u) for u in units)
            table[i, method, 4] = len(units)
    return table


def bootstrapped(rows, rng):
    tables = {"a": sums(rows, "a"), "c": sums(rows, "c")}

    def f1(total, method):
        tp, fp, fn = (total[..., method, i] for i in range(3))
        return 100 * 2 * tp / (2 * tp + fp + fn)

    def plus(total, method):
        return 100 * total[..., method, 3] / total[..., method, 4]

    def relative(total, method):
        reference, candidate, n = (total[..., method, i] for i in range(5, 8))
        return np.round(100 * np.round(candidate / n, 3) / np.round(reference / n, 3), 1)

    out = {}
    for name, figure, benchmark in [("f1", f1, "a"), ("plus", plus, "a"), ("relative", relative, "c")]:
        table = tables[benchmark]
        for who, statistic in [
            (NONE, lambda t: figure(t, 0)),
            (METHOD, lambda t: figure(t, 1)),
            ("delta", lambda t: figure(t, 1) - figure(t, 0)),
        ]:
            def of(index, axis=-1, table=table, statistic=statistic):
                return statistic(table[index.astype(int)].sum(axis=index.ndim - 1))

            result = scipy.stats.bootstrap((np.arange(len(table)),), of, n_resamples=RESAMPLES, batch=500,
                                           method="BCa", rng=rng)

            def of_level(level, result=result, table=table, of=of):
                return scipy.stats.bootstrap((np.arange(len(table)),), of, n_resamples=0, method="BCa",
                                             confidence_level=level, bootstrap_result=result).confidence_interval

            interval = result.confidence_interval
            out[f"{name}/{who}"] = [interval.low, interval.high, result.standard_error]
            if who == "delta":
                out[f"{name}/{who}"].append(excluding_zero(of_level))
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
