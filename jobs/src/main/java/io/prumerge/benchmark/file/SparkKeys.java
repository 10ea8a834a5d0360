package io.prumerge.benchmark.file;

import io.prumerge.benchmark.rule.ValueForm;

/** The keys of {@code data} that Spark reads. */
final class SparkKeys {

  /** What {@code spark.read.format} takes. */
  static final Key<?> FORMAT = Key.text("format").required();

  /** Files and folders; names, no patterns. */
  static final Key<?> PATH = Key.texts("path").required();

  /** Spark's options of the format. */
  static final Key<?> OPTIONS = Key.node("options", ValueForm.TEXT.byKey("option", 0));

  static final KeyGroup GROUP = KeyGroup.of("spark", FORMAT, PATH, OPTIONS);

  private SparkKeys() {}
}
