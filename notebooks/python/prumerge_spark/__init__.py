"""The tables that a run of prumerge-spark leaves, without Spark; and its commands as functions."""

import os

import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow.fs import FileSelector, FileSystem, FileType, LocalFileSystem

from .command import jars  # noqa: F401
from .jobs import *  # noqa: F403

# A prediction, in every table that has a row for it.
_KEY = ["run_id", "benchmark", "split", "method", "question_id"]


def load(run):
    """Returns the tables of a finished run or a report by name, as `pyarrow.dataset.Dataset`s.

    Nothing is read before `.to_table(columns=..., filter=...)`; `.to_table().to_pandas()` is a pandas `DataFrame`.

    :param run: a folder, or an address such as `s3://bucket/run`
    """
    files, root = _place(run)
    names = {info.base_name: info for info in files.get_file_info(FileSelector(root))}
    if "manifest.json" in names and "_COMPLETE" not in names:
        raise ValueError(f"{run} is not finished: it has no _COMPLETE; continue it with --resume")
    folders = list(names.values())
    if "report" in names:
        folders += files.get_file_info(FileSelector(names["report"].path))
    tables = {
        folder.base_name: ds.dataset(folder.path, filesystem=files, format="parquet")
        for folder in folders
        if folder.type == FileType.Directory and _holds_parquet(files, folder)
    }
    if not tables:
        raise ValueError(f"{run} holds no tables of a run or of a report")
    return tables


def answers(run, where=None):
    """Returns one row per prediction: its question, answer and tokens, and its score under the benchmark's own profile.

    The rows are those of `predictions`, with `gold`, `parsed` and `score` of `scores`, which are null without a
    reference. Their order is not defined.

    :param run: the folder of a finished run
    :param where: a `pyarrow.dataset` expression of columns that both tables have, such as `ds.field("method") == "none"`
    :return: a `pyarrow.Table`
    """
    tables = load(run)
    own = tables["metrics"].to_table(["benchmark", "profile"], filter=pc.field("family") == "confirmatory")
    own = own.group_by(own.column_names).aggregate([])
    scores = (
        tables["scores"]
        .to_table([*_KEY, "profile", "gold", "parsed", "score"], filter=where)
        .join(own, own.column_names, join_type="left semi")
        .drop_columns("profile")
    )
    predictions = tables["predictions"].to_table(
        [*_KEY, "model", "category", "image_id", "prompt", "answer", "visual_tokens_after", "generated_tokens", "error"],
        filter=where,
    )
    return predictions.join(scores, _KEY, join_type="left outer")


def _place(run):
    run = os.fspath(run)
    return FileSystem.from_uri(run) if "://" in run else (LocalFileSystem(), os.path.abspath(run))


def _holds_parquet(files, folder):
    # Folders of work begin with an underscore, as _chunks; their files count for nobody.
    return not folder.base_name.startswith(("_", ".")) and any(
        info.base_name.endswith(".parquet") for info in files.get_file_info(FileSelector(folder.path))
    )
