"""Writes a small random LLaVA and BLIP-2 with OPT decoders, and what transformers says about pictures and texts.

    python make_opt_goldens.py GOLDENS

Writes GOLDENS/opt/ by transformers 4.57.1, fp32 on the CPU, seeded. No such LLaVA is published; transformers builds one of
any decoder, and OPT is BLIP-2's. README.md describes the files.
"""

import argparse
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    AutoTokenizer, Blip2Config, Blip2ForConditionalGeneration, Blip2Processor, BlipImageProcessor, CLIPImageProcessor,
    CLIPVisionConfig, GPT2Tokenizer, GPT2TokenizerFast, LlavaConfig, LlavaForConditionalGeneration, OPTConfig,
)  # fmt: skip

import corpus
from make_checkpoints import GAINS, image_steps
import make_query_goldens as queries
from make_family_goldens import STEPS, greedy, rgb
from make_layout_goldens import VISION
from make_tokenizer_goldens import TEXTS
from tiny_llava import random_weights, write_golden, write_json

PIECES, ROWS, POSITIONS, LAYERS = 480, 512, 160, 3
EOS = 2
OPT = {
    "hidden_size": 16, "ffn_dim": 40, "num_hidden_layers": LAYERS, "num_attention_heads": 2, "vocab_size": ROWS,
    "max_position_embeddings": POSITIONS,
}  # fmt: skip
PROMPT = "<image>\n{}\n"
QUESTIONS = ["Is there a dog in the image?", "What color is the car?", "Where?"]
ASKED = ["one.png", "wide.png", "tall.png", "rgba.png", "large.jpg", "wide-3.png"]
CUTS = [(1, 5), (2, 7)]  # FastV's layer and tokens
BLIP_EOS = 84  # the decoder's own end token, which is not the whole model's


def write_tokenizer(folder: Path) -> GPT2TokenizerFast:
    """OPT's form: byte pairs of bytes, four tokens before them, </s> before each text; <image> is the last token."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.train_from_iterator(
        corpus.sentences(),
        trainers.BpeTrainer(
            vocab_size=PIECES, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        ),
    )  # fmt: skip
    slow = folder / "slow"
    slow.mkdir()
    trained.model.save(str(slow))
    tokenizer = GPT2Tokenizer(
        str(slow / "vocab.json"), str(slow / "merges.txt"), unk_token="</s>", bos_token="</s>", eos_token="</s>",
        pad_token="<pad>", add_bos_token=True,
    )  # fmt: skip
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>"]})
    tokenizer.save_pretrained(slow)
    GPT2TokenizerFast.from_pretrained(slow, add_bos_token=True).save_pretrained(folder)
    shutil.rmtree(slow)
    for name in ("vocab.json", "merges.txt", "special_tokens_map.json"):
        (folder / name).unlink()
    fast = AutoTokenizer.from_pretrained(folder)
    assert type(fast) is GPT2TokenizerFast
    plain = [text for text in TEXTS if "<" not in text]
    assert [fast(text)["input_ids"] for text in plain] == [tokenizer(text)["input_ids"] for text in plain]
    return fast


def encoded(tokenizer: GPT2TokenizerFast) -> dict:
    generator = torch.Generator().manual_seed(7)
    lists = [[], [EOS], [0, 1, 3], [len(tokenizer) - 1, 40], [ROWS - 1], [50, ROWS - 1, 60]]
    lists += [tokenizer(text)["input_ids"] for text in ("naïve café", "木", "😀 a", " a", "a  b\n", "Yes, it 's . red")]
    lists += [tokenizer("木")["input_ids"][:2], tokenizer("😀")["input_ids"][2:]]  # parts of characters
    lists += [torch.randint(4, len(tokenizer), (n,), generator=generator).tolist() for n in (1, 2, 5, 8, 13, 40)]
    return {
        "encode": [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in TEXTS],
        "decode": [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)} for ids in lists],
    }


def spread_positions(decoder) -> None:
    """Positions as large as the embeddings, so that a wrong one is seen."""
    positions = decoder.embed_positions.weight
    with torch.no_grad():
        positions.copy_(0.5 * torch.randn(positions.shape, generator=torch.Generator().manual_seed(62)))


def write_model(folder: Path) -> LlavaForConditionalGeneration:
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(**VISION), text_config=OPTConfig(**OPT), image_token_index=PIECES,
        vision_feature_layer=-2,
    )  # fmt: skip
    model = LlavaForConditionalGeneration(config).float().eval()
    random_weights(model, seed=61, gains=GAINS)
    spread_positions(model.model.language_model.decoder)
    model.generation_config.update(bos_token_id=EOS, eos_token_id=EOS, pad_token_id=1)
    model.save_pretrained(folder)
    steps = image_steps(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    write_json(folder / "preprocessor_config.json", steps)
    return LlavaForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()  # fmt: skip


def decoder(model):
    return model.model.language_model.decoder


def layer(model, index: int, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """One layer of transformers over one whole sequence [T, D], and its attention [heads, T, T]."""
    mask = torch.full((len(x), len(x)), torch.finfo(x.dtype).min).triu(1)[None, None]
    hidden, attention = decoder(model).layers[index](x[None], attention_mask=mask, output_attentions=True)
    return hidden[0], attention[0]


def cut(model, ids: list[int], features: torch.Tensor, made: list[int], border: int, tokens: int):
    """Logits of the last row where only the visual tokens that the prompt's last row attends to most go on."""
    slot = ids.index(PIECES)
    embed = model.get_input_embeddings()
    text = embed(torch.tensor(ids + made))
    x = torch.cat([text[:slot], features, text[slot + 1 :]])
    prompt = len(ids) - 1 + len(features)
    x = x + decoder(model).embed_positions(torch.ones(1, len(x)), position_ids=torch.arange(len(x))[None])[0]
    for index in range(border):
        x, attention = layer(model, index, x)
    scores = attention[:, prompt - 1, slot : slot + len(features)].mean(0)
    ranked = scores.sort(descending=True)
    assert float(ranked.values[tokens - 1] - ranked.values[tokens]) > 2e-6 * float(ranked.values[0]), "too close to call"
    kept = sorted(ranked.indices[:tokens].tolist())
    x = torch.cat([x[:slot], x[slot:][kept], x[slot + len(features) :]])
    for index in range(border, LAYERS):
        x, _ = layer(model, index, x)
    return model.lm_head(decoder(model).final_layer_norm(x[-1])), kept


