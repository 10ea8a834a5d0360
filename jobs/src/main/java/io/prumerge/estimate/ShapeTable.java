package io.prumerge.estimate;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.architecture.Connector;
import io.prumerge.architecture.CrossBlocks;
import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.architecture.Resampler;
import io.prumerge.config.DeepStack;
import io.prumerge.config.WindowConfig;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.PatchShape;
import io.prumerge.cost.TowerFeatures;
import io.prumerge.cost.TowerShape;
import io.prumerge.cost.TowerView;
import io.prumerge.family.Families;
import io.prumerge.image.PatchGrid;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import io.prumerge.store.Yaml;
import io.prumerge.template.Templates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * @param deepStack Qwen3-VL's learned positions and levels; null elsewhere
   * @param kind its name
   */
  private record Tower(
      int width,
      int mlp,
      int layers,
      int heads,
      TowerFeatures features,
      int patches,
      PatchGrid grid,
      WindowConfig windows,
      DeepStack deepStack,
      PatchShape patch,
      String kind) {

    TowerShape shape() {
      TowerView view =
          grid == null
              ? null
              : new TowerView(grid, Optional.ofNullable(windows), Optional.ofNullable(deepStack));
      return new TowerShape(
          width,
          mlp,
          layers,
          heads,
          new TowerFeatures(features.depth(), features.width(), view),
          grid == null ? patches : grid.patches(),
          patch,
          Families.tower(kind));
    }
  }

  /**
   * A decoder as it is in the file.
   *
   * @param qkvBiases whether its queries, keys and values have biases; no other matrix has
   * @param qkNorms whether queries and keys of each head have a norm
   * @param tied whether its head is the embedding
   * @param cross what IDEFICS adds; null elsewhere
   */
  private record Decoder(
      int width,
      int mlp,
      int layers,
      int heads,
      int kvHeads,
      int headDim,
      int vocabulary,
      boolean qkvBiases,
      boolean qkNorms,
      boolean tied,
      Cross cross) {

    DecoderShape shape(long features) {
      LlamaWeights weights =
          LlamaWeights.builder()
              .width(width)
              .mlp(mlp)
              .layers(layers)
              .queries((long) heads * headDim)
              .keys((long) kvHeads * headDim)
              .vocabulary(vocabulary)
              .biases(new LlamaBiases(qkvBiases, false, false))
              .tied(tied)
              .headNorms(qkNorms ? headDim : 0)
              .build();
      LlamaWeights all =
          cross == null ? weights : weights.with(cross.words(), cross.blocks(this, features));
      return new DecoderShape(all, heads, kvHeads, headDim);
    }
  }

  /**
   * A resampler, and the decoder's blocks that attend to what it makes, as they are in the file;
   * all queries and keys have norms, and gates are one number.
   *
   * @param words of the vocabulary that stand in tensors of their own, among all of it
   * @param interval layers from one block to the next
   * @param latents of an image
   * @param depth layers of the resampler
   * @param heads of its attention
   * @param head width of one of them
   */
  private record Cross(int words, int interval, int latents, int depth, int heads, int head) {

    CrossBlocks blocks(Decoder decoder, long features) {
      return new CrossBlocks(
          decoder.width(),
          decoder.mlp(),
          decoder.layers() / interval,
          interval,
          decoder.headDim(),
          features,
          true,
          false);
    }

    PerceiverResampler resampler(Decoder decoder, long features) {
      return new PerceiverResampler(
          features, latents, depth, heads, head, true, blocks(decoder, features));
    }
  }

  /**
   * A shape as it is in the file.
   *
   * @param queries of the first Qwen-VL's connector; 0 for others
   * @param frame tokens of each frame of a video; 0 for a model that takes none
   * @param pooled whether these are made of more patches behind the connector, with one row more
   *     behind the last frame
   */
  private record Entry(
      String tower, String decoder, int views, int queries, int frame, boolean pooled) {}

  private final Map<String, NamedShape> shapes = new LinkedHashMap<>();
  private final Map<String, Entry> videos = new LinkedHashMap<>();

  private ShapeTable(Form form) {
    form.shapes().forEach(videos::put);
    videos.values().removeIf(entry -> entry.frame() == 0);
    form.shapes()
        .forEach(
            (name, entry) ->
                shapes.put(
                    name,
                    new NamedShape(
                        name,
                        shape(
                            form.towers().get(entry.tower()).shape(),
                            form.decoders().get(entry.decoder()),
                            entry.queries()),
                        entry.views())));
  }

  private static ModelShape shape(TowerShape tower, Decoder form, int queries) {
    long in = tower.features().width();
    return new ModelShape(tower, connector(tower, form, queries), form.shape(in));
  }

  private static Connector connector(TowerShape tower, Decoder form, int queries) {
    long in = tower.features().width();
    int width = form.width();
    if (form.cross() != null) {
      return form.cross().resampler(form, in);
    }
    if (queries > 0) {
      return new Resampler(in, width, width / form.headDim(), queries); // of heads as the decoder's
    }
    return tower.kind().connector(in, width, tower.deeper());
  }

  /**
   * Returns the shapes of LLaVA-1.5, LLaVA-1.6, LLaVA-OneVision, Qwen2.5-VL, Qwen3-VL, InternVL3
   * and 3.5, the first Qwen-VL, IDEFICS and this repository's miniature.
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
   * Returns the shape of this name where it is shown videos.
   *
   * @param count of a video's frames
   */
  public NamedShape named(String name, int count) {
    NamedShape pictures = named(name);
    Entry video = videos.get(name);
    if (video == null) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate videos of %s, which takes none; known: %s",
              name, String.join(", ", videos.keySet())));
    }
    return video.pooled()
        ? NamedShape.ofPooledVideo(
            name,
            pictures.shape(),
            count,
            Math.addExact(Math.multiplyExact(count, video.frame()), 1))
        : NamedShape.ofVideo(name, pictures.shape(), count, count);
  }
}
