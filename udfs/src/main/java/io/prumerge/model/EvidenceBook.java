package io.prumerge.model;

import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The evidence about one image: each piece computed once, when it is first asked for. For one
 * thread at a time.
 */
final class EvidenceBook implements AutoCloseable {

  /**
   * What a run of the tower left of one image, on the device.
   *
   * @param features selected features [N + 1, F], CLS first
   * @param lastInput input of the tower's last layer [N + 1, C]
   * @param queries of the watched layers, a list of [heads, N + 1, head]
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
  private final Torch.Value patches; // [N, F]
  private final Map<TowerEvidence, Torch.Value> tensors = new HashMap<>();
  private final Map<TowerEvidence, float[]> values = new HashMap<>();
  private final Map<TowerEvidence, Double> millis = new HashMap<>();
  private final List<TowerEvidence> looks = new ArrayList<>();
  private Torch.Value fullWidthKeys; // [N, C] fp32, beside the full-width attention

  /**
   * @param states are closed with the book
   */
  EvidenceBook(Torch torch, VisionTower tower, States states) {
    this.torch = torch;
    this.tower = tower;
    this.states = states;
    this.patches = torch.call("behind_first", states.features());
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

  /** The features with CLS in front, [N + 1, F]; likewise. */
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
  Map<TowerEvidence, Double> millis() {
    return Map.copyOf(millis);
  }

  /** What was looked at, in order; what a piece was computed from stands before it. */
  List<TowerEvidence> looks() {
    return looks;
  }

  /** A piece of evidence on the host, row-major; shared. */
  float[] of(TowerEvidence evidence) {
    Torch.Value tensor = look(evidence);
    float[] known = values.get(evidence);
    if (known == null) {
      long start = System.nanoTime();
      try (Torch.Value host = torch.call("floats", tensor)) {
        known = host.toFloats(torch);
      }
      values.put(evidence, known);
      took(evidence, start);
    }
    return known;
  }

  /** A piece of evidence on the device; the book closes it. */
  Torch.Value look(TowerEvidence evidence) {
    Torch.Value source = evidence.source().map(this::look).orElse(null);
    looks.add(evidence);
    Torch.Value tensor = tensors.get(evidence);
    if (tensor == null) {
      long start = System.nanoTime();
      tensor = compute(evidence, source);
      tensors.put(evidence, tensor);
      took(evidence, start);
    }
    return tensor;
  }

  /** PruMerge's keys [N, C], fp32, beside its attention; the book closes them. */
  Torch.Value fullWidthKeys() {
    look(new TowerEvidence.FullWidthAttention());
    return fullWidthKeys;
  }

  private void took(TowerEvidence evidence, long start) {
    millis.merge(evidence, (System.nanoTime() - start) / 1e6, Double::sum);
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
          "column_attention", states.queries(), states.keys(), place(attention.layer()));
    }
    if (evidence instanceof TowerEvidence.HeadMeanKeys keys) {
      return torch.call("mean_keys", states.keys(), place(keys.layer()));
    }
    if (evidence instanceof TowerEvidence.Loadings) {
      return torch.call("loadings", source);
    }
    if (evidence instanceof TowerEvidence.Cosines) {
      return torch.call("cosines", source);
    }
    if (evidence instanceof TowerEvidence.Projected) {
      return tower.projector().project(patches());
    }
    return torch.call("behind_first", withClass());
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
