"""Writes what LLaVA says under methods that drop rows from the caches of earlier layers, too: PriorTR and CLSE.

    python make_earlier_goldens.py GOLDENS --priortr CLONE --clse CLONE --mini ../../conf/mini-llava

CLONE: CodeChildCZJ/PriorTR and zjubinchen/CLSE. Their functions score the tokens. transformers' own layers run with its
own cache: after a cut, its rows are taken out of every layer that has run, as both repositories do it in their forward
passes; answers go on with that cache, layer by layer. Reads GOLDENS/model/, checkpoints/ and images/; writes
GOLDENS/earlier/. fp32 on the CPU.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import torch
import transformers
from transformers import DynamicCache, LlamaTokenizerFast

from clones import functions, revision, source
from make_layer_goldens import gap
from make_pair_goldens import PICTURES, PROMPT, QUESTION
from reference import Asked, asked, causal, embed, pixels_of, processor_of, write
from tiny_llava import load_reference

INPUT = "wide.png@crop"
NEW_TOKENS = 8
TRIES = 8
FIRST = 48  # tokens of a pair's first method


class Rules:
    """The official functions; each argument is a clone, `model` the folder of PriorTR's."""

    def __init__(self, priortr: Path, clse: Path, model: str = "LLaVA/llava/vtr"):
        self.priortr = functions(
            source(priortr, f"image/{model}/strategy/priortr.py"),
            ["PriorTRStrategy.compute_scores"],
            {"torch": torch, "Tuple": tuple, "VTRConfig": SimpleNamespace},
        )["compute_scores"]
        self.clse = functions(
            source(clse, "LLaVA1.5/llava/model/language_model/tools.py"),
            ["spatial_spectral_score_2d", "get_evolution_factor", "calculate_evolution_score"],
            {"torch": torch},
        )["calculate_evolution_score"]

    def of_question(self, attention, start: int, end: int, query: str) -> torch.Tensor:
        config = SimpleNamespace(query_aggregation=query, head_aggregation="mean")
        return self.priortr(None, attention, (start, end), config)

    def of_grid(self, first, now, attention, start: int, end: int, whole: bool) -> torch.Tensor:
        last = attention.mean(dim=1)[0][-1][start:end]
        side = int((end - start) ** 0.5)
        scores = self.clse(first, now, last, (1, side, side) if whole else None)
        return scores.reshape(-1)


@dataclass
class Method:
    """layers: those before which it cuts; counts: what they keep; query: PriorTR's, none for CLSE."""

    name: str
    layers: list[int]
    counts: list[int]
    query: str | None = None


