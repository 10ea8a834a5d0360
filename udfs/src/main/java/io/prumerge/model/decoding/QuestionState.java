package io.prumerge.model.decoding;

import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.PromptGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** One question while it is being answered. Its tokens outlive passes that fail, and the caches. */
public final class QuestionState {

  private final int promptPositions;
  private final int[] prefix;
  private final int[] suffix;
  private final GenerationLimits limits;
  private final List<Integer> ids = new ArrayList<>();
  private Finish finish;
  private PassWork work = PassWork.NONE;
  private double prefillMillis;
  private double decodeMillis;
  private List<Integer> kept = List.of();
  private OptionalDouble margin = OptionalDouble.empty();
  private String failure;

  private QuestionState(PromptGroup group, int index) {
    this.promptPositions = group.promptPositions(index);
    this.prefix = group.prefix();
    this.suffix = group.suffixes().get(index);
    this.limits = group.limits().get(index);
  }

  /** Returns the questions of a group nothing was made for yet, in its order. */
  public static List<QuestionState> of(PromptGroup group) {
    return IntStream.range(0, group.suffixes().size())
        .mapToObj(q -> new QuestionState(group, q))
        .toList();
  }

  /**
   * Takes the next token.
   *
   * @param id -1 where there was none to choose
   * @param above the token's margin, if it is known
   */
  void accept(int id, OptionalDouble above, StopTokens stop) {
    if (id < 0) {
      finish = Finish.NOT_FINITE;
      return;
    }
    if (wantsMargin()) {
      margin = above;
    }
    ids.add(id);
    if (!limits.letters().isEmpty()) {
      finish = Finish.LETTER;
    } else if (stop.contains(id)) {
      finish = Finish.EOS;
    } else if (ids.size() == limits.maxNewTokens()) {
      finish = Finish.LENGTH;
    }
  }

  /** Ends it without an answer unless it has one. */
  public void abandon() {
    if (active()) {
      finish = Finish.ABANDONED;
    }
  }

  /** Ends it, where nothing has, without an answer: the device's memory does not hold it alone. */
  public void outOfMemory() {
    if (active()) {
      finish = Finish.OUT_OF_MEMORY;
    }
  }

  /** Ends it without an answer, whatever came of its pass. */
  public void reductionFailed(String why) {
    finish = Finish.REDUCTION_FAILED;
    failure = why;
  }

  /** Makes the question's tokens again. */
  public void forget() {
    ids.clear();
  }

  /** Returns the number of tokens made so far. */
  public int made() {
    return ids.size();
  }

  /** Returns the ids for a cache without this question: its own text, and the tokens so far. */
  public int[] text() {
    return IntStream.concat(IntStream.of(suffix), ids.stream().mapToInt(id -> id)).toArray();
  }

  /** Returns each id of the prompt, those in images' places included, and of the answer once. */
  IntStream said() {
    return IntStream.concat(IntStream.of(prefix), IntStream.of(text())).distinct();
  }

  /** Returns the number of rows of the question's own text, without the tokens so far. */
  int promptRows() {
    return suffix.length;
  }

  /** Returns the limits for the tokens that are left to make. */
  public GenerationLimits left() {
    return new GenerationLimits(
        limits.maxNewTokens() - ids.size(),
        limits.minNewTokens(),
        limits.letters(),
        limits.margin());
  }

  /** Returns the ids of which one is its answer; none where that is a text. */
  List<Integer> letters() {
    return limits.letters();
  }

  /** Takes the number of visual tokens after each cut. */
  void kept(List<Integer> behindCuts) {
    kept = behindCuts;
  }

  void prefilled(PassWork ran, double millis) {
    work = work.plus(ran);
    prefillMillis += millis;
  }

  void decoded(PassWork ran, double millis) {
    work = work.plus(ran);
    decodeMillis += millis;
  }

  /** Returns whether it is not answered yet. */
  public boolean active() {
    return finish == null;
  }

  /** Returns whether the next token is the first one, and its margin is wanted. */
  boolean wantsMargin() {
    return limits.margin() && limits.letters().isEmpty() && ids.isEmpty();
  }

  /** Returns whether an end-of-sequence token may not come yet. */
  boolean mustGoOn() {
    return ids.size() < limits.minNewTokens();
  }

  int lastId() {
    return ids.get(ids.size() - 1);
  }

  /** Returns the rotary position of the token chosen last. */
  int lastPosition() {
    return promptPositions + ids.size() - 1;
  }

  /** Returns the answer, once there is one. */
  public Generation result() {
    return new Generation(
        ids.stream().mapToInt(Integer::intValue).toArray(),
        finish,
        work,
        prefillMillis,
        decodeMillis,
        kept,
        margin,
        Optional.ofNullable(failure));
  }
}
