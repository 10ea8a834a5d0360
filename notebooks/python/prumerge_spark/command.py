"""The console command prumerge-spark: the launcher, on the Spark of the installed pyspark unless SPARK_HOME names one."""

import importlib.util
import os
import sys


def main():
    # Where it is, without importing it, which takes longer than all the rest.
    pyspark = importlib.util.find_spec("pyspark").submodule_search_locations[0]
    launcher = os.path.join(os.path.dirname(__file__), "bin", "prumerge-spark")
    os.execvpe("bash", ["bash", launcher, *sys.argv[1:]], {"SPARK_HOME": pyspark, **os.environ})
