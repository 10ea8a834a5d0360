package io.prumerge.engine;

import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.TextConfig;
import io.prumerge.lang.Text;
import java.util.Optional;
import java.util.OptionalInt;

/** How long answers may be after prompts, by what is asked and what the model can. */
final class AnswerLimits {

  private final GenerationDefaults generation;
  private final TextConfig text;

  AnswerLimits(LoadedModel loaded) {
    this.generation = loaded.checkpoint().generation();
    this.text = loaded.checkpoint().config().text();
  }

  /** Returns the most tokens of a question's answer after a prompt of that many positions. */
  int mostNewTokens(EncodedQuestion question, int prompt) {
    int asked = question.prompt().letters().isEmpty() ? question.question().maxNewTokens() : 1;
    return asked > 0 ? asked : generation.newTokensAtMost(prompt);
  }

  /** Returns the fewest. */
  int leastNewTokens(int prompt) {
    return generation.newTokensAtLeast(prompt);
  }

  /**
   * Returns why a prompt cannot be answered; empty if it can.
   *
   * @param prompt tokens
   * @param positions that they take, more where visual tokens keep those of others
   * @param most tokens of its answer
   */
  Optional<String> refusal(int prompt, int positions, int most) {
    OptionalInt window = text.positions().window();
    OptionalInt learned = text.mostPositions();
    if (most < 1) {
      return Optional.of(
          ErrorKind.PROMPT_TOO_LONG.with(
              "a prompt of "
                  + prompt
                  + " positions leaves nothing of the checkpoint's max_length; set"
                  + " max_new_tokens"));
    }
    if (window.isPresent() && prompt + most > window.getAsInt()) {
      return Optional.of(
          ErrorKind.PROMPT_TOO_LONG.with(
              Text.format(
                  "a prompt of %d positions and an answer of up to %d go beyond the model's sliding"
                      + " window of %d, which is not implemented; keep fewer visual tokens, or set"
                      + " a smaller max_new_tokens",
                  prompt, most, window.getAsInt())));
    }
    if (positions > text.longestPrompt()) {
      return Optional.of(
          ErrorKind.PROMPT_TOO_LONG.with(
              Text.format(
                  "a prompt of %d positions goes beyond the %d that the model was made for; keep"
                      + " fewer visual tokens, or ask a shorter question",
                  positions, text.longestPrompt())));
    }
    if (learned.isPresent() && prompt + most - 1 > learned.getAsInt()) { // the last is not read
      return Optional.of(
          ErrorKind.PROMPT_TOO_LONG.with(
              Text.format(
                  "a prompt of %d positions and an answer of up to %d go beyond the %d positions"
                      + " that the model has learned; keep fewer visual tokens, or set a smaller"
                      + " max_new_tokens",
                  prompt, most, learned.getAsInt())));
    }
    return Optional.empty();
  }
}
