"""Goldens of the VQA family, made by the evaluators themselves.

    python notebooks/goldens/make_vqa_goldens.py OUTPUT_DIR --vqa CLONE --llava CLONE --lmms CLONE --python2 PYTHON2

CLONE: of GT-Vision-Lab/VQA at a013f00, haotian-liu/LLaVA at c121f04 and EvolvingLMMs-Lab/lmms-eval at 75571cf; their files
run unchanged, the first one's in Python 2 (2.7.18), which it is written in.

Writes, each one JSON document, compressed:
vqa_normalisers.json.gz   10,000 seeded strings: "official", "evalai" (M4C's whole processor), "m4c" (its last two steps)
vqa_scores.json.gz        10,000 seeded predictions with ten answers: "official", "llava" (LLaVA's converter before the
                          official evaluator), "lmms_vqav2", "textvqa", "lmms_textvqa", "lmms_vizwiz"; shares
gqa_answers.json.gz       10,000 seeded predictions and truths: "official" (what LLaVA's converter hands in), "lmms" (0, 1)
"""

import argparse
import ast
import gzip
import importlib.util
import json
import random
import string
import subprocess
import sys
import tempfile
import types
from pathlib import Path

COUNT = 10_000

PUNCTUATION = list(';/[]"{}()=+\\_-><@`,?!')
OTHER = list("'.:&$%#*^~|") + ["...", ". ", " .", "'s", "'s ", ", ", " ,", "- ", " -"]
SPACES = [" ", " ", " ", "  ", "\t", "\n", "\r", "\u00a0", "\u2003", "\u001c", "\u0085"]
DIGITS = ["0", "1", "3", "10", "3,000", "1,2", "1,,2", "3.5", ".5", "5.", "\u0663", "\u0663,\u0663", "5.\u0663"]
WORDS = [
    "none", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "a", "an", "the", "A", "The", "AN", "One", "NONE", "yes", "No", "red", "Dog", "t-shirt", "U.S.A.", "x", "\u00e9", "\u00c9t\u00e9",
]  # fmt: skip

PYTHON2_DRIVER = """
import json, sys
sys.path.insert(0, sys.argv[1])
import contextlib, os
from vqaEvaluation.vqaEval import VQAEval

class Answers(object):
    def __init__(self, qa):
        self.qa = qa
    def getQuesIds(self):
        return sorted(self.qa)

given = json.load(sys.stdin)
evaluator = VQAEval(Answers({}), Answers({}), n=10)
result = {"strings": [evaluator.processDigitArticle(evaluator.processPunctuation(s)) for s in given["strings"]]}
sys.stdout, stdout = open(os.devnull, "w"), sys.stdout
for name in given["scores"]:
    truths, answers = {}, {}
    for i, (prediction, references) in enumerate(given["scores"][name]):
        truths[i] = {"question_type": "", "answer_type": "", "answers": [
            {"answer": a, "answer_confidence": "yes", "answer_id": n + 1} for n, a in enumerate(references)]}
        answers[i] = {"answer": prediction}
    evaluator = VQAEval(Answers(truths), Answers(answers), n=10)
    evaluator.evaluate()
    result[name] = [evaluator.evalQA[i] / 100 for i in sorted(truths)]
sys.stdout = stdout
json.dump(result, sys.stdout)
"""


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def stub(name, **attributes):
    """Stands in for a module that the evaluators import and these goldens never reach."""
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__dict__.update(attributes)


def random_string(rng, contractions):
    """A few pieces, glued or spaced, so that conditions on neighbours are met and missed."""
    pieces = []
    for _ in range(rng.randint(0, 6)):
        kind = rng.random()
        if kind < 0.4:
            pieces.append(rng.choice(WORDS))
        elif kind < 0.55:
            pieces.append(rng.choice(contractions))
        elif kind < 0.75:
            pieces.append(rng.choice(PUNCTUATION))
        elif kind < 0.85:
            pieces.append(rng.choice(DIGITS))
        elif kind < 0.95:
            pieces.append(rng.choice(OTHER))
        else:
            pieces.append(rng.choice(SPACES))
        if rng.random() < 0.5:
            pieces.append(rng.choice(SPACES))
    return "".join(pieces)


def references(rng, contractions):
    """Ten answers by people who agree more or less, and a prediction that may be one of them."""
    few = [random_string(rng, contractions) for _ in range(rng.randint(1, 4))]
    few += [few[0].upper(), few[0] + ".", "the " + few[0]]
    few = rng.sample(few, rng.randint(1, 4))
    answers = [rng.choice(few) for _ in range(10)]
    prediction = rng.choice(few + [rng.choice(few).capitalize(), rng.choice(few) + "?", random_string(rng, contractions)])
    return [prediction, answers]


def function(path, name, scope):
    """One function out of a module that cannot be imported without everything it needs."""
    source = Path(path).read_text(encoding="utf-8")
    node = next(n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == name)
    exec(ast.get_source_segment(source, node), scope)
    return scope[name]


