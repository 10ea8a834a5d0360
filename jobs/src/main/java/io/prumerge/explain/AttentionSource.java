package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.QueryAttention;
import io.prumerge.engine.ReceivedAttention;
import io.prumerge.lang.Text;

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

  /**
   * Returns the class token, the queries of a model that has some, or all patches where there is
   * neither.
   */
  static AttentionSource of(Explanation explanation) {
    return explanation
        .queries()
        .map(AttentionSource::queries)
        .or(() -> explanation.received().map(AttentionSource::patches))
        .orElse(CLASS_TOKEN);
  }

  private static AttentionSource patches(ReceivedAttention received) {
    return new AttentionSource(
        "The patches' attention",
        "the patches' attention",
        Text.format(
            "Attention that each patch gets of all patches in layer %d of the tower's %d, which has"
                + " no class token: mean over patches and heads. Outliers have a frame.",
            received.layer(), received.layers()));
  }

  private static AttentionSource queries(QueryAttention attention) {
    return new AttentionSource(
        "The queries' attention",
        "the queries' attention",
        Text.format(
            "Attention of the %d queries to each patch, in layer %d of the connector's %d, the last"
                + " one that looks at the image: mean over queries and heads. What is missing to a"
                + " sum of 1 goes to the class token, where there is one, and of a resampler to its"
                + " latents. Outliers have a frame. Each picture has a"
                + " scale of colours of its own.",
            attention.queries().size(), attention.layer(), attention.layers()));
  }
}
