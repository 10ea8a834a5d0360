package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The whole numbers that a pass needs on the device: ids, places, outputs, and of each span of
 * layers the rows' positions and more. They go there in one copy. Rows after a cut that looks at
 * them are known at the cut only, and then take another one.
 */
final class PassIndex implements AutoCloseable {

  /** The list of what begins: ids before the first layer, places of rows that go on after it. */
  static final int BEGINNING = 0;

  /** The list of rows whose logits are wanted, rising: places in the last layer. */
  static final int OUTPUTS = 1;

  /** The list of outputs that some ids may not be at; those ids follow. */
  static final int BANNED = 2;

  /** The list of logits that a penalty changes; only where there is one. */
  static final int SAID = 4;

  private final int outputs;
  private final int lettered;
  private final Torch.Value lists;
  private final NavigableMap<Integer, Integer> spans = new TreeMap<>();

  /**
   * @param groups in the layers from {@code from} on
   * @param borders of all of them
   * @param beginning ids or places
   */
  PassIndex(
      LanguageModel model,
      List<Passage> groups,
      SortedSet<Integer> borders,
      int from,
      int[] beginning,
      ChoiceRules rules) {
    int[] wanted = outputs(groups);
    this.outputs = wanted.length;
    List<int[]> made = new ArrayList<>(List.of(beginning, wanted, rules.outputs(), rules.banned()));
    if (rules.said().length > 0) {
      made.add(rules.said());
    }
    this.lettered = made.size();
    if (rules.lettered().length > 0) {
      made.addAll(List.of(rules.lettered(), rules.letters()));
    }
    add(model, groups, from, made);
    borders.tailSet(from + 1).forEach(border -> add(model, groups, border, made));
    this.lists = model.indices(made);
  }

  private void add(LanguageModel model, List<Passage> groups, int layer, List<int[]> made) {
    List<Optional<List<Rows>>> known = groups.stream().map(group -> group.rows(layer)).toList();
    if (known.stream().allMatch(Optional::isPresent)) {
      spans.put(layer, made.size());
      List<Rows> rows = known.stream().flatMap(each -> each.orElseThrow().stream()).toList();
      made.addAll(model.stack().lists(rows));
    }
  }

  // Outputs of each group as places in all groups' rows.
  private static int[] outputs(List<Passage> groups) {
    IntStream.Builder all = IntStream.builder();
    int start = 0;
    for (Passage group : groups) {
      for (int output : group.outputs()) {
        all.add(start + output);
      }
      start += group.count();
    }
    return all.build().toArray();
  }

  /**
   * Returns the list of the rows that a span of layers returns; -1 if it returns all. Only the
   * decoder's last layer leaves some out, and none in a pass of steps.
   *
   * @param last whether the span ends with that layer
   */
  int outputs(List<Rows> groups, boolean last) {
    return last && groups.stream().mapToInt(Rows::count).sum() > outputs ? OUTPUTS : -1;
  }

  /** Returns the list of outputs that are chosen among letters; those letters' logits follow. */
  int lettered() {
    return lettered;
  }

  /** Returns the lists on the device. */
  Torch.Value lists() {
    return lists;
  }

  /** Returns the first list about the rows of a span that has a layer. */
  int span(int layer) {
    return spans.floorEntry(layer).getValue();
  }

  @Override
  public void close() {
    lists.close();
  }
}
