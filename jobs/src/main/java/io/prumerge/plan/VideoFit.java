package io.prumerge.plan;

import io.prumerge.cost.CostModel;
import io.prumerge.estimate.ShapeTable;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Whether a method runs on videos whose frames' patches are pooled behind the connector, by a tower
 * without a class token, as LLaVA-OneVision takes them.
 *
 * @param spec of the method that runs; empty if none does
 * @param why it is refused; empty if it runs
 * @param whyAmongText why it is refused where the prompt has text between the frames, as InternVL's
 *     has; empty if it runs there too, or nowhere
 */
public record VideoFit(
    Optional<MethodSpec> spec, Optional<String> why, Optional<String> whyAmongText) {

  /** Its decoder's layers are as many as methods name; what it costs is not asked. */
  private static final String MODEL = "llava-1.5-7b";

  /** Tries a method in its shortest spelling, then in others that plans name. */
  public static VideoFit of(ReducerFactory method) {
    MethodSpec shortest = TokenReducers.of(MethodSpec.read(TokenReducers.shortest(method))).spec();
    CostModel cost = new CostModel(ShapeTable.bundled().named(MODEL).shape());
    MethodTrials.Trial trial = spec -> outcome(cost, spec, false);
    try {
      TrialOutcome outcome = trial.of(shortest);
      Optional<MethodSpec> runs =
          outcome.refusal().isEmpty()
              ? Optional.of(shortest)
              : MethodTrials.remedy(shortest, trial);
      return new VideoFit(
          runs,
          runs.isPresent() ? Optional.empty() : outcome.refusal(),
          runs.flatMap(spec -> outcome(cost, spec, true).refusal()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is read
    }
  }

  private static TrialOutcome outcome(CostModel cost, MethodSpec spec, boolean amongText) {
    try {
      MethodEstimate estimate =
          MethodEstimate.of(cost, spec, TypicalImage.video(amongText), 0, text -> 0);
      return new TrialOutcome(Optional.of(estimate), Optional.empty(), Optional.empty());
    } catch (ReductionException e) {
      return TrialOutcome.refused(e.getMessage());
    }
  }
}
