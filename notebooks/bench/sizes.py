"""Predicts what a GPU does in a decoder layer of real size, by the product's own functions on `meta` tensors.

    python sizes.py ARCHIVE [--card CARD] [--table]

Tensors of the `meta` device have shapes and strides but no data, so 7B and 13B decoders and their pools of slots cost
nothing here. Each operator of a layer is written down: its kernels, its bytes and its FLOPs. PyTorch's TensorIterator
splits an operator whose offsets need more than 32 bits, again and again, in half along the dimension that reaches furthest;
each piece is a kernel of its own. Predicted is the longest of three times: of launching the kernels, of moving the bytes and
of computing. Most kernels reach neither peak and take longer: this tells what cannot be faster, and what is out of
proportion.

Prints one JSON object: `card`; `layers`, by model, slots of the pool, pass and operator; `copies`, the kernels that copy a
system prompt into the pool, by model and slots. With --table, text. Needs torch alone.
"""

import argparse
import collections
import dataclasses
import json
import math

import torch
from devices import META, launches
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

MOST_OFFSET = 2**31 - 1  # of 32 bits
LAUNCH_US = 5.0
# FLOP/s of bf16 products, bytes/s. `assumed` stands for a card of this kind; the others were measured (udfs/README.md).
CARDS = {"assumed": (800e12, 3.0e12), "h100": (769e12, 2.87e12), "h200": (733e12, 3.55e12)}
POOLS = (9_300, 35_500, 102_300, 204_100)
SYSTEM_PROMPT = 35  # tokens before LLaVA-1.5's picture
SILU = 4


@dataclasses.dataclass(frozen=True)
class Decoder:
    """A decoder of the Llama kind."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    mlp: int
    biases: bool = False
    head: int = 128


DECODERS = {
    "llava-1.5-7b": Decoder(32, 4096, 32, 32, 11008),
    "llava-1.5-13b": Decoder(40, 5120, 40, 40, 13824),
    "qwen2.5-vl-7b": Decoder(28, 3584, 28, 4, 18944, biases=True),
}


@dataclasses.dataclass(frozen=True)
class Pass:
    """A pass's sequences, as (rows, slots that the last row sees): each has an own range, and some share a prefix."""

    own: list
    shared: list

    @property
    def rows(self):
        return sum(rows for rows, _ in self.own)


# 16 pictures with 18 questions of 24 rows each; a picture's prefix has no prefix before it. Steps follow 635 slots.
IMAGES, QUESTIONS, QUESTION, PREFIX, BEHIND = 16, 18, 24, 592, 635
PASSES = {
    "prefill of 16,384 rows": Pass(
        ([(PREFIX, SYSTEM_PROMPT + PREFIX)] + [(QUESTION, QUESTION)] * QUESTIONS) * IMAGES,
        ([(PREFIX, 1), (QUESTION * QUESTIONS, SYSTEM_PROMPT + PREFIX)]) * IMAGES,
    ),
    "step of 64 rows": Pass([(1, 12)] * 64, [(16, BEHIND)] * 4),
    "step of 1 row": Pass([(1, 12)], [(1, BEHIND)]),
}


# TensorIterator ------------------------------------------------------------------------------------------------------


def comes_after(shape, strides, first, second):
    """Whether dimension `first` has to come after `second`: 1, -1 or, where the operands do not tell, 0."""
    for operand in strides:
        a, b = operand[first], operand[second]
        if a == 0 or b == 0:
            continue
        if a != b:
            return 1 if a > b else -1
        if shape[first] > shape[second]:
            return 1
    return 0


def sorted_dimensions(shape, strides):
    """Dimensions by rising strides (reorder_dimensions)."""
    order = list(reversed(range(len(shape))))
    for i in range(1, len(order)):
        at = i
        for before in range(i - 1, -1, -1):
            after = comes_after(shape, strides, order[before], order[at])
            if after > 0:
                order[before], order[at] = order[at], order[before]
                at = before
            elif after < 0:
                break
    return order


