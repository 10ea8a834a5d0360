"""RefCOCO goldens, made by the evaluators themselves.

    python notebooks/goldens/make_refcoco_goldens.py OUTPUT_DIR --llava CLONE --shikra CLONE --qwen CLONE --lmms CLONE

CLONE: of alibaba/conv-llava at 3e7ae57, shikras/shikra at ff79a4c, QwenLM/Qwen-VL at aa00ed0 and EvolvingLMMs-Lab/lmms-eval at
75571cf. Their code runs where it lies, on torch 2.7.1, torchvision 0.22.1 and datasets 3.6.0: of the two scripts that are one
program with the model's run, the loop over the answers; lmms-eval's task also on a table with the columns of lmms-lab/RefCOCO.

Writes refcoco_boxes.jsonl.gz: a seeded answer, whose grammar it follows, the right box and the picture's size in a line, and
what each evaluator made of them: [right, overlap].
"""

import argparse
import ast
import contextlib
import gzip
import io
import json
import logging
import random
import re
import types
import typing
import warnings
from pathlib import Path

import datasets
import PIL.Image
import torch
import torchvision.ops

import clones

COUNT = 4_000
SIZES = [(640, 480), (480, 640), (427, 640), (500, 333), (333, 500), (64, 64), (401, 400), (640, 241)]


def box(rng, width, height):
    """COCO's left, top, width and height, with its two decimals"""
    w, h = rng.uniform(8, width), rng.uniform(8, height)
    return [round(value, 2) for value in (rng.uniform(0, width - w), rng.uniform(0, height - h), w, h)]


def near(rng, truth, width, height):
    """corners of a box that overlaps the right one, often by about a half"""
    x, y, w, h = truth
    part = rng.choice([1, 0.9, 0.75, 0.5, 0.5, 0.52, 0.48, 0.3])
    if rng.random() < 0.5:
        return [x, y, x + w * part, y + h]
    shift = rng.choice([0, 0.05, 0.2, 1 / 3, 0.6, -0.2])
    return [x + shift * w, y, x + w + shift * w, y + h]


def said(rng, kind, truth, width, height):
    """an answer in the grammar of one of the conventions, or nearly"""
    left, top, right, bottom = near(rng, truth, width, height)
    side = max(width, height)
    if kind in ("llava", "shikra"):
        dx, dy = (side - width) // 2, (side - height) // 2
        shares = [(left + dx) / side, (top + dy) / side, (right + dx) / side, (bottom + dy) / side]
    else:
        shares = [left / width, top / height, right / width, bottom / height]
    if kind == "qwen-vl":
        x1, y1, x2, y2 = (round(share * 999) for share in shares)
        text = rng.choice(["({},{}),({},{})"] * 5 + ["<ref>it</ref><box>({},{}),({},{})</box>", "({}, {}),({}, {})"]).format(x1, y1, x2, y2)
    else:
        digits = {"llava": 2, "shikra": 3, "lmms-eval": rng.choice([2, 3, 6])}[kind]
        comma = "," if kind == "shikra" else rng.choice([", ", ", ", ",", ",  "])
        numbers = [f"{share:.{digits}f}" for share in shares]
        if kind == "llava" and rng.random() < 0.1:
            numbers = [str(round(share * 1000)) for share in shares]
        text = "[" + comma.join(numbers) + "]"
        text = rng.choice([text] * 4 + ["Answer: " + text + " .", text + ".", "It is [" + text + "]", " " + text + "\n"])
    if rng.random() < 0.08:
        text = rng.choice(["", "no", "the left one", "[]", "[0.1, 0.2]", "(1,2)", "[a, b, c, d]", "[0.1,0.2,0.3,0.4", "(1,2,3),(4,5)"])
    if rng.random() < 0.15:  # damage
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(["", " ", ",", "]", "[", "(", ";", "-", "0", ".", "1e1", "\n", "\t", "x"]) + text[at + rng.randrange(2) :]
    if rng.random() < 0.08:
        text += rng.choice([" ", ";", " and "]) + rng.choice([text, "[0.000,0.000,1.000,1.000]", "[0, 0, 1, 1]", "(0,0),(999,999)", "[1, 1, 1, 1]"])
    if rng.random() < 0.03:
        text = rng.choice(["[0,0,1,1]", "[1, 1, 1, 1]", "[0.9, 0.9, 0.1, 0.1]", "[0.5,0.5,0.5,0.5]", "(999,999),(0,0)", "[1, 1, 2, 2]", "[0.,0.,1.,1.]"])
    return text


def loop(clone, file, scope):
    """a function of one output that runs the evaluator's loop over it: (right, overlap)"""
    tree = ast.parse(clones.source(clone, file))
    found = [n for n in ast.walk(tree) if isinstance(n, ast.For) and ast.unparse(n.iter) == "enumerate(merged_outputs)"]
    pattern = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "PATTERN"]
    scope |= {"re": re, "torch": torch, "box_area": torchvision.ops.boxes.box_area}
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in ("box_iou", "reserve_square_bbox")]
    clones.functions(clones.source(clone, file), names, scope)
    exec(compile(ast.Module(pattern[:1], []), file, "exec"), scope)
    code = compile(ast.Module(found[:1], []), file, "exec")

    def evaluate(answer, corners, width, height):
        scope.update(merged_outputs=[{"answer": answer, "gt_bbox": corners, "hw": (height, width)}], correct=0, total_cnt=0)
        exec(code, scope)
        return scope["correct"], scope["iou"]

    return evaluate


