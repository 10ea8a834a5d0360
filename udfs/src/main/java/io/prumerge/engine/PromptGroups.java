package io.prumerge.engine;

import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.FirstQuestionCuts;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.reduction.LayerCut;
import io.prumerge.text.ConversationTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Questions as the decoder takes them: each group after what its prompts share.
 *
 * @param loaded the model, whose system prompt questions may share
 * @param answerLimits how long answers may be
 * @param byFirst whether the first question decides for all of the image's
 */
record PromptGroups(LoadedModel loaded, AnswerLimits answerLimits, boolean byFirst) {

  /**
   * Returns questions that have the same text up to the last image, together: they can stand after
   * one prefix. Without an image, all of them.
   */
  static Collection<List<EncodedQuestion>> byPrefix(List<EncodedQuestion> questions) {
    Map<List<Integer>, List<EncodedQuestion>> alike = new LinkedHashMap<>();
    for (EncodedQuestion question : questions) {
      List<Integer> prefix = IntStream.of(prefix(question)).boxed().toList();
      alike.computeIfAbsent(prefix, key -> new ArrayList<>()).add(question);
    }
    return alike.values();
  }

  // A question's ids up to the last image.
  private static int[] prefix(EncodedQuestion question) {
    return Arrays.copyOf(question.prompt().ids(), question.prompt().lastSlot() + 1);
  }

  /**
   * Returns the questions after the visual tokens that they share; without these, after the system
   * prompt.
   *
   * @param questions with the same prefix
   */
  PromptGroup of(List<EncodedQuestion> questions, Branch branch) {
    if (!branch.visual()) {
      int[] system = loaded.prompts().system();
      boolean shared =
          questions.stream().map(question -> question.prompt().ids()).allMatch(begins(system));
      int[] prefix = shared ? system : new int[0];
      return group(questions, prefix, prefix.length, new int[0], null, List.of());
    }
    EncodedQuestion first = questions.get(0);
    return group(
        questions,
        prefix(first),
        system(first),
        first.prompt().imageSlots(),
        branch.reduced().rows(),
        branch.reduced().cuts());
  }

  // Text before an image that is the question's own is no other prompt's.
  private int system(EncodedQuestion question) {
    int slot = question.prompt().imageSlots()[0];
    if (!question.question().prompt().contains(ConversationTemplate.IMAGE_TOKEN)) {
      return slot;
    }
    int same = Arrays.mismatch(loaded.prompts().system(), question.prompt().ids());
    return Math.min(slot, same);
  }

  // A tokenizer may join the last of these ids with the next word; then there is nothing to
  // share.
  private static Predicate<int[]> begins(int[] system) {
    return ids -> ids.length > system.length && Arrays.mismatch(ids, system) == system.length;
  }

  private PromptGroup group(
      List<EncodedQuestion> questions,
      int[] prefix,
      int system,
      int[] slots,
      VisualRows visual,
      List<LayerCut> cuts) {
    int visualRows = visual == null ? 0 : visual.positions().rows();
    List<int[]> suffixes = new ArrayList<>();
    List<GenerationLimits> limits = new ArrayList<>();
    for (EncodedQuestion question : questions) {
      int[] ids = question.prompt().ids();
      suffixes.add(Arrays.copyOfRange(ids, prefix.length, ids.length));
      int prompt = visualRows + question.prompt().textTokens();
      limits.add(
          new GenerationLimits(
              answerLimits.mostNewTokens(question, prompt),
              answerLimits.leastNewTokens(prompt),
              question.prompt().letters(),
              question.question().margin()));
    }
    boolean first = byFirst && !cuts.isEmpty();
    Optional<FirstQuestionCuts> kept =
        first ? Optional.of(new FirstQuestionCuts()) : Optional.empty();
    return new PromptGroup(prefix, system, slots, visual, cuts, kept, suffixes, limits);
  }
}
