package io.prumerge.search;

import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.metric.Inference;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.RunPlanner;
import io.prumerge.plan.RunTarget;
import io.prumerge.plan.sweep.SearchSettings;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.run.Evaluate;
import io.prumerge.run.FinishedRun;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Searches among methods for those that are most accurate at their cost. Each rung is an ordinary
 * run in the search's folder. Rungs share an answer cache, and a rung's questions contain those of
 * the rung before, so nothing is asked twice and an image is encoded once for all candidates.
 */
public final class Search {

  private final SparkSession spark;
  private final Console console;
  private final Folders folders;

  /** Creates a search that prints its progress as errors are printed. */
  public Search(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console.quiet();
    this.folders = new Folders(spark, this.console);
  }

  /**
   * Searches until the front is separated or the questions are used up, and writes the front.
   *
   * @param options the candidates and at most the questions to ask them
   * @throws UsageException if a setting does not fit a search
   */
  public FoundFront run(EvaluateOptions options, SearchSettings settings, RunTarget target)
      throws IOException {
    requireOneModel(options);
    requireNamed(options);
    Path root = folders.qualified(Setting.OUTPUT, target.output());
    SearchFolder folder = new SearchFolder(root, folders.fileSystem(root));
    folder.requireFit(target);
    List<MethodSpec> candidates = candidates(options);
    String answers = options.parallelism().answerCache().orElse(folder.answers());
    EvaluateOptions all = options.of(candidates, options.limit(), answers);
    RunPlan plan =
        console.during(
            "Planning", spark.sparkContext(), () -> new RunPlanner(spark, folders).plan(all));
    List<Long> sizes =
        Rung.sizes(settings.questions(), settings.growth(), plan.plan().contents().mostQuestions());
    folder.begin(
        SearchRecord.of(
            settings, sizes, new Configurations(folders, console).resolve(all, plan).get(0)));
    Halving halving =
        new Halving(
            rung -> ask(options, rung, folder, answers, target), settings.cost(), console.err());
    Front front = halving.run(candidates, sizes);
    folder.clearFront();
    Table.FRONT.write(
        spark,
        front.standings().stream()
            .map(standing -> standing.row(front.objective(), front.cost()))
            .toList(),
        folder.front().toString());
    return new FoundFront(front, folder.front().toString(), folder.rung(front.rungs()));
  }

  private static void requireOneModel(EvaluateOptions options) {
    if (options.models().size() != 1 || options.models().get(0).endpoint().isPresent()) {
      throw new UsageException(
          Wording.of(
              "search compares methods of one checkpoint, but %s names %s",
              Setting.MODEL, options.models().stream().map(model -> model.folder()).toList()));
    }
  }

  /** Rungs share answers, which depend on what {@code auto} becomes on each executor. */
  private static void requireNamed(EvaluateOptions options) {
    if (options.settings().device().equals(Optional.of(DeviceChoice.AUTO))
        || options.settings().dtype().equals(Optional.of(DtypeChoice.AUTO))) {
      throw new UsageException(
          Wording.of(
              "search reuses the answers of earlier rungs, so auto does not do: set %s to cpu or cuda and %s to fp32, bf16 or fp16, or the file's keys device and dtype",
              Setting.DEVICE, Setting.DTYPE));
    }
  }

  /** Returns the methods, the baseline among them. */
  private static List<MethodSpec> candidates(EvaluateOptions options) {
    List<MethodSpec> candidates = new ArrayList<>(options.methods());
    MethodSpec baseline = MethodSpec.parse(Inference.BASELINE);
    if (!candidates.contains(baseline)) {
      candidates.add(0, baseline);
    }
    if (candidates.size() < 2) {
      throw new UsageException(
          Wording.of("search compares methods, but there is only the %s none", Setting.METHOD));
    }
    return candidates;
  }

  private RungAsker.Answers ask(
      EvaluateOptions options, Rung rung, SearchFolder folder, String answers, RunTarget target)
      throws IOException {
    RunTarget.Start start =
        target.start() == RunTarget.Start.FRESH ? RunTarget.Start.RESUME : target.start();
    FinishedRun run =
        new Evaluate(spark, console, planned -> {}, report -> {})
            .run(
                options.of(rung.methods(), OptionalLong.of(rung.questions()), answers),
                new RunTarget(
                    folder.rung(rung.number()), start, target.allowCodeChange(), Optional.empty()));
    return new RungAsker.Answers(run.read(spark, Table.PREDICTIONS), run.read(spark, Table.SCORES));
  }
}