def methods(layers: int, few: int) -> list[Method]:
    """few: the tokens of two of them, and half of those of one."""
    cut = layers // 2
    own = few in (64, 128, 192)  # CLSE's own counts
    counts = [110, 70, 20] if own else [int(few * part) for part in (1.72, 1.09, 0.32)]
    at = [1, 2] if layers == 3 else [1, 2, 4]
    clse = f"clse:layers={'/'.join(map(str, at))},tokens={few}"
    return [
        Method(f"priortr:layer={cut},tokens={few}", [cut], [few], "question"),
        Method(f"priortr:layer={cut + 1},query=last,tokens={few // 2}", [cut + 1], [few // 2], "last"),
        Method(clse, at, counts[: len(at)]),
    ]


@torch.no_grad()
def said(case: Asked, method: Method, rules: Rules, span: int | None = None) -> dict:
    """Kept tokens of each cut, ids, margins, and the rows of each layer's cache when the answer begins.

    span: positions that the image takes, if the text after it does not follow its tokens.
    """
    decoder, cache = case.model.model.language_model, DynamicCache()
    hidden, start, end = case.embeddings, case.slot, case.slot + case.visual
    positions = torch.arange(hidden.shape[1])
    positions[end:] += (span or case.visual) - case.visual
    kept, first, attention = [], hidden[:, start:end], None

    def layer(number: int, hidden, positions, mask, weights: bool = False):
        block, seen = decoder.layers[number], []
        hook = block.self_attn.register_forward_hook(lambda module, given, made: seen.append(made[1]))
        found = block(
            hidden, attention_mask=mask, position_ids=positions[None], past_key_values=cache, use_cache=True,
            position_embeddings=decoder.rotary_emb(hidden, positions[None]),
        )  # fmt: skip
        hook.remove()
        return found[0] if isinstance(found, tuple) else found, seen[0]

    for number in range(len(decoder.layers)):
        if number in method.layers:
            stage = method.layers.index(number)
            if method.query:
                scores = rules.of_question(attention, start, end, method.query)
            else:
                scores = rules.of_grid(first, hidden[:, start:end], attention, start, end, stage == 0)
            count = method.counts[stage]
            gap(scores, count)
            own = sorted(scores.topk(count).indices.tolist())
            kept.append(own)
            rows = torch.tensor([*range(start), *(start + token for token in own), *range(end, hidden.shape[1])])
            hidden, positions, end = hidden[:, rows], positions[rows], start + count
            for held in cache.layers:
                held.keys, held.values = held.keys[:, :, rows], held.values[:, :, rows]
        hidden, attention = layer(number, hidden, positions, causal(hidden.shape[1])[None, None])
    held = [layer.keys.shape[2] for layer in cache.layers]
    ids, margins, logits = [], [], []
    position = int(positions[-1])
    for _ in range(NEW_TOKENS):
        logits.append(case.model.lm_head(decoder.norm(hidden[:, -1]))[0])
        margins.append(float(-logits[-1].topk(2).values.diff()))
        ids.append(int(logits[-1].argmax()))
        position += 1
        hidden = case.model.get_input_embeddings()(torch.tensor([[ids[-1]]]))
        for number in range(len(decoder.layers)):
            hidden, _ = layer(number, hidden, torch.tensor([position]), None)
    return {
        "method": method.name, "ids": case.ids, "kept": kept, "held": held, "greedy": ids, "margins": margins,
        "logits": [[round(float(x), 6) for x in one[:64]] for one in (logits[0], logits[1])],
    }  # fmt: skip


@torch.no_grad()
def miniature(mini: Path, picture: Path) -> Asked:
    model = load_reference(mini)
    pixels, _ = pixels_of(processor_of(mini), picture, "pad")
    visual = torch.cat(list(model.get_image_features(pixel_values=pixels)))
    visual = visual.reshape(-1, model.config.text_config.hidden_size)
    ids = LlamaTokenizerFast.from_pretrained(mini)(PROMPT.format(QUESTION))["input_ids"]
    return Asked(model, ids, embed(model, ids, visual), ids.index(model.config.image_token_index), len(visual))


def cases_of(case: Asked, rules: Rules, **facts) -> list[dict]:
    case.model.set_attn_implementation("eager")
    layers, found = len(case.model.model.language_model.layers), []
    for which in range(len(methods(layers, 1))):
        for few in range(case.visual // 9, case.visual // 9 - TRIES, -1):  # until no score is too close to call
            try:
                found.append(facts | said(case, methods(layers, few)[which], rules))
                break
            except AssertionError as e:
                print(facts, which, few, e)
    assert len(found) == which + 1
    return found


def pairs_of(case: Asked, rules: Rules, picture: str) -> list[dict]:
    """A choice before the decoder, the first tokens, and then PriorTR; as in pairs/."""
    left = case.embeddings[:, : case.slot + FIRST], case.embeddings[:, case.slot + case.visual :]
    fewer = Asked(case.model, case.ids, torch.cat(left, 1), case.slot, FIRST)
    found = []
    for kept in (False, True):
        method = Method("priortr:layer=2,tokens=12", [2], [12], "question")
        one = said(fewer, method, rules, case.visual if kept else FIRST)
        one["method"] = f"first:{'positions=kept,' if kept else ''}tokens={FIRST}.." + method.name
        one["logits"] = one["logits"][0]
        found.append(one | {"image": picture, "tokens": FIRST})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    for name in ("priortr", "clse", "mini"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    rules = Rules(arguments.priortr, arguments.clse)
    cases, pairs = [], []
    for checkpoint in ("mha", "gqa"):
        cases += cases_of(asked(arguments.goldens, checkpoint, INPUT), rules, checkpoint=checkpoint, input=INPUT)
    for picture in PICTURES:
        case = miniature(arguments.mini, arguments.goldens / "images" / picture)
        cases += cases_of(case, rules, checkpoint="mini", input=picture)
        pairs += pairs_of(case, rules, picture)
    write(
        arguments.goldens,
        "earlier/earlier",
        {
            "command": "python make_earlier_goldens.py GOLDENS --priortr CLONE --clse CLONE --mini ../../conf/mini-llava",
            "revisions": {"priortr": revision(arguments.priortr), "clse": revision(arguments.clse)},
            "dtype": "float32",
            "cases": cases,
            "pairs": pairs,
        },
    )


if __name__ == "__main__":
    main()
