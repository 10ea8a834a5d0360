package io.prumerge.report;

import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.cost.TowerCost;
import io.prumerge.estimate.AttentionKernel;
import io.prumerge.estimate.CostMode;
import io.prumerge.estimate.Estimate;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.estimate.PromptTokens;
import io.prumerge.estimate.ReductionKind;
import io.prumerge.estimate.Scenario;
import io.prumerge.image.PatchGrid;
import io.prumerge.lang.Text;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.RooflineRow;
import io.prumerge.store.VisualTokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The minimum times of a method's mean question, computed alone, by the roofline of {@link
 * Estimate}: 16-bit and quantised language models on every device of {@code conf/hardware.yaml}.
 *
 * @param efficiency what the methods cost, with the times; empty where there are none
 * @param notes why a model of known dimensions has none, a message for each reason
 */
record RooflineTimes(List<EfficiencyRow> efficiency, List<String> notes) {

  private static final List<PrecisionScheme> PRECISIONS =
      List.of("fp16", "w8a8", "w4a16").stream().map(PrecisionScheme::parse).toList();

  /** What the specs of methods begin with of which the tower sees what they leave. */
  private static final List<String> BEFORE_TOWER = List.of("resize:", "pixelprune");

  private static final double MILLI = 1e-3;

  /**
   * Computes the times for runs whose model has known dimensions.
   *
   * @param efficiency what the methods cost
   * @param shapes by run
   * @param videos whether a run's questions are about videos
   */
  static RooflineTimes of(
      List<EfficiencyRow> efficiency, Map<String, ModelShape> shapes, Predicate<String> videos) {
    List<Hardware> devices = HardwareTable.bundled().devices();
    List<EfficiencyRow> rows = new ArrayList<>();
    Map<String, Set<String>> problems = new LinkedHashMap<>();
    for (EfficiencyRow row : efficiency) {
      ModelShape shape = shapes.get(row.runId());
      boolean video = videos.test(row.runId());
      Optional<String> problem = shape == null ? Optional.empty() : problem(row, named(row, shape));
      List<RooflineRow> times = null;
      if (shape != null && problem.isEmpty()) {
        try {
          times = times(row, shape, video, devices);
        } catch (IllegalArgumentException | ArithmeticException e) {
          // The answers are there: what a mean question costs elsewhere is not worth them.
          problem = Optional.of(String.valueOf(e.getMessage()));
        }
      }
      problem.ifPresent(
          reason ->
              problems
                  .computeIfAbsent(reason, absent -> new LinkedHashSet<>())
                  .add(row.benchmark() + "/" + row.split()));
      rows.add(times == null ? row : row.withRoofline(times));
    }
    return new RooflineTimes(rows, notes(problems));
  }

  private static List<String> notes(Map<String, Set<String>> problems) {
    List<String> notes = new ArrayList<>();
    problems.forEach(
        (problem, places) ->
            notes.add(
                Text.format(
                    "%s: no times on other hardware: %s", String.join(", ", places), problem)));
    return notes;
  }

  private static NamedShape named(EfficiencyRow row, ModelShape shape) {
    return new NamedShape(row.model(), shape, 1);
  }

  /** Returns why there are no times: where images stand outside the sequence, they are of one. */
  private static Optional<String> problem(EfficiencyRow row, NamedShape shape) {
    double visual = row.visualTokens().layerMean().orElse(0);
    if (visual == 0
        || !shape.shape().decoder().beside()
        || Math.round(visual) == shape.visualTokens()) {
      return Optional.empty();
    }
    return Optional.of(
        Text.format(
            "a question of %s has %.3g images on average; where they are outside the sequence, an"
                + " estimate is of one",
            row.model(), visual / shape.visualTokens()));
  }

  /** Returns no times if no question was answered. */
  private static List<RooflineRow> times(
      EfficiencyRow row, ModelShape shape, boolean video, List<Hardware> devices) {
    OptionalDouble visual = row.visualTokens().layerMean();
    if (visual.isEmpty() || row.textTokens().isEmpty()) {
      return List.of();
    }
    int text = (int) Math.round(row.textTokens().getAsDouble());
    NamedShape seen = video ? ofVideo(row, shape) : named(row, shape.over(meanView(row)));
    boolean reduces = row.flops().reduction().orElse(0) > 0;
    List<RooflineRow> times = new ArrayList<>();
    for (Hardware device : devices) {
      for (PrecisionScheme precision : PRECISIONS) {
        Scenario scenario =
            new Scenario(
                seen,
                new PromptTokens(
                    TokenSchedule.constant((int) Math.round(visual.getAsDouble())), text),
                1,
                precision,
                AttentionKernel.EAGER,
                reduces ? ReductionKind.PRUMERGE : ReductionKind.NONE,
                device,
                CostMode.ACCURATE);
        Estimate estimate = Estimate.of(scenario);
        times.add(
            new RooflineRow(
                device.name(),
                precision.name(),
                (estimate.firstTokenSeconds() - estimate.prefill().seconds()) / MILLI,
                estimate.prefill().seconds() / MILLI,
                estimate.decodeToken().seconds() / MILLI));
      }
    }
    return times;
  }

  /** Returns a model over as many frames as the tower saw on average. */
  private static NamedShape ofVideo(EfficiencyRow row, ModelShape shape) {
    double tower = new TowerCost(shape.tower()).features();
    int frames = Math.max(1, (int) Math.round(row.flops().vision().orElse(0) / tower));
    int tokens = (int) Math.round(row.visualTokens().before().orElse(0));
    // Towers that make tokens of blocks of patches do what others leave to the pooling.
    return shape.tower().kind().block() == 1
        ? NamedShape.ofPooledVideo(row.model(), shape, frames, tokens)
        : NamedShape.ofVideo(row.model(), shape, frames, frames);
  }

  /** Returns about as many patches as the tower sees on average, where images keep their size. */
  private static PatchGrid meanView(EfficiencyRow row) {
    VisualTokens tokens = row.visualTokens();
    boolean left = BEFORE_TOWER.stream().anyMatch(row.method()::startsWith);
    double patches = (left ? tokens.after() : tokens.before()).orElse(0);
    int rows = Math.max(1, (int) Math.round(Math.sqrt(patches)));
    return new PatchGrid(rows, Math.max(1, (int) Math.round(patches / rows)));
  }
}
