package io.prumerge.engine;

import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.TextConfig;
import io.prumerge.cost.ImageWork;
import io.prumerge.engine.Branches.Branch;
import io.prumerge.engine.PendingRequest.RequestAnswers;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.connector.VisualRows.ProjectedTokens;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoder.PromptGroup.FirstKept;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.EvidenceCache.EvidenceKey;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.PromptEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A prompt's images under all methods: each reduced, for each text that it looks at; the same
 * tokens projected once.
 */
final class Branches implements AutoCloseable {

  private static final String NO_NULL_TOKEN =
      "Cannot compare attention to the image with that of a token which sees no question: the"
          + " question stands right after its image; put a line break between them";

  private final EncodedImages image;
  private final QuestionReader reader;
  private final LlavaModel model;
  private final PromptEncoder prompts;
  private final RequestAnswers collected;
  private final Map<Selected, ProjectedTokens> selected = new HashMap<>();
  private final List<Branch> branches = new ArrayList<>();

  /** Equal for rows that are the same: of these tokens, after a connector that read this. */
  private record Selected(ReducedImages.Selection tokens, List<Integer> instruction) {}

  /** What a method and the connector see of a question. */
  private record Seen(String text, List<Integer> instruction) {}

  /**
   * Applies the reducers; one that cannot reduce this image fails its answers.
   *
   * @throws io.prumerge.torch.TorchException if the device cannot do it
   */
  Branches(
      List<TokenReducer> reducers,
      EncodedImages image,
      LoadedModel loaded,
      RequestAnswers collected) {
    this.image = image;
    this.collected = collected;
    this.reader = loaded.reader();
    this.model = loaded.model();
    this.prompts = loaded.prompts();
    try {
      for (int m = 0; m < reducers.size(); m++) {
        for (List<Question.Asked> questions : together(reducers.get(m))) {
          try {
            branches.add(reduce(m, reducers.get(m), questions));
          } catch (ReductionException e) {
            collected.fail(m, questions, ErrorKind.REDUCTION_FAILED.with(e.getMessage()));
          }
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    } finally {
      reader.close();
    }
    collected.shared().seen(image.evidenceMillis(), image.textFlops());
  }

  // The questions that have the same tokens under a method: all, as the first one decides where it
  // looks at their text, or those with the same text; among these, those of which the connector
  // reads the same.
  private Collection<List<Question.Asked>> together(TokenReducer reducer) {
    boolean apart = reducer.perQuestion() && !collected.byFirst();
    Map<Seen, List<Question.Asked>> alike = new LinkedHashMap<>();
    for (Question.Asked question : collected.asked()) {
      Seen seen = new Seen(apart ? question.question().prompt() : "", instruction(question));
      alike.computeIfAbsent(seen, key -> new ArrayList<>()).add(question);
    }
    return alike.values();
  }

  private static List<Integer> instruction(Question.Asked question) {
    return IntStream.of(question.prompt().instruction()).boxed().toList();
  }

  private Branch reduce(int method, TokenReducer reducer, List<Question.Asked> questions) {
    long start = System.nanoTime();
    double evidenceBefore = evidenceMillis(image);
    try (ReducedImages reduction = left(reducer, questions.get(0).question().prompt())) {
      TokenReducer applied = reduction.applied();
      double selectMillis =
          ImageAnswerer.millisSince(start) - (evidenceMillis(image) - evidenceBefore);
      List<LayerCut> cuts = LayerCut.of(applied, reduction.tokens(), image.decoderLayers());
      List<Integer> instruction = instruction(questions.get(0));
      if (collected.byFirst() && !cuts.isEmpty() && !instruction.isEmpty()) {
        throw new ReductionException(
            "Cannot keep what the first question keeps: the Q-Former makes tokens of their own for"
                + " each question; reduce by each");
      }
      requireOnePlace(cuts, questions);
      ProjectedTokens tokens = projected(reduction, instruction);
      model.await(); // or the connector's time would be the first pass's
      double evidence = evidenceMillis(image) - evidenceBefore;
      return new Branch(
          method,
          withNullToken(method, cuts, questions),
          reducer.spec().toString(),
          applied.spec().equals(reducer.spec()) ? null : applied.spec().toString(),
          new Branch.Reduced(
              reduction.work().reading(instruction.size()),
              image.grid(),
              image.tokens(),
              reduction.keptIndices().orElse(null),
              new VisualRows(tokens, reduction.positions()),
              cuts,
              image.towerLayers(reducer),
              reduction.evidence(),
              new Branch.Millis(
                  reduction.towerMillis(),
                  ImageAnswerer.millisSince(start) - evidence,
                  selectMillis)));
    }
  }

  // A cut takes tokens out of a run of them, after which the questions begin.
  private void requireOnePlace(List<LayerCut> cuts, List<Question.Asked> questions) {
    if (!cuts.isEmpty() && collected.images() > 1) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot drop tokens inside the decoder of %d images in one prompt, between which"
                  + " there is text; use a method that chooses before it",
              collected.images()));
    }
    if (!cuts.isEmpty() && collected.byFirst() && PromptGroups.byPrefix(questions).size() > 1) {
      throw new ReductionException(
          "Cannot keep what the first question keeps: the questions have different text before the"
              + " image; reduce by each");
    }
  }

  // The first token after the image sees no question only where it is the template's. Returns the
  // questions of which it is; the others fail.
  private List<Question.Asked> withNullToken(
      int method, List<LayerCut> cuts, List<Question.Asked> questions) {
    if (cuts.stream().noneMatch(LayerCut::needsNullToken)) {
      return questions;
    }
    Map<Boolean, List<Question.Asked>> parted =
        questions.stream()
            .collect(
                Collectors.partitioningBy(one -> prompts.partsFromImage(one.question().prompt())));
    if (parted.get(true).isEmpty()) {
      throw new ReductionException(NO_NULL_TOKEN);
    }
    collected.fail(method, parted.get(false), ErrorKind.REDUCTION_FAILED.with(NO_NULL_TOKEN));
    return parted.get(true);
  }

  // A connector that reads questions takes all of them at once.
  private ProjectedTokens projected(ReducedImages reduction, List<Integer> instruction) {
    Selected wanted = new Selected(reduction.selection(), instruction);
    if (!selected.containsKey(wanted)) {
      List<List<Integer>> all =
          collected.asked().stream().map(Branches::instruction).distinct().toList();
      List<ProjectedTokens> rows =
          model.project(
              reduction,
              all.stream()
                  .map(words -> words.stream().mapToInt(Integer::intValue).toArray())
                  .toList());
      for (int i = 0; i < all.size(); i++) {
        selected.put(new Selected(reduction.selection(), all.get(i)), rows.get(i));
      }
    }
    return selected.get(wanted);
  }

  private ReducedImages left(TokenReducer reducer, String question) {
    return reducer.perQuestion() ? image.reduce(reducer, question, reader) : image.reduce(reducer);
  }

  private static double evidenceMillis(EncodedImages image) {
    return image.evidenceMillis().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /**
   * Returns the methods with the same tokens in all layers, for all of these together, in the
   * methods' order.
   */
  List<List<Branch>> byTokens() {
    List<List<Branch>> groups = new ArrayList<>();
    for (Branch branch : branches) {
      groups.stream()
          .filter(group -> group.get(0).reduced().like(branch.reduced()))
          .findFirst()
          .ifPresentOrElse(
              group -> group.add(branch), () -> groups.add(new ArrayList<>(List.of(branch))));
    }
    return groups;
  }

  @Override
  public void close() {
    selected.values().forEach(ProjectedTokens::close);
  }

  /**
   * The result of one method for one image and the questions that it is for: all of them, or, where
   * the method looks at their text, those with one text. Without an image, the method alone.
   *
   * @param method index into the request's methods
   * @param questions that it is for, in the request's order
   * @param spec the method's canonical spelling
   * @param sized what a budget made of the method for this image; null without a budget
   * @param reduced what the method left of the image; null without one
   */
  record Branch(
      int method, List<Question.Asked> questions, String spec, String sized, Reduced reduced) {

    /** Returns a method that had no image to work on. */
    static Branch text(int method, List<Question.Asked> questions, MethodSpec spec) {
      return new Branch(method, questions, spec.toString(), null, null);
    }

    boolean isFor(Question.Asked question) {
      return questions.contains(question);
    }

    boolean visual() {
      return reduced != null;
    }

    /**
     * Returns the number of layers of the tower that it needs of those that run for all methods
     * together.
     */
    int towerLayers() {
      return visual() ? reduced.towerLayers() : 0;
    }

    /**
     * What a method left of an image.
     *
     * @param work work of the method's own reduction
     * @param grid as {@link EncodedImages#grid}
     * @param before visual tokens before any reduction
     * @param kept patches in the order fed; null when nothing was dropped
     * @param rows for the language model, whose tokens other methods may share
     * @param cuts where some of these leave the language model
     * @param towerLayers layers of the tower that it needs of those that run for all methods
     *     together
     * @param evidence that was asked for, by the method or by its token count
     * @param millis wall time of the method alone
     */
    record Reduced(
        ImageWork work,
        Optional<String> grid,
        int before,
        int[] kept,
        VisualRows rows,
        List<LayerCut> cuts,
        int towerLayers,
        Set<EvidenceKey> evidence,
        Millis millis) {

      /** Returns the tokens that the language model receives. */
      ProjectedTokens tokens() {
        return rows.tokens();
      }

      /** Returns whether two methods left the same tokens at the same positions in all layers. */
      boolean like(Reduced other) {
        return rows.equals(other.rows) && cuts.equals(other.cuts);
      }
    }

    /**
     * Wall time of one method alone.
     *
     * @param tower its own run of the tower
     * @param reduction without the evidence that all methods share
     * @param select the part of the reduction before the connector: the method's own rule
     */
    record Millis(double tower, double reduction, double select) {}
  }

  /**
   * Questions as the decoder takes them: each group after what its prompts share.
   *
   * @param loaded the model, whose system prompt questions may share
   * @param answerLimits how long answers may be
   * @param byFirst whether the first question decides for all of the image's
   */
  record PromptGroups(LoadedModel loaded, AnswerLimits answerLimits, boolean byFirst) {

    /**
     * Returns questions that have the same text up to the last image, together: they can stand
     * after one prefix. Without an image, all of them.
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
     * Returns the questions after the visual tokens that they share; without these, after the
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

    // A tokenizer may join the last of these ids with the next word; then there is nothing to
    // share.
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
      int visualRows = visual == null ? 0 : visual.positions().rows();
      List<int[]> suffixes = new ArrayList<>();
      List<PromptGroup.Limits> limits = new ArrayList<>();
      for (Question.Asked question : questions) {
        int[] ids = question.prompt().ids();
        suffixes.add(Arrays.copyOfRange(ids, prefix.length, ids.length));
        int prompt = visualRows + question.prompt().textTokens();
        limits.add(
            new PromptGroup.Limits(
                answerLimits.most(question, prompt),
                answerLimits.least(prompt),
                question.prompt().letters()));
      }
      boolean first = byFirst && !cuts.isEmpty();
      Optional<FirstKept> kept = first ? Optional.of(new FirstKept()) : Optional.empty();
      return new PromptGroup(prefix, system, slots, visual, cuts, kept, suffixes, limits);
    }

    /** How long answers may be after prompts, by what is asked and what the model can. */
    static final class AnswerLimits {

      private final GenerationDefaults generation;
      private final TextConfig text;

      AnswerLimits(LoadedModel loaded) {
        this.generation = loaded.checkpoint().generation();
        this.text = loaded.checkpoint().config().text();
      }

      /** Returns the most tokens of a question's answer after a prompt of that many positions. */
      int most(Question.Asked question, int prompt) {
        int asked = question.prompt().letters().isEmpty() ? question.question().maxNewTokens() : 1;
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
}
