package io.prumerge.engine;

import io.prumerge.checkpoint.GenerationDefaults;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.Share;
import io.prumerge.model.EncodedViews;
import io.prumerge.model.FirstKept;
import io.prumerge.model.Generation;
import io.prumerge.model.ProjectedTokens;
import io.prumerge.model.PromptGroup;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The answers of one request while they come in: one place per question and method, and the shared
 * work that is split among them once it is known who shared it.
 */
final class AnswerSheet {

  private final ImageRequest request;
  private final LoadedModel loaded;
  private final CostModel cost;
  private final List<AskedQuestion> asked = new ArrayList<>();
  private final Answer[] answers;
  private final List<OpenAnswer> open = new ArrayList<>();
  private double preprocessMillis;
  private double visionMillis;
  private int towerLayers;
  private Map<EncodedViews.Look, Double> evidenceMillis = Map.of();

  AnswerSheet(ImageRequest request, LoadedModel loaded, CostModel cost) {
    this.request = request;
    this.loaded = loaded;
    this.cost = cost;
    this.answers = new Answer[request.questions().size() * request.methods().size()];
    for (int q = 0; q < request.questions().size(); q++) {
      encode(q);
    }
  }

  private void encode(int q) {
    Question question = request.questions().get(q);
    try {
      EncodedPrompt prompt =
          request.image() == null
              ? loaded.prompts().textOnly(question.prompt())
              : loaded.prompts().withImage(question.prompt());
      asked.add(new AskedQuestion(q, question, prompt));
    } catch (PromptException e) {
      for (int m = 0; m < request.methods().size(); m++) {
        fail(q, m, ErrorKind.of(e));
      }
    }
  }

  /** Questions whose prompts could be encoded. */
  List<AskedQuestion> asked() {
    return asked;
  }

  void preprocessed(double millis) {
    preprocessMillis = millis;
  }

  /**
   * @param millis wall time of the tower's run for all methods together
   * @param layers that it ran, as far as the features
   */
  void encoded(double millis, int layers) {
    visionMillis = millis;
    towerLayers = layers;
  }

  void seen(Map<EncodedViews.Look, Double> millis) {
    evidenceMillis = millis;
  }

  /** Questions that leave room to generate behind so many visual tokens; the others fail. */
  private List<AskedQuestion> fitting(int method, int visualTokens) {
    List<AskedQuestion> fitting = new ArrayList<>();
    for (AskedQuestion question : asked) {
      int prompt = visualTokens + question.prompt().textTokens();
      OptionalInt window = loaded.checkpoint().config().text().slidingWindow();
      int most = newTokensAtMost(question, prompt);
      if (window.isPresent() && most >= 1 && prompt + most > window.getAsInt()) {
        fail(question.index(), method, beyond(window.getAsInt(), prompt, most));
      } else if (most >= 1) {
        fitting.add(question);
      } else {
        fail(
            question.index(),
            method,
            ErrorKind.PROMPT_TOO_LONG.with(
                "a prompt of "
                    + prompt
                    + " positions leaves nothing of the checkpoint's max_length; set"
                    + " max_new_tokens"));
      }
    }
    return fitting;
  }

  private static String beyond(int window, int prompt, int most) {
    return ErrorKind.PROMPT_TOO_LONG.with(
        String.format(
            Locale.ROOT,
            "a prompt of %d positions and an answer of up to %d go beyond the model's sliding window of %d, which is not implemented; keep fewer visual tokens, or set a smaller max_new_tokens",
            prompt,
            most,
            window));
  }

  /** {@link #fitting} for methods that share their tokens: the same under each of them. */
  List<AskedQuestion> fitting(List<Branch> sharers) {
    List<AskedQuestion> fitting = List.of();
    for (Branch branch : sharers) {
      fitting = fitting(branch.method(), branch.visual() ? branch.tokens().count() : 0);
    }
    return fitting;
  }

  /** Every method without an image, where they are all the same. */
  List<Branch> textBranches() {
    return IntStream.range(0, request.methods().size())
        .mapToObj(m -> Branch.text(m, request.methods().get(m)))
        .toList();
  }

