package io.prumerge.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.prumerge.cost.ReductionWork;
import io.prumerge.engine.Answer;
import io.prumerge.engine.ExplainedView;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.QueryAttention;
import io.prumerge.engine.ReceivedAttention;
import io.prumerge.engine.StayingTokens;
import io.prumerge.image.Area;
import io.prumerge.image.PatchGrid;
import io.prumerge.lang.Optionals;
import io.prumerge.reduction.run.Merge;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The document that {@code explain --json} prints. */
public record ExplainDocument(
    String model,
    String device,
    String dtype,
    String imageAspect,
    String conversation,
    String prompt,
    String page,
    List<Image> images) {

  /**
   * One image. What it has in common with a {@link Tile} is about the view of the whole image.
   *
   * @param gridSide patches in a row and in a column of each view; null where these differ
   * @param grid the same, rows and columns
   * @param queries what each query of a Q-Former looks at; null for other models
   * @param received where the attention is that patches get; null for a tower with a class token
   * @param tiles row by row; empty for a model that has none
   * @param frames the views of a video in the order of time, the first one too; absent of an image
   */
  private record Image(
      String image,
      String imageSha256,
      String folder,
      int width,
      int height,
      Integer gridSide,
      PatchGrid grid,
      Area seen,
      List<Float> attention,
      float q1,
      float q3,
      float fence,
      List<Integer> outliers,
      QueryAttention queries,
      ReceivedAttention received,
      List<Tile> tiles,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<Frame> frames,
      List<Method> methods) {

    static Image of(ExplainedImage image) {
      Explanation explanation = image.explanation();
      Tile whole = Tile.of(explanation, 0);
      PatchGrid grid = explanation.patchGrid();
      return new Image(
          image.source(),
          image.sha256(),
          image.folder(),
          explanation.picture().width(),
          explanation.picture().height(),
          grid.rows() == grid.cols() ? grid.rows() : null,
          grid,
          whole.seen(),
          whole.attention(),
          whole.q1(),
          whole.q3(),
          whole.fence(),
          whole.outliers(),
          explanation.queries().orElse(null),
          explanation.received().orElse(null),
          IntStream.range(1, image.video().isPresent() ? 1 : explanation.views().size())
              .mapToObj(view -> Tile.of(explanation, view))
              .toList(),
          image.video().map(video -> Frame.all(explanation, video)).orElse(null),
          image.methods().stream().map(method -> Method.of(method, explanation)).toList());
    }
  }

  /**
   * One view of an image.
   *
   * @param seen the area of its patches, in the image's pixels
   * @param attention to each of its patches: of the class token, the mean of the queries, or that
   *     of all patches
   * @param q1 first quartile of the attention
   * @param fence Q3 + 1.5 (Q3 - Q1)
   * @param outliers patches above the fence, numbered through all views of the image
   */
  record Tile(
      Area seen, List<Float> attention, float q1, float q3, float fence, List<Integer> outliers) {

    static Tile of(Explanation explanation, int number) {
      ExplainedView view = explanation.views().get(number);
      int first = number * explanation.patches();
      return new Tile(
          view.seen(),
          view.attention(),
          view.quartiles().first(),
          view.quartiles().third(),
          view.quartiles().fence(),
          view.outliers().stream().map(patch -> first + patch).toList());
    }
  }

  /**
   * One view of a video.
   *
   * @param frame number of its first frame, from 0
   * @param seconds when that is; null where it is not known
   */
  record Frame(int frame, Double seconds, @JsonUnwrapped Tile seen) {

    static List<Frame> all(Explanation explanation, VideoStrip video) {
      return IntStream.range(0, explanation.views().size())
          .mapToObj(
              view -> new Frame(video.first(view), video.seconds(view), Tile.of(explanation, view)))
          .toList();
    }
  }

  /**
   * Named as the columns of {@code predictions}; costs and answers are null without a question and
   * with an error. Patches are numbered through all views of the image.
   *
   * @param positions of the visual tokens in the language model, from 0 at the image's first one
   * @param visualTokensOfViews tokens of each view that the language model receives
   * @param staying the tokens that are left after each cut inside the decoder
   */
  private record Method(
      String method,
      int visualTokensBefore,
      int visualTokensAfter,
      List<Integer> visualTokensOfViews,
      List<Integer> keptIndices,
      List<Integer> positions,
      boolean summary,
      List<MergedToken> merges,
      List<Staying> staying,
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
      int visualTokensBefore = explanation.tokens();
      int visualTokensAfter = method.choice().allTokens();
      return new Method(
          method.choice().method().toString(),
          visualTokensBefore,
          visualTokensAfter,
          method.choice().tokens(),
          method.choice().kept().orElse(null),
          method.choice().positions(),
          method.choice().work().views().stream().anyMatch(ReductionWork::summary),
          method.choice().merges().stream().map(MergedToken::of).toList(),
          method.choice().staying().stream()
              .map(staying -> Staying.of(staying, explanation.queries().isPresent()))
              .toList(),
          of(method, Answer::text),
          of(method, Answer::finishReason),
          of(method, answer -> answer.tokens().text()),
          of(method, answer -> answer.tokens().generated()),
          method.flopsVision(),
          method.flopsReduction(),
          method.flopsProjector(),
          of(method, answer -> answer.work().cost().prefill()),
          of(method, answer -> answer.work().cost().decode()),
          of(method, answer -> answer.work().cost().total()),
          of(method, answer -> answer.work().kvCacheBytes()),
          method.answer().map(Answer::error).orElse(null));
    }

    private static <T> T of(ExplainedMethod method, Function<Answer, T> figure) {
      Optional<Answer> answer = method.answered();
      return answer.map(figure).orElse(null);
    }
  }

  /**
   * The tokens that are left after a cut inside the decoder.
   *
   * @param layer the first that the others do not reach, from 0
   * @param lastLayer the last before the next cut
   * @param visualTokens all that are left
   * @param queries of a Q-Former, those that are left; null for other models
   * @param keptIndices the patches that tokens stand for which are no sums; null for a model with a
   *     Q-Former
   * @param sums how many of the tokens are weighted sums of several
   */
  private record Staying(
      int layer,
      int lastLayer,
      int visualTokens,
      List<Integer> queries,
      List<Integer> keptIndices,
      int sums) {

    static Staying of(StayingTokens staying, boolean queries) {
      return new Staying(
          staying.layer(),
          staying.last(),
          staying.tokens().size(),
          queries ? staying.places() : null,
          queries ? null : staying.patches(),
          staying.sums());
    }
  }

  /**
   * A token that patches are merged into.
   *
   * @param kept the patch that it stands for; null without one
   * @param weight of that patch; 0 without one
   */
  record MergedToken(Integer kept, float weight, List<MergedPatch> neighbours) {

    static MergedToken of(Merge merge) {
      return new MergedToken(
          Optionals.orNull(merge.patch()),
          merge.weight(),
          merge.neighbours().stream()
              .map(one -> new MergedPatch(one.patch(), one.cosine().orElse(null), one.weight()))
              .toList());
    }
  }

  /**
   * A patch that is merged into a token.
   *
   * @param cosine of both patches' keys; null where the method does not merge by that
   */
  record MergedPatch(int patch, Float cosine, float weight) {}

  public static ExplainDocument of(ExplainResult result) {
    return new ExplainDocument(
        result.questioned().model(),
        result.questioned().device(),
        result.questioned().dtype(),
        result.questioned().imageAspect(),
        result.questioned().conversation(),
        result.questioned().prompt().orElse(null),
        result.page().toString(),
        result.images().stream().map(Image::of).toList());
  }
}
