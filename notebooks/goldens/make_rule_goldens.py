"""Random answers, judged by the code of the harnesses whose names rules' parsers and profiles bear.

    python notebooks/goldens/make_rule_goldens.py VLMEVALKIT LMMS_EVAL EXAMPLE OUTPUT_DIR [COUNT]

VLMEVALKIT: a checkout of https://github.com/open-compass/VLMEvalKit at commit e8e78f05;
LMMS_EVAL: a checkout of https://github.com/EvolvingLMMs-Lab/lmms-eval at commit 75571cfe;
EXAMPLE: OCRBench/example.py of https://github.com/Yuliang-Liu/MultimodalOCR at commit 794c36d.
Their functions run unchanged; libraries that these do not use are replaced by empty modules. lmms-eval strips answers
before a task's own code sees them (lmms_eval/api/task.py), and so do these. Needs numpy.

Writes COUNT (500) seeded random answers each, one JSON array per line,
yes_no.jsonl.gz: [text, VLMEvalKit's], yes, no or "" where it is Unknown;
lmms_mmmu.jsonl.gz: [text, options, lmms-eval's letter for MMMU], "" where it draws one;
lmms_ai2d.jsonl.gz: [text, whether lmms-eval's AI2D takes it for A];
ocrbench.jsonl.gz: [text, truths, whether the question's answer is a formula, right in OCRBench's own code, in lmms-eval, in
VLMEvalKit].
"""

import ast
import gzip
import importlib.util
import json
import random
import sys
import types
from pathlib import Path

SPACES = [" ", " ", " ", "", "", "  ", "\n", "\t", "\u00a0", "\u2003", "\u3000", "\x1f", "\x85"]
MARKS = list(".,:;!?'\"*#~&|/\\()[]{}=+_-<>@`%^$") + ["**", "’", "“", "”", "—", "–", "。", "！", "，", "..."]
YES_NO = ["yes", "Yes", "YES", "no", "No", "NO"] * 3 + [
    "not", "none", "know", "eyes", "Answer", "it is", "1", "1,000", "3.5", "٣,٣", "１.", "İ", "é", "ſ", "sí", "ye", "s",
]  # fmt: skip
LETTERS = list("ABCDEabcK") + ["(A)", "(B)", "(C)", "A.", "B.", "C:", "D)", "\u212a", "Ａ", "ı", "ſ"]
OPTIONS = ["red apple", "green pear", "banana", "none of the above", "B", "İzmir", "1", "a", "no", "Straße", "\U0001f600"]
TEXTS = ["x^2", "x ^ 2", "\\frac{1}{2}", "Centre", "CENTRE", "12", "１２", "Ａ", "A", "%", "％", "猫", "İ", "STRASSE", "ß"]
FORMULAS = "Handwritten Mathematical Expression Recognition"


def module(path, name):
    """A reference file as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def stub(name, **attributes):
    """Stands in for a library that the functions do not use."""
    made = types.ModuleType(name)
    made.__dict__.update(attributes)
    sys.modules[name] = made


def mixed(rng, pieces, most):
    """Pieces with marks around and white space between them, some at the ends."""
    text = rng.choice(SPACES)
    for _ in range(rng.choice([0] + list(range(1, most + 1)) * 5)):
        before, after = (rng.choice(MARKS) if rng.random() < 0.3 else "" for _ in range(2))
        text += before + rng.choice(pieces) + after + rng.choice(SPACES)
    return text


def yes_no(vlmevalkit, count, rng):
    stub("huggingface_hub"), stub("huggingface_hub.utils"), stub("pandas")
    stub("huggingface_hub.utils._cache_manager", _scan_cached_repo=None), stub("sty", fg=None)
    misc = module(vlmevalkit / "vlmeval/smp/misc.py", "misc")
    stub("vlmeval"), stub("vlmeval.smp", d2df=None, load=None, process_punctuation=misc.process_punctuation)
    yorn = module(vlmevalkit / "vlmeval/dataset/utils/yorn.py", "yorn")
    for _ in range(count):
        text = mixed(rng, YES_NO, 3)
        yield [text, yorn.YOrN_Extraction(text).lower().replace("unknown", "")]


def lmms_mmmu(lmms_eval, count, rng):
    mmmu = module(lmms_eval / "lmms_eval/tasks/_task_utils/mmmu_mcq_utils.py", "mmmu")
    mmmu.random = types.SimpleNamespace(choice=lambda _: "")
    for _ in range(count):
        options = rng.sample(OPTIONS, rng.randint(2, 5))
        text = mixed(rng, LETTERS * 2 + options + ["so", "is it the one", "A.x"], 7)
        by_letter, letters = mmmu.get_multi_choice_info(options)
        yield [text, options, mmmu.parse_mmmu_multi_choice_response(text.strip(), letters, by_letter)]


def lmms_ai2d(lmms_eval, count, rng):
    """The task's filter and its metric, as lmms_eval/api/task.py calls them one after the other."""
    stub("lmms_eval"), stub("lmms_eval.filters"), stub("lmms_eval.filters.extraction", ExtendedRegexFilter=object)
    picked = module(lmms_eval / "lmms_eval/tasks/ai2d/utils.py", "ai2d").MultiChoiceRegexFilter
    decorator = lambda *_, **__: lambda function: function
    stub("lmms_eval.api"), stub("lmms_eval.api.registry", register_aggregation=decorator, register_metric=decorator)
    stub("sacrebleu")
    exact = module(lmms_eval / "lmms_eval/api/metrics.py", "metrics").exact_match_fn
    for _ in range(count):
        text = mixed(rng, LETTERS + ["A", "a", "A."] * 10, 2)
        answer = picked.apply(None, [[text]], [{}])[0].strip()
        right = exact(predictions=[answer], references=["A"], ignore_case=True, ignore_punctuation=True)
        yield [text, bool(right["exact_match"])]


