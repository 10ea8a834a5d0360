package io.prumerge.engine;

import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.TextConfig;
import io.prumerge.engine.Branches.Branch;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoder.PromptGroup.FirstKept;
import io.prumerge.reduction.LayerCut;
import io.prumerge.text.ConversationTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Questions as the decoder takes them: each group behind what its prompts share.
 *
 * @param loaded the model, whose system prompt questions may share
 * @param answerLimits how long answers may be
 * @param byFirst whether the first question decides for all of the image's
 */
record PromptGroups(LoadedModel loaded, AnswerLimits answerLimits, boolean byFirst) {

  /**
   * Returns questions that have the same text up to the last image, together: they can stand behind
   * one prefix. Without an image, all of them.
   */
  static Collection<List<Question.Asked>> byPrefix(List<Question.Asked> questions) {
    Map<List<Integer>, List<Question.Asked>> alike = new LinkedHashMap<>();
    for (Question.Asked question : questions) {
      List<Integer> prefix = IntStream.of(prefix(question)).boxed().toList();
      alike.computeIfAbsent(prefix, key -> new ArrayList<>()).add(question);
    }
    return alike.values();
  }

  // A question's ids up to the last image.
  private static int[] prefix(Question.Asked question) {
    return Arrays.copyOf(question.prompt().ids(), question.prompt().lastSlot() + 1);
  }

  /**
   * Returns the questions behind the visual tokens that they share; without these, behind the
   * system prompt.
   *
   * @param questions with the same prefix
   */
  PromptGroup of(List<Question.Asked> questions, Branch branch) {
    if (!branch.visual()) {
      int[] system = loaded.prompts().system();
      boolean shared =
          questions.stream().map(question -> question.prompt().ids()).allMatch(begins(system));
      int[] prefix = shared ? system : new int[0];
      return group(questions, prefix, prefix.length, new int[0], null, List.of());
    }
    Question.Asked first = questions.get(0);
    return group(
        questions,
        prefix(first),
        system(first),
        first.prompt().imageSlots(),
        branch.reduced().rows(),
        branch.reduced().cuts());
  }

  // Text before an image that is the question's own is no other prompt's.
  private int system(Question.Asked question) {
    int slot = question.prompt().imageSlots()[0];
    if (!question.question().prompt().contains(ConversationTemplate.IMAGE_TOKEN)) {
      return slot;
    }
    int same = Arrays.mismatch(loaded.prompts().system(), question.prompt().ids());
    return Math.min(slot, same);
  }

  // A tokenizer may join the last of these ids with the next word; then there is nothing to share.
  private static Predicate<int[]> begins(int[] system) {
    return ids -> ids.length > system.length && Arrays.mismatch(ids, system) == system.length;
  }

  private PromptGroup group(
      List<Question.Asked> questions,
      int[] prefix,
      int system,
      int[] slots,
      VisualRows visual,
      List<LayerCut> cuts) {
    int visualTokens = visual == null ? 0 : visual.tokens().tokens();
    List<int[]> suffixes = new ArrayList<>();
    List<PromptGroup.Limits> limits = new ArrayList<>();
    for (Question.Asked question : questions) {
      int[] ids = question.prompt().ids();
      suffixes.add(Arrays.copyOfRange(ids, prefix.length, ids.length));
      int prompt = visualTokens + question.prompt().textTokens();
      limits.add(
          new PromptGroup.Limits(answerLimits.most(question, prompt), answerLimits.least(prompt)));
    }
    boolean first = byFirst && !cuts.isEmpty();
    Optional<FirstKept> kept = first ? Optional.of(new FirstKept()) : Optional.empty();
    return new PromptGroup(prefix, system, slots, visual, cuts, kept, suffixes, limits);
  }

  /** How long answers may be behind prompts, by what is asked and what the model can. */
  static final class AnswerLimits {

    private final GenerationDefaults generation;
    private final TextConfig text;

    AnswerLimits(LoadedModel loaded) {
      this.generation = loaded.checkpoint().generation();
      this.text = loaded.checkpoint().config().text();
    }

    /** Returns the most tokens of a question's answer behind a prompt of so many positions. */
    int most(Question.Asked question, int prompt) {
      int asked = question.question().maxNewTokens();
      return asked > 0 ? asked : generation.newTokensAtMost(prompt);
    }

    /** Returns the fewest. */
    int least(int prompt) {
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
                String.format(
                    Locale.ROOT,
                    "a prompt of %d positions and an answer of up to %d go beyond the model's sliding window of %d, which is not implemented; keep fewer visual tokens, or set a smaller max_new_tokens",
                    prompt,
                    most,
                    window.getAsInt())));
      }
      if (positions > text.longestPrompt()) {
        return Optional.of(
            ErrorKind.PROMPT_TOO_LONG.with(
                String.format(
                    Locale.ROOT,
                    "a prompt of %d positions goes beyond the %d that the model was made for; keep fewer visual tokens, or ask a shorter question",
                    positions,
                    text.longestPrompt())));
      }
      if (learned.isPresent() && prompt + most - 1 > learned.getAsInt()) { // the last is not read
        return Optional.of(
            ErrorKind.PROMPT_TOO_LONG.with(
                String.format(
                    Locale.ROOT,
                    "a prompt of %d positions and an answer of up to %d go beyond the %d positions that the model has learned; keep fewer visual tokens, or set a smaller max_new_tokens",
                    prompt,
                    most,
                    learned.getAsInt())));
      }
      return Optional.empty();
    }
  }
}
