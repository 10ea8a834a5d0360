package io.prumerge.model.decoder;

import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One pass of the rows of several groups through all layers. The layers run in spans: the pass
 * stops where some group has a cut or takes evidence.
 *
 * <p>Without cuts a pass brings its numbers to the device in one copy, and the host waits for it
 * once, for the chosen ids. A cut's rule runs on the host, which waits for the evidence of all
 * groups at once: once before a layer, and once more for what is seen after its cuts. Rows whose
 * attention is asked for are a copy each, the rows that go on are one more.
 */
public final class LayerPass implements AutoCloseable {

  private final Torch torch;
  private final LanguageModel model;
  private final List<Passage> groups;
  private final ChoiceRules rules;
  private final SortedSet<Integer> borders;
  private PassIndex index;

  LayerPass(Torch torch, LanguageModel model, List<Passage> groups, ChoiceRules rules) {
    this.torch = torch;
    this.model = model;
    this.groups = groups;
    this.rules = rules;
    this.borders =
        groups.stream()
            .flatMap(group -> group.borders().stream())
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns fp32 logits [all outputs, vocabulary], group by group. */
  public Torch.Value run() {
    Torch.Value x = null;
    try {
      go(0, groups.stream().flatMapToInt(group -> IntStream.of(group.ids())).toArray());
      x = model.embed(groups, index);
      int from = 0;
      for (int border : borders) {
        x = span(x, from, border);
        from = border;
        x = enter(border, x);
        collectEvidence(border, x);
      }
      x = span(x, from, model.layers());
      return model.head(x);
    } finally {
      if (x != null) {
        x.close();
      }
      groups.forEach(Passage::close);
    }
  }

  /** Returns the ids chosen by the logits of {@link #run}; the host waits for them. */
  public Choices choose(Torch.Value logits) {
    if (rules.said().length == 0) {
      return choose(logits, logits);
    }
    try (Torch.Value penalised =
        torch.call("penalised", logits, index.lists(), PassIndex.SAID, rules.penalty())) {
      return choose(penalised, logits);
    }
  }

  // As they are: before a penalty.
  private Choices choose(Torch.Value logits, Torch.Value asTheyAre) {
    if (rules.lettered().length == 0) {
      return allowed(logits);
    }
    try (Torch.Value lettered =
        torch.call("lettered", logits, asTheyAre, index.lists(), index.lettered())) {
      return allowed(lettered);
    }
  }

  private Choices allowed(Torch.Value logits) {
    String function = rules.margins() ? "choose_with_margins" : "choose";
    try (Torch.Value chosen = torch.call(function, logits, index.lists(), PassIndex.BANNED)) {
      return rules.margins() ? Choices.withMargins(chosen, torch) : Choices.ids(chosen, torch);
    }
  }

  private void go(int layer, int[] beginning) {
    PassIndex next = new PassIndex(model, groups, borders, layer, beginning, rules);
    close();
    index = next;
  }

  private Torch.Value span(Torch.Value x, int from, int to) {
    return from == to ? x : replaced(x, model.span(x, index, rows(), from, to));
  }

  private static Torch.Value replaced(Torch.Value old, Torch.Value by) {
    old.close();
    return by;
  }

  private List<Rows> rows() {
    return groups.stream().flatMap(group -> group.rows().stream()).toList();
  }

  // The first row of each group among all, and the row after the last.
  private int[] starts() {
    int[] counts = groups.stream().mapToInt(Passage::count).toArray();
    int[] starts = new int[counts.length + 1];
    for (int g = 0; g < counts.length; g++) {
      starts[g + 1] = starts[g] + counts[g];
    }
    return starts;
  }

  private void collectEvidence(int layer, Torch.Value x) {
    int[] starts = starts();
    try (Torch.Value hidden = model.hidden(x);
        PendingReads reads = new PendingReads(torch)) {
      for (int g = 0; g < groups.size(); g++) {
        groups.get(g).collectEvidence(layer, hidden, starts[g], reads);
        if (reads.enough()) {
          reads.read();
        }
      }
      reads.read();
    }
  }

  // Each group's places. Groups enter as soon as what they see is read: then it can be forgotten.
  private List<int[]> places(int layer, Torch.Value x, int[] starts) {
    List<int[]> places = new ArrayList<>();
    try (Torch.Value hidden = model.hidden(x);
        PendingReads reads = new PendingReads(torch)) {
      for (int g = 0; g < groups.size(); g++) {
        groups.get(g).collectEvidence(layer, hidden, starts[g], reads);
        if (reads.enough() || g == groups.size() - 1) {
          reads.read();
          for (int e = places.size(); e <= g; e++) {
            places.add(groups.get(e).enter(layer, x, starts[e]));
          }
        }
      }
    }
    return places;
  }

  // Hidden states of the rows that go on: of all groups' rows, and after them those that join.
  private Torch.Value enter(int layer, Torch.Value x) {
    int[] starts = starts();
    List<int[]> places = places(layer, x, starts);
    List<Torch.Value> sources = new ArrayList<>(List.of(x));
    int joinStart = starts[groups.size()];
    IntStream.Builder all = IntStream.builder();
    for (int g = 0; g < groups.size(); g++) {
      int start = starts[g];
      int count = starts[g + 1] - start;
      int joinOffset = joinStart - count;
      sources.addAll(groups.get(g).joining());
      joinStart += groups.get(g).joiningRows();
      IntStream going =
          places.get(g) == null ? IntStream.range(0, count) : IntStream.of(places.get(g));
      going.map(place -> place < count ? start + place : joinOffset + place).forEach(all::add);
    }
    if (places.stream().allMatch(Objects::isNull)) {
      return x;
    }
    go(layer, all.build().toArray());
    if (sources.size() == 1) {
      return replaced(x, gatherRows(x));
    }
    try (Torch.Value joined = torch.call("concat", sources)) {
      return replaced(x, gatherRows(joined));
    }
  }

  private Torch.Value gatherRows(Torch.Value x) {
    return torch.call("rows", x, index.lists(), PassIndex.BEGINNING);
  }

  @Override
  public void close() {
    if (index != null) {
      index.close();
    }
  }
}
