package io.prumerge.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One pass of the rows of several groups through all layers. The layers run in spans: the pass
 * stops where some group has a cut or takes evidence.
 */
final class LayerPass {

  private final Torch torch;
  private final LanguageModel model;
  private final List<Passage> groups;

  LayerPass(Torch torch, LanguageModel model, List<Passage> groups) {
    this.torch = torch;
    this.model = model;
    this.groups = groups;
  }

  /** Returns fp32 logits [all outputs, vocabulary], group by group. */
  Torch.Value run() {
    Torch.Value x = model.embed(groups);
    try {
      int from = 0;
      for (int border : borders()) {
        if (border > from) {
          x = replaced(x, model.span(x, rows(), from, border));
        }
        from = border;
        see(border, x);
        x = enter(border, x);
        see(border, x);
      }
      x = replaced(x, model.span(x, rows(), from, model.layers()));
      return model.head(x, outputs());
    } finally {
      x.close();
      groups.forEach(Passage::close);
    }
  }

  private static Torch.Value replaced(Torch.Value old, Torch.Value by) {
    old.close();
    return by;
  }

  private SortedSet<Integer> borders() {
    return groups.stream()
        .flatMap(group -> group.borders().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Rows> rows() {
    return groups.stream().flatMap(group -> group.rows().stream()).toList();
  }

  private void see(int layer, Torch.Value x) {
    int start = 0;
    for (Passage group : groups) {
      group.see(layer, x, start);
      start += group.count();
    }
  }

  // Hidden states of the rows that go on: of all groups' rows, and behind them those that join.
  private Torch.Value enter(int layer, Torch.Value x) {
    List<Torch.Value> sources = new ArrayList<>(List.of(x));
    int joinStart = groups.stream().mapToInt(Passage::count).sum();
    IntStream.Builder all = IntStream.builder();
    boolean moves = false;
    int start = 0;
    for (Passage group : groups) {
      int count = group.count();
      int rowStart = start;
      int behind = joinStart - count;
      int[] places = group.enter(layer, x, start);
      sources.addAll(group.joining());
      joinStart += group.joiningRows();
      moves |= places != null;
      IntStream going = places == null ? IntStream.range(0, count) : IntStream.of(places);
      going.map(place -> place < count ? rowStart + place : behind + place).forEach(all::add);
      start += count;
    }
    if (!moves) {
      return x;
    }
    int[] rows = all.build().toArray();
    if (sources.size() == 1) {
      return replaced(x, model.rows(x, rows));
    }
    try (Torch.Value joined = torch.call("concat", sources)) {
      return replaced(x, model.rows(joined, rows));
    }
  }

  // Outputs of each group as places in all groups' rows.
  private int[] outputs() {
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
}
