"""The leaderboard's tables by DuckDB, scipy, statsmodels and scikit-posthocs.

    pip install duckdb==2.0.0 scikit-posthocs==0.17.1 scipy==1.17.1 statsmodels==0.15.0 numpy==2.4.6 pandas==3.1.1
    python make_leaderboard_goldens.py OUTPUT_DIR

Writes leaderboard.json.gz:

- `rows`: a made-up run on two benchmarks with images in common: [benchmark, image, question, method, what the answer is read as
  (null: an error), score, visual tokens, kept patches (null: not named)].
- `accuracy`: each method's mean score over questions, mean over benchmarks, in percent. `agreement`: [benchmark, a, b, n, equal
  answers, equal scores, n with patches, overlap]. `oracle`: [budget, benchmark, n, baseline, best method, its score, best of all,
  questions with an answer to keep, share kept, the baseline's tokens, fewest tokens]. `difficulty`: [benchmark, method, n easy, score,
  n hard, score]. All of these are SQL over the rows, by DuckDB.
- `pairs`: by budget, [a, b, difference of the retentions, low, high, p, p after Holm]: one-sample t of the images' pseudo-values by
  scipy; Holm by statsmodels. `letters`: by budget, the maximal cliques of pairs with p >= 0.05 that scikit-posthocs draws in its
  critical-difference diagrams, in the order of the ranks, as letters.
"""

import gzip
import importlib.metadata
import json
import sys
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import scipy.stats
from scikit_posthocs._plotting import _find_maximal_cliques
from statsmodels.stats.multitest import multipletests

NONE = "none"
LINES = {
    "48": {
        "fastervlm:tokens=48": ["fastervlm:tokens=48"],
        "divprune:tokens=48": ["divprune:tokens=48"],
        "downsample:tokens=48": ["downsample:tokens=48"],
        "random:tokens=48, 2 seeds": ["random:seed=1,tokens=48", "random:seed=2,tokens=48"],
    },
    "16": {
        "prumerge:tokens=16": ["prumerge:tokens=16"],
        "pool:tokens=16": ["pool:tokens=16"],
        "fastv:layer=1,tokens=@mean:16": ["fastv:layer=1,tokens=@mean:16"],
    },
}
EASE = {NONE: 0.95, "fastervlm:tokens=48": 0.93, "divprune:tokens=48": 0.9, "downsample:tokens=48": 0.75,
        "random:seed=1,tokens=48": 0.7, "random:seed=2,tokens=48": 0.68, "prumerge:tokens=16": 0.8,
        "pool:tokens=16": 0.6, "fastv:layer=1,tokens=@mean:16": 0.45}
SILENT = {NONE, "pool:tokens=16", "downsample:tokens=48", "fastv:layer=1,tokens=@mean:16"}


def rows(rng):
    out = []
    hardness = rng.uniform(size=60)
    for benchmark, images in [("gqa", range(0, 40)), ("textvqa", range(25, 60))]:
        for image in images:
            for question in range(1 + image % 3):
                gold = int(rng.integers(4))
                for method, ease in EASE.items():
                    error = method != NONE and rng.uniform() < 0.01
                    right = rng.uniform() < ease - 0.5 * hardness[image] * (method != NONE)
                    said = None if error else gold if right else int(rng.integers(4, 7))
                    soft = rng.choice([0.3, 0.6, 0.9]) if benchmark == "textvqa" and rng.uniform() < 0.2 else 0.0
                    score = 0.0 if error else 1.0 if right else float(soft)
                    budget = 144 if method == NONE else 48 if "48" in method else 16
                    tokens = None if error else float(budget - (image % 2 if "prumerge" in method else 0))
                    kept = None
                    if method not in SILENT and not error:
                        kept = sorted(int(i) for i in rng.choice(144, size=budget, replace=False))
                    out.append([benchmark, f"sha {image}", f"{image}-{question}", method,
                                None if error else f"answer {said}", score, tokens, kept])
    return out


