package io.prumerge.engine;

import io.prumerge.model.EncodedViews;
import io.prumerge.model.ImageTokens;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One image under all methods: each reduced, for each text that it looks at; the same tokens
 * projected once.
 */
final class ImageBranches implements AutoCloseable {

  private final EncodedViews image;
  private final QuestionReader reader;
  private final LlavaModel model;
  private final Map<List<TokenSelection>, SharedTokens> selected = new HashMap<>();
  private final List<Branch> branches = new ArrayList<>();

  /**
   * Applies the reducers; one that cannot reduce this image fails on the sheet.
   *
   * @throws io.prumerge.torch.TorchException if the device cannot do it
   */
  ImageBranches(
      List<TokenReducer> reducers, EncodedViews image, LoadedModel loaded, AnswerSheet sheet) {
    this.image = image;
    this.reader = loaded.reader();
    this.model = loaded.model();
    try {
      for (int m = 0; m < reducers.size(); m++) {
        for (List<AskedQuestion> questions : together(reducers.get(m), sheet)) {
          try {
            branches.add(reduce(m, reducers.get(m), questions));
          } catch (ReductionException e) {
            sheet.fail(m, questions, ErrorKind.REDUCTION_FAILED.with(e.getMessage()));
          }
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    } finally {
      reader.close();
    }
    sheet.seen(image.evidenceMillis(), image.textFlops());
  }

  // The questions that a method leaves the same tokens for: all, as the first one decides where it
  // looks at their text, or those with the same text.
  private static Collection<List<AskedQuestion>> together(TokenReducer reducer, AnswerSheet sheet) {
    if (!reducer.perQuestion() || sheet.byFirst()) {
      return List.of(sheet.asked());
    }
    Map<String, List<AskedQuestion>> byText = new LinkedHashMap<>();
    for (AskedQuestion question : sheet.asked()) {
      byText.computeIfAbsent(question.question().prompt(), text -> new ArrayList<>()).add(question);
    }
    return byText.values();
  }

  private Branch reduce(int method, TokenReducer reducer, List<AskedQuestion> questions) {
    long start = System.nanoTime();
    double evidenceBefore = evidenceMillis(image);
    try (ImageTokens reduction = left(reducer, questions.get(0).question().prompt())) {
      TokenReducer applied = reduction.applied();
      double selectMillis =
          ImageAnswerer.millisSince(start) - (evidenceMillis(image) - evidenceBefore);
      List<LayerCut> cuts = LayerCut.of(applied, reduction.tokens(), image.decoderLayers());
      SharedTokens tokens =
          selected.computeIfAbsent(
              reduction.selection(),
              selection -> new SharedTokens(model.project(reduction), reduction.projections()));
      double evidence = evidenceMillis(image) - evidenceBefore;
      return new Branch(
          method,
          questions,
          reducer.spec().toString(),
          applied.spec().equals(reducer.spec()) ? null : applied.spec().toString(),
          reduction.work(),
          image.tokens(),
          reduction.keptIndices().orElse(null),
          tokens,
          cuts,
          image.towerLayers(reducer),
          reduction.looks(),
          reduction.towerMillis(),
          ImageAnswerer.millisSince(start) - evidence,
          selectMillis);
    }
  }

  private ImageTokens left(TokenReducer reducer, String question) {
    return reducer.perQuestion() ? image.reduce(reducer, question, reader) : image.reduce(reducer);
  }

  private static double evidenceMillis(EncodedViews image) {
    return image.evidenceMillis().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static boolean alike(Branch one, Branch other) {
    return one.tokens() == other.tokens() && one.cuts().equals(other.cuts());
  }

  /**
   * The methods with the same tokens in all layers, for all of these together, in the methods'
   * order.
   */
  List<List<Branch>> byTokens() {
    List<List<Branch>> groups = new ArrayList<>();
    for (Branch branch : branches) {
      groups.stream()
          .filter(group -> alike(group.get(0), branch))
          .findFirst()
          .ifPresentOrElse(
              group -> group.add(branch), () -> groups.add(new ArrayList<>(List.of(branch))));
    }
    return groups;
  }

  @Override
  public void close() {
    selected.values().forEach(SharedTokens::close);
  }
}
