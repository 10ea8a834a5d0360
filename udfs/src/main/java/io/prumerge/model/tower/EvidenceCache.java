package io.prumerge.model.tower;

import io.prumerge.model.text.TextEvidence;
import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The evidence about one view of an image: each piece computed once, when it is first asked for.
 * For one thread at a time.
 */
public final class EvidenceCache implements AutoCloseable {

  private final Torch torch;
  private final EncodedView view;
  private final ViewEvidence states;
  private final Map<EvidenceKey, Torch.Value> tensors = new HashMap<>();
  private final Map<EvidenceKey, float[]> values = new HashMap<>();
  private final Map<EvidenceKey, Double> millis = new HashMap<>();
  private final Map<EvidenceKey, Long> textFlops = new HashMap<>();
  private final List<EvidenceKey> used = new ArrayList<>();

  /**
   * @param view that it is of
   * @param states are closed with the cache
   */
  EvidenceCache(Torch torch, EncodedView view, ViewEvidence states) {
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
    return textFlops.getOrDefault(key(evidence, question), 0L);
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
    EvidenceKey key = key(evidence, question);
    List<Torch.Value> sources = use(key, reader);
    float[] known = values.get(key);
    if (known == null) {
      Torch.Value tensor = tensor(key, sources, reader);
      long start = System.nanoTime(); // the read waits for the device
      try (Torch.Value host = torch.call("floats", tensor)) {
        known = host.toFloats(torch);
      } finally {
        if (evidence.ofSequence()) {
          tensors.remove(key).close(); // pairs of very many rows
        }
      }
      values.put(key, known);
      took(key, millisSince(start));
    }
    return known;
  }

  private EvidenceKey key(TowerEvidence evidence, String question) {
    return EvidenceKey.at(view.view(), evidence, question);
  }

  // Returns what it is computed from, of each view.
  private List<Torch.Value> use(EvidenceKey key, TextReader reader) {
    TowerEvidence evidence = key.evidence();
    List<Torch.Value> sources = new ArrayList<>();
    evidence
        .source()
        .ifPresent(
            source ->
                evidence
                    .views(view)
                    .mapToObj(
                        from -> from == view.view() ? this : view.views().get(from).evidence())
                    .forEach(from -> sources.add(from.onDevice(source, key.question(), reader))));
    used.add(key);
    return sources;
  }

  /** Returns a piece of evidence that is not of text, on the device; the cache closes it. */
  Torch.Value onDevice(TowerEvidence evidence) {
    return onDevice(evidence, "", TextReader.NONE);
  }

  private Torch.Value onDevice(TowerEvidence evidence, String question, TextReader reader) {
    EvidenceKey key = key(evidence, question);
    return awaited(key, use(key, reader), reader);
  }

  private Torch.Value awaited(EvidenceKey key, List<Torch.Value> sources, TextReader reader) {
    boolean known = tensors.containsKey(key);
    Torch.Value tensor = tensor(key, sources, reader);
    if (!known) {
      long start = System.nanoTime();
      states.await(); // or its time would be that of what comes next
      took(key, millisSince(start));
    }
    return tensor;
  }

  private Torch.Value tensor(EvidenceKey key, List<Torch.Value> sources, TextReader reader) {
    Torch.Value tensor = tensors.get(key);
    if (tensor == null) {
      long start = System.nanoTime();
      tensor =
          key.evidence()
              .accept(
                  new EvidenceReading(
                      torch, states, view, sources, text -> read(key, text, sources, reader)));
      tensors.put(key, tensor);
      took(key, millisSince(start));
    }
    return tensor;
  }

  private Torch.Value read(
      EvidenceKey key, TowerEvidence.OfText text, List<Torch.Value> sources, TextReader reader) {
    TextEvidence read = reader.read(text, key.question(), sources.get(0));
    textFlops.put(key, read.flops());
    return read.rows();
  }

  /**
   * Computes a piece that is from the tower's states, before anybody looks at it. A GPU's time for
   * it is that of the read which waits for it.
   */
  Torch.Value ahead(TowerEvidence evidence) {
    return tensor(key(evidence, ""), List.of(), TextReader.NONE);
  }

  /**
   * Takes such a piece on the host.
   *
   * @param readMillis this piece's part of the time to bring it there
   */
  void take(TowerEvidence evidence, float[] host, double readMillis) {
    EvidenceKey key = key(evidence, "");
    values.put(key, host);
    took(key, readMillis);
  }

  /** Returns PruMerge's keys [N, C], fp32, in addition to its attention; the cache closes them. */
  Torch.Value fullWidthKeys() {
    onDevice(new TowerEvidence.FullWidthAttention());
    return states.fullWidthKeys();
  }

  private void took(EvidenceKey key, double time) {
    millis.merge(key, time, Double::sum);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() {
    tensors.values().forEach(Torch.Value::close);
    states.close();
  }
}
