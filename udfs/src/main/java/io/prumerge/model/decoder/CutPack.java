package io.prumerge.model.decoder;

import io.prumerge.reduction.LayerCut;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The questions of a group that are prefilled together.
 *
 * @param group all questions
 * @param systemRows positions of the prefix whose keys were copied
 * @param start the pack's first question
 * @param end the question after its last
 * @param prompts rows of each of its questions' texts that belong to the prompt; rows after them
 *     are tokens that were made before
 */
public record CutPack(PromptGroup group, int systemRows, int start, int end, int[] prompts) {

  /** Returns whether the rows of the shared prefix come with this pack. */
  public boolean first() {
    return start == 0;
  }

  /** Returns whether other packs follow. */
  public boolean more() {
    return end < group.suffixes().size();
  }

  /** Returns the visual slots among the ids of the prefix after those whose keys were copied. */
  public int[] newSlots() {
    return IntStream.of(group.visualSlots()).map(slot -> slot - systemRows).toArray();
  }

  /** Returns the rows of a question after the prefix. */
  public int rows(int question) {
    return group.suffixes().get(question).length;
  }

  /** Returns the rows of a question's prompt after the prefix. */
  public int prompt(int question) {
    return prompts[question - start];
  }

  /**
   * Returns the questions of a block that evidence is about: the first one alone if it decides for
   * all.
   */
  public IntStream scoringQuestions(PackBlock block) {
    boolean one = group.first().isPresent();
    return IntStream.range(block.first(), one ? block.first() + 1 : block.end());
  }

  /** Returns the number of a block's rows up to the last scoring question. */
  public int scoringRows(PackBlock block) {
    return block.prefix() + scoringQuestions(block).map(this::rows).sum();
  }

  /** Returns the number of slots of the prefix and of the scoring rows. */
  public int scoringSlots(PackBlock block) {
    return block.rows().shared() + scoringRows(block);
  }

  /** Returns whether a cut's tokens are known already, so that it needs no evidence. */
  public boolean knows(LayerCut cut) {
    return group.first().filter(kept -> !first() || kept.knows(List.of(cut))).isPresent();
  }

  /** Returns the rows of a question's prompt in a block, among the group's rows. */
  public int[] text(PackBlock block, int question) {
    int first = block.question(this, question);
    return IntStream.range(first, first + prompt(question)).toArray();
  }

  /** Returns the last row of a question's prompt in a block, among the group's rows. */
  public int last(PackBlock block, int question) {
    return block.question(this, question) + prompt(question) - 1;
  }
}
