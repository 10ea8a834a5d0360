"""Writes small random checkpoints whose connector is a Q-Former, and what the reference says about pictures.

    python make_query_goldens.py GOLDENS

Writes GOLDENS/queries/: InstructBLIP and BLIP-2, both with a Llama decoder, by transformers 4.57.1: pixels and ids by its
processors, everything else by its models. fp32 on the CPU, seeded.
"""

import argparse
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    BertTokenizerFast, Blip2Config, Blip2ForConditionalGeneration, Blip2Processor, BlipImageProcessor, InstructBlipConfig,
    InstructBlipForConditionalGeneration, InstructBlipProcessor, LlamaConfig, LlamaTokenizerFast,
)  # fmt: skip

import corpus
from make_checkpoints import GAINS, specials, tokenizer_config
from make_family_goldens import IMAGE, TEXT, TOKENS, digest, greedy, rgb
from tiny_llava import build_tokenizer, random_weights, write_golden, write_json

QUERIES, WORDS = 5, 300
VISION = {
    "hidden_size": 16, "image_size": 28, "intermediate_size": 24, "num_attention_heads": 2, "num_hidden_layers": 3,
    "patch_size": 7,
}  # fmt: skip
QFORMER = {
    "hidden_size": 12, "intermediate_size": 20, "num_attention_heads": 3, "num_hidden_layers": 3, "vocab_size": WORDS + 1,
    "max_position_embeddings": 64, "cross_attention_frequency": 2,
}  # fmt: skip
LLAMA = LlamaConfig(num_attention_heads=2, num_key_value_heads=2, rms_norm_eps=1e-5, max_position_embeddings=2048, **TEXT)
QUESTIONS = ["Is there a dog in the image?", "What color is the Café's 2nd chair?"]
TEMPLATES = {"instructblip": "Question: {} Short answer:", "blip2": "Question: {} Answer:"}
# Every odd picture is preprocessed; these are also asked about.
ASKED = ["one.png", "wide.png", "tall.png", "rgba.png", "large.jpg", "wide-3.png"]


def vocabulary(names: list[str], words: Counter) -> list[str]:
    """Special tokens, every character at a word's start and after it, then ends and whole words by their counts.

    Counted, not trained: the library's trainer gives another vocabulary in each run.
    """
    characters = sorted({character for word in words for character in word})
    single = characters + [f"##{character}" for character in characters]
    ends = Counter()
    for word, count in words.items():
        for start in range(1, len(word) - 1):
            ends[f"##{word[start:]}"] += count
    longer = Counter({word: count for word, count in words.items() if len(word) > 1}) + ends
    ranked = sorted(longer, key=lambda piece: (-longer[piece], piece))
    return (names + single + ranked)[:WORDS]


def word_pieces() -> BertTokenizerFast:
    """BERT's pipeline, lower-cased, with the begin token that InstructBLIP's conversion adds after the vocabulary."""
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    normalizer, splitter = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    words = Counter()
    for sentence in corpus.sentences():
        words.update(word for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(sentence)))
    ids = {piece: place for place, piece in enumerate(vocabulary(names, words))}
    assert len(ids) == WORDS
    pieces = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    pieces.normalizer, pieces.pre_tokenizer = normalizer, splitter
    pieces.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )  # fmt: skip
    fast = BertTokenizerFast(tokenizer_object=pieces, truncation_side="left")
    fast.add_special_tokens({"bos_token": "[DEC]"})
    assert len(fast) == WORDS + 1
    return fast


def weights(model, seed: int) -> None:
    random_weights(model, seed=seed, gains=GAINS)
    generator = torch.Generator().manual_seed(seed + 1)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if name == "query_tokens":
                parameter.copy_(torch.randn(parameter.shape, generator=generator))
            elif name.endswith("LayerNorm.weight"):
                parameter.copy_(1 + 0.2 * torch.randn(parameter.shape, generator=generator))
            elif "qformer" in name and "query.weight" in name:
                parameter.mul_(2)  # so that the queries look at different features


