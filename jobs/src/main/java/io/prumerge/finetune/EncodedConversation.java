package io.prumerge.finetune;

import java.util.Arrays;

/**
 * A conversation as token ids.
 *
 * @param ids with one placeholder for all visual tokens; not copied
 * @param answers for each id whether it is to be predicted; not copied
 */
record EncodedConversation(int[] ids, boolean[] answers) {

  /** Returns the beginning. */
  EncodedConversation first(int count) {
    return count >= ids.length
        ? this
        : new EncodedConversation(
            Arrays.copyOf(ids, Math.max(0, count)), Arrays.copyOf(answers, Math.max(0, count)));
  }

  boolean hasAnswers() {
    for (boolean answer : answers) {
      if (answer) {
        return true;
      }
    }
    return false;
  }
}
