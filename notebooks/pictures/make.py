"""Makes the pictures of the pages, all at one commit: runs this project's commands and photographs what they write.

    python notebooks/pictures/make.py [--only NAME...] [--work DIR] [--command 'prumerge-spark']

Writes NAME.png next to this file, and MADE.md, which says which commit made each. The command must be built from the
commit that is checked out, without changes. What the commands write is kept in a folder of DIR for this commit: a picture
can be made again without them. Pages are photographed by Chromium ($CHROMIUM, or on the path); the leaderboard is drawn
from the tables of jobs/LEADERBOARD.md, whose sweep takes longer than all of this. Only times.png needs an idle machine.

Needs the packages of notebooks/requirements.txt.
"""

import argparse
import dataclasses
import datetime
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent
MADE = FOLDER / "MADE.md"
MODEL = "conf/mini-llava"
# The columns of kept-print.png.
PRINTED = [
    "none", "pixelprune", "divprune:tokens=48", "flowcut:tokens=48", "prumerge:tokens=48", "visionzip:tokens=48",
    "uniform:tokens=48",
]  # fmt: skip

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PAGE_WIDTH = 1280  # pixels, of whole pages
CHART_WIDTH = 1100
TALLEST = 4000
MARGIN = 24
SIDE = 150  # of a picture of kept patches
GAP = 8
DRAWN_MS = 5000  # of the page's own clock, in which its charts are drawn
COLOURS = 256
PASSES = 5


class Failure(Exception):
    """What was attempted, why it is not possible, and what to do."""


# The commands