def make(folder: Path, name: str, seed: int):
    """The checkpoint's folder, and the model and processor read back from it."""
    folder.mkdir(parents=True)
    instruct = name == "instructblip"
    settings = {
        "vision_config": VISION, "qformer_config": QFORMER, "text_config": LLAMA.to_dict(), "num_query_tokens": QUERIES,
        "image_token_index": IMAGE,
    }  # fmt: skip
    kind = InstructBlipForConditionalGeneration if instruct else Blip2ForConditionalGeneration
    model = kind((InstructBlipConfig if instruct else Blip2Config)(**settings)).float().eval()
    weights(model, seed)
    model.generation_config.update(bos_token_id=1, eos_token_id=2, pad_token_id=IMAGE + 1)
    model.save_pretrained(folder)
    written = build_tokenizer(TOKENS, image_first=False, legacy=True, merges_as_text=False)
    write_json(folder / "tokenizer.json", written)
    # The published InstructBLIP begins a text with its end token.
    begin = {"bos_token": "</s>"} if instruct else {}
    write_json(folder / "tokenizer_config.json", tokenizer_config(specials(IMAGE), add_bos_token=True, legacy=True) | begin)
    side = VISION["image_size"]
    images = BlipImageProcessor(size={"height": side, "width": side})
    images.save_pretrained(folder)
    if instruct:
        word_pieces().save_pretrained(folder / "qformer_tokenizer")
    # FlopCounterMode counts neither fused attention on the CPU nor parameters that want gradients.
    loaded = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    loaded.eval().requires_grad_(False)
    tokenizer = LlamaTokenizerFast.from_pretrained(folder)
    if instruct:
        words = BertTokenizerFast.from_pretrained(folder / "qformer_tokenizer")
        return loaded, InstructBlipProcessor(images, tokenizer, words, num_query_tokens=QUERIES)
    return loaded, Blip2Processor(images, tokenizer, num_query_tokens=QUERIES)


def looks(model, features: torch.Tensor, words: torch.Tensor | None) -> torch.Tensor:
    """What the queries pay to each feature [queries, features] in the last layer that looks at them: mean over heads."""
    queries = model.query_tokens
    seen = {"encoder_hidden_states": features, "output_attentions": True, "return_dict": True}
    if words is None:
        said = model.qformer(query_embeds=queries, **seen)
    else:
        rows = torch.ones(1, queries.shape[1] + words.shape[1], dtype=torch.long)
        said = model.qformer(input_ids=words, attention_mask=rows, query_embeds=queries, **seen)
    looking = [one for one in said.cross_attentions if one is not None]
    return looking[-1][0].mean(0)


def case(name: str, model, processor, file: Path, question: str) -> tuple[dict, dict]:
    inputs = processor(
        images=rgb(file), text=TEMPLATES[name].format(question), input_data_format="channels_last", return_tensors="pt"
    )
    ids = inputs["input_ids"][0].tolist()
    assert ids[: QUERIES + 1].count(IMAGE) == QUERIES
    words = inputs.get("qformer_input_ids")
    read = {} if words is None else {"qformer_input_ids": words}
    with torch.no_grad():
        with FlopCounterMode(display=False) as counted:
            rows, vision, _ = model.get_image_features(inputs["pixel_values"], return_dict=True, **read)
        with FlopCounterMode(display=False) as tower:
            model.vision_model(inputs["pixel_values"])

        def step(so_far):
            row = torch.tensor([ids + so_far])
            return model(input_ids=row, pixel_values=inputs["pixel_values"], **read).logits[0, -1]

        said = greedy(step)
    with torch.no_grad():
        attention = looks(model, vision.last_hidden_state, words)
    tensors = {"tower": vision.last_hidden_state[0], "rows": rows[0], "looks": attention, "logits": said.pop("logits")}
    flops = {"vision": tower.get_total_flops()}
    flops["connector"] = counted.get_total_flops() - flops["vision"]
    return {
        "question": question, "ids": ids[QUERIES - 1 :], "words": [] if words is None else words[0].tolist(),
        "pixels": digest(inputs["pixel_values"][0]), "flops": flops, **said,
    }, tensors  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "queries", arguments.goldens / "images"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors, pixels = {}, {}, {}
    for name, seed in [("instructblip", 61), ("blip2", 63)]:
        model, processor = make(output / name, name, seed)
        cases[name] = {}
        for picture in ASKED if name == "instructblip" else ASKED[1:3]:
            for place, question in enumerate(QUESTIONS):
                key = f"{picture}/{place}"
                cases[name][key], said = case(name, model, processor, images / picture, question)
                tensors |= {f"{name}/{key}/{part}": tensor for part, tensor in said.items()}
    published = BlipImageProcessor(size={"height": 224, "width": 224})
    for file in sorted(images.iterdir()):
        if file.suffix != ".json":
            one = published(rgb(file), input_data_format="channels_last", return_tensors="pt")["pixel_values"][0]
            pixels[file.name] = digest(one)
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "queries.safetensors")
    write_golden(output / "queries.json", {"versions": versions, "cases": cases, "pixels": pixels})


if __name__ == "__main__":
    main()
