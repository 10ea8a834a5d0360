package io.prumerge.model.greedy;

import io.prumerge.cost.Share;
import io.prumerge.model.cut.CutCaches;
import io.prumerge.model.cut.HeldPrefix;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.torch.TorchException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One prompt group while its questions are being answered: the caches with the shared prefix, and
 * the pack of questions that stand behind it now.
 */
public final class GroupState implements AutoCloseable {

  private final PromptGroup group;
  private final Packs packs;
  private final List<QuestionState> questions;
  private final CutCaches caches;
  private final HeldPrefix held = new HeldPrefix();
  private final GroupRows rows;
  private final int systemRows;
  private int packStart;
  private int packEnd;
  private boolean prefilling;
  private List<QuestionState> asked = List.of();

  /**
   * Opens the caches.
   *
   * @throws TorchException if the device has no room for them
   */
  public GroupState(PromptGroup group, List<QuestionState> questions, LanguageModel model) {
    this.group = group;
    this.packs = new Packs(group);
    this.questions = questions;
    // Keys that turn with the length of their own sequence cannot be shared.
    int[] system = model.followsLength(group.longestPositions()) ? new int[0] : group.systemIds();
    this.systemRows = system.length;
    this.caches = new CutCaches(model, group, system, packs.rows(0, packs.end(0)));
    this.rows = new GroupRows(model, group, systemRows, caches, held, questions);
    share(caches.systemWork());
  }

  /** Whether all questions are answered, or have failed. */
  public boolean finished() {
    return questions.stream().noneMatch(QuestionState::active);
  }

  /** Whether the next rows are those of prompts: no question of this pack is left. */
  public boolean prefills() {
    return !finished() && active().isEmpty();
  }

  /** Number of rows that come next. */
  public int nextRows() {
    return prefills()
        ? rows.prefix(packEnd) + packs.rows(packEnd, packs.end(packEnd))
        : active().size();
  }

  /**
   * The next rows: a pack's texts, the first time behind those of the prefix; else the last token
   * of each question that is not answered.
   */
  public Passage next() {
    prefilling = prefills();
    if (prefilling) {
      packStart = packEnd;
      packEnd = packs.end(packStart);
      caches.nextPack(packStart, packEnd);
    }
    asked = active();
    return prefilling ? rows.pack(packStart, packEnd) : rows.step(asked);
  }

  /** The questions that the rows of {@link #next} give a token. */
  List<QuestionState> asked() {
    return asked;
  }

  // Questions of this pack that are not answered yet, in order.
  private List<QuestionState> active() {
    return questions.subList(packStart, packEnd).stream().filter(QuestionState::active).toList();
  }

  /**
   * Books the pass that the rows of {@link #next} ran in.
   *
   * @param millis wall time of a row
   */
  void ran(Passage passage, double millis) {
    if (prefilling) {
      prefilled(passage, millis);
    } else {
      for (QuestionState question : asked) {
        int q = questions.indexOf(question);
        question.decoded(caches.work(q, 1).plus(PassWork.HEAD), millis);
      }
    }
  }

  // The first pack's pass holds the prefix for all questions, also for those of later packs.
  private void prefilled(Passage passage, double millis) {
    int prefixRows = rows.prefix(packStart);
    if (packStart == 0) {
      share(caches.sharedWork(prefixRows).plus(passage.sharedEvidence()));
    }
    for (int q = packStart; q < packEnd; q++) {
      int own = group.suffixes().get(q).length;
      double share = millis * (own + (double) prefixRows / (packEnd - packStart));
      PassWork work =
          caches
              .work(q, own)
              .plus(caches.ownWork(group.prefixPositions() - systemRows, q))
              .plus(passage.evidenceWork(q))
              .plus(PassWork.HEAD);
      questions.get(q).prefilled(work, share);
      questions.get(q).kept(caches.kept());
    }
    passage.failures().forEach((q, why) -> questions.get(q).reductionFailed(why));
    if (questions.stream().noneMatch(QuestionState::active)) {
      packEnd = questions.size(); // a cut for all failed: no pack is left to ask
    }
  }

  private void share(PassWork prefix) {
    IntStream.range(0, questions.size())
        .forEach(q -> questions.get(q).prefilled(prefix.part(new Share(q, questions.size())), 0));
  }

  @Override
  public void close() {
    caches.close();
    held.close();
  }
}