def shikra(clone):
    """the metric of rec.py with the formatter and the transform that Shikra's configuration gives it"""
    folder = "mllm/dataset"
    base = type("Base", (), {"__init__": lambda self, *a, **k: None})
    scope = {"Tuple": tuple, "List": list, "Dict": dict, "Any": typing.Any, "Sequence": typing.Sequence, "Boxes": list, "re": re}
    scope |= {"BOXES_PLACEHOLDER": "<boxes>", "POINTS_PLACEHOLDER": "<points>", "BaseComputeMetrics": base, "torch": torch}
    scope |= {"box_iou": torchvision.ops.box_iou, "logger": logging.getLogger("shikra"), "warnings": warnings, "BoxesSeq": list}
    clones.functions(clones.source(clone, f"{folder}/utils/transform.py"), ["box_xyxy_expand2square", "norm_box_xyxy"], scope)
    file = clones.source(clone, f"{folder}/process_function/box_process_function.py")
    clones.functions(file, ["BoxFormatter", "PlainBoxFormatter"], scope)
    clones.functions(clones.source(clone, f"{folder}/single_image_dataset/rec.py"), ["RECComputeMetrics"], scope)
    scope["logger"].setLevel(logging.CRITICAL)
    metric = scope["RECComputeMetrics"].__new__(scope["RECComputeMetrics"])
    metric.box_formatter = scope["PlainBoxFormatter"]()

    def evaluate(answer, corners, width, height):
        side = max(width, height)
        square = scope["box_xyxy_expand2square"](corners, w=width, h=height)
        target = metric.box_formatter("Answer: <boxes> .", [[scope["norm_box_xyxy"](square, w=side, h=side)]])
        figures = metric.calculate_metric([answer], [target])
        return int(figures["accuracy"]), figures["iou"]

    return evaluate


def lmms(clone, cases):
    """all cases at once: the task reads a table of pictures"""
    module = types.ModuleType("utils_rec")
    exec(compile(clones.source(clone, "lmms_eval/tasks/refcoco/utils_rec.py"), "utils_rec.py", "exec"), module.__dict__)
    features = datasets.Features(
        question_id=datasets.Value("string"), image=datasets.Image(), answer=datasets.Sequence(datasets.Value("string")),
        bbox=datasets.Sequence(datasets.Value("float32")),
    )  # fmt: skip
    pictures = {size: PIL.Image.new("RGB", size) for size in SIZES}
    results = []
    for start in range(0, len(cases), 500):
        rows = [
            {"question_id": str(i), "image": pictures[case["width"], case["height"]], "answer": ["it"], "bbox": case["bbox"]}
            for i, case in enumerate(cases[start : start + 500])
        ]
        with contextlib.redirect_stdout(io.StringIO()):
            table = module.refcoco_bbox_rec_preprocess_dataset(datasets.Dataset.from_list(rows, features=features))
            for doc, case in zip(table, cases[start : start + 500]):
                result = module.refcoco_bbox_rec_process_result(doc, [case["answer"]])["refcoco_IoU"]
                figures = module.refcoco_bbox_rec_acc05([result]), module.refcoco_bbox_rec_iou([result])
                results.append((int(figures[0]), figures[1]))
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=Path)
    for name in ("llava", "shikra", "qwen", "lmms"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    datasets.disable_progress_bars()
    rng = random.Random(20261122)
    cases = []
    while len(cases) < COUNT:
        width, height = rng.choice(SIZES)
        truth = box(rng, width, height)
        kind = rng.choice(["llava", "shikra", "qwen-vl", "lmms-eval"])
        answer = said(rng, kind, truth, width, height)
        cases.append({"grammar": kind, "answer": answer, "bbox": truth, "width": width, "height": height})
    llava = loop(given.llava, "llava/eval/evaluate_grounding.py", {})
    qwen = loop(given.qwen, "eval_mm/evaluate_grounding.py", {})
    evaluators = {"llava": llava, "shikra": shikra(given.shikra), "qwen-vl": qwen}
    for case, harness in zip(cases, lmms(given.lmms, cases), strict=True):
        x, y, w, h = case["bbox"]
        for name, evaluate in evaluators.items():
            case[name] = evaluate(case["answer"], [x, y, x + w, y + h], case["width"], case["height"])
        case["lmms-eval"] = harness
    for name in [*evaluators, "lmms-eval"]:
        own = [case[name] for case in cases if case["grammar"] == name]
        print(name, len(own), "right", sum(right for right, _ in own), "overlapping", sum(iou > 0 for _, iou in own))
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    (given.output / "refcoco_boxes.jsonl.gz").write_bytes(gzip.compress(lines.encode("utf-8"), mtime=0))


if __name__ == "__main__":
    main()
