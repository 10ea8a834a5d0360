"""The commands of prumerge-spark as functions.

This file is generated: `prumerge-spark generate-python > notebooks/python/prumerge_spark/jobs.py`. A test compares it.

Each function runs its command, shows what it prints, and raises `subprocess.CalledProcessError` if it fails. It
runs in the session of PySpark's that is at hand, if that has this project's jar, and in a process of its own
otherwise, or if `spark` has Spark's settings by name, such as `{"spark.master": "local[4]"}`. With `json=True`
it returns the document that the command prints.
"""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal

from .command import run

__all__ = [
    "init_benchmark",
    "init_sweep",
    "prepare",
    "prepare_model",
    "evaluate",
    "sweep",
    "search",
    "finetune",
    "score",
    "report",
    "load",
    "probe",
    "explain",
    "estimate",
    "mini",
    "demo",
]


def init_benchmark(
    *,
    output: str | PathLike[str],
    data: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    images: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    like: str | None = None,
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> None:
    """Looks at a table of questions and writes the YAML file of a benchmark, with its guesses, that runs as it is; or
    copies a published benchmark's.

    :param output: A new file, which ends with .yaml.
    :param data: Questions: .csv, .tsv, .jsonl, .json or .parquet files, a folder of them, hf:ORG/NAME from Hugging
        Face's cache, table:NAME of Spark's catalog, or {format: csv, path: DIR} for Spark's reader, whose options are
        tried and written.
    :param images: Folders of pictures or frames that the data name; left out: the data hold them.
    :param like: In place of data: the published benchmark whose file is copied, to be changed, under a name made of
        output's: ai2d, chartqa, coco-caption, docvqa, egoschema, flickr30k, gqa, hallusionbench, infographicvqa,
        mathvision, mathvista, mlvu, mmmu, mmstar, mvbench, next-qa, nocaps, ocrbench, pope, realworldqa, video-mme,
        vizwiz.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    run(locals(), "init-benchmark")


def init_sweep(
    name: str,
    *,
    output: str | PathLike[str],
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> None:
    """Copies one of the sweep files that come with this program, to be changed; its first lines say how it is run.

    :param name: Which one: documents.yaml, finetune.yaml, grids.yaml, k.yaml, leaderboard.yaml, paper.yaml, ratio.yaml,
        search.yaml.
    :param output: A new file, in this folder or below it, which ends with .yaml.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    run(locals(), "init-sweep", "name")


def prepare(
    *,
    benchmark: str,
    output: str | PathLike[str],
    frames: str | Sequence[str] | None = None,
    frames_by: str | Sequence[str] | None = None,
    limit: int | None = None,
    prompts: str | None = None,
    show: int | None = None,
    source: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    source_fps: float | None = None,
    split: str | None = None,
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> None:
    """Turns a benchmark's files into an examples table.

    :param benchmark: One of: ai2d, chartqa, coco-caption, custom, docvqa, egoschema, flickr30k, gqa, hallusionbench,
        infographicvqa, llava-bench, mathvision, mathvista, mlvu, mm-vet, mmbench, mmbench-cn, mme, mmmu, mmstar,
        mvbench, next-qa, nocaps, ocrbench, pope, realworldqa, refcoco, refcoco+, refcocog, scienceqa, seed, textvqa,
        video-mme, vizwiz, vqav2; or the YAML file of a benchmark of your own. custom reads any question file in LLaVA's
        form and a folder of images.
    :param output: A new folder for the table.
    :param frames: Of videos: how many frames each rule without a number chooses, one number or several, or how many a
        second, such as 2fps.
    :param frames_by: Of videos: how frames are chosen, by one rule or several: lmms-eval, qwen2, qwen3, internvl,
        vlmevalkit, vlmevalkit-mvbench, given, given-vlmevalkit. Each may have its number, such as lmms-eval:8 or
        vlmevalkit:2fps.
    :param limit: Stop after N questions, of which a row may become several, or slightly more: an image keeps all its
        questions, and a unit that is scored as one, such as a pair of MME, all its images.
    :param prompts: Prompt profile, which words the questions: llava, llava-no-ocr, lmms-eval, lmms-eval-aria,
        lmms-eval-chat, lmms-eval-karpathy, lmms-eval-llava-vid, lmms-eval-plm, lmms-eval-qwen3-vl, mmmu, official,
        qwen, qwen-vl, shikra, vlmevalkit, vlmevalkit-llava; default llava. Of a YAML file one of its own, default the
        first.
    :param show: Then print N questions: prompt, right answers, options, category and picture.
    :param source: The benchmark's official download, its folder in LLaVA's playground/data/eval, or its Hugging Face
        Parquet files, or hf:ORG/NAME[@REV] for those in Hugging Face's cache; the format is detected. For a YAML file
        also table:NAME of Spark's catalog, or {format: csv, path: DIR, options: {sep: ;}}, read by Spark. Required
        unless benchmark is a YAML file, which names its data.
    :param source_fps: Of videos: frames per second of those folders of all frames that no column and no frames.json
        tells.
    :param split: Split to use if the files hold several; default: the benchmark's usual one.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    run(locals(), "prepare")


def prepare_model(
    *,
    model: str | PathLike[str],
    output: str | PathLike[str],
    dtype: Literal["fp32", "bf16", "fp16"] | None = None,
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> None:
    """Converts a model of any layout, adapter included, into one safetensors folder that transformers reads too.

    :param model: A checkpoint's folder, of a family that 'list models' names, or hf:ORG/NAME[@REV] from Hugging Face's
        cache; BASE+ADAPTER for one with LoRA weights. The CLIP folder of LLaVA's own layout lies in or next to it, or
        is added as +CLIP.
    :param output: A new folder; it appears when it is whole.
    :param dtype: Type of all weights; default: the type that most of them have.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    run(locals(), "prepare-model")


def evaluate(
    *,
    method: str | Sequence[str],
    model: str | PathLike[str] | Sequence[str | PathLike[str]],
    allow_code_change: bool = False,
    answer_by: Literal["text", "letter-logits"] | None = None,
    answer_cache: str | PathLike[str] | None = None,
    as_: str | Sequence[str] | None = None,
    benchmark: str | Sequence[str] | None = None,
    cards: int | Sequence[int] | None = None,
    chunks: int | None = None,
    contrast: str | Sequence[str] | None = None,
    conv_mode: str | None = None,
    count: str | None = None,
    device: Literal["auto", "cpu", "cuda"] | None = None,
    dry_run: bool = False,
    dtype: Literal["auto", "fp32", "bf16", "fp16"] | None = None,
    endpoint_requests: int | None = None,
    endpoint_version: str | None = None,
    examples: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    examples_cache: str | PathLike[str] | None = None,
    frames: str | Sequence[str] | None = None,
    frames_by: str | Sequence[str] | None = None,
    hardware: str | Sequence[str] | None = None,
    hardware_file: str | PathLike[str] | None = None,
    image_aspect: Literal["auto", "pad", "crop"] | None = None,
    json: bool = False,
    limit: int | None = None,
    max_error_rate: float | None = None,
    max_new_tokens: int | None = None,
    max_pixels: int | None = None,
    min_pixels: int | None = None,
    mlflow: str | None = None,
    mlflow_experiment: str | None = None,
    model_sha256: str | None = None,
    mrope: Literal["transformers", "published"] | None = None,
    output: str | PathLike[str] | None = None,
    partitions: int | None = None,
    probe: Literal["budgets", "none"] | None = None,
    prompts: str | None = None,
    published: str | PathLike[str] | None = None,
    quantize: Literal["none", "int8"] | Sequence[Literal["none", "int8"]] | None = None,
    reduce_by: Literal["each", "first"] | None = None,
    repeat: int | None = None,
    resume: bool = False,
    retry_errors: bool | str | Sequence[str] | None = None,
    show: int | None = None,
    source: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    source_fps: float | None = None,
    split: str | None = None,
    square: int | None = None,
    tables: str | None = None,
    take_over: bool = False,
    timing: Literal["shared", "alone"] | None = None,
    timing_batch: int | None = None,
    tokens_by: str | None = None,
    verbose: bool = False,
    video_as: Literal["pictures", "frames"] | None = None,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Asks models all questions under every method, scores the answers and writes a report.

    :param method: Methods, each name or name:key=value,key=value; such as none, prumerge, prumerge+, uniform.
    :param model: Folders of checkpoints of the families that 'list models' names, or hf:ORG/NAME[@REV] from Hugging
        Face's cache; BASE+ADAPTER for one with LoRA weights; openai:URL#NAME for a model behind an OpenAI-compatible
        service.
    :param allow_code_change: Continue although the code, libtorch, mklOnAmd, packWeights, Java or the resolved dtype
        differ; the manifest records it.
    :param answer_by: How questions with lettered options are answered: by generated text (default), or by the letter
        whose token has the highest logit after the prompt, without generating. Other questions are answered by text.
    :param answer_cache: Reuse answers of other runs in this folder and add new ones; requires device and dtype other
        than auto.
    :param as_: Other servers of the first model, which is behind an endpoint: LABEL=openai:URL#NAME. Their answers are
        that model's under the method LABEL (a-z, 0-9 and -).
    :param benchmark: Benchmarks in place of examples, by name, by YAML file, or as a list (@docs, @science, @captions,
        @paper6): what is not prepared yet is prepared first.
    :param cards: With hardware: how many of each, such as 1,8; default 1.
    :param chunks: Number of parts that are committed one by one, for resume; default: by the number of images, or of
        videos' frames.
    :param contrast: Also compare A with B, each METHOD, 'MODEL METHOD' or, of runs of one model, 'FOLDER METHOD',
        spelled as for method or as in the report's tables, in addition to the comparisons of every report.
    :param conv_mode: Conversation template. Default auto: the model's own, or that of its adapter's training.
    :param count: Distinct texts of questions whose words alone a server under budgets is asked for the tokens of, where
        it states none of pictures: then its count of these questions' pictures is known; default 32.
    :param device: Default auto: the CUDA device that Spark assigns, else the CPU.
    :param dry_run: Check everything, show the plan and its estimated cost, and stop.
    :param dtype: Default auto: bf16 on hardware that supports it, else fp16 on GPUs and fp32 on CPUs; fp16 checkpoints
        stay fp16 on GPUs.
    :param endpoint_requests: Requests under way at an endpoint at most, over all executors; default 8.
    :param endpoint_version: Label of what the endpoints serve; required with answer_cache, which reuses answers under
        the same label only.
    :param examples: Tables that prepare wrote; required without benchmark.
    :param examples_cache: With benchmark: folder of prepared tables, which later runs use too; default: prepared next
        to output.
    :param frames: Number of frames that are chosen of a video, or how many a second, by the rules of frames_by that
        have none.
    :param frames_by: How the frames of videos are chosen, by rules that prepare was given: lmms-eval, qwen2, qwen3,
        internvl, vlmevalkit, vlmevalkit-mvbench, given, given-vlmevalkit. Each may have its number, such as lmms-eval:8
        or vlmevalkit:2fps; each without one goes with each number of frames. Every such protocol is a run of each
        model. Default: all that the examples have.
    :param hardware: With dry_run: also plan for these GPUs of conf/hardware.yaml, whether they are there or not: cached
        positions, images at once, cores, hours. An unknown name lists all.
    :param hardware_file: More hardware, in the form of conf/hardware.yaml; its entries override.
    :param image_aspect: Default auto: the setting in the checkpoint's files.
    :param json: With dry_run: print the plan as one JSON document.
    :param limit: Stop after N questions per benchmark, or slightly more: an image keeps all its questions, and a unit
        that is scored as one, such as a pair of MME, all its images.
    :param max_error_rate: Fail if a larger share of answers are errors; default 0.01.
    :param max_new_tokens: Token budget of every answer, in place of each benchmark's own.
    :param max_pixels: Most pixels of a resized picture, for models that see pictures at their own size; default: as the
        model's files say.
    :param min_pixels: Fewest pixels of a resized picture, for models that see pictures at their own size; default: as
        the model's files say.
    :param mlflow: Also log settings, headline figures with intervals, costs and report.html to this MLflow server; a
        failure is a warning.
    :param mlflow_experiment: Experiment of mlflow, created if missing; default prumerge-spark.
    :param model_sha256: SHA-256 that the weights of a single model must have (weights_sha256 in report/runs).
    :param mrope: How the times of a video's frames become whole numbers, for models whose positions have seconds.
        Default transformers: seconds are truncated before they are multiplied; published: the product is.
    :param output: The run's folder: a new one, or an existing one with resume; required without dry_run.
    :param partitions: Tasks per chunk.
    :param probe: Whether a server under budgets of visual tokens is asked before the run for each with four made
        pictures, to tell whether it counts what it is asked for (default: budgets).
    :param prompts: With benchmark: prompt profile of each, as in prepare.
    :param published: CSV, TSV or YAML of published figures, which the report puts beside its own, with the differences.
    :param quantize: Weight precision of the decoder's layers; several stand for as many models. Default none: that of
        dtype. int8, activations too: on processors with VNNI.
    :param reduce_by: Question that methods look at: each its own (default), or the image's first one, whose kept tokens
        all its questions share. Changes nothing for methods that do not look at questions.
    :param repeat: Ask all questions N times more, in other orders and batches, to see how many answers and how far
        figures change by that alone.
    :param resume: Continue an unfinished run.
    :param retry_errors: With resume: ask the answers with errors again, all or those of some kinds, such as
        endpoint_failed or device_out_of_memory; then write the tables and the report anew.
    :param show: With dry_run: also print the first N questions as each model gets them, with its template and the
        pictures' placeholders.
    :param source: With benchmark, or a sweep file's benchmarks: where its files are, as in prepare; of several
        benchmarks one each in their order, or NAME=DIR. Left out: the benchmark's data set in Hugging Face's cache.
    :param source_fps: With benchmark: frames per second of videos that do not tell their own, as in prepare.
    :param split: With benchmark: split to use; default: each benchmark's usual one.
    :param square: Pads every picture to a square and resizes it to N pixels a side, for models that see pictures at
        their own size.
    :param tables: Also append predictions, scores and the report's tables to the tables of this schema, each run once;
        creates missing tables.
    :param take_over: Continue although another driver seems to work on the run; that driver stops.
    :param timing: How answers are timed: while what several of them need runs once (default), or one question under one
        method at a time, in one lane, after a warm-up.
    :param timing_batch: Images at a time with timing alone; default 1.
    :param tokens_by: Rule by which the served model makes visual tokens of a picture, such as gemma-4 or
        pixtral:longest_edge=512, or a checkpoint's folder or name here; default: as the model's name tells.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param video_as: How a model behind an endpoint is sent a video: each frame as a picture (default), or all as one
        video of JPEG frames, which vLLM reads.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "evaluate")


def sweep(
    file: str | PathLike[str],
    *,
    allow_code_change: bool = False,
    answer_by: Literal["text", "letter-logits"] | None = None,
    answer_cache: str | PathLike[str] | None = None,
    as_: str | Sequence[str] | None = None,
    benchmark: str | Sequence[str] | None = None,
    cards: int | Sequence[int] | None = None,
    chunks: int | None = None,
    contrast: str | Sequence[str] | None = None,
    conv_mode: str | None = None,
    count: str | None = None,
    device: Literal["auto", "cpu", "cuda"] | None = None,
    dry_run: bool = False,
    dtype: Literal["auto", "fp32", "bf16", "fp16"] | None = None,
    endpoint_requests: int | None = None,
    endpoint_version: str | None = None,
    examples: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    examples_cache: str | PathLike[str] | None = None,
    frames: str | Sequence[str] | None = None,
    frames_by: str | Sequence[str] | None = None,
    hardware: str | Sequence[str] | None = None,
    hardware_file: str | PathLike[str] | None = None,
    image_aspect: Literal["auto", "pad", "crop"] | None = None,
    json: bool = False,
    limit: int | None = None,
    max_error_rate: float | None = None,
    max_new_tokens: int | None = None,
    max_pixels: int | None = None,
    min_pixels: int | None = None,
    mlflow: str | None = None,
    mlflow_experiment: str | None = None,
    model: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    mrope: Literal["transformers", "published"] | None = None,
    output: str | PathLike[str] | None = None,
    partitions: int | None = None,
    probe: Literal["budgets", "none"] | None = None,
    prompts: str | None = None,
    published: str | PathLike[str] | None = None,
    quantize: Literal["none", "int8"] | Sequence[Literal["none", "int8"]] | None = None,
    reduce_by: Literal["each", "first"] | None = None,
    repeat: int | None = None,
    resume: bool = False,
    retry_errors: bool | str | Sequence[str] | None = None,
    show: int | None = None,
    source: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    source_fps: float | None = None,
    split: str | None = None,
    square: int | None = None,
    tables: str | None = None,
    take_over: bool = False,
    timing: Literal["shared", "alone"] | None = None,
    timing_batch: int | None = None,
    tokens_by: str | None = None,
    verbose: bool = False,
    video_as: Literal["pictures", "frames"] | None = None,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Asks several models all questions under every method in a file, with one pass over the images per model; scores
    the answers and writes one report.

    :param file: YAML with models, examples, methods and settings, or the name of one that init-sweep copies, such as
        paper.yaml.
    :param allow_code_change: Continue although the code, libtorch, mklOnAmd, packWeights, Java or the resolved dtype
        differ; the manifest records it.
    :param answer_by: How questions with lettered options are answered: by generated text (default), or by the letter
        whose token has the highest logit after the prompt, without generating. Other questions are answered by text.
    :param answer_cache: Reuse answers of other runs in this folder and add new ones; requires device and dtype other
        than auto.
    :param as_: Other servers of the first model, which is behind an endpoint: LABEL=openai:URL#NAME. Their answers are
        that model's under the method LABEL (a-z, 0-9 and -).
    :param benchmark: Benchmarks in place of examples, by name, by YAML file, or as a list (@docs, @science, @captions,
        @paper6): what is not prepared yet is prepared first.
    :param cards: With hardware: how many of each, such as 1,8; default 1.
    :param chunks: Number of parts that are committed one by one, for resume; default: by the number of images, or of
        videos' frames.
    :param contrast: Also compare A with B, each METHOD, 'MODEL METHOD' or, of runs of one model, 'FOLDER METHOD',
        spelled as for method or as in the report's tables, in addition to the comparisons of every report.
    :param conv_mode: Conversation template. Default auto: the model's own, or that of its adapter's training.
    :param count: Distinct texts of questions whose words alone a server under budgets is asked for the tokens of, where
        it states none of pictures: then its count of these questions' pictures is known; default 32.
    :param device: Default auto: the CUDA device that Spark assigns, else the CPU.
    :param dry_run: Check everything, show the plan and its estimated cost, and stop.
    :param dtype: Default auto: bf16 on hardware that supports it, else fp16 on GPUs and fp32 on CPUs; fp16 checkpoints
        stay fp16 on GPUs.
    :param endpoint_requests: Requests under way at an endpoint at most, over all executors; default 8.
    :param endpoint_version: Label of what the endpoints serve; required with answer_cache, which reuses answers under
        the same label only.
    :param examples: Tables that prepare wrote, in place of the file's examples.
    :param examples_cache: With benchmark: folder of prepared tables, which later runs use too; default: prepared next
        to output.
    :param frames: Number of frames that are chosen of a video, or how many a second, by the rules of frames_by that
        have none.
    :param frames_by: How the frames of videos are chosen, by rules that prepare was given: lmms-eval, qwen2, qwen3,
        internvl, vlmevalkit, vlmevalkit-mvbench, given, given-vlmevalkit. Each may have its number, such as lmms-eval:8
        or vlmevalkit:2fps; each without one goes with each number of frames. Every such protocol is a run of each
        model. Default: all that the examples have.
    :param hardware: With dry_run: also plan for these GPUs of conf/hardware.yaml, whether they are there or not: cached
        positions, images at once, cores, hours. An unknown name lists all.
    :param hardware_file: More hardware, in the form of conf/hardware.yaml; its entries override.
    :param image_aspect: Default auto: the setting in the checkpoint's files.
    :param json: With dry_run: print the plan as one JSON document.
    :param limit: Stop after N questions per benchmark, or slightly more: an image keeps all its questions, and a unit
        that is scored as one, such as a pair of MME, all its images.
    :param max_error_rate: Fail if a larger share of answers are errors; default 0.01.
    :param max_new_tokens: Token budget of every answer, in place of each benchmark's own.
    :param max_pixels: Most pixels of a resized picture, for models that see pictures at their own size; default: as the
        model's files say.
    :param min_pixels: Fewest pixels of a resized picture, for models that see pictures at their own size; default: as
        the model's files say.
    :param mlflow: Also log settings, headline figures with intervals, costs and report.html to this MLflow server; a
        failure is a warning.
    :param mlflow_experiment: Experiment of mlflow, created if missing; default prumerge-spark.
    :param model: Models in place of the file's: folders of checkpoints, hf:ORG/NAME[@REV] from Hugging Face's cache, or
        openai:URL#NAME behind an OpenAI-compatible service.
    :param mrope: How the times of a video's frames become whole numbers, for models whose positions have seconds.
        Default transformers: seconds are truncated before they are multiplied; published: the product is.
    :param output: The sweep's folder: a new one, or an existing one with resume; required without dry_run.
    :param partitions: Tasks per chunk.
    :param probe: Whether a server under budgets of visual tokens is asked before the run for each with four made
        pictures, to tell whether it counts what it is asked for (default: budgets).
    :param prompts: With benchmark: prompt profile of each, as in prepare.
    :param published: CSV, TSV or YAML of published figures, which the report puts beside its own, with the differences.
    :param quantize: Weight precision of the decoder's layers; several stand for as many models. Default none: that of
        dtype. int8, activations too: on processors with VNNI.
    :param reduce_by: Question that methods look at: each its own (default), or the image's first one, whose kept tokens
        all its questions share. Changes nothing for methods that do not look at questions.
    :param repeat: Ask all questions N times more, in other orders and batches, to see how many answers and how far
        figures change by that alone.
    :param resume: Continue an unfinished run.
    :param retry_errors: With resume: ask the answers with errors again, all or those of some kinds, such as
        endpoint_failed or device_out_of_memory; then write the tables and the report anew.
    :param show: With dry_run: also print the first N questions as each model gets them, with its template and the
        pictures' placeholders.
    :param source: With benchmark, or a sweep file's benchmarks: where its files are, as in prepare; of several
        benchmarks one each in their order, or NAME=DIR. Left out: the benchmark's data set in Hugging Face's cache.
    :param source_fps: With benchmark: frames per second of videos that do not tell their own, as in prepare.
    :param split: With benchmark: split to use; default: each benchmark's usual one.
    :param square: Pads every picture to a square and resizes it to N pixels a side, for models that see pictures at
        their own size.
    :param tables: Also append predictions, scores and the report's tables to the tables of this schema, each run once;
        creates missing tables.
    :param take_over: Continue although another driver seems to work on the run; that driver stops.
    :param timing: How answers are timed: while what several of them need runs once (default), or one question under one
        method at a time, in one lane, after a warm-up.
    :param timing_batch: Images at a time with timing alone; default 1.
    :param tokens_by: Rule by which the served model makes visual tokens of a picture, such as gemma-4 or
        pixtral:longest_edge=512, or a checkpoint's folder or name here; default: as the model's name tells.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param video_as: How a model behind an endpoint is sent a video: each frame as a picture (default), or all as one
        video of JPEG frames, which vLLM reads.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "sweep", "file")


def search(
    file: str | PathLike[str],
    *,
    output: str | PathLike[str],
    allow_code_change: bool = False,
    answer_by: Literal["text", "letter-logits"] | None = None,
    answer_cache: str | PathLike[str] | None = None,
    as_: str | Sequence[str] | None = None,
    benchmark: str | Sequence[str] | None = None,
    chunks: int | None = None,
    conv_mode: str | None = None,
    count: str | None = None,
    device: Literal["auto", "cpu", "cuda"] | None = None,
    dtype: Literal["auto", "fp32", "bf16", "fp16"] | None = None,
    endpoint_requests: int | None = None,
    endpoint_version: str | None = None,
    examples: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    examples_cache: str | PathLike[str] | None = None,
    frames: str | Sequence[str] | None = None,
    frames_by: str | Sequence[str] | None = None,
    image_aspect: Literal["auto", "pad", "crop"] | None = None,
    json: bool = False,
    limit: int | None = None,
    max_error_rate: float | None = None,
    max_new_tokens: int | None = None,
    max_pixels: int | None = None,
    min_pixels: int | None = None,
    model: str | PathLike[str] | None = None,
    mrope: Literal["transformers", "published"] | None = None,
    partitions: int | None = None,
    probe: Literal["budgets", "none"] | None = None,
    prompts: str | None = None,
    published: str | PathLike[str] | None = None,
    quantize: Literal["none", "int8"] | Sequence[Literal["none", "int8"]] | None = None,
    reduce_by: Literal["each", "first"] | None = None,
    repeat: int | None = None,
    resume: bool = False,
    source: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    source_fps: float | None = None,
    split: str | None = None,
    square: int | None = None,
    take_over: bool = False,
    timing: Literal["shared", "alone"] | None = None,
    timing_batch: int | None = None,
    tokens_by: str | None = None,
    verbose: bool = False,
    video_as: Literal["pictures", "frames"] | None = None,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Searches among the methods of a file for those that are most accurate at their cost: rung by rung, asks more
    questions and drops methods that are less accurate than another one that costs no more, beyond chance.

    :param file: YAML as sweep's, with one model; its key search is optional.
    :param output: The search's folder: a new one, or an existing one with resume.
    :param allow_code_change: Continue although the code, libtorch, mklOnAmd, packWeights, Java or the resolved dtype
        differ; the manifest records it.
    :param answer_by: How questions with lettered options are answered: by generated text (default), or by the letter
        whose token has the highest logit after the prompt, without generating. Other questions are answered by text.
    :param answer_cache: Reuse answers of other runs in this folder and add new ones; requires device and dtype other
        than auto.
    :param as_: Other servers of the first model, which is behind an endpoint: LABEL=openai:URL#NAME. Their answers are
        that model's under the method LABEL (a-z, 0-9 and -).
    :param benchmark: Benchmarks in place of examples, by name, by YAML file, or as a list (@docs, @science, @captions,
        @paper6): what is not prepared yet is prepared first.
    :param chunks: Number of parts that are committed one by one, for resume; default: by the number of images, or of
        videos' frames.
    :param conv_mode: Conversation template. Default auto: the model's own, or that of its adapter's training.
    :param count: Distinct texts of questions whose words alone a server under budgets is asked for the tokens of, where
        it states none of pictures: then its count of these questions' pictures is known; default 32.
    :param device: Default auto: the CUDA device that Spark assigns, else the CPU.
    :param dtype: Default auto: bf16 on hardware that supports it, else fp16 on GPUs and fp32 on CPUs; fp16 checkpoints
        stay fp16 on GPUs.
    :param endpoint_requests: Requests under way at an endpoint at most, over all executors; default 8.
    :param endpoint_version: Label of what the endpoints serve; required with answer_cache, which reuses answers under
        the same label only.
    :param examples: Tables that prepare wrote, in place of the file's examples.
    :param examples_cache: With benchmark: folder of prepared tables, which later runs use too; default: prepared next
        to output.
    :param frames: Number of frames that are chosen of a video, or how many a second, by the rules of frames_by that
        have none.
    :param frames_by: How the frames of videos are chosen, by rules that prepare was given: lmms-eval, qwen2, qwen3,
        internvl, vlmevalkit, vlmevalkit-mvbench, given, given-vlmevalkit. Each may have its number, such as lmms-eval:8
        or vlmevalkit:2fps; each without one goes with each number of frames. Every such protocol is a run of each
        model. Default: all that the examples have.
    :param image_aspect: Default auto: the setting in the checkpoint's files.
    :param json: Print the candidates as one JSON document instead of a table.
    :param limit: Stop after N questions per benchmark, or slightly more: an image keeps all its questions, and a unit
        that is scored as one, such as a pair of MME, all its images.
    :param max_error_rate: Fail if a larger share of answers are errors; default 0.01.
    :param max_new_tokens: Token budget of every answer, in place of each benchmark's own.
    :param max_pixels: Most pixels of a resized picture, for models that see pictures at their own size; default: as the
        model's files say.
    :param min_pixels: Fewest pixels of a resized picture, for models that see pictures at their own size; default: as
        the model's files say.
    :param model: Model in place of the file's: a checkpoint's folder, or hf:ORG/NAME[@REV].
    :param mrope: How the times of a video's frames become whole numbers, for models whose positions have seconds.
        Default transformers: seconds are truncated before they are multiplied; published: the product is.
    :param partitions: Tasks per chunk.
    :param probe: Whether a server under budgets of visual tokens is asked before the run for each with four made
        pictures, to tell whether it counts what it is asked for (default: budgets).
    :param prompts: With benchmark: prompt profile of each, as in prepare.
    :param published: CSV, TSV or YAML of published figures, which the report puts beside its own, with the differences.
    :param quantize: Weight precision of the decoder's layers; several stand for as many models. Default none: that of
        dtype. int8, activations too: on processors with VNNI.
    :param reduce_by: Question that methods look at: each its own (default), or the image's first one, whose kept tokens
        all its questions share. Changes nothing for methods that do not look at questions.
    :param repeat: Ask all questions N times more, in other orders and batches, to see how many answers and how far
        figures change by that alone.
    :param resume: Continue an unfinished run.
    :param source: With benchmark, or a sweep file's benchmarks: where its files are, as in prepare; of several
        benchmarks one each in their order, or NAME=DIR. Left out: the benchmark's data set in Hugging Face's cache.
    :param source_fps: With benchmark: frames per second of videos that do not tell their own, as in prepare.
    :param split: With benchmark: split to use; default: each benchmark's usual one.
    :param square: Pads every picture to a square and resizes it to N pixels a side, for models that see pictures at
        their own size.
    :param take_over: Continue although another driver seems to work on the run; that driver stops.
    :param timing: How answers are timed: while what several of them need runs once (default), or one question under one
        method at a time, in one lane, after a warm-up.
    :param timing_batch: Images at a time with timing alone; default 1.
    :param tokens_by: Rule by which the served model makes visual tokens of a picture, such as gemma-4 or
        pixtral:longest_edge=512, or a checkpoint's folder or name here; default: as the model's name tells.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param video_as: How a model behind an endpoint is sent a video: each frame as a picture (default), or all as one
        video of JPEG frames, which vLLM reads.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "search", "file")


def finetune(
    *,
    output: str | PathLike[str],
    adapter_dtype: Literal["fp32", "bf16", "fp16"] | None = None,
    allow_code_change: bool = False,
    alpha: float | None = None,
    batch: int | None = None,
    checkpoint_steps: int | None = None,
    connector_lr: float | None = None,
    conv_mode: str | None = None,
    data: str | PathLike[str] | None = None,
    device: Literal["auto", "cpu", "cuda"] | None = None,
    devices: int | None = None,
    dropout: float | None = None,
    dtype: Literal["auto", "fp32", "bf16", "fp16"] | None = None,
    epochs: int | None = None,
    image_aspect: Literal["auto", "pad", "crop"] | None = None,
    images: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    keep_tokens_gb: int | None = None,
    limit: int | None = None,
    lr: float | None = None,
    max_pixels: int | None = None,
    max_tokens: int | None = None,
    method: str | None = None,
    min_pixels: int | None = None,
    model: str | PathLike[str] | None = None,
    mrope: Literal["transformers", "published"] | None = None,
    pass_rows: int | None = None,
    rank: int | None = None,
    resume: bool = False,
    seed: int | None = None,
    skip_broken: bool = False,
    square: int | None = None,
    steps: int | None = None,
    sweep: str | PathLike[str] | None = None,
    together: int | None = None,
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> None:
    """Trains a LoRA adapter with the visual tokens that a method leaves, on conversations in LLaVA's form; or adapters
    for all recipes in a file, which are then evaluated together with the base.

    :param output: The adapter's folder; it appears when it is whole. With sweep: the sweep's.
    :param adapter_dtype: Type of the adapter's values in its file; default fp32. They are trained in fp32.
    :param allow_code_change: Go on although code, libtorch, mklOnAmd, Java or resolved dtype differ; training.json
        records it.
    :param alpha: A product counts alpha / rank times; default 2 x rank.
    :param batch: Rows per step, over all devices; default 160.
    :param checkpoint_steps: Steps between two checkpoints; default 100.
    :param connector_lr: Peak learning rate of the connector, which is trained in full; 0 leaves it as it is. Default
        2e-5.
    :param conv_mode: Conversation template. Default auto: the model's own, or that of its adapter's training.
    :param data: Conversations: a JSON array in LLaVA's form. Required without sweep.
    :param device: Default auto: the CUDA device that Spark assigns, else the CPU.
    :param devices: Devices that take each step together; default 1.
    :param dropout: Probability with which an adapter sees an element of its input as 0; default 0. The paper has 0.05.
    :param dtype: Default auto: bf16 on hardware that supports it, else fp16 on GPUs and fp32 on CPUs; fp16 checkpoints
        stay fp16 on GPUs.
    :param epochs: Passes over the data; default 1.
    :param image_aspect: Default auto: the setting in the checkpoint's files.
    :param images: Folder that the rows' images are relative to, and folders that links in it may lead to. Required
        without sweep.
    :param keep_tokens_gb: Disk of each host for visual tokens, so that an image is encoded once; default 8.
    :param limit: Read no more than the first N rows of the data.
    :param lr: Peak learning rate; default 2e-4.
    :param max_pixels: Most pixels of a resized picture, for models that see pictures at their own size; default: as the
        model's files say.
    :param max_tokens: Cut rows after so many positions, visual ones included; default 2048.
    :param method: Method whose tokens are trained with; default prumerge.
    :param min_pixels: Fewest pixels of a resized picture, for models that see pictures at their own size; default: as
        the model's files say.
    :param model: A checkpoint's folder without an adapter, or hf:ORG/NAME[@REV]. Required without sweep.
    :param mrope: How the times of a video's frames become whole numbers, for models whose positions have seconds.
        Default transformers: seconds are truncated before they are multiplied; published: the product is.
    :param pass_rows: Positions that go through the decoder together; fewer need less memory. Default 4096.
    :param rank: Rank of LoRA; default 128.
    :param resume: Go on from the last checkpoint.
    :param seed: Seed of the initial values and of the order of the rows; default 42.
    :param skip_broken: Leave out rows that cannot be trained on, and list them in a table; otherwise they prevent the
        training.
    :param square: Pads every picture to a square and resizes it to N pixels a side, for models that see pictures at
        their own size.
    :param steps: Number of steps, in place of epochs.
    :param sweep: YAML with a model, data, images, recipes and examples, in place of the options for them; see
        conf/sweeps/finetune.yaml.
    :param together: Rows about one image, at most, that follow each other in a batch and share its work; default 1: all
        rows in any order.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    run(locals(), "finetune")


def score(
    *,
    answers: str | Sequence[str],
    benchmark: str,
    answers_form: str | None = None,
    export: str | PathLike[str] | None = None,
    export_form: Literal["submission", "lmms-eval"] | None = None,
    json: bool = False,
    judge: str | None = None,
    judge_model: str | None = None,
    judge_prompt: str | PathLike[str] | None = None,
    output: str | PathLike[str] | None = None,
    profile: str | None = None,
    source: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    split: str | None = None,
    verbose: bool = False,
    visual_tokens: str | PathLike[str] | None = None,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Scores existing answers.

    :param answers: LABEL=PLACE for each set of answers, or a pattern such as DIR/{method}-Tok{tokens}.jsonl; without a
        label one set. Answer files in LLaVA's or the benchmark's own form, lmms-eval's samples and VLMEvalKit's tables,
        which together form one set, and CSV that Spark wrote, read by its reader (others by {format: csv, path: DIR,
        options: {sep: ";"}}); or folders of runs or predictions.
    :param benchmark: The benchmark of the answers, by name or by YAML file.
    :param answers_form: The form of answer files where their rows do not tell it: llava, benchmark for the benchmark's
        own forms, lmms-eval or vlmevalkit; default: by their rows.
    :param export: A new folder for submission files to the benchmark's server, or in the form that export_form names,
        one set per method.
    :param export_form: Form of the exported files: the benchmark's submission format (default), or lmms-eval's samples,
        which every benchmark has and answers reads back.
    :param json: Print one JSON document instead of a table.
    :param judge: Judge for answers that no rule can score: https://HOST/v1 of an OpenAI-compatible service, with its
        key in OPENAI_API_KEY, or a judge that a jar brings. Every reply is kept in DIR.judged.jsonl next to output DIR.
    :param judge_model: The judge's model; default: the model of the benchmark's own evaluator.
    :param judge_prompt: File with the judge's prompt: MM-Vet's or MathVista's few-shot prompt, or LLaVA's rule.json;
        default: this project's own wording.
    :param output: A new folder for the tables scores and metrics; of answer files a run like those of evaluate, which
        report and view take.
    :param profile: Scoring profile; default: the benchmark's own.
    :param source: The benchmark's files and folders, hf:ORG/NAME[@REV] from Hugging Face's cache, table:NAME of Spark's
        catalog, or {format: csv, path: DIR, options: {sep: ;}}, read by Spark; a YAML file names its own.
    :param split: The only split to score; default: every split of the answers.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param visual_tokens: CSV with the columns label and visual_tokens: how many each labelled set was made with.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "score")


def report(
    *,
    output: str | PathLike[str],
    runs: str | PathLike[str] | Sequence[str | PathLike[str]],
    baseline: str | None = None,
    contrast: str | Sequence[str] | None = None,
    csv: str | PathLike[str] | None = None,
    examples: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    json: bool = False,
    latex: str | PathLike[str] | None = None,
    mlflow: str | None = None,
    mlflow_experiment: str | None = None,
    partial: bool = False,
    published: str | PathLike[str] | None = None,
    replicates: int | None = None,
    tables: str | None = None,
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Writes one report of finished runs.

    :param output: A new folder for the report.
    :param runs: Folders of finished runs.
    :param baseline: Method, or label of answers, that the others are compared with; default none.
    :param contrast: Also compare A with B, each METHOD, 'MODEL METHOD' or, of runs of one model, 'FOLDER METHOD',
        spelled as for method or as in the report's tables, in addition to the comparisons of every report.
    :param csv: A new folder for every table of the report as CSV, with all digits.
    :param examples: Tables with the images; default: the tables that the runs name.
    :param json: Print the summary as one JSON document instead of a table.
    :param latex: A new folder for every table as LaTeX, with booktabs.
    :param mlflow: Also log settings, headline figures with intervals, costs and report.html to this MLflow server; a
        failure is a warning.
    :param mlflow_experiment: Experiment of mlflow, created if missing; default prumerge-spark.
    :param partial: Also take unfinished runs: the report is about their committed chunks, and says so.
    :param published: CSV, TSV or YAML of published figures, which the report puts beside its own, with the differences.
    :param replicates: Bootstrap replicates for the intervals of metrics without a maximum; default 1000, 100 to 100000.
    :param tables: Also append predictions, scores and the report's tables to the tables of this schema, each run once;
        creates missing tables.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "report")


def load(
    *,
    examples: str | PathLike[str] | Sequence[str | PathLike[str]],
    model: str | PathLike[str],
    output: str | PathLike[str],
    as_: str | Sequence[str] | None = None,
    burstiness: float | None = None,
    cooldown: float | None = None,
    drain: float | None = None,
    export: str | None = None,
    goodput: str | Sequence[str] | None = None,
    json: bool = False,
    limit: int | None = None,
    max_concurrency: int | Sequence[int] | None = None,
    max_new_tokens: int | None = None,
    method: str | Sequence[str] | None = None,
    questions_per_picture: Literal["one", "all"] | None = None,
    repeat: int | None = None,
    request_rate: float | Sequence[float] | None = None,
    resume: bool = False,
    seed: int | None = None,
    share: str | None = None,
    sweep_rates: int | None = None,
    verbose: bool = False,
    warmup: float | None = None,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Asks servers prepared questions at concurrencies and rates, and tells requests a second, times, scores and visual
    tokens of each, in one table.

    :param examples: Tables that prepare wrote.
    :param model: The server: openai:URL#NAME, a model behind an OpenAI-compatible service. Or a checkpoint's folder,
        for our own engine in this process, under each method.
    :param output: The test's folder; it appears when it is whole.
    :param as_: Other servers of the model, such as one that drops visual tokens: LABEL=openai:URL#NAME (a-z, 0-9 and
        -). They are compared with the first.
    :param burstiness: Shape of the gaps between arrivals: 1 Poisson (default), below 1 in bursts, above more even; 0.01
        to 1000, or inf: equal. As vLLM's.
    :param cooldown: Share of a point's requests, the last, that do not count; default 0.1.
    :param drain: How long requests in flight are waited for after a point's last; default 120. They count as late, then
        as unfinished. No answer may take longer.
    :param export: Also write each point to the folder vllm as vLLM's bench serve does, by its definitions; with resume
        also of a finished test.
    :param goodput: Limits in milliseconds that a good request keeps, as in ttft:500 tpot:50 e2el:2000; from when it was
        due.
    :param json: Print one JSON document instead of a table.
    :param limit: Ask N questions, which the seed draws.
    :param max_concurrency: Closed loop: N requests are in flight, and the next is sent when one has ended. Several make
        a point each; default 1 2 4 8 16 32 64, without rates.
    :param max_new_tokens: Tokens of an answer at most; default as the examples say.
    :param method: Methods of a model in this process, or budgets of a server, such as request:max_soft_tokens=280; the
        others are compared with the first. Default none.
    :param questions_per_picture: One drawn by the seed (default), so that no picture comes twice, or all: a cache of
        pictures then serves the others.
    :param repeat: Measure each point N times; default 1. From 3 on, intervals are those of repeats.
    :param request_rate: Open loop: N requests arrive a second, whatever becomes of those before; 0.00001 to 1000000, or
        inf: all at once. Several make a point each.
    :param resume: Go on with the points that are not measured yet; a point that was begun is asked again.
    :param seed: Of the questions, their orders and the arrivals; default 0.
    :param share: Put on the I-th of N parts of each load, and ask the I-th part of the questions; report adds the parts
        up.
    :param sweep_rates: Ask one at a time, then as fast as possible, then at N rates between what these reach.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param warmup: Share of a point's requests, the first, that do not count; default 0.1.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "load")


def probe(
    *,
    method: str | Sequence[str],
    model: str | PathLike[str],
    json: bool = False,
    tokens_by: str | None = None,
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Asks a server for budgets of visual tokens with four made pictures, and tells whether it counts what it is asked
    for.

    :param method: Methods, each name or name:key=value,key=value; such as none, prumerge, prumerge+, uniform.
    :param model: The model behind an endpoint: openai:URL#NAME.
    :param json: Print one JSON document instead of a table.
    :param tokens_by: Rule by which the served model makes visual tokens of a picture, such as gemma-4 or
        pixtral:longest_edge=512, or a checkpoint's folder or name here; default: as the model's name tells.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "probe")


def explain(
    *,
    method: str | Sequence[str],
    model: str | PathLike[str],
    output: str | PathLike[str],
    conv_mode: str | None = None,
    device: Literal["auto", "cpu", "cuda"] | None = None,
    dtype: Literal["auto", "fp32", "bf16", "fp16"] | None = None,
    frames: str | PathLike[str] | None = None,
    frames_by: str | None = None,
    image: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    image_aspect: Literal["auto", "pad", "crop"] | None = None,
    json: bool = False,
    max_new_tokens: int | None = None,
    max_pixels: int | None = None,
    min_pixels: int | None = None,
    mrope: Literal["transformers", "published"] | None = None,
    prompt: str | None = None,
    quantize: Literal["none", "int8"] | None = None,
    square: int | None = None,
    together: bool = False,
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Shows which patches of an image each method keeps and merges, the attention scores that it goes by, and the
    answers.

    :param method: Methods, each name or name:key=value,key=value; such as none, prumerge, prumerge+, uniform.
    :param model: A checkpoint's folder, of a family that 'list models' names, or hf:ORG/NAME[@REV] from Hugging Face's
        cache; BASE+ADAPTER for one with LoRA weights.
    :param output: A new folder for explain.html and the PNG files.
    :param conv_mode: Conversation template. Default auto: the model's own, or that of its adapter's training.
    :param device: Default auto: the CUDA device that Spark assigns, else the CPU.
    :param dtype: Default auto: bf16 on hardware that supports it, else fp16 on GPUs and fp32 on CPUs; fp16 checkpoints
        stay fp16 on GPUs.
    :param frames: In place of image: a folder of a video's frames, chosen ones (frame-1-of-8.jpg) or all of them.
    :param frames_by: Which frames of frames are shown, such as lmms-eval:8. Required where the folder has more than one
        set of chosen frames.
    :param image: JPEG, PNG, GIF, BMP or WebP files, on any Hadoop file system. Required without frames.
    :param image_aspect: Default auto: the setting in the checkpoint's files.
    :param json: Print one JSON document instead of a table.
    :param max_new_tokens: Token budget of an answer, in place of the checkpoint's own.
    :param max_pixels: Most pixels of a resized picture, for models that see pictures at their own size; default: as the
        model's files say.
    :param min_pixels: Fewest pixels of a resized picture, for models that see pictures at their own size; default: as
        the model's files say.
    :param mrope: How the times of a video's frames become whole numbers, for models whose positions have seconds.
        Default transformers: seconds are truncated before they are multiplied; published: the product is.
    :param prompt: A question to answer under every method.
    :param quantize: Weight precision of the decoder's layers. Default none: that of dtype. int8, activations too: on
        processors with VNNI.
    :param square: Pads every picture to a square and resizes it to N pixels a side, for models that see pictures at
        their own size.
    :param together: Put all images into one prompt. It may say <image> once for each; else they come first.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "explain")


def estimate(
    *,
    attention: Literal["eager", "flash"] | None = None,
    batch: int | None = None,
    frames: int | Sequence[int] | None = None,
    hardware: str | Sequence[str] | None = None,
    hardware_file: str | PathLike[str] | None = None,
    json: bool = False,
    mode: str | None = None,
    model: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    precision: str | Sequence[str] | None = None,
    reduction: Literal["prumerge", "none"] | None = None,
    schedule: str | Sequence[str] | None = None,
    shape: str | Sequence[str] | None = None,
    text_tokens: int | Sequence[int] | None = None,
    verbose: bool = False,
    visual_tokens: int | Sequence[int] | None = None,
    spark: Mapping[str, str] | None = None,
) -> Any:
    """Estimates FLOPs, bytes and the least time on given hardware, from a model's dimensions alone.

    :param attention: eager writes attention scores to memory, flash does not; default eager.
    :param batch: Questions per batch, each with an image; default 1.
    :param frames: Estimates videos of N frames in place of pictures, for models that take some.
    :param hardware: Hardware in conf/hardware.yaml; default a100-80gb-sxm. An unknown name lists all.
    :param hardware_file: More hardware, in the form of conf/hardware.yaml; its entries override.
    :param json: Print one JSON document instead of tables.
    :param mode: accurate, llm-viewer (that tool's formulas) or llm-viewer-2024-03-11 (as in the paper's table); default
        accurate.
    :param model: A checkpoint's folder, of which config.json is enough, or hf:ORG/NAME[@REV].
    :param precision: fp32, tf32, bf16, fp16, fp8 or wNaM (bits of weights and activations); append kv4, kv8 or kv16 for
        another KV cache; default fp16,w8a8,w4a16,w4a4.
    :param reduction: Reduction to count if the visual tokens are fewer than the tower's; default prumerge.
    :param schedule: Visual tokens by layer, as in 0:576,2:192 (FastV): from layer 0 on 576, from layer 2 on 192. May be
        repeated.
    :param shape: Models by name; default llava-1.5-7b,llava-1.5-13b. An unknown name lists all.
    :param text_tokens: Prompt tokens that are not visual; default 40.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param visual_tokens: Visual tokens that the language model receives; default: all of the model's, and one in 18 of
        them.
    :param spark: Spark's settings of the driver.
    """
    return run(locals(), "estimate")


def mini(
    *,
    images: int,
    output: str | PathLike[str],
    seed: int,
    split: Literal["train", "test"],
    verbose: bool = False,
    video: bool = False,
    spark: Mapping[str, str] | None = None,
) -> None:
    """Generates images and ten miniature benchmarks in official formats, or clips and four tasks of MVBench.

    :param images: Number of images, or with video of clips; 500 give standard errors of about 2 points.
    :param output: A new folder on this machine.
    :param seed: Seed of the scenes or clips.
    :param split: The splits share no image and no clip; train also writes files for training.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param video: Generate clips of 24 frames instead, and four tasks of MVBench about them: evaluate benchmark mvbench
        source DIR/mvbench.
    :param spark: Spark's settings of the driver.
    """
    run(locals(), "mini")


def demo(
    *,
    images: int | None = None,
    model: str | PathLike[str] | None = None,
    output: str | PathLike[str] | None = None,
    seed: int | None = None,
    tuned: str | PathLike[str] | None = None,
    verbose: bool = False,
    spark: Mapping[str, str] | None = None,
) -> None:
    """Compares token-reduction methods on generated images: with eight miniature benchmarks, a small trained
    checkpoint, and an adapter that was fine-tuned with PruMerge.

    :param images: Number of images; default 500, which gives standard errors of about 2 points.
    :param model: The checkpoint; default conf/mini-llava.
    :param output: A new folder on this machine; default prumerge-out/demo-TIME.
    :param seed: Seed of the images; default 2026.
    :param tuned: The checkpoint fine-tuned with PruMerge, or BASE+ADAPTER; default
        conf/mini-llava+conf/mini-llava-prumerge.
    :param verbose: Show what Spark logs, and the stack trace of an error.
    :param spark: Spark's settings of the driver.
    """
    run(locals(), "demo")
