package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * Hidden states that stand after a group's rows at one cut and may go on with them: the prefix of
 * an earlier pack, and weighted sums of tokens.
 */
final class JoiningRows implements AutoCloseable {

  private final LanguageModel model;
  private final CutPack pack;
  private final HeldPrefix held;
  private final List<Torch.Value> sums = new ArrayList<>();
  private List<Torch.Value> states = List.of();
  private int count;

  JoiningRows(LanguageModel model, CutPack pack, HeldPrefix held) {
    this.model = model;
    this.pack = pack;
    this.held = held;
  }

  /** Removes the rows of the cut before. */
  void clear() {
    close();
    states = new ArrayList<>();
    count = 0;
  }

  /** Adds the held prefix. */
  void addPrefix() {
    states.add(held.hidden());
    count += held.positions().length;
  }

  /**
   * Adds the sums that a cut makes, if it makes some.
   *
   * @param x hidden states of all groups' rows
   * @param start the group's first row in x
   * @param slots of the visual tokens before the cut
   */
  void addSums(KeptTokens kept, PackBlock block, Torch.Value x, int start, VisualSlots slots) {
    int tokens = slots.count();
    if (kept.sums(tokens) == 0) {
      return;
    }
    boolean here = block.prefix() > 0;
    int first = (here ? start + block.start() : 0) - pack.systemRows();
    try (Torch.Value before = model.evidence().visual(here ? x : held.hidden(), first, slots)) {
      sums.add(model.evidence().sums(before, kept.share(), tokens));
    }
    states.add(sums.get(sums.size() - 1));
    count += kept.sums(tokens);
  }

  /** Returns the hidden states, in their order; closed here. */
  List<Torch.Value> states() {
    return states;
  }

  /** Returns the number of joining rows. */
  int count() {
    return count;
  }

  @Override
  public void close() {
    sums.forEach(Torch.Value::close);
    sums.clear();
  }
}
