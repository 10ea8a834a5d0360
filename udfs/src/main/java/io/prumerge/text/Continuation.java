package io.prumerge.text;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt as its answer continues it.
 *
 * <p>A letter stands after it as an answer of a training conversation does: after a space, unless
 * the prompt ends with white space. Of Llama's {@code ASSISTANT:} that is the token {@code ▁A}, of
 * Qwen2's {@code assistant} and a line's end it is {@code A}. Where the tokenizer writes the space
 * as a token of its own, that is the same for all letters, and belongs to the prompt.
 *
 * <p>Qwen-VL's script for ScienceQA takes the letter with the lowest mean loss over its tokens
 * (QwenLM/Qwen-VL, {@code eval_mm/evaluate_multiple_choice.py}). Where all letters have as many
 * tokens and differ in the last one only, that is the letter whose last token has the highest
 * logit: all that is before it, and the softmax's denominator, are the same for all.
 *
 * @param ids of the prompt, up to where the letters differ
 * @param letters id of each letter after it; none where the answer is a text
 */
record Continuation(int[] ids, List<Integer> letters) {

  /**
   * Encodes a prompt.
   *
   * @param letters that may be its answer; none for a text
   * @throws PromptException if a letter is no token of its own
   */
  static Continuation of(LlavaTokenizer tokenizer, String prompt, List<String> letters)
      throws PromptException {
    if (letters.isEmpty()) {
      return new Continuation(tokenizer.encode(prompt), List.of());
    }
    boolean apart = !Character.isWhitespace(prompt.codePointBefore(prompt.length()));
    String before = apart ? prompt + " " : prompt;
    int[] ids = null;
    List<Integer> last = new ArrayList<>();
    for (String letter : letters) {
      int[] whole = tokenizer.encode(before + letter);
      int end = whole.length - 1;
      int[] common = Arrays.copyOf(whole, end);
      boolean own = tokenizer.answer(new int[] {whole[end]}).equals(letter);
      if (!own || ids != null && !Arrays.equals(ids, common)) {
        throw new PromptException(
            PromptErrorKind.LETTER_NOT_A_TOKEN,
            Text.format(
                "the tokenizer has no token of its own for the letter '%s' after this prompt, apart"
                    + " from those for %s; let this question be answered by text",
                letter, letters));
      }
      ids = common;
      last.add(whole[end]);
    }
    return new Continuation(ids, last);
  }
}
