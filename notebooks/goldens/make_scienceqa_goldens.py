"""ScienceQA golden answers, made by the reference evaluators themselves.

    python notebooks/goldens/make_scienceqa_goldens.py LLAVA LMMS_EVAL OUTPUT_DIR

LLAVA: llava/eval/eval_science_qa.py of https://github.com/haotian-liu/LLaVA at commit c121f04;
LMMS_EVAL: lmms_eval/tasks/scienceqa/utils.py of https://github.com/EvolvingLMMs-Lab/lmms-eval at commit 75571cf.
Both run unchanged.

Writes scienceqa_parser.jsonl.gz: 12,000 seeded random answers, each a line [text, number of choices, index, lmms].
index is what LLaVA's evaluator puts into its results; lmms the letter that makes lmms-eval's exact match 1, or "".
"""

import gzip
import json
import random
import runpy
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

COUNT = 12_000
LETTERS = "ABCDE"
PIECES = list("ABCDEFZabcde") + [
    ".", ". ", ".\n", " ", "  ", "\n", "\t", "(", ")", ",", ":", "The answer is ", "the answer is ", "The answer is: ",
    "The answer is A.", "The answer is B", "The answer is C!", "The answer is F.", "The answer is D\n", "answer", "because",
    "A. ", "B. ", "E. ", "A.", "C.", "Ａ", "\u0391", "\u00a0", "\u2028", "\u0085", "\u3000", "é", "\U0001f600", "FAILED", "BECAUSE:",
]
FIXED = [
    "", " ", "A", "a", " A", "A ", "A.", "A. ", "A.x", "A. x", " A. x", "B.", "E", "F", "AA", "Ab", "(A)", "A)", "A:", "A,",
    "The answer is A.", "The answer is A", "The answer is A.The answer is B.", "The answer is A. The answer is A.",
    "The answer is F.", "The answer is E.", "the answer is A.", "The answer is A\n", "The answer is A\u2028", "The answer is A\r",
    "The answer is AB", "The answer is A\U0001f600", "Z", "F. The answer is B.", "A.\nThe answer is B.", "\u00a0B\u00a0", "\x85C\x1f",
]


def texts(rng):
    made = list(FIXED)
    while len(made) < COUNT:
        if rng.random() < 0.15:
            text = rng.choice(["", " ", "\n"]) + rng.choice(LETTERS + "abcdeF") + rng.choice(["", ".", ". ", " ", ".\u00a0"])
        else:
            text = ""
        made.append(text + "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 4))))
    return made


def official(script, answers, choices):
    """The index that eval_science_qa.py gives every answer."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pids = [str(i) for i in range(len(answers))]
        problems = {pid: {"choices": ["x"] * n, "answer": 0} for pid, n in zip(pids, choices)}
        (folder / "problems.json").write_text(json.dumps(problems))
        (folder / "pid_splits.json").write_text(json.dumps({"test": pids}))
        lines = [json.dumps({"question_id": p, "prompt": "<image>\n", "text": t}) for p, t in zip(pids, answers)]
        (folder / "answers.jsonl").write_text("\n".join(lines))
        result = folder / "result.json"
        sys.argv = [
            script, "--base-dir", str(folder), "--result-file", str(folder / "answers.jsonl"),
            "--output-file", str(folder / "output.jsonl"), "--output-result", str(result),
        ]
        with redirect_stdout(StringIO()):
            runpy.run_path(script, run_name="__main__")
        results = json.loads(result.read_text())["results"]
        return [results[pid] for pid in pids]


def lmms(utils, answer, choices):
    """The letter for which sqa_process_results counts the answer as right."""
    right = [
        LETTERS[i]
        for i in range(choices)
        if utils["sqa_process_results"]({"choices": ["x"] * choices, "answer": i}, [answer])["exact_match"] == 1.0
    ]
    assert len(right) <= 1
    return "".join(right)


def main():
    llava, lmms_eval, out = sys.argv[1:4]
    rng = random.Random(20261120)
    answers = texts(rng)
    choices = [rng.randint(2, 5) for _ in answers]
    indices = official(llava, answers, choices)
    utils = runpy.run_path(lmms_eval)
    target = Path(out) / "scienceqa_parser.jsonl.gz"
    with open(target, "wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as sink:
        for answer, n, index in zip(answers, choices, indices):
            line = json.dumps([answer, n, index, lmms(utils, answer, n)], separators=(",", ":"))
            sink.write((line + "\n").encode("ascii"))


if __name__ == "__main__":
    main()
