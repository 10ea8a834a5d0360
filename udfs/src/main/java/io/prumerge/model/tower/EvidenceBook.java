package io.prumerge.model.tower;

import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The evidence about one view of an image: each piece computed once, when it is first asked for.
 * For one thread at a time.
 */
final class EvidenceBook implements AutoCloseable {

  /**
   * What a run of the tower left of one image, on the device.
   *
   * @param features selected features [T, F], CLS first where there is one
   * @param lastInput input of the tower's last layer [T, C]
   * @param queries of the watched layers, a list of [heads, T, head]
   * @param keys likewise
   * @param watched indices of these layers, rising
   * @param layers that ran; the features and the last layer's input are there if these did
   */
  record States(
      Torch.Value features,
      Torch.Value lastInput,
      Torch.Value queries,
      Torch.Value keys,
      List<Integer> watched,
      int layers)
      implements AutoCloseable {

    @Override
    public void close() {
      features.close();
      lastInput.close();
      queries.close();
      keys.close();
    }
  }

  private final Torch torch;
  private final VisionTower tower;
  private final States states;
  private final int view;
  private final SmallPixels smaller;
  private final Torch.Value patches; // [N, F]
  private final Map<Look, Torch.Value> tensors = new HashMap<>();
  private final Map<Look, float[]> values = new HashMap<>();
  private final Map<Look, Double> millis = new HashMap<>();
  private final Map<Look, Long> textFlops = new HashMap<>();
  private final List<Look> looks = new ArrayList<>();
  private Torch.Value fullWidthKeys; // [N, C] fp32, beside the full-width attention

  /**
   * @param states are closed with the book
   * @param input of the tower; its pixels are not kept
   */
  EvidenceBook(Torch torch, VisionTower tower, States states, ImageInput input) {
    this.torch = torch;
    this.tower = tower;
    this.states = states;
    this.view = input.view();
    this.smaller = input.smaller();
    this.patches = tower.patches(states.features());
  }

  /** The features of the patches, [N, F]; the book closes them. */
  Torch.Value patches() {
    requireFeatures();
    return patches;
  }

  private void requireFeatures() {
    if (states.layers() < tower.layersRun()) {
      throw new IllegalStateException(
          "Cannot take features: the tower was run for methods inside it only");
    }
  }

  /** The features with CLS in front where there is one, [T, F]; likewise. */
  Torch.Value withClass() {
    requireFeatures();
    return states.features();
  }

  /** Layers of the tower that ran for all methods. */
  int layers() {
    return states.layers();
  }

  /** A tensor with a copy of the data, beside these. */
  Torch.Value tensor(float[] data, long... shape) {
    return tower.tensor(data, shape);
  }

  /** Wall time of each piece of evidence that was computed, without that of its source. */
  Map<Look, Double> millis() {
    return Map.copyOf(millis);
  }

  /** FLOPs of each piece that depends on a text or on a CLIP model, without those of its source. */
  Map<Look, Long> textFlops() {
    return Map.copyOf(textFlops);
  }

  /** What was looked at, in order; what a piece was computed from stands before it. */
  List<Look> looks() {
    return looks;
  }

  /**
   * A piece of evidence on the host, row-major; shared.
   *
   * @param question the user's text; empty without one
   * @param reader for evidence of text
   */
  float[] of(TowerEvidence evidence, String question, TextReader reader) {
    Torch.Value tensor = look(evidence, question, reader);
    Look look = Look.at(view, evidence, question);
    float[] known = values.get(look);
    if (known == null) {
      long start = System.nanoTime();
      try (Torch.Value host = torch.call("floats", tensor)) {
        known = host.toFloats(torch);
      }
      values.put(look, known);
      took(look, start);
    }
    return known;
  }

  /** A piece of evidence that is not of text, on the device; the book closes it. */
  Torch.Value look(TowerEvidence evidence) {
    return look(evidence, "", TextReader.NONE);
  }

