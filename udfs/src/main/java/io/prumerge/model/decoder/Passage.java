package io.prumerge.model.decoder;

import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One group's new rows on their way through the layers of one pass. This class takes them all to
 * the last layer; they may change their caches on the way.
 */
public class Passage implements AutoCloseable {

  private final int[] ids;
  private final int[] visualSlots;
  private final ProjectedTokens visual;
  private final SortedMap<Integer, List<Rows>> byLayer;
  private final int[] outputs;
  private List<Rows> rows;

  /**
   * @param ids token ids, one a row, but for the visual slots: one id that stands for all visual
   *     rows of a run
   * @param visualSlots indices into {@code ids}, rising
   * @param visual the rows at the slots; null for none
   * @param byLayer the rows from a layer on, in the same order at every layer
   * @param outputs rows whose logits are wanted
   */
  public Passage(
      int[] ids,
      int[] visualSlots,
      ProjectedTokens visual,
      SortedMap<Integer, List<Rows>> byLayer,
      int[] outputs) {
    this.ids = ids;
    this.visualSlots = visualSlots;
    this.visual = visual;
    this.byLayer = byLayer;
    this.rows = byLayer.get(0);
    this.outputs = outputs;
  }

  /** Rows that share one cache in all layers. */
  public Passage(int[] ids, int[] visualSlots, ProjectedTokens visual, Rows rows, int[] outputs) {
    this(ids, visualSlots, visual, new TreeMap<>(Map.of(0, List.of(rows))), outputs);
  }

  public int[] ids() {
    return ids;
  }

  public int[] visualSlots() {
    return visualSlots;
  }

  public ProjectedTokens visual() {
    return visual;
  }

  /** Returns the rows in a layer, by cache; empty where they are known only after a cut to come. */
  public Optional<List<Rows>> rows(int layer) {
    return Optional.of(byLayer.get(byLayer.headMap(layer + 1).lastKey()));
  }

  /** Returns the rows in the layers now, by cache. */
  public List<Rows> rows() {
    return rows;
  }

  /** Returns the number of rows now. */
  public int count() {
    return rows.stream().mapToInt(Rows::count).sum();
  }

  /** Returns the rows whose logits are wanted, as places among those that reach the head. */
  public int[] outputs() {
    return outputs;
  }

  /** Returns the layers before which the pass has to stop for this group. */
  public SortedSet<Integer> borders() {
    return new TreeSet<>(byLayer.tailMap(1).keySet());
  }

  /**
   * Takes evidence before a layer. It is called before and after {@link #enter}.
   *
   * @param x hidden states of all groups' rows
   * @param start this group's first row in x
   * @param reads takes what the host has to have of it before the pass goes on
   */
  public void collectEvidence(int layer, Torch.Value x, int start, PendingReads reads) {}

  /**
   * Enters a layer.
   *
   * @param x hidden states of all groups' rows
   * @param start this group's first row in x
   * @return the rows that go on, as places among the rows before, and after those among the {@link
   *     #joining} ones; null if all of them go on, in their order
   */
  public int[] enter(int layer, Torch.Value x, int start) {
    go(byLayer.getOrDefault(layer, rows));
    return null;
  }

  /** Goes on with other rows. */
  public final void go(List<Rows> next) {
    rows = next;
  }

  /** Returns hidden states that may go on with the rows before, since the layer entered last. */
  public List<Torch.Value> joining() {
    return List.of();
  }

  /** Returns the number of rows of these. */
  public int joiningRows() {
    return 0;
  }

  /** Returns the evidence that was computed for one of the group's questions. */
  public PassWork evidenceWork(int question) {
    return PassWork.NONE;
  }

  /** Returns the evidence that was computed for all of them, those of later packs included. */
  public PassWork sharedEvidence() {
    return PassWork.NONE;
  }

  /** Returns why there is no answer for some questions of the group. */
  public Map<Integer, String> failures() {
    return Map.of();
  }

  @Override
  public void close() {}
}
