package io.prumerge.engine;

/** Wall time of each stage in milliseconds. */
public record StageMillis(
    double preprocess, double vision, double reduction, double prefill, double decode) {

  /** Nothing ran. */
  static final StageMillis NONE = new StageMillis(0, 0, 0, 0, 0);
}
