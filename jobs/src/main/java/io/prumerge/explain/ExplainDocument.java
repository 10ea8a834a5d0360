package io.prumerge.explain;

import io.prumerge.engine.Answer;
import io.prumerge.engine.Explanation;
import io.prumerge.image.Area;
import io.prumerge.reduction.Merge;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The document that {@code explain --json} prints. */
public record ExplainDocument(
    String model,
    String device,
    String dtype,
    String imageAspect,
    String prompt,
    String page,
    List<Image> images) {

  /**
   * @param seen the area of all patches, in the image's pixels
   * @param attention of the class token to each patch
   * @param q1 first quartile of the attention
   * @param fence Q3 + 1.5 (Q3 - Q1)
   * @param outliers number of patches above the fence
   */
  record Image(
      String image,
      String imageSha256,
      String folder,
      int width,
      int height,
      int gridSide,
      Area seen,
      List<Float> attention,
      float q1,
      float q3,
      float fence,
      List<Integer> outliers,
      List<Method> methods) {

    static Image of(ExplainedImage image) {
      Explanation explanation = image.explanation();
      return new Image(
          image.source(),
          image.sha256(),
          image.folder(),
          explanation.picture().width(),
          explanation.picture().height(),
          explanation.gridSide(),
          explanation.seen(),
          explanation.attention(),
          explanation.quartiles().first(),
          explanation.quartiles().third(),
          explanation.quartiles().fence(),
          explanation.outliers(),
          image.methods().stream().map(method -> Method.of(method, explanation)).toList());
    }
  }

  /**
   * Named as the columns of {@code predictions}; costs and answers are null without a question and
   * with an error.
   */
  record Method(
      String method,
      int visualTokensBefore,
      int visualTokensAfter,
      List<Integer> keptIndices,
      boolean summary,
      List<Merge> merges,
      String answer,
      String finishReason,
      Integer textTokens,
      Integer generatedTokens,
      long flopsVision,
      long flopsReduction,
      long flopsProjector,
      Long flopsPrefill,
      Long flopsDecode,
      Long flopsTotal,
      Long kvCacheBytes,
      String error) {

    static Method of(ExplainedMethod method, Explanation explanation) {
      return new Method(
          method.choice().method().toString(),
          explanation.tokens(),
          method.choice().tokens(),
          method.choice().kept().orElse(null),
          method.choice().work().summary(),
          method.choice().merges(),
          of(method, Answer::text),
          of(method, Answer::finishReason),
          of(method, Answer::textTokens),
          of(method, Answer::generatedTokens),
          method.flopsVision(),
          method.flopsReduction(),
          method.flopsProjector(),
          of(method, answer -> answer.cost().prefill()),
          of(method, answer -> answer.cost().decode()),
          of(method, answer -> answer.cost().total()),
          of(method, Answer::kvCacheBytes),
          method.answer().map(Answer::error).orElse(null));
    }

    private static <T> T of(ExplainedMethod method, Function<Answer, T> figure) {
      Optional<Answer> answer = method.answered();
      return answer.map(figure).orElse(null);
    }
  }

  public static ExplainDocument of(Explain.Result result) {
    return new ExplainDocument(
        result.questioned().model(),
        result.questioned().device(),
        result.questioned().dtype(),
        result.questioned().imageAspect(),
        result.questioned().prompt().orElse(null),
        result.page().toString(),
        result.images().stream().map(Image::of).toList());
  }
}
