package io.prumerge.finetune;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Trains LoRA adapters of one model on the same data: each as one Spark task, or one over several
 * devices. What was begun continues from its last checkpoint.
 */
public final class Finetune {

  private final SparkSession spark;
  private final Console console;
  private final Folders folders;

  /** Creates the command; progress goes where errors go. */
  public Finetune(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
    this.folders = new Folders(spark, console);
  }

  /**
   * Makes the checks that need no session, and neither weights nor rows.
   *
   * @throws UsageException if a setting is refused
   */
  public static void check(
      FinetuneOptions options,
      List<NewAdapter> adapters,
      boolean resume,
      boolean allowCodeChange,
      Folders folders)
      throws IOException {
    if (allowCodeChange && !resume) {
      throw new UsageException(
          Wording.of("%s requires %s", Setting.ALLOW_CODE_CHANGE, Setting.RESUME));
    }
    if (adapters.size() > 1 && options.devices() > 1) {
      throw new UsageException(
          Wording.of(
              "%s is for one training, but there are %d; they run at the same time anyway",
              Setting.DEVICES, adapters.size()));
    }
    for (NewAdapter adapter : adapters) {
      new TrainingOutput(folders, adapter.output()).requireFit(resume);
    }
    TrainingInput.check(options, adapters.stream().map(NewAdapter::recipe).toList(), folders);
  }

  /**
   * Trains until all adapters are there.
   *
   * @param adapters new folders, or those of an unfinished attempt
   * @param resume whether to go on with what was begun
   * @param allowCodeChange whether that may have been begun in another environment
   * @return those that are finished; a training that diverges is left out with a warning
   * @throws UsageException if a setting is refused, before anything is written
   * @throws Failure if the data have broken rows, or no training can be finished
   */
  public List<NewAdapter> run(
      FinetuneOptions options, List<NewAdapter> adapters, boolean resume, boolean allowCodeChange)
      throws IOException {
    check(options, adapters, resume, allowCodeChange, folders);
    List<TrainingOutput> outputs = new ArrayList<>();
    for (NewAdapter adapter : adapters) {
      outputs.add(new TrainingOutput(folders, adapter.output()));
    }
    TrainingInput input =
        TrainingInput.checked(
            options, adapters.stream().map(NewAdapter::recipe).toList(), spark, folders, console);
    try {
      return trained(input, adapters, outputs, allowCodeChange);
    } finally {
      for (TrainingOutput output : outputs) {
        output.close();
      }
    }
  }

  private List<NewAdapter> trained(
      TrainingInput input,
      List<NewAdapter> adapters,
      List<TrainingOutput> outputs,
      boolean allowCodeChange)
      throws IOException {
    LeaseHolder me = LeaseHolder.here(spark.sparkContext().applicationId());
    List<TrainingJob> jobs = new ArrayList<>();
    for (int i = 0; i < adapters.size(); i++) {
      Recipe recipe = adapters.get(i).recipe();
      TrainingOutput output = outputs.get(i);
      if (!output.begin(input.record(recipe), input.environment(), allowCodeChange, me, console)) {
        jobs.add(input.job(i, recipe, output.folder()));
      }
    }
    List<NewAdapter> finished = new ArrayList<>(adapters);
    for (TrainingOutcome outcome : train(jobs, adapters, input.options().devices())) {
      NewAdapter adapter = adapters.get(outcome.number());
      if (outcome.error() == null) {
        TrainingOutput output = outputs.get(outcome.number());
        TrainingManifest manifest =
            TrainingManifest.of(input.record(adapter.recipe()), output.environments(), outcome);
        output.finish(spark, outcome, manifest, input.data().first());
        console.out().println(summary(adapter, manifest, outcome.progress()));
      } else if (adapters.size() == 1) {
        throw new Failure(stopped(adapter, outcome));
      } else {
        console.warn("%s", stopped(adapter, outcome));
        finished.remove(adapter);
      }
    }
    finished.forEach(adapter -> console.out().println("Adapter: " + adapter.output()));
    return finished;
  }

  private static String summary(
      NewAdapter adapter, TrainingManifest manifest, TrainingProgress progress) {
    return Text.format(
        "%s: %s on %s in %s; loss %.4f at first, %.4f at the end; %s; %s left out",
        adapter.name(),
        Texts.count(manifest.result().steps(), "step"),
        manifest.device(),
        manifest.dtype(),
        manifest.result().firstLoss(),
        manifest.result().lastLoss(),
        Texts.count(
            progress.steps().stream().mapToLong(StepRow::answerTokens).sum(), "answer token"),
        Texts.count(manifest.settings().source().brokenRows() + progress.leftOut().size(), "row"));
  }

  private static String stopped(NewAdapter adapter, TrainingOutcome outcome) {
    return Text.format("Cannot finish %s: %s", adapter.output(), outcome.error());
  }

  private List<TrainingOutcome> train(
      List<TrainingJob> jobs, List<NewAdapter> adapters, int devices) throws IOException {
    if (jobs.isEmpty()) {
      return List.of();
    }
    long before = 0;
    long all = 0;
    for (TrainingJob job : jobs) {
      int done = job.folder().progress(folders.hadoop()).steps().size();
      before += done;
      all += job.steps();
      console
          .err()
          .println(
              Text.format(
                  "%s: %s of %s%s",
                  adapters.get(job.number()).name(),
                  Texts.count(job.steps(), "step"),
                  Texts.count(job.recipe().schedule().batch(), "row"),
                  done > 0 ? Text.format(", %,d of them done", done) : ""));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(folders.hadoop()));
    try (StepWatch watch = new StepWatch(spark.sparkContext(), console, before, all)) {
      List<TrainingOutcome> outcomes =
          devices > 1
              ? List.of(new SharedTraining(context, hadoop, jobs.get(0), devices, watch).run())
              : context
                  .parallelize(jobs, jobs.size())
                  .map(new TrainingTask(hadoop, watch.meter()))
                  .collect();
      if (outcomes.stream().allMatch(outcome -> outcome.error() == null)) {
        watch.done();
      }
      return outcomes;
    } finally {
      hadoop.destroy();
    }
  }
}
