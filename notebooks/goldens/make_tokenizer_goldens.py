"""Encodes and decodes odd texts with the tokenizers of the small checkpoints.

    python make_tokenizer_goldens.py GOLDENS

Writes GOLDENS/tokenizer/{mha,gqa,bf16}.json, and variants.json: the mha tokenizer loaded with another
tokenizer_config.json (or without its post-processor), as LlamaTokenizerFast of transformers 4.57.1 reads them.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import transformers
from transformers import LlamaTokenizerFast

import corpus
from reference import TOWERS, write
from tiny_llava import write_json

TEXTS = [
    "", " ", "  ", "a", " a", "  a", "a ", "a  b", "\n", "\t", "a\nb", "a\r\n b", "What color is the dog?",
    corpus.SYSTEM + " USER: <image>\nIs there a dog in the image? ASSISTANT:",
    "USER: <image>\nWhat is this?\nAnswer the question using a single word or phrase. ASSISTANT:",
    "<image>", "<image>\nWhat", "<image> What", "<image>  What", "What<image>", "What <image>", " <image>", "a<image>b",
    "<image><image>", "<image> <image>", "<s>What</s>", "</s>USER: What", "<unk> dog <pad>", "<imag e>", "<image", "< image >",
    "<0x41>", "▁dog", "dog▁", "▁", "naïve café", "cafe\u0301", "\u00fcber Stra\u00dfe", "木", "これは何ですか?", "Что это?", "ما هذا؟",
    "😀", "👩‍👩‍👧", "a😀b", "🇩🇪 flag", "\u200b", "\u00a0a", "\u3000a", "\ufeffa", "\ufffd", "~^`|", "a~b", "\x00", "a\x00b", "\x7f",
    "\U0010ffff", "1234567890", "USER:USER:", "dogdogdog", "DOG", "The answer is: A.", "e" * 40, " " * 17 + "x",
]  # fmt: skip


def decoded(tokenizer: LlamaTokenizerFast, ids: list[int]) -> dict:
    return {"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)}


def byte_cases(tokenizer: LlamaTokenizerFast) -> list[list[int]]:
    """Ids of byte tokens that are, are not, or are not yet UTF-8, alone and between words."""
    byte = {value: tokenizer.convert_tokens_to_ids(f"<0x{value:02X}>") for value in range(256)}
    dog, the = tokenizer.convert_tokens_to_ids("▁dog"), tokenizer.convert_tokens_to_ids("▁the")
    sequences = [
        b"A", b"\n", b"\x00", b"\xc3\xa9", b"\xc3", b"\xa9", b"\xff", b"\xf0\x9f\x98\x80", b"\xf0\x9f\x98", b"\xf0\x9f",
        b"\x9f\x98\x80", b"\xe6\x9c\xa8", b"\xe6\x9c", b"\xe6\x9cA", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80",
        b"\xc3\xa9\xc3", b"\xc3\xc3\xa9", b" ", b"\xe2\x96\x81", b"\xef\xbf\xbd",
    ]  # fmt: skip
    cases = []
    for sequence in sequences:
        ids = [byte[value] for value in sequence]
        cases += [ids, [the, *ids, dog]]
    return cases


def cases(tokenizer: LlamaTokenizerFast, rows: int) -> dict:
    encode = [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in TEXTS]
    dog, the = tokenizer.convert_tokens_to_ids("▁dog"), tokenizer.convert_tokens_to_ids("▁the")
    image, space = tokenizer.convert_tokens_to_ids("<image>"), tokenizer.convert_tokens_to_ids("▁")
    lists = [
        [], [dog], [the, dog], [1, the, dog], [the, dog, 2], [2], [0], [the, 0, dog], [the, image, dog], [image, dog], [space],
        [space, dog], [space, space, dog], [dog, space], [1, 1, dog, 2, 2],
    ]  # fmt: skip
    lists += byte_cases(tokenizer)
    if rows > len(tokenizer):
        lists += [[rows - 1], [the, rows - 1, dog]]  # rows of the embedding beyond the last token decode to nothing
    random = np.random.default_rng(7)
    lists += [random.integers(0, len(tokenizer), length).tolist() for length in (1, 2, 3, 5, 8, 13, 40, 40, 40)]
    return {"encode": encode, "decode": [decoded(tokenizer, ids) for ids in lists]}


def variants(folder: Path) -> list[dict]:
    """The same tokenizer.json under other settings; `post_processor` false means: removed from tokenizer.json."""
    added = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))["added_tokens_decoder"]
    image = next(index for index, token in added.items() if token["content"] == "<image>")

    def flags(**given) -> dict:
        return {"added_tokens_decoder": added | {image: added[image] | given}}

    settings = [
        (flags(lstrip=True, rstrip=True), True),
        (flags(lstrip=True), True),
        (flags(rstrip=True), True),
        ({"add_bos_token": False}, True),
        ({"add_eos_token": True}, True),
        ({"add_bos_token": False, "add_eos_token": True}, True),
        ({"add_bos_token": True}, False),
        ({}, False),
        ({"add_bos_token": False}, False),
    ]
    made = []
    for setting, post_processor in settings:
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary)
            shutil.copy(folder / "config.json", copy)
            tokenizer_json = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
            if not post_processor:
                tokenizer_json["post_processor"] = None
            write_json(copy / "tokenizer.json", tokenizer_json)
            config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
            for key in ("add_bos_token", "add_eos_token"):
                config.pop(key, None)
            write_json(copy / "tokenizer_config.json", config | setting)
            tokenizer = LlamaTokenizerFast.from_pretrained(copy)
            texts = ["", "What color is the dog?", "USER: <image>\nWhat is this? ASSISTANT:", "a dog  <image> \nWhat?"]
            encode = [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in texts]
            made.append({"tokenizer_config": config | setting, "post_processor": post_processor, "encode": encode})
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    transformers.logging.set_verbosity_error()
    head = {"command": "python make_tokenizer_goldens.py GOLDENS"}
    for name in TOWERS:
        folder = goldens / "checkpoints" / name
        rows = json.loads((folder / "config.json").read_text(encoding="utf-8"))["text_config"]["vocab_size"]
        tokenizer = LlamaTokenizerFast.from_pretrained(folder)
        write(goldens, f"tokenizer/{name}", head | {"checkpoint": name} | cases(tokenizer, rows))
    made = variants(goldens / "checkpoints/mha")
    write(goldens, "tokenizer/variants", head | {"checkpoint": "mha", "variants": made})


if __name__ == "__main__":
    main()