@torch.no_grad()
def picture(model, processor, tokenizer, file: Path) -> tuple[dict, dict]:
    pixels = processor(rgb(file), input_data_format="channels_last", return_tensors="pt")["pixel_values"]
    features = model.get_image_features(pixels)[0]
    case, tensors = {"questions": []}, {"features": features}
    for number, question in enumerate(QUESTIONS):
        ids = tokenizer(PROMPT.format(question))["input_ids"]
        slot = ids.index(PIECES)
        expanded = ids[:slot] + [PIECES] * len(features) + ids[slot + 1 :]

        def step(so_far):
            return model(input_ids=torch.tensor([expanded + so_far]), pixel_values=pixels).logits[0, -1]

        asked = {"ids": ids} | greedy(step)
        tensors[f"{number}/logits"] = asked.pop("logits")
        asked["cuts"] = []
        for border, tokens in CUTS:
            def cut_step(so_far, border=border, tokens=tokens):
                return cut(model, ids, features, so_far, border, tokens)[0]

            answer = greedy(cut_step)
            tensors[f"{number}/{border}/logits"] = answer.pop("logits")
            kept = cut(model, ids, features, [], border, tokens)[1]
            asked["cuts"].append({"method": f"fastv:layer={border},tokens={tokens}", "kept": kept} | answer)
        case["questions"].append(asked)
    return case, tensors


def write_blip(folder: Path) -> tuple[Blip2ForConditionalGeneration, Blip2Processor]:
    folder.mkdir(parents=True)
    config = Blip2Config(
        vision_config=queries.VISION, qformer_config=queries.QFORMER, num_query_tokens=queries.QUERIES,
        text_config=OPTConfig(eos_token_id=BLIP_EOS, **OPT).to_dict(), image_token_index=PIECES,
    )  # fmt: skip
    model = Blip2ForConditionalGeneration(config).float().eval()
    queries.weights(model, 67)
    spread_positions(model.language_model.model.decoder)
    model.generation_config.update(bos_token_id=EOS, eos_token_id=EOS, pad_token_id=1)
    model.save_pretrained(folder)
    images = BlipImageProcessor(size={"height": VISION["image_size"], "width": VISION["image_size"]})
    images.save_pretrained(folder)
    processor = Blip2Processor(images, write_tokenizer(folder), num_query_tokens=queries.QUERIES)
    return Blip2ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval(), processor


@torch.no_grad()
def blip_case(model, processor, file: Path, question: str) -> tuple[dict, dict]:
    inputs = processor(
        images=rgb(file), text=queries.TEMPLATES["blip2"].format(question), input_data_format="channels_last",
        return_tensors="pt",
    )  # fmt: skip
    ids = inputs["input_ids"][0].tolist()
    rows = model.get_image_features(inputs["pixel_values"], return_dict=True)[0][0]

    def step(so_far):
        return model(input_ids=torch.tensor([ids + so_far]), pixel_values=inputs["pixel_values"]).logits[0, -1]

    said = greedy(step)
    generated = model.generate(**inputs, max_new_tokens=STEPS, do_sample=False)[0, len(ids) :].tolist()
    case = {"question": question, "ids": ids[queries.QUERIES - 1 :], "generated": generated, **said}
    return case, {"rows": rows, "logits": case.pop("logits")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    output = goldens / "opt"
    shutil.rmtree(output, ignore_errors=True)
    folder = output / "llava"
    folder.mkdir(parents=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    tokenizer = write_tokenizer(folder)
    model = write_model(folder)
    steps = image_steps(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    steps.pop("image_processor_type")
    processor = CLIPImageProcessor(**steps)
    cases, tensors = {}, {}
    for name in ASKED:
        cases[name], made = picture(model, processor, tokenizer, goldens / "images" / name)
        tensors |= {f"{name}/{key}": tensor for key, tensor in made.items()}
    blip, processor = write_blip(output / "blip2")
    blip_cases = {}
    for name in ASKED[1:4]:
        for number, question in enumerate(queries.QUESTIONS):
            key = f"{name}/{number}"
            blip_cases[key], made = blip_case(blip, processor, goldens / "images" / name, question)
            tensors |= {f"blip2/{key}/{part}": tensor for part, tensor in made.items()}
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "opt.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, transformers)}
    write_golden(output / "opt.json", {"versions": versions, "cases": cases, "blip2": blip_cases} | encoded(tokenizer))


if __name__ == "__main__":
    main()
