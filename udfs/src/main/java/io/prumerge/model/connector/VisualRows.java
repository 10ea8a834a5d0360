package io.prumerge.model.connector;

import io.prumerge.image.PatchGrid;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Visual tokens with their positions in the decoder. Several of these may share their tokens; equal
 * ones are the same rows at the same positions.
 */
public record VisualRows(ProjectedTokens tokens, Positions positions) {

  /**
   * The positions of a prompt's visual tokens.
   *
   * @param ofImages of each image that of each token, from 0 at the image's first one
   * @param spans of each image how many it takes: the text goes on this many after its first one
   * @param grids of each image the rows and columns of all its tokens, where a position has parts
   *     and so is a place among these; else none
   */
  public record Positions(
      List<List<Integer>> ofImages, List<Integer> spans, List<PatchGrid> grids) {

    public Positions {
      ofImages = ofImages.stream().map(List::copyOf).toList();
      spans = List.copyOf(spans);
      grids = List.copyOf(grids);
    }

    /** Positions without parts. */
    public Positions(List<List<Integer>> ofImages, List<Integer> spans) {
      this(ofImages, spans, List.of());
    }

    /** Returns these positions as those of images with the given grids. */
    public Positions in(List<PatchGrid> all) {
      return new Positions(ofImages, spans, all);
    }

    /** Returns those of tokens that close up, as if there had never been others. */
    public static Positions packed(List<Integer> counts) {
      return new Positions(
          counts.stream().map(count -> IntStream.range(0, count).boxed().toList()).toList(),
          counts);
    }

    /** Returns how many rows of the sequence are the images'. */
    public int rows() {
      return ofImages.stream().mapToInt(List::size).sum();
    }

    /** Returns how many positions all images take. */
    public int span() {
      return spans.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** Returns tokens that close up. */
  public static VisualRows packed(ProjectedTokens tokens) {
    return new VisualRows(tokens, Positions.packed(tokens.images()));
  }

  /**
   * Visual tokens as the language model receives them, [tokens, hidden] on the device: those of a
   * prompt's images, one image after the other; for a model whose images are no rows of the
   * sequence, the keys and values of its blocks that attend to them, as {@link
   * io.prumerge.architecture.CrossBlocks#constants()} counts. One or more methods came to them;
   * compared by identity.
   */
  public static final class ProjectedTokens implements AutoCloseable {

    private final Torch.Value rows;
    private final List<Integer> images;
    private final int projections;

    /**
     * @param images rows of each image
     * @param projections rows that went through the connector for these tokens; none where all
     *     patches went, for evidence
     */
    public ProjectedTokens(Torch.Value rows, List<Integer> images, int projections) {
      this.rows = rows;
      this.images = List.copyOf(images);
      this.projections = projections;
    }

    /** Those of one image, each of which went through the connector. */
    public ProjectedTokens(Torch.Value rows, int tokens) {
      this(rows, List.of(tokens), tokens);
    }

    public Torch.Value rows() {
      return rows;
    }

    /** Returns the number of rows of each image. */
    public List<Integer> images() {
      return images;
    }

    /** Returns the number of rows that went through the connector for these. */
    public int projections() {
      return projections;
    }

    /** Returns the number of rows. */
    public int tokens() {
      return images.stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
