package io.prumerge.plan.preflight;

import io.prumerge.cost.ScheduleStep;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.AttentionKernel;
import io.prumerge.estimate.CostMode;
import io.prumerge.estimate.Estimate;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.estimate.PromptTokens;
import io.prumerge.estimate.ReductionKind;
import io.prumerge.estimate.Scenario;
import io.prumerge.estimate.StageEstimate;
import io.prumerge.plan.BenchmarkSize;
import io.prumerge.plan.LocalModel;
import io.prumerge.plan.MethodEstimate;
import io.prumerge.plan.RunEstimate;
import io.prumerge.plan.RunFlops;
import io.prumerge.plan.RunPlan;
import io.prumerge.reduction.TowerEvidence;

/**
 * Lower bound of the time that one device needs for one model's run, up to the first token of each
 * answer: the roofline of {@link Estimate}.
 *
 * @param model the model's name and dimensions
 * @param precision the model's arithmetic
 * @param estimate tokens per method, and the length of prompts
 * @param size images, encoded once for all their questions and methods; questions about them, asked
 *     with every method; questions without an image
 */
record RooflineHours(
    NamedShape model, PrecisionScheme precision, RunEstimate estimate, BenchmarkSize size) {

  private static final double SECONDS_PER_HOUR = 3600;

  /** Creates the estimate of a planned model. */
  static RooflineHours of(RunPlan plan, String name, LocalModel model, PrecisionScheme precision) {
    return new RooflineHours(
        new NamedShape(name, model.estimate().cost().shape(), 1),
        precision,
        model.estimate(),
        plan.plan().contents().benchmarks().stream().reduce(BenchmarkSize::plus).orElseThrow());
  }

  /**
   * Returns the hours on a device. The visual tokens of an image count once per method, since all
   * its questions are packed after them; in layers in which each question has its own, they count
   * once for each.
   *
   * @param together number of images, or questions without one, per batch; a batch reads the
   *     weights once
   */
  double on(Hardware hardware, int together) {
    double seconds = 0;
    if (size.images() > 0) {
      seconds += size.images() * image(hardware, together) / together;
    }
    if (size.textQuestions() > 0) {
      Estimate batch =
          estimate(TokenSchedule.constant(0), 1, ReductionKind.NONE, hardware, together);
      seconds += size.textQuestions() * batch.firstTokenSeconds() / together;
    }
    return seconds / SECONDS_PER_HOUR;
  }

  /**
   * Returns the seconds of a batch of images: the tower, then every method. Runs of single methods
   * inside the tower take their part of its time by their FLOPs.
   */
  private double image(Hardware hardware, int together) {
    double tower = 0;
    double methods = 0;
    for (MethodEstimate method : estimate.methods()) {
      long questions = size.questionsOfImage();
      Estimate batch =
          estimate(
              visual(method, questions),
              questions,
              method.seen().containsKey(new TowerEvidence.FullWidthAttention())
                  ? ReductionKind.PRUMERGE
                  : ReductionKind.NONE,
              hardware,
              together);
      tower = batch.image().vision().map(StageEstimate::seconds).orElse(0.0);
      methods += batch.firstTokenSeconds() - tower;
    }
    return tower * new RunFlops(estimate).tower() / estimate.cost().tower().features() + methods;
  }

  // Rows of visual tokens in each layer, for all questions of an image together.
  private static TokenSchedule visual(MethodEstimate method, long questions) {
    return new TokenSchedule(
        method.visual().steps().stream()
            .map(
                step ->
                    step.layer() < method.parts()
                        ? step
                        : new ScheduleStep(
                            step.layer(), Math.toIntExact(step.tokens() * questions)))
            .toList());
  }

  private Estimate estimate(
      TokenSchedule visual,
      long questions,
      ReductionKind reduction,
      Hardware hardware,
      int together) {
    return Estimate.of(
        new Scenario(
            model,
            new PromptTokens(
                visual,
                Math.toIntExact(Math.max(1, estimate.before() + questions * estimate.behind()))),
            together,
            precision,
            AttentionKernel.EAGER,
            reduction,
            hardware,
            CostMode.ACCURATE));
  }
}
