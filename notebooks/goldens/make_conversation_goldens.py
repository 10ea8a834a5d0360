"""Writes conversations.json: LLaVA's own ids and targets of training rows.

    python make_conversation_goldens.py FOLDER --llava CLONE --mini ../../conf/mini-llava

CLONE is a clone of haotian-liu/LLaVA (work tree or bare). `preprocess_multimodal`, `preprocess_v1`, `tokenizer_image_token` and
the whole of `conversation.py` are read from it at run time and executed as they are; nothing of their code stands here. The
tokenizer is the miniature's, loaded as LlamaTokenizerFast, as LLaVA's legacy tokenizer.
"""

import argparse
import ast
import copy
import json
import subprocess
import types
from pathlib import Path

import tokenizers
import torch
import transformers

TRAIN, UTILS, TALK = "llava/train/train.py", "llava/mm_utils.py", "llava/conversation.py"
IGNORED, IMAGE = -100, -200

ROWS = {
    "one question": [("human", "<image>\nWhat color is the circle?"), ("gpt", "red")],
    "placeholder behind": [("human", "What color is the circle?\n<image>"), ("gpt", "red")],
    "only a placeholder": [("human", "<image>"), ("gpt", "red circle top left, word STOP")],
    "three turns": [
        ("human", "<image>\nIs there a star?\nAnswer the question using a single word or phrase."), ("gpt", "Yes"),
        ("human", "How many?"), ("gpt", "3"), ("human", " Where are they? "), ("gpt", "top left,  bottom right"),
    ],  # fmt: skip
    "text only": [("human", "Which option is red?\nA. red\nB. blue"), ("gpt", "A")],
    "text only, two turns": [("human", "Say a."), ("gpt", "a"), ("human", "Say b."), ("gpt", "b\nb")],
    "an answer first": [("gpt", "Hello"), ("human", "<image>\nWhat shape?"), ("gpt", "ring")],
    "an answer with a line break first": [("human", "<image>\nRead it."), ("gpt", "\nSTOP")],
    "not in the vocabulary": [("human", "<image>\nÜber 水, 😀?"), ("gpt", "Ærø — 1,5 km²")],
}


def read(clone: Path, name: str) -> str:
    if (clone / name).is_file():
        return (clone / name).read_text(encoding="utf-8")
    return subprocess.run(["git", "-C", clone, "show", f"HEAD:{name}"], check=True, capture_output=True, text=True).stdout


def functions(source: str, names: list[str], known: dict) -> dict:
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in names]
    for node in tree.body:  # annotations name types that are not here
        node.returns = None
        for argument in node.args.args:
            argument.annotation = None
    exec(compile(tree, "llava", "exec"), known)
    return known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--llava", type=Path, required=True)
    parser.add_argument("--mini", type=Path, required=True)
    arguments = parser.parse_args()
    talk = types.ModuleType("conversation")
    import sys

    sys.modules["conversation"] = talk
    exec(compile(read(arguments.llava, TALK), TALK, "exec"), talk.__dict__)
    known = {
        "torch": torch, "transformers": transformers, "conversation_lib": talk, "IGNORE_INDEX": IGNORED,
        "IMAGE_TOKEN_INDEX": IMAGE, "DEFAULT_IMAGE_TOKEN": "<image>", "IS_TOKENIZER_GREATER_THAN_0_14": True,
    }  # fmt: skip
    functions(read(arguments.llava, UTILS), ["tokenizer_image_token"], known)
    functions(read(arguments.llava, TRAIN), ["preprocess_multimodal", "preprocess_v1"], known)
    tokenizer = transformers.LlamaTokenizerFast.from_pretrained(arguments.mini, legacy=True)
    settings = types.SimpleNamespace(is_multimodal=True, mm_use_im_start_end=False)
    image_id = tokenizer.convert_tokens_to_ids("<image>")
    rows = []
    for template in ("vicuna_v1", "llava_v1"):
        talk.default_conversation = talk.conv_templates[template]
        for name, turns in ROWS.items():
            conversation = [{"from": who, "value": text} for who, text in turns]
            has_image = any("<image>" in text for _, text in turns)
            sources = [copy.deepcopy(conversation)]
            if has_image:
                sources = known["preprocess_multimodal"](sources, settings)
            made = known["preprocess_v1"](sources, tokenizer, has_image=has_image)
            ids = [image_id if id == IMAGE else id for id in made["input_ids"][0].tolist()]
            answers = [int(label != IGNORED) for label in made["labels"][0].tolist()]
            row = {"id": name, "conversations": conversation} | ({"image": "a.png"} if has_image else {})
            rows.append({"template": template, "row": row, "ids": ids, "answers": answers})
    commit = subprocess.run(
        ["git", "-C", arguments.llava, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    versions = {"llava": commit, "transformers": transformers.__version__, "tokenizers": tokenizers.__version__}
    arguments.folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"made_with": versions, "rows": rows}, ensure_ascii=True, indent=None, separators=(",", ":"))
    (arguments.folder / "conversations.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