class Runs:
    """What the commands wrote, each made when it is first asked for."""

    def __init__(self, command: list, folder: Path, commit: str):
        self.command = command
        self.folder = folder
        self.commit = commit

    def demo(self) -> Path:
        folder = self._made("demo", ["demo", "--model", MODEL])
        self._check(folder / "run")
        return folder

    def explained(self) -> Path:
        picture = self.demo() / "data/vqav2/val2014/COCO_val2014_000000000057.jpg"
        question = "What shape is the red object?\nAnswer the question using a single word or phrase."
        methods = ["none", "prumerge", "prumerge+", "uniform:tokens=@prumerge", "fastv:layer=2,tokens=48"]
        exact = ["--device", "cpu", "--dtype", "fp32"]
        asked = ["--model", MODEL, "--image", str(picture), "--prompt", question, "--method", *methods]
        return self._made("explained", ["explain", *exact, *asked])

    def printed(self) -> Path:
        """A page and a chart, under some methods of jobs/DOCUMENTS.md."""
        data = self.demo() / "data"
        pictures = [data / "docvqa/documents/page-test-2026-000001.png", data / "chartqa/png/test-2026-000029.png"]
        asked = ["--model", MODEL, "--image", *map(str, pictures), "--method", *PRINTED]
        return self._made("printed", ["explain", "--device", "cpu", "--dtype", "fp32", *asked])

    def times(self) -> Path:
        """The run of jobs/TRUST.md."""
        methods = ["none", "prumerge", "prumerge+", "visionzip:tokens=32", "divprune:tokens=32", "fastv:layer=2,ratio=0.5"]
        exact = ["--device", "cpu", "--dtype", "fp32", "--timing", "alone"]
        asked = ["--model", MODEL, "--examples", str(self.demo() / "examples/vqav2"), "--method", *methods]
        folder = self._made("times", ["evaluate", *exact, *asked])
        self._check(folder)
        return folder

    def _made(self, name: str, arguments: list) -> Path:
        """Moves the folder to its name when the command has succeeded, so that a folder that is there is whole."""
        output = self.folder / name
        if not output.exists():
            unfinished = self.folder / ("unfinished-" + name)
            shutil.rmtree(unfinished, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            line = [*self.command, *arguments, "--output", str(unfinished)]
            print(shlex.join(line), flush=True)
            if subprocess.run(line, cwd=ROOT).returncode != 0:
                raise Failure(f"{name}: the command failed; see what it says above")
            unfinished.rename(output)
        return output

    def _check(self, run: Path) -> None:
        built = json.loads((run / "manifest.json").read_text())["environment"]["code_commit"]
        if built != self.commit:
            raise Failure(
                f"pictures of commit {self.commit} were to be made, but the command was built of {built};"
                f" build it again, and delete {self.folder}"
            )


# Photographs of pages


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        raise Failure("no Chromium on this machine; install one, or name it by the environment variable CHROMIUM")
    return found


def photograph(page: Path, style: str, width: int, picture: Path) -> None:
    """Takes a picture of a page down to its last mark.

    :param style: rules of CSS that hide what is not to be seen
    :param width: of the picture, in pixels
    """
    with tempfile.TemporaryDirectory() as folder:
        styled = Path(folder) / page.name
        styled.write_text(page.read_text().replace("</head>", f"<style>{style}</style></head>", 1))
        taken = Path(folder) / "taken.png"
        line = [chromium(), "--headless", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"]
        line += [f"--window-size={width},{TALLEST}", f"--virtual-time-budget={DRAWN_MS}", f"--screenshot={taken}"]
        line += [f"--user-data-dir={folder}/profile", *(["--no-sandbox"] if os.getuid() == 0 else []), styled.as_uri()]
        subprocess.run(line, check=True, stderr=subprocess.DEVNULL)
        with Image.open(taken) as whole:
            write(cut(whole.convert("RGB")), picture)


def cut(image: Image.Image) -> Image.Image:
    """Returns the image without the empty rows below its last mark, but for a margin."""
    empty = Image.new("RGB", image.size, image.getpixel((0, 0)))
    last = ImageChops.difference(image, empty).getbbox()[3]
    if last + MARGIN > image.height:
        raise Failure(f"the page is higher than {TALLEST} pixels, so that its end would be missing; raise TALLEST")
    return image.crop((0, 0, image.width, last + MARGIN))


def write(image: Image.Image, picture: Path) -> None:
    """Writes a small PNG whose colours, those of small marks too, are nearly the image's."""
    colours = image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=PASSES, dither=Image.Dither.NONE)
    colours.save(picture, optimize=True)


def only(*chosen: str) -> str:
    """Returns rules that show no section of a report but these."""
    return "main > section" + "".join(f":not(#{name})" for name in chosen) + " { display: none; }"


# The leaderboard


@dataclasses.dataclass(frozen=True)
class Mark:
    """A method's retention at a budget, in percent."""

    row: str
    series: int
    value: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Series:
    """Marks of one look: of the methods of a section of the page, at packed positions or at kept ones."""

    section: str
    kept: bool
    shape: str
    colour: str

    def name(self) -> str:
        return self.section + (", positions=kept" if self.kept else "")


SERIES = (
    Series("48 visual tokens", False, "o", "#0072b2"),
    Series("32 visual tokens", False, "s", "#c24c00"),
    Series("16 visual tokens", False, "^", "#00795a"),
    Series("16 visual tokens", True, "^", "#00795a"),
    Series("Each method's own number", False, "D", "#9a3e8f"),
    Series("Each method's own number", True, "D", "#9a3e8f"),
)
BASELINE = "| `none` |"
ROW = re.compile(r"\| `([^`]+)`[^|]*\| [a-z]+ \| ([\d.]+) \(([\d.]+)–([\d.]+)[^|]*\|")
KEPT = re.compile(r"[:,]positions=kept$")
ROW_HEIGHT = 26
AXES_HEIGHT = 110
BETWEEN_MARKS = 5
DPI = 100
POINTS = 72
FONT_PIXELS = 12.5
BAND = "#f3f5f7"
LINE = "#dcdfe3"


def marks(page: str) -> list:
    """Reads the tables of the budgets; of each row the method, and its retention with the interval."""
    found = []
    for section in re.split(r"^## ", page, flags=re.M)[1:]:
        title, body = section.split("\n", 1)
        looks = {one.kept: i for i, one in enumerate(SERIES) if one.section == title}
        for line in body.splitlines() if looks else []:
            if line.startswith("| `") and not line.startswith(BASELINE):
                row = ROW.match(line)
                if row is None:
                    raise Failure(f"jobs/LEADERBOARD.md: no retention with an interval can be read from {line}")
                name, *numbers = row.groups()
                found.append(Mark(KEPT.sub("", name), looks[KEPT.search(name) is not None], *map(float, numbers)))
    return found


def leaderboard(picture: Path) -> None:
    rows = {}
    for mark in marks((ROOT / "jobs/LEADERBOARD.md").read_text()):
        rows.setdefault(mark.row, []).append(mark)
    # Best first, at the first budget at which a method was asked.
    order = sorted(rows, key=lambda row: -rows[row][0].value)
    height = len(order) * ROW_HEIGHT + AXES_HEIGHT
    matplotlib.use("Agg")
    plt.rcParams["font.size"] = FONT_PIXELS * POINTS / DPI
    figure, axes = plt.subplots(figsize=(CHART_WIDTH / DPI, height / DPI), dpi=DPI, layout="constrained")
    for y, row in enumerate(order):
        if y % 2:
            axes.axhspan(y - 0.5, y + 0.5, color=BAND, zorder=0)
        ordered = sorted(rows[row], key=lambda mark: mark.series)
        for i, mark in enumerate(ordered):
            draw(axes, mark, y + (i - (len(ordered) - 1) / 2) * BETWEEN_MARKS / ROW_HEIGHT)
    for series in SERIES:
        axes.plot([], [], linestyle="none", label=series.name(), **look(series))
    axes.axvline(100, color="#59636e", linestyle="--", linewidth=1, zorder=1)
    axes.grid(axis="x", color=LINE, zorder=0)
    axes.set(yticks=range(len(order)), yticklabels=order, ylim=(len(order) - 0.5, -0.5))
    axes.set_xlabel("retention, % of the score with all tokens")
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=len(SERIES) // 2, frameon=False)
    figure.savefig(picture, dpi=DPI)
    plt.close(figure)
    with Image.open(picture) as drawn:
        write(drawn.convert("RGB"), picture)


def draw(axes, mark: Mark, y: float) -> None:
    series = SERIES[mark.series]
    axes.plot([mark.low, mark.high], [y, y], color=series.colour, linewidth=1.3, alpha=0.6, zorder=2)
    axes.plot(mark.value, y, **look(series), zorder=3)


def look(series: Series) -> dict:
    return {
        "marker": series.shape,
        "markersize": 5,
        "markeredgecolor": series.colour,
        "markerfacecolor": "white" if series.kept else series.colour,
    }


# The pictures


def report(runs: Runs, picture: Path) -> None:
    beginning = only("differences", "figures") + "footer { display: none; }"
    photograph(runs.demo() / "report/report.html", beginning, PAGE_WIDTH, picture)


def explain(runs: Runs, picture: Path) -> None:
    hidden = ".source, .wide ~ * { display: none; }"  # a path of this machine; what is merged, below the costs
    photograph(runs.explained() / "explain.html", hidden, PAGE_WIDTH, picture)


def kept_patches(runs: Runs, picture: Path) -> None:
    shutil.copyfile(runs.demo() / "kept-patches.png", picture)


def kept_print(runs: Runs, picture: Path) -> None:
    folders = sorted(path for path in runs.printed().iterdir() if path.is_dir())
    step = SIDE + GAP
    whole = Image.new("RGB", (step * len(PRINTED) - GAP, step * len(folders) - GAP), "white")
    for y, folder in enumerate(folders):
        for x, method in enumerate(PRINTED):
            with Image.open(folder / f"kept-{method.replace(':', '_')}.png") as kept:
                whole.paste(kept.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS), (x * step, y * step))
    write(whole, picture)