def joined_dimensions(shape, strides):
    """Neighbouring dimensions as one where every operand goes through them as through one (coalesce_dimensions)."""
    sizes, steps = [], []
    for size, step in zip(shape, zip(*strides)):
        if sizes and (sizes[-1] == 1 or size == 1 or all(sizes[-1] * a == b for a, b in zip(steps[-1], step))):
            steps[-1] = step if sizes[-1] == 1 else steps[-1]
            sizes[-1] *= size
        else:
            sizes.append(size)
            steps.append(step)
    return sizes, steps


def pieces(sizes, steps):
    """Kernels of an operator: 1 if offsets fit 32 bits, else those of both halves (can_use_32bit_indexing, split)."""
    offsets = [sum((size - 1) * step for size, step in zip(sizes, operand)) for operand in zip(*steps)]
    if math.prod(sizes) <= MOST_OFFSET and all(1 + offset <= MOST_OFFSET for offset in offsets):
        return 1
    extents = [(size - 1) * max(abs(step) for step in steps[at]) for at, size in enumerate(sizes)]
    widest = max(range(len(sizes)), key=lambda at: (extents[at], at))
    half = sizes[widest] // 2
    return sum(pieces([*sizes[:widest], size, *sizes[widest + 1:]], steps) for size in (half, sizes[widest] - half))


def iterated(operands):
    """Kernels of an operator that goes through its operands, broadcast, element by element."""
    shape = torch.broadcast_shapes(*(x.shape for x in operands))
    if 0 in shape:
        return 0
    strides = [[step * x.element_size() for step in x.expand(shape).stride()] for x in operands]
    order = sorted_dimensions(shape, strides)
    return pieces(*joined_dimensions([shape[d] for d in order], [[s[d] for d in order] for s in strides]))


# Operators -----------------------------------------------------------------------------------------------------------

PRODUCTS = {"mm", "addmm", "addmm_"}
ATTENTION = "_flash_attention_forward"
COPIES = {"copy_", "clone", "_to_copy", "cat", "index_copy_"}
# Operators with kernels of their own, which take offsets of 64 bits where they need them.
WITHOUT_ITERATOR = PRODUCTS | {ATTENTION, "cat"}


def kind(name):
    """What an operator is summed up with."""
    if name in PRODUCTS:
        return "products"
    if name in COPIES:
        return "copies"
    return "attention" if name == ATTENTION else "elementwise"


@dataclasses.dataclass
class Work:
    """What an operator asks of a GPU. `split` counts those that took more than one kernel, `strided` the copies of which
    one side is not contiguous.
    """

    count: int = 0
    launches: int = 0
    split: int = 0
    strided: int = 0
    bytes: int = 0
    flops: int = 0
    us: float = 0.0

    def __add__(self, other):
        return self.with_fields(other, 1)

    def __sub__(self, other):
        return self.with_fields(other, -1)

    def with_fields(self, other, sign):
        values = (getattr(self, f.name) + sign * getattr(other, f.name) for f in dataclasses.fields(self))
        return Work(*values)


def restrided(x, dimension, count):
    """A tensor that an index chooses from, as index_copy_ goes through it: it does not advance in that dimension."""
    sizes, strides = list(x.shape), list(x.stride())
    sizes[dimension], strides[dimension] = count, 0
    return x.as_strided(sizes, strides)


def touched(x):
    """Bytes of a tensor, each element once however often it is broadcast."""
    return x.element_size() * math.prod(size for size, step in zip(x.shape, x.stride()) if step != 0)