  private Torch.Value look(TowerEvidence evidence, String question, TextReader reader) {
    Torch.Value source = evidence.source().map(from -> look(from, question, reader)).orElse(null);
    Look look = Look.at(view, evidence, question);
    looks.add(look);
    Torch.Value tensor = tensors.get(look);
    if (tensor == null) {
      long start = System.nanoTime();
      tensor = compute(look, source, reader);
      tensors.put(look, tensor);
      took(look, start);
    }
    return tensor;
  }

  /** PruMerge's keys [N, C], fp32, beside its attention; the book closes them. */
  Torch.Value fullWidthKeys() {
    look(new TowerEvidence.FullWidthAttention());
    return fullWidthKeys;
  }

  private void took(Look look, long start) {
    millis.merge(look, (System.nanoTime() - start) / 1e6, Double::sum);
  }

  private Torch.Value compute(Look look, Torch.Value source, TextReader reader) {
    if (look.evidence() instanceof TowerEvidence.OfText text) {
      TextReader.Read read = reader.read(text, look.question(), source);
      textFlops.put(look, read.flops());
      return read.rows();
    }
    return compute(look.evidence(), source);
  }

  // Java 17 has no switch over types.
  private Torch.Value compute(TowerEvidence evidence, Torch.Value source) {
    if (evidence instanceof TowerEvidence.FullWidthAttention) {
      return fullWidthAttention();
    }
    if (evidence instanceof TowerEvidence.ClassAttention attention) {
      return torch.call(
          "class_attention", states.queries(), states.keys(), place(attention.layer()));
    }
    if (evidence instanceof TowerEvidence.ColumnAttention attention) {
      return torch.call(
          "column_attention",
          states.queries(),
          states.keys(),
          place(attention.layer()),
          tower.classTokens());
    }
    if (evidence instanceof TowerEvidence.PatchAttention attention) {
      return torch.call(
          "patch_attention", states.queries(), states.keys(), place(attention.layer()));
    }
    if (evidence instanceof TowerEvidence.KeyProducts keys) {
      return torch.call("key_products", states.keys(), place(keys.layer()), tower.classTokens());
    }
    if (evidence instanceof TowerEvidence.HeadMeanKeys keys) {
      return torch.call("mean_keys", states.keys(), place(keys.layer()), tower.classTokens());
    }
    if (evidence instanceof TowerEvidence.Loadings) {
      return torch.call("loadings", source);
    }
    if (evidence instanceof TowerEvidence.Cosines) {
      return torch.call("cosines", source);
    }
    if (evidence instanceof TowerEvidence.Projected) {
      return tower.projector().patches(patches());
    }
    if (evidence instanceof TowerEvidence.SmallImage small) {
      return small(small.side());
    }
    return tower.patches(withClass());
  }

  private Torch.Value small(int side) {
    float[] pixels =
        smaller
            .of(side)
            .orElseThrow(
                () ->
                    new ReductionException(
                        String.format(
                            Locale.ROOT,
                            "Cannot look at %d x %d patches: the picture was not prepared at that size, because the preprocessor does not resize or the caller gave pixels",
                            side,
                            side)));
    return tower.features(pixels, side);
  }

  private Torch.Value fullWidthAttention() {
    if (!tower.reachesLast(states.layers())) {
      throw new IllegalStateException(
          "Cannot score an image: the tower was run for its features only, not to its last layer");
    }
    Torch.Value[] scores = tower.score(states.lastInput());
    fullWidthKeys = scores[1];
    return scores[0];
  }

  private int place(TowerLayer layer) {
    int index = tower.index(layer);
    if (index < 0 || index >= tower.layersRun()) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot look at layer %d of the vision tower: the features need layers 1 to %d",
              index + 1,
              tower.layersRun()));
    }
    int place = states.watched().indexOf(index);
    if (place < 0) {
      throw new IllegalStateException(
          "Cannot look at layer "
              + (index + 1)
              + " of the tower, which was run without watching it");
    }
    return place;
  }

  @Override
  public void close() {
    tensors.values().forEach(Torch.Value::close);
    if (fullWidthKeys != null) {
      fullWidthKeys.close();
    }
    patches.close();
    states.close();
  }
}
