package io.prumerge.model.cut;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.Rows;
import io.prumerge.reduction.CutRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Kept;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The prefill of a pack whose visual tokens leave between layers. At a cut that looks at the
 * question, each question goes on in a cache of its own, behind the tokens that it keeps.
 */
public final class CutPassage extends Passage {

  private final LanguageModel model;
  private final CutPack pack;
  private final CutCaches caches;
  private final HeldPrefix held;
  private final CutEvidence evidence;
  private final Map<Integer, String> failures = new TreeMap<>();
  private final List<Torch.Value> sums = new ArrayList<>();
  private List<Torch.Value> joining = List.of();
  private int joiningRows;
  private int stage;
  private List<CutPack.Block> blocks;

  /**
   * @param rows the pack's rows in the first layer
   * @param held the part of the prefix that the group keeps from one pack to the next
   */
  public CutPassage(
      LanguageModel model,
      CutPack pack,
      int[] ids,
      Rows rows,
      int prefix,
      CutCaches caches,
      HeldPrefix held) {
    super(
        ids,
        pack.first() ? new int[] {pack.visualRow()} : new int[0],
        pack.first() ? pack.group().visual() : null,
        rows,
        new int[0]);
    this.model = model;
    this.pack = pack;
    this.caches = caches;
    this.held = held;
    // Evidence about tokens that all questions share is there for later packs too.
    this.blocks =
        List.of(new CutPack.Block(rows, 0, prefix, pack.start(), pack.end(), held.evidence()));
    this.evidence = new CutEvidence(model, pack, caches, held);
  }

  private CutStage now() {
    return caches.stages().get(stage);
  }

  private boolean last() {
    return stage + 1 == caches.stages().size();
  }

  private CutStage next() {
    return caches.stages().get(stage + 1);
  }

  // Where the questions part: the prefix of a later pack is the one that the first pack has held.
  private boolean parts() {
    return !last() && next().apart() && !now().apart();
  }

  @Override
  public PassWork evidenceWork(int question) {
    return evidence.work(question);
  }

  @Override
  public PassWork sharedEvidence() {
    return evidence.shared();
  }

  @Override
  public Map<Integer, String> failures() {
    return failures;
  }

  @Override
  public Optional<List<Rows>> rows(int layer) {
    return last() || layer < next().from() ? Optional.of(rows()) : Optional.empty();
  }

  @Override
  public SortedSet<Integer> borders() {
    SortedSet<Integer> borders = new TreeSet<>();
    for (CutStage each : caches.stages()) {
      if (each.cut() != null) {
        borders.add(each.from());
        each.cut().sees().forEach(one -> borders.add(one.layer()));
      }
    }
    return borders;
  }

  @Override
  public void see(int layer, Torch.Value x, int start) {
    // What a later cut wants of the first layer is there only now.
    for (CutStage each : caches.stages().subList(stage + 1, caches.stages().size())) {
      if (pack.knows(each.cut())) {
        continue;
      }
      for (Evidence wanted : each.cut().sees()) {
        boolean now = each == next() || wanted instanceof Evidence.TextRelevance;
        if (now && wanted.layer() == layer) {
          evidence.see(wanted, blocks, x, start);
        }
      }
    }
  }

  // Keeps what the packs to come need of the prefix.
  private void hold(Torch.Value x, int start) {
    CutPack.Block block = blocks.get(0);
    int[] positions = Arrays.copyOf(block.rows().positions(), block.prefix());
    held.hold(model.evidence().copy(x, start, start + block.prefix()), positions);
  }

  @Override
  public List<Torch.Value> joining() {
    return joining;
  }

  @Override
  public int joiningRows() {
    return joiningRows;
  }

  @Override
  public int[] enter(int layer, Torch.Value x, int start) {
    closeSums();
    joining = new ArrayList<>();
    joiningRows = 0;
    if (last() || next().from() != layer) {
      return null;
    }
    if (parts() && pack.first() && pack.more()) {
      hold(x, start);
    }
    if (parts() && !pack.first()) {
      joining.add(held.hidden());
      joiningRows = held.positions().length;
    }
    if ((next().apart() || pack.first()) && !pack.knows(next().cut())) {
      evidence.complete(blocks);
    }
    int joined = joiningRows;
    Kept shared = next().apart() || !pack.first() ? null : shared(x, start);
    List<CutPack.Block> going = new ArrayList<>();
    CutMove move = new CutMove(pack, now(), next(), held, count(), joined);
    for (CutPack.Block block : blocks) {
      if (next().apart()) {
        for (int q = block.first(); q < block.end(); q++) {
          Kept kept = keep(block, q, q, q + 1);
          evidence.book(q, work(kept));
          sum(kept, block, x, start);
          going.add(move.question(block, q, kept, caches.at(stage + 1, q)));
        }
      } else if (shared == null) {
        going.add(move.behindPrefix(block, caches.at(stage + 1, block.first())));
      } else {
        going.add(move.shared(block, shared, caches.at(stage + 1, block.first())));
      }
    }
    if (next().apart() ? !pack.more() : pack.first()) {
      held.evidence().clear(); // no later pack looks at it
    }
    stage++;
    evidence.pass();
    blocks = going;
    go(blocks.stream().map(CutPack.Block::rows).toList());
    return move.places();
  }

  // What the cut keeps for all questions, which share one block.
  private Kept shared(Torch.Value x, int start) {
    CutPack.Block block = blocks.get(0);
    Kept kept = keep(block, block.first(), 0, pack.group().suffixes().size());
    evidence.book(block, work(kept));
    sum(kept, block, x, start);
    caches.settle(stage + 1, kept.tokens().length);
    return kept;
  }

  private PassWork work(Kept kept) {
    int width = model.config().hiddenSize();
    return PassWork.flops(next().cut().flops(now().visual(), kept.tokens().length, width));
  }

  // What the cut keeps for one question; failures are those of all that it is for.
  private Kept keep(CutPack.Block block, int question, int first, int end) {
    CutRule rule = new CutRule(next().cut(), now().visual(), next().visual());
    Supplier<CutRule.Result> choice = () -> rule.keep(evidence.of(block, question));
    CutRule.Result result =
        pack.group().first().map(all -> all.of(next().cut(), choice)).orElseGet(choice);
    result
        .failure()
        .ifPresent(why -> IntStream.range(first, end).forEach(q -> failures.putIfAbsent(q, why)));
    return result.kept();
  }

  private void sum(Kept kept, CutPack.Block block, Torch.Value x, int start) {
    int tokens = now().visual();
    if (kept.sums(tokens) == 0) {
      return;
    }
    boolean here = block.prefix() > 0;
    int first = pack.visualRow() + (here ? start + block.start() : 0);
    try (Torch.Value before =
        model.evidence().rows(here ? x : held.hidden(), first, first + tokens)) {
      sums.add(model.evidence().sums(before, kept.share(), tokens));
    }
    joining.add(sums.get(sums.size() - 1));
    joiningRows += kept.sums(tokens);
  }

  @Override
  public int[] outputs() {
    IntStream.Builder outputs = IntStream.builder();
    for (CutPack.Block block : blocks) {
      for (int q = block.first(); q < block.end(); q++) {
        outputs.add(block.question(pack, q) + pack.rows(q) - 1);
      }
    }
    return outputs.build().toArray();
  }

  private void closeSums() {
    sums.forEach(Torch.Value::close);
    sums.clear();
  }

  @Override
  public void close() {
    evidence.close();
    closeSums();
  }
}
