package io.prumerge.model.tower;

import io.prumerge.model.text.TextEvidence;
import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The evidence about one view of an image: each piece computed once, when it is first asked for.
 * For one thread at a time.
 */
public final class EvidenceCache implements AutoCloseable {

  private final Torch torch;
  private final int view;
  private final ViewEvidence states;
  private final Map<EvidenceKey, Torch.Value> tensors = new HashMap<>();
  private final Map<EvidenceKey, float[]> values = new HashMap<>();
  private final Map<EvidenceKey, Double> millis = new HashMap<>();
  private final Map<EvidenceKey, Long> textFlops = new HashMap<>();
  private final List<EvidenceKey> used = new ArrayList<>();
  private Torch.Value fullWidthKeys; // [N, C] fp32, of the full-width attention

  /**
   * @param view which of the image's views it is
   * @param states are closed with the cache
   */
  EvidenceCache(Torch torch, int view, ViewEvidence states) {
    this.torch = torch;
    this.view = view;
    this.states = states;
  }

  /** Returns the tower's states of the view. */
  ViewEvidence states() {
    return states;
  }

  /**
   * Returns the wall time of each piece of evidence that was computed, without that of its source.
   */
  public Map<EvidenceKey, Double> millis() {
    return Map.copyOf(millis);
  }

  /**
   * Returns the FLOPs of each piece that was computed of a text or by a CLIP model, without those
   * of its source.
   */
  public Map<EvidenceKey, Long> textFlops() {
    return Map.copyOf(textFlops);
  }

  /**
   * Returns the FLOPs of one piece of evidence with a question's text; 0 if it was not computed.
   */
  long textFlops(TowerEvidence.OfText evidence, String question) {
    return textFlops.getOrDefault(EvidenceKey.at(view, evidence, question), 0L);
  }

  /**
   * Returns the evidence that was looked at, in order and as often as it was; what a piece was
   * computed from stands before it.
   */
  public List<EvidenceKey> used() {
    return List.copyOf(used);
  }

  /**
   * Returns a piece of evidence on the host, row-major; shared.
   *
   * @param question the user's text; empty without one
   * @param reader for evidence of text
   */
  float[] of(TowerEvidence evidence, String question, TextReader reader) {
    Torch.Value tensor = onDevice(evidence, question, reader);
    EvidenceKey key = EvidenceKey.at(view, evidence, question);
    float[] known = values.get(key);
    if (known == null) {
      long start = System.nanoTime();
      try (Torch.Value host = torch.call("floats", tensor)) {
        known = host.toFloats(torch);
      }
      values.put(key, known);
      took(key, millisSince(start));
    }
    return known;
  }

  /**
   * Returns a piece of evidence on the host that is of several views, of which this is the first.
   *
   * @param compute makes it; closed here
   */
  float[] of(TowerEvidence evidence, Supplier<Torch.Value> compute) {
    EvidenceKey key = EvidenceKey.at(view, evidence, "");
    used.add(key);
    float[] known = values.get(key);
    if (known == null) {
      long start = System.nanoTime();
      try (Torch.Value tensor = compute.get();
          Torch.Value host = torch.call("floats", tensor)) {
        known = host.toFloats(torch);
      }
      values.put(key, known);
      took(key, millisSince(start));
    }
    return known;
  }

  /** Returns a piece of evidence that is not of text, on the device; the cache closes it. */
  Torch.Value onDevice(TowerEvidence evidence) {
    return onDevice(evidence, "", TextReader.NONE);
  }

  private Torch.Value onDevice(TowerEvidence evidence, String question, TextReader reader) {
    Torch.Value source =
        evidence.source().map(from -> onDevice(from, question, reader)).orElse(null);
    EvidenceKey key = EvidenceKey.at(view, evidence, question);
    used.add(key);
    boolean known = tensors.containsKey(key);
    Torch.Value tensor = tensor(key, source, reader);
    if (!known) {
      long start = System.nanoTime();
      states.await(); // or its time would be that of what comes next
      took(key, millisSince(start));
    }
    return tensor;
  }

  private Torch.Value tensor(EvidenceKey key, Torch.Value source, TextReader reader) {
    Torch.Value tensor = tensors.get(key);
    if (tensor == null) {
      long start = System.nanoTime();
      tensor = compute(key, source, reader);
      tensors.put(key, tensor);
      took(key, millisSince(start));
    }
    return tensor;
  }

  /**
   * Computes a piece that is from the tower's states, before anybody looks at it. A GPU's time for
   * it is that of the read which waits for it.
   */
  Torch.Value ahead(TowerEvidence evidence) {
    return tensor(EvidenceKey.at(view, evidence, ""), null, TextReader.NONE);
  }

  /**
   * Takes such a piece on the host.
   *
   * @param readMillis this piece's part of the time to bring it there
   */
  void take(TowerEvidence evidence, float[] host, double readMillis) {
    EvidenceKey key = EvidenceKey.at(view, evidence, "");
    values.put(key, host);
    took(key, readMillis);
  }

  /** Returns PruMerge's keys [N, C], fp32, in addition to its attention; the cache closes them. */
  Torch.Value fullWidthKeys() {
    onDevice(new TowerEvidence.FullWidthAttention());
    return fullWidthKeys;
  }

  private void took(EvidenceKey key, double time) {
    millis.merge(key, time, Double::sum);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private Torch.Value compute(EvidenceKey key, Torch.Value source, TextReader reader) {
    if (key.evidence() instanceof TowerEvidence.OfText text) {
      TextEvidence read = reader.read(text, key.question(), source);
      textFlops.put(key, read.flops());
      return read.rows();
    }
    if (key.evidence() instanceof TowerEvidence.FullWidthAttention) {
      Torch.Value[] scores = states.fullWidthScores();
      fullWidthKeys = scores[1];
      return scores[0];
    }
    return states.compute(key.evidence(), source);
  }

  @Override
  public void close() {
    tensors.values().forEach(Torch.Value::close);
    if (fullWidthKeys != null) {
      fullWidthKeys.close();
    }
    states.close();
  }
}
