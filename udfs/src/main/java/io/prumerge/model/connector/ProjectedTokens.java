package io.prumerge.model.connector;

import io.prumerge.torch.Torch;
import java.util.List;

/**
 * Visual tokens as the language model receives them, [tokens, hidden] on the device: those of a
 * prompt's images, one image after the other; for a model whose images are no rows of the sequence,
 * the keys and values of its blocks that attend to them, as {@link
 * io.prumerge.architecture.CrossBlocks#constants()} counts. One or more methods came to them;
 * compared by identity.
 */
public final class ProjectedTokens implements AutoCloseable {

  private final Torch.Value rows;
  private final List<Integer> runs;
  private final int projections;

  /**
   * @param runs rows of each run: an image is one, unless the prompt has text between its views
   * @param projections rows that went through the connector for these tokens; none where all
   *     patches went, for evidence
   */
  public ProjectedTokens(Torch.Value rows, List<Integer> runs, int projections) {
    this.rows = rows;
    this.runs = List.copyOf(runs);
    this.projections = projections;
  }

  /** Those of one image, each of which went through the connector. */
  public ProjectedTokens(Torch.Value rows, int tokens) {
    this(rows, List.of(tokens), tokens);
  }

  public Torch.Value rows() {
    return rows;
  }

  /** Returns the number of rows of each run. */
  public List<Integer> runs() {
    return runs;
  }

  /** Returns the number of rows that went through the connector for these. */
  public int projections() {
    return projections;
  }

  /** Returns the number of rows. */
  public int tokens() {
    return runs.stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public void close() {
    rows.close();
  }
}
