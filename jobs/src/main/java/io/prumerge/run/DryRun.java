package io.prumerge.run;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.plan.AskedCards;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.RunPlanner;
import io.prumerge.plan.preflight.Preflight;
import io.prumerge.plan.preflight.RunPreview;
import io.prumerge.plan.preflight.ShownPrompts;
import io.prumerge.report.Report;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunTarget;
import io.prumerge.store.CatalogTables;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Checks a run and shows its plan and cost, but does not start it and writes nothing. */
public final class DryRun {

  private final SparkSession spark;
  private final Console console;

  /** Prints to a console. */
  public DryRun(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
  }

  /**
   * Checks the options and prints the plan.
   *
   * @param target empty if no folder was named
   * @param questions of so many, the whole texts that models get are shown
   * @param cards GPUs to plan for
   * @throws Failure after the plan, if the model would not fit the executors
   */
  public void show(
      EvaluateOptions options,
      Optional<RunTarget> target,
      PlanForm form,
      int questions,
      AskedCards cards)
      throws IOException {
    Folders folders = new Folders(spark, console);
    if (target.isPresent()) {
      target.get().tables().ifPresent(tables -> CatalogTables.of(spark, tables, Report.TABLES));
      RunDirectory.of(folders, target.get().output()).state().requireFit(target.get());
    }
    AnswerCache.root(
        folders, options.settings().find(RunSetting.ANSWER_CACHE)); // refuses an old one
    RunPlan plan =
        console.during(
            "Planning", spark.sparkContext(), () -> new RunPlanner(spark, folders).plan(options));
    RunPreview preview = new RunPreview(plan);
    Preflight preflight = Preflight.of(plan, options, spark.sparkContext(), cards);
    ShownPrompts prompts = ShownPrompts.of(plan, questions);
    if (form == PlanForm.JSON) {
      console.out().println(preview.json(preflight, prompts));
    } else {
      preview.print(console);
      prompts.print(console);
      preflight.print(console);
    }
    preflight
        .problem()
        .ifPresent(
            problem -> {
              throw new Failure(problem);
            });
  }
}
