package io.prumerge.model.connector;

import io.prumerge.torch.Torch;
import java.util.List;

/**
 * Visual tokens as the language model receives them, [tokens, hidden] on the device: those of a
 * prompt's images, one image after the other.
 */
public final class ProjectedTokens implements AutoCloseable {

  private final Torch.Value rows;
  private final List<Integer> images;

  /**
   * @param images rows of each image
   */
  public ProjectedTokens(Torch.Value rows, List<Integer> images) {
    this.rows = rows;
    this.images = List.copyOf(images);
  }

  /** Those of one image. */
  public ProjectedTokens(Torch.Value rows, int tokens) {
    this(rows, List.of(tokens));
  }

  public Torch.Value rows() {
    return rows;
  }

  /** Number of rows of each image. */
  public List<Integer> images() {
    return images;
  }

  /** Number of rows. */
  public int tokens() {
    return images.stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public void close() {
    rows.close();
  }
}
