"""LLaVA under visual-token reduction as a transformer of pyspark.ml."""

from py4j.java_collections import JavaArray
from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable
from pyspark.ml.wrapper import JavaTransformer

from .command import ship_conf

_JAVA = "io.prumerge.spark.LlavaPredictor"

_PARAMETERS = [
    "batchSize",
    "batchifier",
    "clipSha256",
    "conversation",
    "device",
    "dtype",
    "endpointRequests",
    "engine",
    "imageAspect",
    "inputCol",
    "lettersCol",
    "margins",
    "maxNewTokens",
    "maxNewTokensCol",
    "maxPixels",
    "methods",
    "minPixels",
    "modelSha256",
    "modelUrl",
    "mrope",
    "outputCol",
    "promptCol",
    "quantize",
    "reduceBy",
    "square",
    "timesCol",
    "timing",
    "timingBatch",
    "translatorFactory",
    "video",
    "videoAs",
]


class LlavaPredictor(JavaTransformer, DefaultParamsReadable, DefaultParamsWritable):
    """Asks every prompt of a row about the row's image under every method, and appends the answers.

    A `DataFrame` goes in and comes out, and lists are lists. Each parameter is a keyword of the constructor and has a
    setter: `LlavaPredictor(modelUrl=model, methods=["none", "prumerge"])`, `setMethods(["none", "prumerge"])`.
    `explainParams()` says what each is for. It can be saved, alone or in a `Pipeline`, and loaded.

    :param parameters: values by name
    """

    def __init__(self, **parameters):
        super().__init__()
        try:
            self._java_obj = self._new_java_obj(_JAVA, self.uid)
        except TypeError as problem:  # py4j takes an unknown class for a package, which cannot be called
            raise RuntimeError(
                "This session has no class " + _JAVA + ": start it with the setting spark.jars=prumerge_spark.jars()"
                " of the wheel, or with --jars prumerge-spark-cpu.jar"
            ) from problem
        ship_conf(SparkContext._active_spark_context._jvm)
        self._create_params_from_java()
        self._transfer_params_from_java()
        for param, default in self._defaultParamMap.items():
            if isinstance(default, JavaArray):
                self._defaultParamMap[param] = list(default)
        self.set_all(**parameters)

    def set_all(self, **parameters):
        """Sets several parameters by name, and returns this.

        :raises TypeError: if one does not exist, or a value is of another type
        :raises pyspark.errors.IllegalArgumentException: if a value is none of its parameter's
        """
        for name, value in parameters.items():
            if name not in _PARAMETERS:
                raise TypeError(f"LlavaPredictor has no parameter {name!r}; it has {', '.join(_PARAMETERS)}")
            value = list(value) if isinstance(value, (list, tuple)) else value
            self._set_in_java(name, value)
            self._set(**{name: value})
        return self

    def _set_in_java(self, name, value):
        """Sets the value in Java, which refuses a wrong one at once."""
        param = self._java_obj.getParam(name)
        try:
            pair = param.w(value)
        except Py4JError:  # no such method for a value of this type
            raise TypeError(f"Cannot set {name} to {value!r}: {param.doc()}") from None
        self._java_obj.set(pair)


def _setter(name):
    def set_one(self, value):
        return self.set_all(**{name: value})

    set_one.__name__ = "set" + name[0].upper() + name[1:]
    set_one.__doc__ = f"Sets the parameter {name}, and returns this."
    return set_one


def _getter(name):
    def get_one(self):
        return self.getOrDefault(name)

    get_one.__name__ = "get" + name[0].upper() + name[1:]
    get_one.__doc__ = f"Returns the value of the parameter {name}."
    return get_one


for _name in _PARAMETERS:
    for _access in (_setter(_name), _getter(_name)):
        setattr(LlavaPredictor, _access.__name__, _access)
