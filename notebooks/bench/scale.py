"""DuckDB over what `Scale --step generate` wrote: VQAv2's accuracy, its mean for every method and
the standard error clustered by image. One line of JSON, times in seconds.

    python notebooks/bench/scale.py WORK --threads 2 --memory 4GB
"""

import argparse
import json
import resource
import time

import duckdb

# The generated answers need no more of VQAv2's normaliser than this.
SCORED = """
CREATE TABLE scored AS
WITH questions AS (
    SELECT image_sha256, unnest(questions) AS q FROM read_parquet('{work}/examples/*.parquet')
),
answers AS (
    SELECT method, question_id, error, trim(answer) AS raw,
           regexp_replace(lower(trim(answer)), '[.]$', '') AS answer
    FROM read_parquet('{work}/run/_chunks/chunk-*/*.parquet')
),
matched AS (
    SELECT a.method, q.image_sha256, a.error, a.answer,
           -- VQAv2's evaluation leaves answers as they are where all annotators agree.
           len(list_filter(q.q.answers, lambda x: x = if(
               len(list_distinct(q.q.answers)) = 1, a.raw, a.answer))) AS n
    FROM answers a JOIN questions q ON q.q.question_id = a.question_id
)
-- Ten times nine annotators: those who gave the answer leave one of them less.
SELECT method, image_sha256,
       CASE WHEN error IS NOT NULL OR answer IS NULL THEN 0.0
            ELSE (n * least(1.0, (n - 1) / 3.0) + (10 - n) * least(1.0, n / 3.0)) / 10.0
       END AS score
FROM matched
"""

FIGURES = """
WITH means AS (SELECT method, avg(score) AS mean, count(*) AS n FROM scored GROUP BY method),
residuals AS (
    SELECT s.method, sum(s.score - m.mean) AS r
    FROM scored s JOIN means m USING (method) GROUP BY s.method, s.image_sha256
)
SELECT m.method, 100 * m.mean, m.n, 100 * sqrt(sum(r * r) * count(*) / (count(*) - 1)) / m.n
FROM means m JOIN residuals USING (method) GROUP BY m.method, m.mean, m.n ORDER BY m.method
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4GB")
    given = parser.parse_args()
    connection = duckdb.connect()
    connection.execute(f"SET threads = {given.threads}")
    connection.execute(f"SET memory_limit = '{given.memory}'")
    connection.execute(f"SET temp_directory = '{given.work}/duckdb'")
    start = time.perf_counter()
    connection.execute(SCORED.format(work=given.work))
    scored = time.perf_counter()
    figures = connection.execute(FIGURES).fetchall()
    end = time.perf_counter()
    print(
        json.dumps(
            {
                "duckdb": duckdb.__version__,
                "score_s": round(scored - start, 1),
                "figures_s": round(end - scored, 1),
                "cpu_s": round(time.process_time(), 1),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "methods": [
                    {"method": m, "accuracy": a, "n": n, "stderr": e} for m, a, n, e in figures
                ],
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
