package io.prumerge.model;

/** Visual tokens as the language model receives them, [tokens, hidden] on the device. */
public final class ProjectedTokens implements AutoCloseable {

  private final Torch.Value rows;
  private final int tokens;

  ProjectedTokens(Torch.Value rows, int tokens) {
    this.rows = rows;
    this.tokens = tokens;
  }

  Torch.Value rows() {
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
