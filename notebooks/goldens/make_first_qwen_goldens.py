"""Writes two small checkpoints of the first Qwen-VL's form, and what its authors' code says about pictures and texts.

    python make_first_qwen_goldens.py GOLDENS --code CLONE [--strings FOLDER]

CLONE is a copy of the published folder of Qwen-VL-Chat, whose code is run as it stands (x1ngzai/Qwen-VL-Chat-Int4 1cd721a: the
unquantized folder's code, under transformers 4.37.2), but for one number: how many ids an image's place in a prompt has is 256 in
tokenization_qwen.py, and here the number of queries. fp32 on the CPU.

Writes GOLDENS/first-qwen/. Weights are not written: each follows from its name, as `weight` says, which the tests repeat.
--strings also writes what the published qwen.tiktoken makes of 10,000 strings to FOLDER, for `TiktokenFileTest`.
"""

import argparse
import base64
import hashlib
import importlib
import json
import os
import shutil
import sys
import tempfile
import unicodedata
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import PIL
import regex
import tiktoken
import torch
import torchvision
import transformers
from PIL import Image
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import GenerationConfig

import corpus
from clones import git, revision
from tiny_llava import write_golden, write_json

STEPS, MERGES = 16, 180
FILES = ["configuration_qwen.py", "modeling_qwen.py", "qwen_generation_utils.py", "tokenization_qwen.py", "visual.py"]
QUESTIONS = ["Is there a dog in the image?", "What color is the Café's 2nd chair?"]
ASKED = ["one.png", "wide.png", "tall.png", "rgba.png", "jpeg-rotated.jpg", "wide-3.png"]
SCRIPTS = [
    "图中有一只狗吗？这把椅子是什么颜色的？", "На картинке есть собака? Какого цвета стул?", "هل يوجد كلب في الصورة؟",
    "写真に犬はいますか？", "사진에 개가 있나요?", "क्या चित्र में कुत्ता है?", "Υπάρχει σκύλος στην εικόνα;", "🐶🐕‍🦺 👍🏽 é ﬁ Å ½ ²",
]  # fmt: skip
NO_MERGES = [b"zqx", b" zqxj"]  # tokens that merges never lead to; the second not even from the first
BASE = dict(
    hidden_size=128, num_hidden_layers=2, num_attention_heads=4, kv_channels=32, intermediate_size=80, no_bias=True,
    seq_length=96, visual=dict(width=16, heads=2, layers=3, image_size=140, patch_size=7, n_queries=4, output_dim=128),
)  # fmt: skip
CHAT = dict(
    hidden_size=256, num_hidden_layers=3, num_attention_heads=4, kv_channels=64, intermediate_size=48, no_bias=False,
    seq_length=128, visual=dict(width=24, heads=3, layers=2, image_size=48, patch_size=3, n_queries=9, output_dim=256),
)  # fmt: skip
GENERATION = {"base": {"chat_format": "raw", "stop_words_ids": None}, "chat": {"chat_format": "chatml"}}


# --- the tokenizer -----------------------------------------------------------------------------------


def printed_bytes() -> list[int]:
    """The order of GPT-2's bytes."""
    shown = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return shown + [byte for byte in range(256) if byte not in shown]


def train(pattern: str) -> list[bytes]:
    """Tokens in the order of their ranks; of equally frequent pairs the lower one is merged first."""
    words = Counter()
    for text in corpus.sentences() + SCRIPTS * 6:
        words.update(regex.findall(pattern, text))
    tokens = [bytes([byte]) for byte in printed_bytes()]
    split = {word: [bytes([byte]) for byte in word.encode()] for word in words}
    for _ in range(MERGES):
        pairs = Counter()
        for word, parts in split.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += words[word]
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        tokens.append(b"".join(best))
        for parts in split.values():
            at = 0
            while at + 1 < len(parts):
                if (parts[at], parts[at + 1]) == best:
                    parts[at : at + 2] = [tokens[-1]]
                at += 1
    return tokens + NO_MERGES


def write_vocabulary(file: Path, tokens: list[bytes]) -> None:
    lines = [f"{base64.b64encode(token).decode()} {rank}" for rank, token in enumerate(tokens)]
    file.write_text("\n".join(lines) + "\n", encoding="ascii")


