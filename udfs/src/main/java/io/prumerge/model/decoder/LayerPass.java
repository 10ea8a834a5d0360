package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One pass of the rows of several groups through all layers. The layers run in spans: the pass
 * stops where some group has a cut or takes evidence.
 *
 * <p>Without cuts a pass brings its numbers to the device in one copy, and the host waits for it
 * once, for the chosen ids. A cut's rule runs on the host: each piece of its evidence is a copy and
 * a wait more, the rows that go on are one more copy.
 */
public final class LayerPass implements AutoCloseable {

  private final Torch torch;
  private final LanguageModel model;
  private final List<Passage> groups;
  private final BannedIds banned;
  private final SortedSet<Integer> borders;
  private PassIndex index;

  LayerPass(Torch torch, LanguageModel model, List<Passage> groups, BannedIds banned) {
    this.torch = torch;
    this.model = model;
    this.groups = groups;
    this.banned = banned;
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
        see(border, x);
        x = enter(border, x);
        see(border, x);
      }
      x = span(x, from, model.layers());
      return model.head(x, index);
    } finally {
      if (x != null) {
        x.close();
      }
      groups.forEach(Passage::close);
    }
  }

  /** Returns the ids chosen by the logits of {@link #run}, on the host. */
  public Torch.Value choose(Torch.Value logits) {
    return torch.call("choose", logits, index.lists(), PassIndex.BANNED);
  }

  private void go(int layer, int[] beginning) {
    PassIndex next = new PassIndex(model, groups, borders, layer, beginning, banned);
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
    go(layer, all.build().toArray());
    if (sources.size() == 1) {
      return replaced(x, moved(x));
    }
    try (Torch.Value joined = torch.call("concat", sources)) {
      return replaced(x, moved(joined));
    }
  }

  private Torch.Value moved(Torch.Value x) {
    return torch.call("rows", x, index.lists(), PassIndex.BEGINNING);
  }

  @Override
  public void close() {
    if (index != null) {
      index.close();
    }
  }
}