def times(runs: Runs, picture: Path) -> None:
    page = runs.times() / "report/report.html"
    rest = "header, nav, footer, #time > :not(#timed), #timed .choice { display: none; } main { padding-top: 1.25rem; }"
    photograph(page, only("time") + rest, CHART_WIDTH, picture)


PICTURES = {
    "explain": (explain, "the page of `explain` for a picture of the demo"),
    "kept-patches": (kept_patches, "four pictures of the demo, drawn by it"),
    "kept-print": (kept_print, "a page and a chart of the demo, by `explain`: columns of [Documents](../../jobs/DOCUMENTS.md)"),
    "leaderboard": (lambda runs, picture: leaderboard(picture), "the tables of [Leaderboard](../../jobs/LEADERBOARD.md)"),
    "report": (report, "the beginning of the demo's report"),
    "times": (times, "two charts of the report of [a run with times](../../jobs/TRUST.md#times)"),
}
HEAD = """# How the pictures were made

By [make.py](make.py) at one commit, from a distribution of that commit:

```sh
./mvnw -q -Pdist -DskipTests package
tar xf jobs/target/dist/prumerge-spark-*-bin.tar.gz -C jobs/target
python notebooks/pictures/make.py --command jobs/target/prumerge-spark-*/bin/prumerge-spark
```

It needs Chromium, and an idle machine for `times`. The leaderboard is drawn from the tables of its page, which says
when and with what they were measured.

| picture | shows | commit | made on |
|---|---|---|---|
"""
MADE_ROW = re.compile(r"^\| \[([\w-]+)\.png\].*$", re.M)
SHORT = 8


def record(made: list, commit: str) -> None:
    """Writes MADE.md anew: rows of other pictures stay."""
    rows = {row[1]: row[0] for row in MADE_ROW.finditer(MADE.read_text())} if MADE.exists() else {}
    today = datetime.datetime.now(datetime.timezone.utc).date()
    for name in made:
        rows[name] = f"| [{name}.png]({name}.png) | {PICTURES[name][1]} | `{commit[:SHORT]}` | {today} |"
    MADE.write_text(HEAD + "".join(rows[name] + "\n" for name in PICTURES if name in rows))


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def checked_out() -> str:
    changed = git(
        "status", "--porcelain", "--untracked-files=no", "--", ".", ":!notebooks/pictures/*.png", f":!{MADE.relative_to(ROOT)}"
    )
    if changed:
        raise Failure(f"pictures of a commit were to be made, but there are changes; commit them first:\n{changed}")
    return git("rev-parse", "HEAD")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    names, work = list(PICTURES), ROOT / "prumerge-out/pictures"
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--work", type=Path, default=work, metavar="DIR", help="for what the commands write")
    parser.add_argument("--command", default="prumerge-spark", help="how prumerge-spark is called; arguments are appended")
    arguments = parser.parse_args()
    commit = checked_out()
    runs = Runs(shlex.split(arguments.command), arguments.work.resolve() / commit[:SHORT], commit)
    for name in arguments.only:
        PICTURES[name][0](runs, FOLDER / (name + ".png"))
        record([name], commit)
        print(f"{name}.png", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
