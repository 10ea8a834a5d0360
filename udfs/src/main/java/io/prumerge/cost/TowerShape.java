package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.TowerDimensions;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.config.DeepStack;
import io.prumerge.config.LlavaConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The dimensions of a vision tower, and what is taken from it.
 *
 * @param width hidden size
 * @param mlp width of the MLP
 * @param layers encoder layers of the checkpoint
 * @param heads attention heads
 * @param features what the connector gets of it
 * @param patches rows of one view's features; the tower runs over CLS too, where there is one
 * @param patch one of these
 * @param kind whose weights it has
 */
public record TowerShape(
    int width,
    int mlp,
    int layers,
    int heads,
    TowerFeatures features,
    int patches,
    PatchShape patch,
    TowerKind kind) {

  private static final Set<String> MLP =
      Set.of("fc1", "fc2", "c_fc", "c_proj", "gate_proj", "up_proj", "down_proj");

  public TowerShape {
    if (features.depth() < 0 || features.depth() > layers) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot count a tower of %d layers whose features need %d of them",
              layers, features.depth()));
    }
    ModelShape.requirePositive(
        width, mlp, layers, heads, features.width(), patches, patch.size(), patch.channels());
  }

  /**
   * Returns the tower of a checkpoint.
   *
   * @param image that a view of any size is of
   */
  static TowerShape of(LlavaConfig config, ViewGrid image) {
    return new TowerShape(
        config.vision().encoder().hiddenSize(),
        config.vision().encoder().intermediateSize(),
        config.vision().encoder().layers(),
        config.vision().encoder().heads(),
        new TowerFeatures(config.featureDepth(), config.featureSize(), view(config, image)),
        config.features(image).patches(),
        new PatchShape(config.vision().patchSize(), config.vision().channels()),
        config.vision().kind());
  }

  private static TowerView view(LlavaConfig config, ViewGrid image) {
    return config.vision().kind().anySize()
        ? new TowerView(
            config.features(image), config.vision().windows(), config.vision().deepStack())
        : null;
  }

  /** Returns this tower over one view of the work, where views are of any size. */
  public TowerShape over(ImageWork work, int place) {
    return kind.anySize() ? over(work.grids().get(place)) : this;
  }

  /** Returns this tower over a view of these patches, where views are of any size. */
  TowerShape over(PatchGrid grid) {
    if (!kind.anySize()) {
      return this;
    }
    TowerView view = new TowerView(grid, features.view().windows(), features.view().deepStack());
    TowerFeatures own = new TowerFeatures(features.depth(), features.width(), view);
    return new TowerShape(width, mlp, layers, heads, own, grid.patches(), patch, kind);
  }

  /** Returns the positions T that the tower runs over: its patches, and CLS where there is one. */
  public long positions() {
    return positions(patches);
  }

  /** Returns the tower's positions for an image of which methods see {@code count} patches. */
  long positions(int count) {
    return rows(count) + kind.classTokens();
  }

  /** Returns the number of the tower's own patches in {@code count} of those that methods see. */
  public long rows(int count) {
    return product(count, kind.block(), kind.block());
  }

  /** Returns the width of one patch's features, several of which may be a row of the tower's. */
  long featureWidth() {
    return features.width() / product(kind.block(), kind.block());
  }

  /** Returns how many earlier layers' outputs the decoder's first layers get. */
  public int deeper() {
    return deepStack().map(stack -> stack.layers().size()).orElse(0);
  }

  private Optional<DeepStack> deepStack() {
    return Optional.ofNullable(features.view()).flatMap(TowerView::deepStack);
  }

  /** Returns how many of the {@code first} layers attend within windows. */
  public int windowed(int first) {
    return Optional.ofNullable(features.view())
        .flatMap(TowerView::windows)
        .map(windows -> first - (int) windows.full().stream().filter(l -> l < first).count())
        .orElse(0);
  }

  /**
   * Returns the windows of a view, those of one size together: whole ones, and those that its right
   * and lower edge cut off.
   */
  public List<WindowSize> windows() {
    TowerView view = features.view();
    int side = view.windows().orElseThrow().side();
    List<WindowSize> windows = new ArrayList<>();
    for (WindowSize rows : pieces(view.grid().rows(), side)) {
      for (WindowSize cols : pieces(view.grid().cols(), side)) {
        windows.add(
            new WindowSize(
                product(rows.count(), cols.count()),
                product(rows.positions(), cols.positions(), kind.block(), kind.block())));
      }
    }
    return windows;
  }

  // The windows along one edge, of one row.
  private static List<WindowSize> pieces(int length, int side) {
    List<WindowSize> pieces = new ArrayList<>();
    if (length >= side) {
      pieces.add(new WindowSize(length / side, side));
    }
    if (length % side > 0) {
      pieces.add(new WindowSize(1, length % side));
    }
    return pieces;
  }

  /** Returns the pairs of positions in all windows. */
  long windowPairs() {
    return sum(
        windows().stream()
            .mapToLong(size -> product(size.count(), size.positions(), size.positions()))
            .toArray());
  }

  private TowerWeights weights() {
    long learned =
        deepStack().map(stack -> product(stack.side(), stack.side())).orElseGet(this::positions);
    return kind.weights(
        new TowerDimensions(
            width, mlp, layers, heads, features.depth(), learned, patch.size(), patch.channels()));
  }

  /** Returns the convolution over patches, which do not overlap. */
  public Matrix patchEmbedding() {
    return Matrix.of(weights().embeddings()).get(0);
  }

  /** Returns one encoder layer's matrices. */
  public List<Matrix> layer() {
    return Matrix.of(weights().layer(0));
  }

  /** Returns the matrices of a layer's attention. */
  List<Matrix> attentionMatrices() {
    return layer().stream().filter(matrix -> !MLP.contains(matrix.name())).toList();
  }

  /** Returns whether its MLP has a gate. */
  public boolean gated() {
    return mlpMatrices().stream().anyMatch(matrix -> matrix.name().equals("gate_proj"));
  }

  /** Returns the matrices of a layer's MLP. */
  List<Matrix> mlpMatrices() {
    return layer().stream().filter(matrix -> MLP.contains(matrix.name())).toList();
  }

  /**
   * Returns the parameters of all layers, whether features need them or not, and of the norms
   * before and after.
   */
  public long parameters() {
    TowerWeights weights = weights();
    return sum(
        weights.embeddings().elements(),
        product(layers, weights.layer(0).elements()),
        weights.last().map(WeightBlock::elements).orElse(0L));
  }
}
