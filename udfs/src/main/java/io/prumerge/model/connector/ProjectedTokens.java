package io.prumerge.model.connector;

import io.prumerge.torch.Torch;

/** Visual tokens as the language model receives them, [tokens, hidden] on the device. */
public final class ProjectedTokens implements AutoCloseable {

  private final Torch.Value rows;
  private final int tokens;

  public ProjectedTokens(Torch.Value rows, int tokens) {
    this.rows = rows;
    this.tokens = tokens;
  }

  public Torch.Value rows() {
    return rows;
  }

  /** Number of rows. */
  public int tokens() {
    return tokens;
  }

  @Override
  public void close() {
    rows.close();
  }
}
