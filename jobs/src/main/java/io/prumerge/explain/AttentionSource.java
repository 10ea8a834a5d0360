package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.Explanation.QueryAttention;
import java.util.Locale;

/**
 * Whose attention to the patches is drawn.
 *
 * @param title of the attention, to begin a label with
 * @param name of it within a sentence
 * @param caption what it is, below its drawing
 */
record AttentionSource(String title, String name, String caption) {

  private static final AttentionSource CLASS_TOKEN =
      new AttentionSource(
          "Class attention",
          "class attention",
          "Attention of the class token to each patch. Outliers have a frame.");

  /** Returns the class token, or the queries of a model that has some. */
  static AttentionSource of(Explanation explanation) {
    return explanation.queries().map(AttentionSource::queries).orElse(CLASS_TOKEN);
  }

  private static AttentionSource queries(QueryAttention attention) {
    return new AttentionSource(
        "The queries' attention",
        "the queries' attention",
        String.format(
            Locale.ROOT,
            "Attention of the %d queries to each patch, in layer %d of the Q-Former's %d, the last"
                + " one that looks at the image: mean over queries and heads. What is missing to a"
                + " sum of 1 goes to the class token. Outliers have a frame. Each picture has a"
                + " scale of colours of its own.",
            attention.queries().size(),
            attention.layer(),
            attention.layers()));
  }
}
