package io.prumerge.model;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.SeenTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The prefill of a pack whose visual tokens leave between layers. At a cut that looks at the
 * question, each question goes on in a cache of its own, behind the tokens that it keeps.
 */
final class CutPassage extends Passage {

  private final LanguageModel model;
  private final CutPack pack;
  private final CutCaches caches;
  private final HeldPrefix held;
  private final PassWork[] evidenceWork;
  private int stage;
  private List<CutBlock> blocks;
  private CutEvidence evidence;

  /**
   * @param rows the pack's rows in the first layer
   * @param held what the group keeps of its prefix from one pack to the next
   */
  CutPassage(
      LanguageModel model,
      CutPack pack,
      int[] ids,
      Rows rows,
      int prefix,
      CutCaches caches,
      HeldPrefix held) {
    super(
        ids,
        pack.first() ? pack.visualRow() : -1,
        pack.first() ? pack.group().visual() : null,
        rows,
        new int[0]);
    this.model = model;
    this.pack = pack;
    this.caches = caches;
    this.held = held;
    // Evidence about tokens that all questions share is there for later packs too.
    this.blocks = List.of(new CutBlock(rows, 0, prefix, pack.start(), pack.end(), held.evidence()));
    this.evidence = new CutEvidence(model, pack, now().visual());
    this.evidenceWork = new PassWork[pack.end() - pack.start()];
    Arrays.fill(evidenceWork, PassWork.NONE);
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
  PassWork evidenceWork(int question) {
    return evidenceWork[question - pack.start()];
  }

  @Override
  SortedSet<Integer> borders() {
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
  void see(int layer, Torch.Value x, int start) {
    if (last()) {
      return;
    }
    for (Evidence wanted : next().cut().sees()) {
      if (wanted.layer() == layer) {
        evidence.see(wanted, blocks, x, start);
      }
    }
    if (parts() && layer == next().from() && pack.first() && pack.more()) {
      CutBlock block = blocks.get(0);
      int[] rows = IntStream.range(0, block.prefix()).toArray();
      int[] positions = IntStream.of(rows).map(row -> block.rows().positions()[row]).toArray();
      held.hold(model.rows(x, IntStream.of(rows).map(row -> start + row).toArray()), positions);
    }
  }

  @Override
  Torch.Value held() {
    return parts() && !pack.first() ? held.hidden() : null;
  }

  @Override
  int heldRows() {
    return parts() && !pack.first() ? held.positions().length : 0;
  }

  @Override
  int[] enter(int layer) {
    if (last() || next().from() != layer) {
      return null;
    }
    List<CutBlock> going = new ArrayList<>();
    CutMove move = new CutMove(pack, now(), next(), held, count());
    for (int b = 0; b < blocks.size(); b++) {
      CutBlock block = blocks.get(b);
      if (!next().apart() && block.prefix() == 0) {
        going.add(move.behindPrefix(block, caches.at(stage + 1, block.first())));
        continue;
      }
      List<Map<Evidence, float[]>> seen = evidence.of(next().cut().sees(), blocks, b);
      if (next().apart()) {
        for (int q = block.first(); q < block.end(); q++) {
          book(q, block);
          int[] kept = keep(seen.get(q - block.first()));
          going.add(move.question(block, q, kept, caches.at(stage + 1, q)));
        }
      } else {
        int[] kept = keep(seen.get(0));
        going.add(move.shared(block, kept, caches.at(stage + 1, block.first())));
      }
    }
    stage++;
    blocks = going;
    go(blocks.stream().map(CutBlock::rows).toList());
    evidence.close();
    evidence = new CutEvidence(model, pack, now().visual());
    return move.places();
  }

  private void book(int question, CutBlock block) {
    for (Evidence wanted : next().cut().sees()) {
      if (wanted.perQuestion()) {
        int place = question - pack.start();
        PassWork one = PassWork.evidence(block.rows().cache().used());
        evidenceWork[place] = evidenceWork[place].plus(one);
      }
    }
  }

  private int[] keep(Map<Evidence, float[]> seen) {
    LayerCut cut = next().cut();
    int all = now().visual();
    int[] kept = cut.keep(new SeenTokens(all, seen));
    int before = -1;
    boolean fine = kept.length == next().visual();
    for (int token : kept) {
      fine &= token > before && token < all;
      before = token;
    }
    if (!fine) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot cut before layer %d: the method must keep %d of %d tokens, in ascending order, but gave %s",
              cut.layer(),
              next().visual(),
              all,
              Arrays.toString(kept)));
    }
    return kept;
  }

  @Override
  int[] outputs() {
    IntStream.Builder outputs = IntStream.builder();
    for (CutBlock block : blocks) {
      for (int q = block.first(); q < block.end(); q++) {
        outputs.add(block.question(pack, q) + pack.rows(q) - 1);
      }
    }
    return outputs.build().toArray();
  }

  @Override
  public void close() {
    evidence.close();
  }
}