def gqa(rng, args):
    import numpy

    exact_match = function(
        args.lmms / "lmms_eval/api/metrics.py", "exact_match_hf_evaluate", {"np": numpy, "string": string}
    )
    truths = ["yes", "no", "left", "t-shirt", "dvd player", "traffic light", "x.", "", "caf\u00e9"]
    pairs = []
    for _ in range(COUNT):
        truth = rng.choice(truths)
        answer = rng.choice([truth, truth.upper(), truth.capitalize(), "the " + truth, rng.choice(truths)])
        for _ in range(rng.randint(0, 2)):
            at = rng.choice([0, len(answer), rng.randint(0, len(answer))])
            answer = answer[:at] + rng.choice([".", "..", ",", " ", "!", "-", "\u3002", "_", "\u00c9"]) + answer[at:]
        pairs.append([answer.strip(), truth])
    with tempfile.TemporaryDirectory() as temporary:
        source, target = Path(temporary, "answers.jsonl"), Path(temporary, "predictions.json")
        source.write_text(
            "".join(json.dumps({"question_id": str(i), "text": a}) + "\n" for i, (a, _) in enumerate(pairs)), encoding="utf-8"
        )
        subprocess.run(
            [sys.executable, args.llava / "scripts/convert_gqa_for_eval.py", "--src", source, "--dst", target], check=True
        )
        handed_in = [one["prediction"] for one in json.loads(target.read_text())]
    return {
        "pairs": pairs,
        "official": handed_in,
        "lmms": [
            int(exact_match([a], [t], ignore_case=True, ignore_punctuation=True)["exact_match"]) for a, t in pairs
        ],
    }


def write(folder, name, document):
    with open(folder / name, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as sink:
        sink.write(json.dumps(document, separators=(",", ":")).encode("ascii"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=Path)
    for clone in ["vqa", "llava", "lmms"]:
        parser.add_argument("--" + clone, type=Path, required=True)
    parser.add_argument("--python2", required=True)
    args = parser.parse_args()

    stub("tqdm", tqdm=lambda items: items)
    stub("loguru", logger=None)
    tasks = "lmms_eval.tasks"
    for package in ["lmms_eval", tasks, tasks + "._task_utils"]:
        stub(package, __path__=[])
    stub(tasks + "._task_utils.file_utils", generate_submission_file=None)
    module(tasks + "._task_utils.vqa_eval_metric", args.lmms / "lmms_eval/tasks/_task_utils/vqa_eval_metric.py")
    lmms = {task: module(task, args.lmms / f"lmms_eval/tasks/{task}/utils.py") for task in ["vqav2", "textvqa", "vizwiz_vqa"]}
    m4c = module("m4c", args.llava / "llava/eval/m4c_evaluator.py")
    processor = m4c.EvalAIAnswerProcessor()
    evaluator = m4c.TextVQAAccuracyEvaluator()

    contractions = sorted(processor.CONTRACTIONS)
    rng = random.Random(20261120)
    strings = contractions + ["a" + ". " * n for n in (31, 32, 33, 40)]
    while len(strings) < COUNT:
        strings.append(random_string(rng, contractions))
    cases = [references(rng, contractions) for _ in range(COUNT)]

    python2 = subprocess.run(
        [args.python2, "-c", PYTHON2_DRIVER, str(args.vqa / "PythonEvaluationTools")],
        input=json.dumps(
            {"strings": strings, "scores": {"official": cases, "llava": [[processor(p), a] for p, a in cases]}}
        ).encode("ascii"),
        stdout=subprocess.PIPE,
        check=True,
    )
    official = json.loads(python2.stdout)

    def lmms_score(task, prediction, answers):
        return getattr(lmms[task], task + "_process_results")({"question_id": 0, "answers": answers}, [prediction])["exact_match"]

    write(
        args.output,
        "vqa_normalisers.json.gz",
        {
            "strings": strings,
            "official": official["strings"],
            "evalai": [processor(s) for s in strings],
            "m4c": [processor.process_digit_article(processor.process_punctuation(s)) for s in strings],
        },
    )
    write(
        args.output,
        "vqa_scores.json.gz",
        {
            "cases": cases,
            "official": official["official"],
            "llava": official["llava"],
            "lmms_vqav2": [
                lmms_score("vqav2", p, [{"answer": a, "answer_id": i} for i, a in enumerate(answers)]) for p, answers in cases
            ],
            "textvqa": [evaluator.eval_pred_list([{"pred_answer": p, "gt_answers": a}]) for p, a in cases],
            "lmms_textvqa": [lmms_score("textvqa", p, list(a)) for p, a in cases],
            "lmms_vizwiz": [lmms_score("vizwiz_vqa", p, list(a)) for p, a in cases],
        },
    )
    write(args.output, "gqa_answers.json.gz", gqa(rng, args))


if __name__ == "__main__":
    main()
