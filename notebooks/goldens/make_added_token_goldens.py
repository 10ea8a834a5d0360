"""Golden ids of tokens that stand next to a tokenizer.json: in tokenizer_config.json and older files.

    python make_added_token_goldens.py GOLDENS

Writes GOLDENS/tokenizer/added.json: folders that differ from the mha checkpoint's in these files, with the ids and
decoded texts of AutoTokenizer (transformers 4.57.1), or null where it refuses the folder. A file that is null is not
there. Drawn with a fixed seed; the first ones by hand.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from transformers import AutoTokenizer

from reference import write
from tiny_llava import write_json

TEXTS = [
    "What color is the dog?", "Is it red?<|sep|>Is it blue?", "a <|sep|>  b<|cut|> <|CUT|>c", "the dog  <image> \nWhat?",
    "dogs the <|sep|><|sep|> DOG\u0301 </s> <s>x <unk>", " <|begin|>a<extra> b<mask>", "",
]  # fmt: skip
NAMES = ["<|sep|>", "<|cut|>", "dog", "▁the", "<extra>", "<image>", "</s>", "<mask>", "the dog", "a"]
FLAGS = ["lstrip", "rstrip", "normalized", "single_word", "special"]


def plain(content: str, **flags) -> dict:
    return {"content": content} | dict.fromkeys(FLAGS, False) | flags


def by_hand(base: dict) -> list[dict]:
    added = base["added_tokens_decoder"]
    rest = {key: value for key, value in base.items() if key != "added_tokens_decoder"}
    sep = plain("<|sep|>", special=True)
    made = [
        {"tokenizer_config.json": base | {"added_tokens_decoder": added | {"680": sep | {flag: True}}}} for flag in FLAGS
    ]
    for value in (None, 0, 1, "", "false", [], True, False):
        made.append({"tokenizer_config.json": base | {"add_bos_token": value}})
        made.append({"tokenizer_config.json": base | {"add_eos_token": value}})
    for key in ("bos_token", "eos_token", "unk_token", "pad_token", "clean_up_tokenization_spaces", "legacy"):
        made.append({"tokenizer_config.json": base | {key: None}})
    for kind in (None, "LlamaTokenizerFast", "PreTrainedTokenizerFast", "GPT2Tokenizer", "Qwen2Tokenizer"):
        made.append({"tokenizer_config.json": base | {"tokenizer_class": kind}})
        made.append({"tokenizer_config.json": rest | {"tokenizer_class": kind}})
    made += [
        {"tokenizer_config.json": base | {"added_tokens_decoder": added | {"900": sep}}},
        {"tokenizer_config.json": base | {"added_tokens_decoder": added | {"680": {"content": "<|sep|>"}}}},
        {"tokenizer_config.json": base | {"added_tokens_decoder": {"680": sep}}},
        {"tokenizer_config.json": base | {"added_tokens_decoder": added | {"680": sep | {"lstrip": None}}}},
        {"tokenizer_config.json": base | {"added_tokens_decoder": {}}},
        {"tokenizer_config.json": base | {"additional_special_tokens": ["<|sep|>", "dog", "<image>"]}},
        {"tokenizer_config.json": base | {"additional_special_tokens": None}},
        {"tokenizer_config.json": base | {"additional_special_tokens": [sep | {"__type": "AddedToken", "lstrip": True}]}},
        {"tokenizer_config.json": base | {"extra_special_tokens": {"sep_here": "<|sep|>", "image_token": "<image>"}}},
        {"tokenizer_config.json": base | {"bos_token": "<|begin|>"}},
        {"tokenizer_config.json": base | {"mask_token": plain("<mask>", lstrip=True) | {"__type": "AddedToken"}}},
        {"tokenizer_config.json": rest, "added_tokens.json": {"<|sep|>": 680, "<extra>": 681}},
        {"tokenizer_config.json": base, "added_tokens.json": {"<|sep|>": 680, "<extra>": 681}},
        {"tokenizer_config.json": rest, "special_tokens_map.json": {"bos_token": "</s>", "eos_token": "<s>"}},
        {"tokenizer_config.json": base, "special_tokens_map.json": {"bos_token": "</s>", "eos_token": "<s>"}},
        {"tokenizer_config.json": rest, "special_tokens_map.json": {"bos_token": None}},
        {"tokenizer_config.json": rest, "special_tokens_map.json": {"additional_special_tokens": ["<|sep|>", sep]}},
        {"tokenizer_config.json": rest, "special_tokens_map.json": {"mask_token": plain("<mask>", rstrip=True)}},
        {"tokenizer_config.json": None},
        {"tokenizer_config.json": None, "special_tokens_map.json": {"bos_token": "</s>"}},
    ]
    return made


def drawn(base: dict, random: np.random.Generator) -> dict:
    def flags() -> dict:
        return {flag: bool(random.integers(2)) for flag in FLAGS if random.random() < 0.8}

    def name() -> str:
        return str(random.choice(NAMES))

    config = dict(base)
    if random.random() < 0.3:
        del config["added_tokens_decoder"]
    else:
        more = {str(random.choice([5, 77, 356, 678, 680, 681, 690])): {"content": name()} | flags() for _ in range(3)}
        config["added_tokens_decoder"] = base["added_tokens_decoder"] | more
    for key in ("mask_token", "pad_token", "eos_token"):
        if random.random() < 0.2:
            config[key] = [name(), None, {"__type": "AddedToken", "content": name()} | flags()][random.integers(3)]
    if random.random() < 0.3:
        config["additional_special_tokens"] = [name(), {"__type": "AddedToken", "content": name()} | flags()]
    if random.random() < 0.2:
        config["extra_special_tokens"] = {"one": name()}
    folder = {"tokenizer_config.json": config}
    if random.random() < 0.3:
        folder["added_tokens.json"] = {name(): 680, name(): 681}
    if random.random() < 0.3:
        folder["special_tokens_map.json"] = {
            "mask_token": {"content": name()} | flags(),
            "additional_special_tokens": [name(), name()],
        }
    return folder


def answers(mha: Path, folder: dict) -> list[dict] | None:
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary)
        for name in ("config.json", "tokenizer.json"):
            (copy / name).write_bytes((mha / name).read_bytes())
        for name, content in folder.items():
            if content is not None:
                write_json(copy / name, content)
        try:
            tokenizer = AutoTokenizer.from_pretrained(copy)
            encode = [tokenizer(text)["input_ids"] for text in TEXTS]
        except (TypeError, ValueError, AttributeError):
            return None
        more = list(range(676, len(tokenizer)))
        return [{"text": text, "ids": ids} for text, ids in zip(TEXTS, encode, strict=True)] + [
            {"decode": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)} for ids in (more, encode[1])
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    mha = goldens / "checkpoints/mha"
    base = json.loads((mha / "tokenizer_config.json").read_text(encoding="utf-8"))
    random = np.random.default_rng(11)
    folders = by_hand(base) + [drawn(base, random) for _ in range(60)]
    made = [{"files": folder, "answers": answers(mha, folder)} for folder in folders]
    head = {"command": "python make_added_token_goldens.py GOLDENS", "checkpoint": "mha"}
    write(goldens, "tokenizer/added", head | {"folders": made})


if __name__ == "__main__":
    main()
