package io.prumerge.reduction.decoder;

import java.util.stream.IntStream;

/**
 * SparseVLM's raters: the tokens of the text that are more like the image than the mean of them.
 * All of them where none is, as if they were equal; the authors' code then ranks by 0 / 0.
 */
final class TextRaters {

  private TextRaters() {}

  /** The raters by the text's relevance, ascending. */
  static int[] of(float[] relevance) {
    double sum = 0;
    for (float each : relevance) {
      sum += each;
    }
    double mean = sum / relevance.length;
    int[] raters =
        IntStream.range(0, relevance.length).filter(row -> relevance[row] > mean).toArray();
    return raters.length > 0 ? raters : IntStream.range(0, relevance.length).toArray();
  }
}