RANGES = [
    (0x20, 0x7F), (0x20, 0x7F), (0x20, 0x7F), (0xA0, 0x17F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x4FF), (0x590, 0x5FF),
    (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1100, 0x11FF), (0x2000, 0x206F), (0x2200, 0x22FF), (0x3040, 0x30FF),
    (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xFB00, 0xFB4F), (0xFF00, 0xFFEF), (0x1D400, 0x1D7FF), (0x1F300, 0x1F6FF),
    (0x20000, 0x2A6DF),
]  # fmt: skip


def strings(count: int, seed: int, names: list[str]) -> list[str]:
    """Words of many scripts, runs of one character, white space, and special tokens, whole and broken."""
    generator = np.random.default_rng(seed)
    words = corpus.sentences() + SCRIPTS
    texts = ["", " ", "\n", "aaaaaaaaaaaaa", "'S 'Re 'lL", "a\r\n\n b", "<|im_end|>\u0338", "zqx", "zqx zqx zqxj zqxjzqx"]
    while len(texts) < count:
        parts = []
        for _ in range(generator.integers(1, 7)):
            kind = generator.integers(0, 7)
            low, high = RANGES[generator.integers(0, len(RANGES))]
            if kind <= 1:
                parts.append("".join(chr(c) for c in generator.integers(low, high, generator.integers(1, 9))))
            elif kind == 2:
                parts.append(chr(generator.integers(low, high)) * int(generator.integers(1, 40)))
            elif kind == 3:
                parts.append("".join(generator.choice(list(" \t\n\r\u3000\x0b\x85"), generator.integers(1, 6))))
            elif kind == 4:
                name = names[generator.integers(0, len(names))]
                parts.append(name[int(generator.integers(0, 2)) * int(generator.integers(0, len(name))) :])
            else:
                text = words[generator.integers(0, len(words))]
                start = int(generator.integers(0, len(text)))
                parts.append(text[start : start + int(generator.integers(1, 30))])
        texts.append("".join(parts))
    return texts


def ids_of(tokenizer, text: str) -> list[int]:
    """As `tokenize` begins; what follows there fills up the place of an image."""
    normal = unicodedata.normalize("NFC", text)
    return tokenizer.tokenizer.encode(normal, allowed_special="all", disallowed_special=())


def said_of(tokenizer, texts: list[str]) -> list:
    """[text, ids, what some of these say]: some are no whole characters, none is an image's, which need both ends."""
    rows = []
    for text in texts:
        ids = ids_of(tokenizer, text)
        some = [one for one in ids[1:-1] if one < tokenizer.img_start_id]
        rows.append([text, ids, tokenizer.decode(some, skip_special_tokens=True)])
    return rows


# --- the model ---------------------------------------------------------------------------------------


def gain(name: str, shape: list[int]) -> tuple[float, float]:
    """A weight's mean and standard deviation."""
    if "ln_" in name and name.endswith("weight"):
        return 1.0, 0.2
    if name.endswith("bias"):
        return 0.0, 0.1
    if name.endswith(("wte.weight", "query", "positional_embedding")):
        return 0.0, 1.0
    if name.endswith("pos_embed"):  # the published one's are sines
        return 0.0, 0.7
    fan_in = int(np.prod(shape[1:]))
    sharp = 3.0 if "in_proj_weight" in name else 1.7 if name.endswith(("c_attn.weight", "in_proj.weight", "lm_head.weight")) else 1.0
    return 0.0, sharp / fan_in**0.5


def weight(name: str, shape: list[int], mean: float, deviation: float) -> np.ndarray:
    """Numbers of a uniform distribution, each by murmur3's finalizer from the name's CRC and its place."""
    with np.errstate(over="ignore"):
        h = np.uint32(zlib.crc32(name.encode())) + np.arange(np.prod(shape), dtype=np.uint32) * np.uint32(0x9E3779B9)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        h = h ^ (h >> np.uint32(16))
    uniform = (h.astype(np.float64) / 2.0**32 - 0.5) * 3.4641016151377544
    return (uniform * deviation + mean).astype(np.float32).reshape(shape)


def authors(clone: Path) -> Path:
    """A folder to import their code from."""
    folder = Path(tempfile.mkdtemp())
    (folder / "authors").mkdir()
    (folder / "authors/__init__.py").touch()
    for name in FILES:
        (folder / "authors" / name).write_text(git(clone, "show", f"HEAD:{name}"), encoding="utf-8")
    (folder / "qwen.tiktoken").write_text(git(clone, "show", "HEAD:qwen.tiktoken"), encoding="ascii")
    sys.path.insert(0, str(folder))
    return folder