def changed(rng, text):
    """A text in other characters that some of the codes take for the same."""
    wide = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(ord("!"), ord("~") + 1)} | {" ": "\u3000"})
    text = "".join(c.translate(wide) if rng.random() < 0.1 else c for c in text)
    return rng.choice([text, text, text.lower(), text.replace(" ", ""), text.replace(" ", "\n"), " " + text])


class Rows(list):
    """What VLMEvalKit's evaluator asks of a table."""

    iloc = property(lambda self: self)


def ocrbench(example, lmms_eval, vlmevalkit, count, rng):
    """OCRBench's own loop over answers stands in a script that loads a model before it."""
    (loop,) = (node for node in ast.walk(ast.parse(example.read_text())) if isinstance(node, ast.For) and "HME100k" in ast.dump(node))
    own = compile(ast.Module([loop], []), example.name, "exec")
    stub("lmms_eval.tasks"), stub("lmms_eval.tasks._task_utils"), stub("loguru", logger=None)
    stub("lmms_eval.tasks._task_utils.file_utils", generate_submission_file=None)
    task = module(lmms_eval / "lmms_eval/tasks/ocrbench/utils.py", "lmms_ocrbench")
    logger = types.SimpleNamespace(info=lambda _: None)
    stub("tqdm", tqdm=lambda lines: lines)
    smp = dict(load=None, dump=None, get_intermediate_file_path=lambda *_: "", get_logger=lambda _: logger)
    stub("vlmeval"), stub("vlmeval.smp", **smp)
    kit = module(vlmevalkit / "vlmeval/dataset/utils/ocrbench.py", "kit_ocrbench")
    for _ in range(count):
        formula = rng.random() < 0.5
        truths = [mixed(rng, TEXTS, 2) + rng.choice(TEXTS) for _ in range(rng.randint(1, 3))]
        text = changed(rng, mixed(rng, TEXTS + truths * 4, 3))
        category, dataset = (FORMULAS, "HME100k") if formula else ("Doc-oriented VQA", "IIIT5K")
        row = {"type": category, "dataset_name": dataset, "answers": truths, "predict": text}
        exec(own, {"data": [row]})
        doc = {"answer": truths, "dataset": dataset, "question_type": category}
        score = task.ocrbench_process_results(doc, [text.strip()])["ocrbench_accuracy"]["score"]
        kit.load = lambda _: Rows([{"prediction": text, "answer": repr(truths), "category": category}])
        found = []
        kit.dump = lambda scores, _: found.append(scores["Final Score"])
        kit.OCRBench_eval("")
        yield [text, truths, formula, bool(row["result"]), bool(score), bool(found[0])]


def write(path, lines):
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as sink:
        for line in lines:
            sink.write((json.dumps(line, ensure_ascii=False) + "\n").encode())


def main():
    vlmevalkit, lmms_eval, example, out = (Path(argument) for argument in sys.argv[1:5])
    count = int(sys.argv[5]) if len(sys.argv) > 5 else 500
    write(out / "yes_no.jsonl.gz", yes_no(vlmevalkit, count, random.Random(1)))
    write(out / "lmms_mmmu.jsonl.gz", lmms_mmmu(lmms_eval, count, random.Random(2)))
    write(out / "lmms_ai2d.jsonl.gz", lmms_ai2d(lmms_eval, count, random.Random(3)))
    write(out / "ocrbench.jsonl.gz", ocrbench(example, lmms_eval, vlmevalkit, count, random.Random(4)))


if __name__ == "__main__":
    main()
