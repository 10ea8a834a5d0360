package io.prumerge.estimate;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.RowConnector.MlpConnector;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.VisionConfig.Windows;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TowerShape;
import io.prumerge.image.PatchGrid;
import io.prumerge.service.Unknown;
import io.prumerge.store.Yaml;
import io.prumerge.template.Templates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Model shapes by name. */
public final class ShapeTable {

  /** The table as it is in the file. */
  private record Form(
      Map<String, Tower> towers,
      Map<String, Decoder> decoders,
      LinkedHashMap<String, Entry> shapes) {}

  /**
   * A tower as it is in the file.
   *
   * @param patches rows of its features, where all views are one square
   * @param grid of the rows of its features, where views keep their size; null elsewhere
   * @param windows that most layers attend within; null without
   */
  private record Tower(
      int width,
      int mlp,
      int layers,
      int heads,
      TowerShape.Features features,
      int patches,
      PatchGrid grid,
      Windows windows,
      TowerShape.Patch patch,
      TowerKind kind) {

    TowerShape shape() {
      TowerShape.View view =
          grid == null ? null : new TowerShape.View(grid, Optional.ofNullable(windows));
      return new TowerShape(
          width,
          mlp,
          layers,
          heads,
          new TowerShape.Features(features.depth(), features.width(), view),
          grid == null ? patches : grid.patches(),
          patch,
          kind);
    }
  }

  /**
   * A decoder as it is in the file.
   *
   * @param qwen2 whether its queries, keys and values have biases; no other matrix has
   * @param tied whether its head is the embedding
   */
  private record Decoder(
      int width,
      int mlp,
      int layers,
      int heads,
      int kvHeads,
      int headDim,
      int vocabulary,
      boolean qwen2,
      boolean tied) {

    DecoderShape shape() {
      LlamaWeights weights =
          new LlamaWeights(
              width,
              mlp,
              layers,
              (long) heads * headDim,
              (long) kvHeads * headDim,
              vocabulary,
              new LlamaWeights.Biases(qwen2, false, false),
              tied);
      return new DecoderShape(weights, heads, kvHeads, headDim);
    }
  }

  /** A shape as it is in the file. */
  private record Entry(String tower, String decoder, int views) {}

  private final Map<String, NamedShape> shapes = new LinkedHashMap<>();

  private ShapeTable(Form form) {
    form.shapes()
        .forEach(
            (name, entry) ->
                shapes.put(
                    name,
                    new NamedShape(
                        name,
                        shape(
                            form.towers().get(entry.tower()).shape(),
                            form.decoders().get(entry.decoder()).shape()),
                        entry.views())));
  }

  private static ModelShape shape(TowerShape tower, DecoderShape decoder) {
    long in = tower.features().width();
    RowConnector connector =
        tower.kind().block() == 1
            ? new MlpConnector(in, decoder.width(), true) // every LLaVA's has biases
            : RowConnector.ofBlocks(tower.kind(), in, decoder.width());
    return new ModelShape(tower, connector, decoder);
  }

  /**
   * Returns the shapes of LLaVA-1.5, LLaVA-1.6, LLaVA-OneVision, Qwen2.5-VL, InternVL3 and this
   * repository's miniature.
   */
  public static ShapeTable bundled() {
    return new ShapeTable(
        Yaml.parse(
            Templates.resource(ShapeTable.class, "shapes.yaml"),
            new TypeReference<Form>() {},
            "shapes.yaml"));
  }

  /** Returns every name, in the order of the file. */
  public List<String> names() {
    return List.copyOf(shapes.keySet());
  }

  /** Returns the shape of this name. */
  public NamedShape named(String name) {
    NamedShape shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException(Unknown.message("shape", name, names()));
    }
    return shape;
  }

  /**
   * A model shape with a name.
   *
   * @param name the name in commands and tables
   * @param shape the dimensions
   * @param views pictures of the tower's size into which one image is split
   */
  public record NamedShape(String name, ModelShape shape, int views) {

    public NamedShape {
      Objects.requireNonNull(name, "name is null");
      Objects.requireNonNull(shape, "shape is null");
      if (views < 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Cannot use shape '%s': an image needs at least 1 view, not %d",
                name,
                views));
      }
    }

    /**
     * Returns whether visual tokens stand for patches, so that some may be dropped before the
     * decoder.
     */
    public boolean hasPatches() {
      return !(shape.connector() instanceof QFormer);
    }

    /** Returns whether PruMerge can choose among them, which takes a class token. */
    public boolean hasClassToken() {
      return hasPatches() && shape.tower().kind().classTokens() > 0;
    }

    /** Returns the visual tokens of one image before any reduction. */
    public int visualTokens() {
      return shape.connector() instanceof QFormer queries
          ? queries.queries().count()
          : Math.multiplyExact(views, shape.tower().patches());
    }
  }
}
