"""The sentences the small tokenizers are trained on: prompts and questions as the benchmarks ask them."""

SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)

_NOUNS = (
    "dog cat car bus bicycle person child bird horse chair table bottle cup book clock phone laptop "
    "train boat truck bench umbrella backpack handbag tie knife fork spoon bowl banana apple orange "
    "pizza cake couch bed toilet keyboard mouse sink oven vase kite surfboard skateboard circle "
    "square triangle star cross ring"
).split()
_COLOURS = "red green blue yellow white black gray brown pink purple orange cyan".split()
_PLACES = "image picture photo top left corner right corner background foreground middle".split()
_ACTIONS = "running sitting standing eating sleeping playing reading riding holding looking".split()

_SUFFIXES = (
    "Answer the question using a single word or phrase.",
    "Answer with the option's letter from the given choices directly.",
    "Please answer yes or no.",
    "Reference OCR token: A, B, C, D.",
)


def sentences() -> list[str]:
    """Some six hundred sentences, in a fixed order."""
    lines = []
    for i, noun in enumerate(_NOUNS):
        colour = _COLOURS[i % len(_COLOURS)]
        place = _PLACES[i % len(_PLACES)]
        action = _ACTIONS[i % len(_ACTIONS)]
        other = _NOUNS[(i + 7) % len(_NOUNS)]
        article = "an" if noun[0] in "aeiou" else "a"
        lines += [
            f"Is there {article} {noun} in the image?",
            f"Is the {noun} {colour}?",
            f"What color is the {noun} in the {place}?",
            f"How many {noun}s are there in this picture?",
            f"Where is the {noun}, to the left or to the right of the {other}?",
            f"What is the {noun} {action} next to?",
            f"Describe the {noun} and the {other} in detail.",
            f"Does this {place} show a {colour} {noun} {action}? Yes, it does. No, it does not.",
            f"The answer is {noun}: {i} of {2 * i + 1}.",
        ]
    for suffix in _SUFFIXES:
        lines += [suffix] * 8
    lines += [SYSTEM] * 8
    lines += ["USER: What is this? ASSISTANT: It is a picture.", "What is written on the sign?"] * 8
    return lines
