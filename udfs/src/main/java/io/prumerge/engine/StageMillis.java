package io.prumerge.engine;

/** Wall time of each stage in milliseconds. */
public record StageMillis(
    double preprocess, double vision, double reduction, double prefill, double decode) {}
