package io.prumerge.settings.sweep;

import java.util.Locale;

/** What a question costs with a method: a column of predictions. */
public enum SearchCost {
  /** FLOPs of the question alone. */
  FLOPS("flops_total"),
  /** Visual tokens in a decoder layer, mean over the layers. */
  VISUAL_TOKENS_LAYER_MEAN("visual_tokens_layer_mean");

  private final String column;

  SearchCost(String column) {
    this.column = column;
  }

  /** Returns the column's name. */
  public String column() {
    return column;
  }

  /** Returns the name in files and tables. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
