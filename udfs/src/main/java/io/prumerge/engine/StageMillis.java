package io.prumerge.engine;

/**
 * Wall time of each stage in milliseconds.
 *
 * @param reduction scoring, selection, merging and the connector
 * @param select the part of {@code reduction} that the method's own rule took: without evidence
 *     that it asked for and without the connector. Methods inside the tower choose in {@code
 *     vision}, methods inside the decoder in {@code prefill}
 */
public record StageMillis(
    double preprocess,
    double vision,
    double reduction,
    double select,
    double prefill,
    double decode) {

  /** Nothing ran. */
  static final StageMillis NONE = new StageMillis(0, 0, 0, 0, 0, 0);
}