def make(folder: Path, name: str, settings: dict, tokens: list[bytes]):
    folder.mkdir(parents=True)
    write_vocabulary(folder / "qwen.tiktoken", tokens)
    write_json(folder / "tokenizer_config.json", {"model_max_length": 8192, "tokenizer_class": "QWenTokenizer"})
    tokenization = importlib.import_module("authors.tokenization_qwen")
    tokenization.IMG_TOKEN_SPAN = settings["visual"]["n_queries"]
    tokenizer = tokenization.QWenTokenizer(str(folder / "qwen.tiktoken"))
    visual = settings["visual"] | {"image_start_id": tokenizer.img_start_id, "mlp_ratio": 4.9231}
    config = {
        "architectures": ["QWenLMHeadModel"], "model_type": "qwen", "vocab_size": len(tokenizer) + 5, "rotary_emb_base": 10000,
        "rotary_pct": 1.0, "layer_norm_epsilon": 1e-6, "use_dynamic_ntk": True, "use_logn_attn": True, "tie_word_embeddings": False,
        "scale_attn_weights": True, "bf16": False, "fp16": False, "fp32": True, "use_flash_attn": False,
        "max_position_embeddings": 8192, **settings, "visual": visual,
    }  # fmt: skip
    write_json(folder / "config.json", config)
    ends = {"eos_token_id": tokenizer.eod_id, "pad_token_id": tokenizer.eod_id, "max_new_tokens": 512, "do_sample": True}
    write_json(folder / "generation_config.json", {k: v for k, v in (GENERATION[name] | ends).items() if v is not None})
    model = importlib.import_module("authors.modeling_qwen").QWenLMHeadModel(
        importlib.import_module("authors.configuration_qwen").QWenConfig(**config)
    )
    rules = {}
    for key, parameter in model.named_parameters():
        shape = list(parameter.shape)
        mean, deviation = gain(key, shape)
        parameter.data.copy_(torch.from_numpy(weight(key, shape, mean, deviation)))
        rules[key] = {"shape": shape, "mean": mean, "deviation": deviation}
    return model.eval().requires_grad_(False), tokenizer, rules


def digest(pixels: torch.Tensor) -> str:
    return hashlib.sha256(pixels.contiguous().numpy().astype("<f4").tobytes()).hexdigest()


def prompt(name: str, tokenizer, pictures: list[str], question: str) -> list[int]:
    images = "".join(f"<img>{picture}</img>" for picture in pictures)
    if name == "base":
        return tokenizer(f"{images}{question} Answer:")["input_ids"]
    context = importlib.import_module("authors.qwen_generation_utils").make_context
    query = f"{images}\n{question}" if len(pictures) < 2 else "".join(f"<img>{p}</img>\n" for p in pictures) + question
    return context(tokenizer, query, system="You are a helpful assistant.")[1]


def shortened(ids: list[int], tokenizer) -> list[int]:
    """With one id between an image's two, as ours has it."""
    left, inside = [], False
    for one in ids:
        inside = inside and one != tokenizer.img_end_id
        if not inside:
            left.append(one)
        if one == tokenizer.img_start_id:
            inside = True
            left.append(tokenizer.img_pad_id)
    return left


def greedy(model, ids: list[int], ends: list[int]) -> dict:
    said, margins, first = [], [], None
    for _ in range(STEPS):
        logits = model(torch.tensor([ids + said]), use_cache=False).logits[0, -1]
        first = logits if first is None else first
        top = logits.topk(2)
        said.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if said[-1] in ends:
            break
    return {"greedy": said, "margins": margins, "logits": first}