class Gpu(TorchDispatchMode):
    """Writes down the work of each operator that runs."""

    def __init__(self, card, asked):
        super().__init__()
        self.peak, self.bandwidth = CARDS[card]
        self.asked = asked
        self.work = collections.defaultdict(Work)

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = operator(*args, **kwargs)
        if launches(operator):
            name = operator.overloadpacket.__name__
            self.work[name] += self.one(name, args, kwargs, [x for x in tree_leaves(result) if isinstance(x, torch.Tensor)])
        return result

    def one(self, name, args, kwargs, written):
        read = [x for x in tree_leaves(args) if isinstance(x, torch.Tensor)]
        operands = written + read  # what is changed in place is both
        moved = sum(map(touched, operands))
        flops = 0
        if name == "index_copy_":
            into, dimension, index, source = args
            operands = [restrided(into, dimension, len(index)), source]
            moved = 2 * touched(source) + touched(index)
        elif name == "copy_":
            moved = 2 * touched(written[0])
        elif name in PRODUCTS:
            flops = 2 * written[0].numel() * read[-1].shape[0]
        elif name == ATTENTION:
            moved, flops = self.attention(args, written)
        elif name == "linalg_vector_norm":
            operands = [read[0], written[0]]  # which has a dimension of 1 where the norm was taken
        kernels = 1 if name in WITHOUT_ITERATOR else iterated(operands)
        strided = name in COPIES and not all(x.is_contiguous() for x in operands)
        seconds = max(kernels * LAUNCH_US / 1e6, moved / self.bandwidth, flops / self.peak)
        return Work(1, kernels, int(kernels > 1), int(strided), moved, flops, seconds * 1e6)

    def attention(self, args, written):
        """Bytes and FLOPs of an attention call: every row of the pass in q, keys and values of the ranges only."""
        q, k = args[0], args[1]
        causal = args[8]
        ranges = self.asked.own if causal else self.asked.shared
        seen = sum(rows * slots - (rows * (rows - 1) // 2 if causal else 0) for rows, slots in ranges)
        slots = sum(slots for _, slots in ranges)
        moved = touched(q) + sum(map(touched, written[:2])) + 2 * slots * k.shape[1] * k.shape[2] * k.element_size()
        return moved, 4 * seen * q.shape[1] * q.shape[2]


# The product's functions ---------------------------------------------------------------------------------------------


def empty(*shape, dtype=torch.bfloat16):
    return torch.empty(shape, dtype=dtype, device=META)


def layers(module, decoder, count):
    """Some layers of a decoder."""
    inner, keys = decoder.heads * decoder.head, decoder.kv_heads * decoder.head
    shapes = {
        "norm1": [decoder.width], "q": [inner, decoder.width], "k": [keys, decoder.width], "v": [keys, decoder.width],
        "o": [decoder.width, inner], "norm2": [decoder.width], "gate": [decoder.mlp, decoder.width],
        "up": [decoder.mlp, decoder.width], "down": [decoder.width, decoder.mlp],
    }
    if decoder.biases:
        shapes |= {"q_bias": [inner], "k_bias": [keys], "v_bias": [keys]}
    weights = [empty(*shape) for shape in shapes.values()]
    places = {name: at for at, name in enumerate(shapes)}
    fields = module.packLlamaLayer([empty(1)] * 64, list(range(64)))._fields  # more than a layer has
    return [module.packLlamaLayer(weights, [places.get(field, -1) for field in fields]) for _ in range(count)]


def numbers(count):
    return empty(count, dtype=torch.int64)


def summary(ranges):
    return [len(ranges), max(rows for rows, _ in ranges), max(slots for _, slots in ranges)]


def span(module, decoder, slots, asked, end, card):
    """The work of the first `end` layers of a pass, by operator."""
    some = layers(module, decoder, end)
    joined = module.llama_join(some)
    pool = module.pool(decoder.layers, decoder.kv_heads, slots, decoder.head, [empty(1)])
    own, shared = summary(asked.own), summary(asked.shared)
    lists = [numbers(asked.rows)] * 3 + [numbers(3 * (own[0] + shared[0]) + 4)]
    frequencies = empty(1, decoder.head // 2, dtype=torch.float32)
    with Gpu(card, asked) as gpu, torch.no_grad(), torch.jit.optimized_execution(False):  # as Torch.call has it
        module.llama_pooled_span(
            frequencies, 1.0, empty(asked.rows, decoder.width), lists, 0, some, joined, pool, own, shared, [], -1, 0, end,
            decoder.heads, decoder.kv_heads, decoder.head, SILU, 1e-5, True,
        )  # fmt: skip
    return gpu.work


def layer(module, decoder, slots, asked, card):
    """The work of a layer: what two have more than one."""
    one, two = (span(module, decoder, slots, asked, end, card) for end in (1, 2))
    work = {name: two[name] - one[name] for name in two}
    return {name: each for name, each in work.items() if each.count > 0}


def prompt_copies(module, decoder, slots, card):
    """The kernels that copy a system prompt's slots into the pool."""
    pool, source = (
        module.pool(decoder.layers, decoder.kv_heads, count, decoder.head, [empty(1)]) for count in (slots, SYSTEM_PROMPT)
    )
    with Gpu(card, None) as gpu, torch.no_grad():
        module.copy_slots(pool, source, 0, 7, SYSTEM_PROMPT, 0, decoder.layers)
    return sum(work.launches for work in gpu.work.values())


def rounded(name, work):
    return {
        "kind": kind(name), "count": work.count, "launches": work.launches, "split": work.split, "strided": work.strided,
        "mb": round(work.bytes / 1e6, 3), "gflop": round(work.flops / 1e9, 3), "ms": round(work.us / 1e3, 5),
    }  # fmt: skip


def predicted(archive, card):
    module = torch.jit.load(archive)
    found, copies = {}, {}
    for name, decoder in DECODERS.items():
        found[name] = {
            str(slots): {
                which: {op: rounded(op, work) for op, work in layer(module, decoder, slots, asked, card).items()}
                for which, asked in PASSES.items()
            }
            for slots in POOLS
        }
        copies[name] = {str(slots): prompt_copies(module, decoder, slots, card) for slots in POOLS}
    return {"card": card, "layers": found, "copies": copies}


HEAD = ("operator", "calls", "kernels", "strided", "MB", "GFLOP", "ms")
ROW = "{:26}{:>7}{:>9}{:>9}{:>11}{:>11}{:>10}"


def table(found):
    """The layers' operators at the largest pool, and the kernels of a layer and of a system prompt's copy by pool."""
    peak, bandwidth = CARDS[found["card"]]
    lines = [f"{found['card']}: {peak / 1e12:.0f} TFLOP/s, {bandwidth / 1e12:.2f} TB/s, {LAUNCH_US:.0f} us a kernel"]
    for model, pools in found["layers"].items():
        for which, work in pools[str(POOLS[-1])].items():
            lines += ["", f"{model}, a layer, {which}, {POOLS[-1]:,} slots", ROW.format(*HEAD)]
            total = collections.Counter()
            for name, each in sorted(work.items(), key=lambda item: -item[1]["ms"]):
                lines.append(row(name, each))
                total.update({key: each[key] for key in each if key != "kind"})
            lines.append(row("all", total))
        lines.append("kernels by slots: " + "; ".join(by_slots(model, slots, found) for slots in pools))
    return "\n".join(lines)


def row(name, each):
    moved, flops, ms = f"{each['mb']:,.1f}", f"{each['gflop']:,.1f}", f"{each['ms']:.4f}"
    return ROW.format(name, each["count"], each["launches"], each["strided"], moved, flops, ms)


def by_slots(model, slots, found):
    kernels = [sum(each["launches"] for each in work.values()) for work in found["layers"][model][slots].values()]
    return f"{int(slots):,}: {', '.join(map(str, kernels))} a layer, {found['copies'][model][slots]} for a system prompt"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    parser.add_argument("--card", choices=sorted(CARDS), default="assumed")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    found = predicted(arguments.archive, arguments.card)
    print(table(found) if arguments.table else json.dumps(found))


if __name__ == "__main__":
    main()