  /** The questions behind one image's visual tokens; without these, behind the system prompt. */
  PromptGroup group(List<AskedQuestion> questions, Branch branch) {
    if (!branch.visual()) {
      int[] system = loaded.prompts().system();
      boolean shared =
          questions.stream().map(question -> question.prompt().ids()).allMatch(begins(system));
      return group(questions, shared ? system : new int[0], -1, null, List.of());
    }
    EncodedPrompt first = questions.get(0).prompt();
    int[] prefix = Arrays.copyOf(first.ids(), first.imageSlot() + 1);
    return group(questions, prefix, first.imageSlot(), branch.tokens().projected(), branch.cuts());
  }

  // A tokenizer may join the last of these ids with the next word; then there is nothing to share.
  private static Predicate<int[]> begins(int[] system) {
    return ids -> ids.length > system.length && Arrays.mismatch(ids, system) == system.length;
  }

  private PromptGroup group(
      List<AskedQuestion> questions,
      int[] prefix,
      int slot,
      ProjectedTokens visual,
      List<LayerCut> cuts) {
    int visualTokens = visual == null ? 0 : visual.tokens();
    List<int[]> suffixes = new ArrayList<>();
    List<PromptGroup.Limits> limits = new ArrayList<>();
    for (AskedQuestion question : questions) {
      int[] ids = question.prompt().ids();
      suffixes.add(Arrays.copyOfRange(ids, prefix.length, ids.length));
      int prompt = visualTokens + question.prompt().textTokens();
      limits.add(
          new PromptGroup.Limits(
              newTokensAtMost(question, prompt), generation().newTokensAtLeast(prompt)));
    }
    boolean first = request.reduceBy() == ReduceBy.FIRST && !cuts.isEmpty();
    Optional<FirstKept> kept = first ? Optional.of(new FirstKept()) : Optional.empty();
    return new PromptGroup(prefix, slot, visual, cuts, kept, suffixes, limits);
  }

  private int newTokensAtMost(AskedQuestion question, int prompt) {
    int asked = question.question().maxNewTokens();
    return asked > 0 ? asked : generation().newTokensAtMost(prompt);
  }

  private GenerationDefaults generation() {
    return loaded.checkpoint().generation();
  }

  /** Takes the generations that stand for all methods which share their tokens. */
  void answer(List<Branch> sharers, List<Generation> generations) {
    List<AskedQuestion> fitted =
        asked.stream().filter(q -> isOpen(q, sharers.get(0).method())).toList();
    for (int b = 0; b < sharers.size(); b++) {
      Share share = new Share(b, sharers.size());
      for (int i = 0; i < fitted.size(); i++) {
        open.add(new OpenAnswer(fitted.get(i), sharers.get(b), generations.get(i), share));
      }
    }
  }

  private boolean isOpen(AskedQuestion question, int method) {
    return answers[place(question.index(), method)] == null;
  }

  /** Fails all questions of one method that are not answered. */
  void fail(int method, String error) {
    for (AskedQuestion question : asked) {
      if (isOpen(question, method)) {
        fail(question.index(), method, error);
      }
    }
  }

  /** Fails every question that is not answered. */
  void failOpen(String error) {
    open.clear();
    for (int m = 0; m < request.methods().size(); m++) {
      fail(m, error);
    }
  }

  private void fail(int question, int method, String error) {
    answers[place(question, method)] =
        Answer.failed(question, request.methods().get(method).toString(), error);
  }

  private int place(int question, int method) {
    return question * request.methods().size() + method;
  }

  /** All answers, question by question, under each the methods in the request's order. */
  List<Answer> answers() {
    // Shares do not depend on which answers came first.
    open.sort(
        Comparator.comparingInt((OpenAnswer row) -> row.branch().method())
            .thenComparingInt(row -> row.asked().index()));
    StageMillis shared = new StageMillis(preprocessMillis, visionMillis, 0, 0, 0, 0);
    List<Answer> settled =
        new Settlement(loaded, cost, open, shared, towerLayers, evidenceMillis).answers();
    for (int i = 0; i < settled.size(); i++) {
      OpenAnswer row = open.get(i);
      answers[place(row.asked().index(), row.branch().method())] = settled.get(i);
    }
    return List.of(answers);
  }
}
