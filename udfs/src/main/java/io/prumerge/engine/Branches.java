package io.prumerge.engine;

import io.prumerge.lang.Text;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.PromptSelection;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.text.PromptEncoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  // A smaller picture has no patches of the picture.
  private static final int[] NO_PATCHES = {};

  private final EncodedImages image;
  private final QuestionReader reader;
  private final LlavaModel model;
  private final PromptEncoder prompts;
  private final RequestAnswers collected;
  private final Map<Selected, ProjectedTokens> selected = new HashMap<>();
  private final List<Branch> branches = new ArrayList<>();

  /** Equal for rows that are the same: of these tokens, after a connector that read this. */
  private record Selected(PromptSelection tokens, List<Integer> instruction) {}

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
        for (List<EncodedQuestion> questions : groupsOfQuestions(reducers.get(m))) {
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
  private Collection<List<EncodedQuestion>> groupsOfQuestions(TokenReducer reducer) {
    boolean apart = reducer.perQuestion() && !collected.byFirst();
    Map<Seen, List<EncodedQuestion>> alike = new LinkedHashMap<>();
    for (EncodedQuestion question : collected.encodedQuestions()) {
      Seen seen = new Seen(apart ? question.question().prompt() : "", instruction(question));
      alike.computeIfAbsent(seen, key -> new ArrayList<>()).add(question);
    }
    return alike.values();
  }

  private static List<Integer> instruction(EncodedQuestion question) {
    return IntStream.of(question.prompt().instruction()).boxed().toList();
  }

  private Branch reduce(int method, TokenReducer reducer, List<EncodedQuestion> questions) {
    long start = System.nanoTime();
    double evidenceBefore = evidenceMillis(image);
    try (ReducedImages reduction = reduced(reducer, questions.get(0).question().prompt())) {
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
      boolean smaller = reducer.picture().isPresent();
      model.await(); // or the connector's time would be the first pass's
      double evidence = evidenceMillis(image) - evidenceBefore;
      return new Branch(
          method,
          withNullToken(method, cuts, questions),
          reducer.spec().toString(),
          applied.spec().equals(reducer.spec()) ? null : applied.spec().toString(),
          new ReducedBranch(
              reduction.work().reading(instruction.size()),
              image.grid(),
              smaller ? image.unlimited() : image.tokens(),
              smaller ? NO_PATCHES : reduction.keptIndices().orElse(null),
              new VisualRows(tokens, reduction.positions()),
              cuts,
              image.towerLayers(reducer),
              reduction.evidence(),
              new BranchMillis(
                  reduction.towerMillis(),
                  ImageAnswerer.millisSince(start) - evidence,
                  selectMillis)));
    }
  }

  // A cut takes tokens of one image, after which the questions begin.
  private void requireOnePlace(List<LayerCut> cuts, List<EncodedQuestion> questions) {
    if (!cuts.isEmpty() && collected.images() > 1) {
      throw new ReductionException(
          Text.format(
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
  private List<EncodedQuestion> withNullToken(
      int method, List<LayerCut> cuts, List<EncodedQuestion> questions) {
    if (cuts.stream().noneMatch(LayerCut::needsNullToken)) {
      return questions;
    }
    Map<Boolean, List<EncodedQuestion>> parted =
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
          collected.encodedQuestions().stream().map(Branches::instruction).distinct().toList();
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

  private ReducedImages reduced(TokenReducer reducer, String question) {
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
}
