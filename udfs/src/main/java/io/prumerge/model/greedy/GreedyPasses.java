package io.prumerge.model.greedy;

import io.prumerge.model.decoder.BannedIds;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.LayerPass;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Greedy decoding, a pass at a time: each over the next rows of several groups. Stateless. */
public final class GreedyPasses {

  private final Torch torch;
  private final LanguageModel model;
  private final StopTokens stop;
  private final int[] ends;

  public GreedyPasses(Torch torch, LanguageModel model, StopTokens stop) {
    this.torch = torch;
    this.model = model;
    this.stop = stop;
    this.ends = stop.within(model.vocabulary());
  }

  /** Whether keys turn with the length of their sequence where these are as long as they may be. */
  public boolean followLength(PromptGroup group) {
    return model.followsLength(group.longestPositions());
  }

  /**
   * Opens the caches of a group.
   *
   * @param questions their states, in the group's order
   * @throws TorchException if the device has no room for them
   */
  public GroupState open(PromptGroup group, List<QuestionState> questions) {
    return new GroupState(group, questions, model);
  }

  /**
   * Runs the next rows of each group and gives the questions that they end with a token each. The
   * time is booked by rows, whether they are prompts or steps.
   *
   * @throws RuntimeException if the pass fails: no question has a token of it, and the caches are
   *     good for nothing
   */
  public void run(List<GroupState> states) {
    long start = System.nanoTime();
    List<Passage> passages = new ArrayList<>();
    List<QuestionState> asked = new ArrayList<>();
    for (GroupState state : states) {
      passages.add(state.next());
      asked.addAll(state.asked());
    }
    int rows = passages.stream().mapToInt(Passage::count).sum(); // cuts change it on the way
    choose(passages, asked);
    double each = (System.nanoTime() - start) / 1e6 / rows;
    for (int g = 0; g < passages.size(); g++) {
      states.get(g).ran(passages.get(g), each);
    }
  }

  private void choose(List<Passage> passages, List<QuestionState> asked) {
    int[] early = IntStream.range(0, asked.size()).filter(i -> asked.get(i).mustGoOn()).toArray();
    try (LayerPass pass = model.pass(passages, new BannedIds(early, ends));
        Torch.Value logits = pass.run();
        Torch.Value chosen = pass.choose(logits)) {
      long[] ids = chosen.toLongs(torch);
      for (int i = 0; i < ids.length; i++) {
        asked.get(i).accept(Math.toIntExact(ids[i]), stop);
      }
    }
  }
}