@torch.no_grad()
def case(name: str, model, tokenizer, pictures: list[str], question: str) -> tuple[dict, dict]:
    visual = model.transformer.visual
    ids = prompt(name, tokenizer, pictures, question)
    ends = [tokenizer.eod_id] + ([tokenizer.im_start_id, tokenizer.im_end_id] if name == "chat" else [])
    said = greedy(model, ids, ends)
    settings = GenerationConfig(do_sample=False, max_new_tokens=STEPS, eos_token_id=tokenizer.eod_id, pad_token_id=tokenizer.eod_id)
    stop = [[end] for end in ends]
    whole = model.generate(torch.tensor([ids]), generation_config=settings, stop_words_ids=stop)[0, len(ids) :].tolist()
    assert whole[: len(said["greedy"])] == said["greedy"], (whole, said["greedy"])
    pixels = torch.stack([visual.image_transform(Image.open(picture).convert("RGB")) for picture in pictures])
    seen = {}
    hook = visual.attn_pool.attn.register_forward_hook(lambda _, given, out: seen.update(looks=out[1]))
    with FlopCounterMode(display=False) as all_of_it:
        rows = visual(pixels)
    hook.remove()
    towers = {}
    hook = visual.transformer.register_forward_hook(lambda _, given, out: towers.update(rows=out.permute(1, 0, 2)))
    visual(pixels)
    hook.remove()
    with FlopCounterMode(display=False) as connector:
        visual.ln_post(visual.attn_pool(towers["rows"])) @ visual.proj
    with FlopCounterMode(display=False) as decoder:
        states = model.transformer(torch.tensor([ids]), use_cache=False)[0]
        model.lm_head(states[:, -1:])
    vision, behind = all_of_it.get_total_flops(), connector.get_total_flops()
    tensors = {"features": rows.reshape(-1, rows.shape[-1]), "logits": said.pop("logits")}
    if len(pictures) == 1:
        tensors |= {"tower": towers["rows"][0][::7], "looks": seen["looks"][0][:, ::7]}
    flops = {"tower": vision - behind, "connector": behind, "all": decoder.get_total_flops()}
    return {
        "question": question, "ids": shortened(ids, tokenizer), "pixels": digest(pixels[0]), "flops": flops, **said,
    }, tensors  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--code", type=Path, required=True)
    parser.add_argument("--strings", type=Path)
    arguments = parser.parse_args()
    output, images = (arguments.goldens / "first-qwen").resolve(), (arguments.goldens / "images").resolve()
    shutil.rmtree(output, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    code = authors(arguments.code)
    tokenization = importlib.import_module("authors.tokenization_qwen")
    tokens = train(tokenization.PAT_STR)
    cases, tensors, rules, pixels = {}, {}, {}, {}
    short = code / "pictures"
    short.mkdir()
    os.chdir(short)  # so that a picture's path is shorter than its place
    for place, picture in enumerate(ASKED):
        shutil.copy(images / picture, short / str(place))
    for name, settings in [("base", BASE), ("chat", CHAT)]:
        model, tokenizer, rules[name] = make(output / name, name, settings, tokens)
        cases[name] = {}
        alone = range(len(ASKED)) if name == "base" else [1, 2]
        asked = [([at], at % 2) for at in alone] + [([0, 1, 3], 1), ([1], 0)]
        for places, question in asked:
            key = "+".join(ASKED[at] for at in places) + f"/{question}"
            cases[name][key], said = case(name, model, tokenizer, [str(at) for at in places], QUESTIONS[question])
            tensors |= {f"{name}/{key}/{part}": tensor for part, tensor in said.items()}
    visual = importlib.import_module("authors.visual")
    published = visual.VisionTransformer(448, 14, 16, 1, 2, 1.0, output_dim=128).image_transform
    for file in sorted(images.iterdir()):
        if file.suffix != ".json":
            with Image.open(file) as opened:
                one = published(opened.convert("RGB"))
            pixels[file.name] = digest(one)
    versions = {m.__name__: m.__version__ for m in (torch, torchvision, transformers, tiktoken, PIL, np)}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "first-qwen.safetensors")
    names = [*tokenization.SPECIAL_TOKENS, *tokenizer.IMAGE_ST]
    texts = said_of(tokenizer, strings(150, 7, names))
    write_golden(
        output / "first-qwen.json",
        {"versions": versions, "code": revision(arguments.code), "cases": cases, "pixels": pixels, "weights": rules},
    )
    write_golden(output / "texts.json", {"versions": versions, "texts": texts})
    if arguments.strings:
        arguments.strings.mkdir(parents=True, exist_ok=True)
        shutil.copy(code / "qwen.tiktoken", arguments.strings)
        shutil.copy(output / "base/tokenizer_config.json", arguments.strings)
        whole = tokenization.QWenTokenizer(str(code / "qwen.tiktoken"))
        (arguments.strings / "texts.json").write_text(json.dumps({"texts": said_of(whole, strings(10_000, 11, names))}))


if __name__ == "__main__":
    main()