def tables(frame):
    db = duckdb.connect()
    db.register("r", frame)
    first = {budget: [methods[0] for methods in lines.values()] for budget, lines in LINES.items()}
    db.execute("CREATE TABLE member (budget VARCHAR, method VARCHAR)")
    for budget, methods in [*first.items(), ("all", sum(first.values(), []))]:
        db.executemany("INSERT INTO member VALUES (?, ?)", [[budget, one] for one in methods])
    db.execute("CREATE TABLE pair (a VARCHAR, b VARCHAR)")
    for methods in first.values():
        db.executemany("INSERT INTO pair VALUES (?, ?)", [list(pair) for pair in combinations([NONE, *methods], 2)])
    sql = {
        "accuracy": """
            SELECT method, avg(score) FROM (SELECT method, benchmark, 100 * avg(score) AS score FROM r GROUP BY ALL)
            GROUP BY method ORDER BY method""",
        "agreement": """
            SELECT x.benchmark, pair.a, pair.b, count(*),
              100 * avg(CASE WHEN x.said = y.said THEN 1 ELSE 0 END),
              100 * avg(CASE WHEN x.score = y.score THEN 1 ELSE 0 END),
              count(*) FILTER (x.kept IS NOT NULL AND y.kept IS NOT NULL),
              100 * avg(CASE WHEN x.kept IS NOT NULL AND y.kept IS NOT NULL THEN
                len(list_intersect(x.kept, y.kept)) / len(list_distinct(list_concat(x.kept, y.kept))) END)
            FROM pair JOIN r x ON x.method = pair.a JOIN r y ON y.method = pair.b
              AND x.benchmark = y.benchmark AND x.question = y.question
            GROUP BY ALL ORDER BY ALL""",
        "oracle": """
            WITH base AS (SELECT * FROM r WHERE method = 'none'),
            asked AS (SELECT member.budget, r.*, base.score AS own, base.said AS kept_answer, base.tokens AS all_tokens
              FROM member JOIN r USING (method) JOIN base USING (benchmark, question)),
            question AS (SELECT budget, benchmark, question, any_value(own) AS own, max(score) AS best,
              any_value(kept_answer) AS answer, any_value(all_tokens) AS all_tokens,
              min(tokens) FILTER (said = kept_answer) AS fewest FROM asked GROUP BY ALL),
            single AS (SELECT budget, benchmark, method, 100 * avg(score) AS score FROM asked GROUP BY ALL),
            winner AS (SELECT budget, benchmark, arg_max(method, score) AS method, max(score) AS score FROM single GROUP BY ALL)
            SELECT q.budget, q.benchmark, count(*), 100 * avg(own), any_value(winner.method), any_value(winner.score),
              100 * avg(best), count(*) FILTER (answer IS NOT NULL),
              100 * avg(CASE WHEN fewest IS NOT NULL THEN 1 ELSE 0 END) FILTER (answer IS NOT NULL),
              avg(all_tokens) FILTER (answer IS NOT NULL),
              avg(least(coalesce(fewest, all_tokens), all_tokens)) FILTER (answer IS NOT NULL)
            FROM question q JOIN winner USING (budget, benchmark) GROUP BY q.budget, q.benchmark ORDER BY ALL""",
        "difficulty": """
            WITH easy AS (SELECT benchmark, question, score >= 0.5 AS easy FROM r WHERE method = 'downsample:tokens=48')
            SELECT benchmark, method, count(*) FILTER (easy), 100 * avg(score) FILTER (easy),
              count(*) FILTER (NOT easy), 100 * avg(score) FILTER (NOT easy)
            FROM r JOIN easy USING (benchmark, question)
            WHERE method = 'none' OR method LIKE '%tokens=48' GROUP BY ALL ORDER BY ALL""",
    }
    return {name: [list(row) for row in db.execute(query).fetchall()] for name, query in sql.items()}


def retention(frame, methods):
    """The mean retention of some methods, in percent, and its pseudo-value of each image."""
    images = sorted(frame.image.unique())
    value, influence = 0.0, pd.Series(0.0, index=images)
    benchmarks = sorted(frame.benchmark.unique())
    for benchmark in benchmarks:
        scores = frame[frame.benchmark == benchmark].pivot(index=["image", "question"], columns="method", values="score")
        base = scores[NONE].mean()
        for method in methods:
            weight = 100 / len(benchmarks) / len(methods) / base
            own = scores[method].mean()
            value += weight * own
            residual = weight * ((scores[method] - own) - own / base * (scores[NONE] - base)) / len(scores)
            influence = influence.add(residual.groupby("image").sum(), fill_value=0)
    return value, value + len(images) * influence


def ranks(frame, lines):
    entrants = {NONE: [NONE], **lines}
    values = {name: retention(frame, methods) for name, methods in entrants.items()}
    pairs = []
    for a, b in combinations(entrants, 2):
        test = scipy.stats.ttest_1samp(values[a][1] - values[b][1], 0)
        interval = test.confidence_interval(0.95)
        pairs.append([a, b, values[a][0] - values[b][0], interval.low, interval.high, test.pvalue])
    adjusted = multipletests([pair[5] for pair in pairs], method="holm")[1]
    pairs = [[*pair, p] for pair, p in zip(pairs, adjusted)]
    order = sorted(entrants, key=lambda name: -values[name][0])
    alike = pd.DataFrame(False, index=order, columns=order)
    for a, b, *_, p in pairs:
        alike.loc[a, b] = alike.loc[b, a] = p >= 0.05
    cliques = sorted([sorted(order.index(name) for name in clique) for clique in _find_maximal_cliques(alike)])
    cliques.sort(key=lambda clique: [0 if i in clique else 1 for i in range(len(order))])
    letters = [[name, "".join(chr(97 + k) for k, clique in enumerate(cliques) if i in clique)]
               for i, name in enumerate(order)]
    return pairs, letters, [[name, values[name][0]] for name in order]


def main():
    rng = np.random.default_rng(20261121)
    made = rows(rng)
    frame = pd.DataFrame(made, columns=["benchmark", "image", "question", "method", "said", "score", "tokens", "kept"])
    golden = {
        "command": "python make_leaderboard_goldens.py OUTPUT_DIR",
        "versions": {name: importlib.metadata.version(name)
                     for name in ["duckdb", "scikit-posthocs", "scipy", "statsmodels", "numpy", "pandas"]},
        "rows": made,
        **tables(frame),
        "pairs": {},
        "letters": {},
        "retention": {},
    }
    for budget, lines in LINES.items():
        golden["pairs"][budget], golden["letters"][budget], golden["retention"][budget] = ranks(frame, lines)
    with gzip.GzipFile(Path(sys.argv[1]) / "leaderboard.json.gz", "wb", mtime=0) as out:
        out.write(json.dumps(golden).encode())
    print(json.dumps({name: golden[name] for name in ["versions", "letters", "retention", "oracle"]}, indent=1))


if __name__ == "__main__":
    main()
