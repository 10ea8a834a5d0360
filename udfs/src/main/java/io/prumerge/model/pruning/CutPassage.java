package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CollectedEvidence;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.Rows;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The prefill of a pack whose visual tokens leave between layers. At a cut that looks at the
 * question, each question goes on in a cache of its own, after the tokens that it keeps.
 */
public final class CutPassage extends Passage {

  private final LanguageModel model;
  private final CutPack pack;
  private final CutCaches caches;
  private final HeldPrefix held;
  private final PackProgress progress;
  private final CutEvidence evidence;
  private final CutChoice choice;
  private final JoiningRows joining;
  private List<PackBlock> blocks;

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
        pack.first() ? pack.newSlots() : new int[0],
        pack.first() ? pack.group().visual() : null,
        rows,
        new int[0]);
    this.model = model;
    this.pack = pack;
    this.caches = caches;
    this.held = held;
    // Evidence about tokens that all questions share is there for later packs too.
    this.blocks =
        List.of(new PackBlock(rows, 0, prefix, pack.start(), pack.end(), held.evidence()));
    this.progress = new PackProgress(caches);
    this.evidence = new CutEvidence(EvidenceInputs.of(model, pack, progress, held));
    this.choice = new CutChoice(pack, progress, evidence, model.config().hiddenSize());
    this.joining = new JoiningRows(model, pack, held);
  }

  @Override
  public PassWork evidenceWork(int question) {
    return evidence.work().of(question);
  }

  @Override
  public PassWork sharedEvidence() {
    return evidence.work().shared();
  }

  @Override
  public Map<Integer, String> failures() {
    return choice.failures();
  }

  @Override
  public Optional<List<Rows>> rows(int layer) {
    boolean known = progress.last() || layer < progress.next().from();
    return known ? Optional.of(rows()) : Optional.empty();
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
  public void collectEvidence(int layer, Torch.Value x, int start, PendingReads reads) {
    // What a later cut wants of the first layer is there only now.
    for (CutStage each : progress.remaining()) {
      if (pack.knows(each.cut())) {
        continue;
      }
      for (Evidence wanted : each.cut().sees()) {
        boolean now = each == progress.next() || wanted.lasts();
        if (now && wanted.layer() == layer) {
          evidence.collectBeforeLayer(each.cut(), wanted, blocks, x, start, reads);
        }
      }
    }
    if (enters(layer) && chooses()) {
      evidence.collectAfterLayers(blocks, reads);
    }
  }

  private boolean enters(int layer) {
    return !progress.last() && progress.next().from() == layer;
  }

  // Whether this pack is the one of its group for which the next cut's rule is asked.
  private boolean chooses() {
    return (progress.next().apart() || pack.first()) && !pack.knows(progress.next().cut());
  }

  @Override
  public List<Torch.Value> joining() {
    return joining.states();
  }

  @Override
  public int joiningRows() {
    return joining.count();
  }

  @Override
  public int[] enter(int layer, Torch.Value x, int start) {
    joining.clear();
    if (!enters(layer)) {
      return null;
    }
    if (progress.parts() && pack.first() && pack.more()) {
      hold(x, start);
    }
    if (progress.parts() && !pack.first()) {
      joining.addPrefix();
    }
    boolean apart = progress.next().apart();
    int[] places = apart ? part(x, start) : together(x, start);
    if (apart ? !pack.more() : pack.first()) {
      held.evidence().close(); // no later pack looks at it
    }
    progress.advance();
    evidence.advance();
    go(blocks.stream().map(PackBlock::rows).toList());
    return places;
  }

  // Keeps what the packs to come need of the prefix.
  private void hold(Torch.Value x, int start) {
    PackBlock block = blocks.get(0);
    int[] positions = Arrays.copyOf(block.rows().positions(), block.prefix());
    held.hold(model.evidence().copy(x, start, start + block.prefix()), positions);
  }

  // Each question goes on after tokens of its own.
  private int[] part(Torch.Value x, int start) {
    CutMove move = move();
    List<PackBlock> going = new ArrayList<>();
    for (PackBlock block : blocks) {
      for (int q = block.first(); q < block.end(); q++) {
        KeptTokens kept = choice.question(block, q);
        progress.keep(q, kept);
        joining.addSums(kept, block, x, start, progress.slots(q));
        going.add(move.question(block, q, kept, progress.nextCache(q)));
      }
    }
    closeOwnEvidence();
    blocks = going;
    return move.places();
  }

  // All questions go on after the same tokens; later packs have them in the cache.
  private int[] together(Torch.Value x, int start) {
    PackBlock block = blocks.get(0);
    if (!pack.first()) {
      CutMove move = move();
      blocks = List.of(move.afterPrefix(block, progress.nextCache(block.first())));
      return move.places();
    }
    KeptTokens kept = choice.shared(block);
    progress.keep(KvCache.PREFIX, kept);
    progress.settle(kept.tokens().length);
    CutMove move = move();
    joining.addSums(kept, block, x, start, progress.slots(KvCache.PREFIX));
    blocks = List.of(move.shared(block, kept, progress.nextCache(block.first())));
    return move.places();
  }

  // Sums of rows stand after those that have joined by now.
  private CutMove move() {
    return new CutMove(pack, progress, held, count(), joining.count());
  }

  @Override
  public int[] outputs() {
    return blocks.stream()
        .flatMapToInt(
            block ->
                IntStream.range(block.first(), block.end())
                    .map(q -> block.question(pack, q) + pack.rows(q) - 1))
        .toArray();
  }

  // The group closes what all questions share.
  private void closeOwnEvidence() {
    blocks.stream()
        .map(PackBlock::evidence)
        .filter(own -> own != held.evidence())
        .forEach(CollectedEvidence::close);
  }

  @Override
  public void close() {
    evidence.close();
    closeOwnEvidence();
    joining.close();
  }
}
