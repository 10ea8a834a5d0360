"""Golden readings of judges' words, made by the functions of the reference evaluators themselves.

    python notebooks/goldens/make_review_goldens.py LLAVA LMMS_EVAL OUTPUT_DIR

LLAVA: llava/eval/eval_gpt_review_bench.py of https://github.com/haotian-liu/LLaVA at commit c121f04;
LMMS_EVAL: lmms_eval/tasks/llava-in-the-wild/utils.py of https://github.com/EvolvingLMMs-Lab/lmms-eval at commit 75571cf.
Only the functions that read points are run, unchanged, since the files import clients of judges.

Writes reviews.jsonl.gz: 10,000 seeded random reviews, each a line [text, LLaVA's points, lmms-eval's points].
"""

import ast
import gzip
import json
import random
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

COUNT = 10_000
PIECES = [
    "8", "9", "10", "7.5", "6.", ".5", "-1", "+3", "1e1", "1_0", "1__0", "0", "85", "8/10", "x", "Score:", "Assistant 1", "and",
    " ", " ", " ", " ", "  ", ",", ",", ", ", ";", "; ", "\n", "\n\n", "\t", "\r", "\u00a0", "\u2003", "\x85", ".", "-", "a", "é", "~",
]
FIXED = [
    "", " ", "\n", "8 9", "8,9", "8, 9", "8  9", " 8 9", "8 9 ", "8 9\nwhy", "8 9\r\nwhy", "\n8 9", "8\t9", "8 9 10", "8;9", "8; 9",
    "-1 -1", "8. 9", "8 9.", ".8 .9", "8/10 9/10", "Assistant 1: 8\nAssistant 2: 9", "8.5 10", "8 x", "x 8 9", "1_0 9", "1__0 9", "8 -9",
]


def function(path, name, scope):
    """The function of that name, compiled from its own source alone."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    exec(compile(ast.Module(body=found, type_ignores=[]), path, "exec"), scope)
    return scope[name]


def texts(rng):
    made = list(FIXED)
    while len(made) < COUNT:
        if rng.random() < 0.4:
            two = [rng.choice(PIECES[:14]) for _ in range(2)]
            made.append(rng.choice(["", "", " ", "\n"]) + rng.choice([" ", " ", ",", ", ", ";"]).join(two) + rng.choice(["", "", "\nwhy", " ", "\r", "."]))
        else:
            made.append("".join(rng.choice(PIECES) for _ in range(rng.randint(0, 6))))
    return made


def main():
    llava, lmms_eval, out = sys.argv[1:4]
    official = function(llava, "parse_score", {})
    scope = {"re": re, "VerifyResult": lambda **fields: SimpleNamespace(**fields)}
    lmms = function(lmms_eval, "_parse_comparative_scores", scope)
    target = Path(out) / "reviews.jsonl.gz"
    with open(target, "wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as sink:
        for text in texts(random.Random(20261120)):
            with redirect_stdout(StringIO()):
                line = [text, official(text), lmms(text).metadata["scores"]]
            sink.write((json.dumps(line, separators=(",", ":")) + "\n").encode("ascii"))


if __name__ == "__main__":
    main()
