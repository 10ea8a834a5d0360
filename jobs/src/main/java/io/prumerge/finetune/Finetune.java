package io.prumerge.finetune;

import ai.djl.engine.Engine;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.CheckpointException;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Versions;
import io.prumerge.console.Wording;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.spark.GpuSettings;
import io.prumerge.spark.ModelCache;
import io.prumerge.spark.TaskEngine;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerException;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Trains LoRA adapters of one model on the same data: each as one Spark task, or one over several
 * devices. What was begun goes on from its last checkpoint.
 */
public final class Finetune {

  private final SparkSession spark;
  private final Console console;
  private final Folders folders;

  /** Creates the command; progress goes where errors go. */
  public Finetune(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
    this.folders = new Folders(spark);
  }

  /** The model and the data, checked. */
  private record Checked(
      TaskEngine model, DataSource source, CheckedData data, String imageAspect) {}

  /**
   * Trains until all adapters are there.
   *
   * @param adapters new folders, or those of an unfinished attempt
   * @param resume whether to go on with what was begun
   * @return those that are finished; a training that diverges is left out with a warning
   * @throws UsageException if a setting is refused, before anything is written
   * @throws Failure if the data have broken rows, or no training can be finished
   */
  public List<NewAdapter> run(FinetuneOptions options, List<NewAdapter> adapters, boolean resume)
      throws IOException {
    if (adapters.size() > 1 && options.devices() > 1) {
      throw new UsageException(
          Wording.of(
              "%s is for one training, but there are %d; they run beside each other anyway",
              Setting.DEVICES, adapters.size()));
    }
    List<TrainingOutput> outputs = new ArrayList<>();
    for (NewAdapter adapter : adapters) {
      TrainingOutput output = new TrainingOutput(folders, adapter.output());
      output.requireFit(resume);
      outputs.add(output);
    }
    Checked checked = check(options);
    try {
      return trained(options, adapters, outputs, checked);
    } finally {
      for (TrainingOutput output : outputs) {
        output.close();
      }
    }
  }

  private List<NewAdapter> trained(
      FinetuneOptions options,
      List<NewAdapter> adapters,
      List<TrainingOutput> outputs,
      Checked checked)
      throws IOException {
    LeaseHolder me = LeaseHolder.here(spark.sparkContext().applicationId());
    List<TrainingJob> jobs = new ArrayList<>();
    for (int i = 0; i < adapters.size(); i++) {
      TrainingRecord record = record(options, adapters.get(i).recipe(), checked);
      if (!outputs.get(i).begin(record, me)) {
        jobs.add(job(i, options, adapters.get(i).recipe(), checked, outputs.get(i).folder()));
      }
    }
    List<NewAdapter> finished = new ArrayList<>(adapters);
    for (TrainingOutcome outcome : train(options, jobs)) {
      NewAdapter adapter = adapters.get(outcome.number());
      if (outcome.error() == null) {
        TrainingRecord record = record(options, adapter.recipe(), checked);
        outputs
            .get(outcome.number())
            .finish(spark, manifest(record, outcome), outcome.progress(), checked.data().first());
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

  private static String stopped(NewAdapter adapter, TrainingOutcome outcome) {
    return String.format(Locale.ROOT, "Cannot finish %s: %s", adapter.output(), outcome.error());
  }

  private Checked check(FinetuneOptions options) throws IOException {
    if (spark.sparkContext().isLocal()) {
      LlavaEngine.checkDevice(options.device());
    }
    try {
      GpuSettings.check(spark.sparkContext().getConf(), options.device());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
    String model = Folders.fullPath(options.model());
    Checkpoint checkpoint = Checkpoint.open(new ModelCache(cache(), folders.hadoop()).local(model));
    requireNoAdapter(checkpoint.folders());
    String aspect = aspect(checkpoint, options);
    List<String> images = new ArrayList<>();
    for (String folder : options.images()) {
      images.add(folders.present(Setting.IMAGES, folder).toString());
    }
    DataSource source =
        new DataSource(
            folders.present(Setting.DATA, options.data()).toString(), images, options.limit());
    CheckedData data = CheckedData.of(source, folders.hadoop());
    requireRows(options, data);
    TaskEngine engine =
        new TaskEngine(
            model,
            options.device(),
            options.dtype(),
            options.settings().imageAspect().orElseThrow(),
            options.conversation(),
            new WeightsPin(checkpoint.digest()));
    return new Checked(engine, source, data, aspect);
  }

  private static void requireNoAdapter(ModelFolders model) {
    if (model.adapter().isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s %s has an adapter already, and a second one cannot be added to it; merge it with prepare-model first",
              Setting.MODEL, model));
    }
  }

  /** Returns the resolved image aspect, if tokenizer and template can be trained with. */
  private static String aspect(Checkpoint checkpoint, FinetuneOptions options) {
    try (LlavaProcessor processor =
        LlavaProcessor.load(
            checkpoint, options.settings().imageAspect().orElseThrow(), options.conversation())) {
      new ConversationEncoder(
          processor.tokenizer(),
          ConversationTemplate.named(options.conversation()),
          checkpoint.config().imageTokenId(),
          checkpoint.config().family().imageText());
      return processor.imageAspect().name().toLowerCase(Locale.ROOT);
    } catch (TokenizerException | CheckpointException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private void requireRows(FinetuneOptions options, CheckedData data) {
    if (!data.broken().isEmpty()) {
      if (!options.skipBroken()) {
        throw new Failure(
            Wording.of(
                "%s; mend them, or leave them out with %s", data.problems(), Setting.SKIP_BROKEN));
      }
      console.warn("%s", data.problems());
    }
    if (data.usable() == 0) {
      throw new Failure(Wording.of("%s %s has no row to train on", Setting.DATA, options.data()));
    }
  }

  private Optional<java.nio.file.Path> cache() {
    return spark.conf().getOption(ModelCache.DIRECTORY).isDefined()
        ? Optional.of(java.nio.file.Path.of(spark.conf().get(ModelCache.DIRECTORY)))
        : Optional.empty();
  }

  private static TrainingRecord record(FinetuneOptions options, Recipe recipe, Checked checked) {
    return new TrainingRecord(
        recipe,
        options.model(),
        checked.model().weights().sha256(),
        options.data(),
        checked.data().sha256(),
        options.images(),
        checked.data().usable(),
        checked.data().broken().cardinality(),
        options.skipBroken(),
        options.settings().limit().orElse(0),
        options.device().name().toLowerCase(Locale.ROOT),
        options.dtype().name().toLowerCase(Locale.ROOT),
        options.stored().label(),
        checked.imageAspect(),
        options.conversation(),
        options.devices());
  }

  private static TrainingJob job(
      int number, FinetuneOptions options, Recipe recipe, Checked checked, TrainingFolder folder) {
    return new TrainingJob(
        number,
        recipe,
        checked.model(),
        options.model(),
        options.stored(),
        checked.source(),
        checked.data().broken(),
        checked.data().usable(),
        folder,
        options.skipBroken(),
        options.checkpointSteps(),
        options.keptBytes());
  }

  private List<TrainingOutcome> train(FinetuneOptions options, List<TrainingJob> jobs)
      throws IOException {
    if (jobs.isEmpty()) {
      return List.of();
    }
    long left = 0;
    for (TrainingJob job : jobs) {
      int done = job.folder().progress(folders.hadoop()).steps().size();
      left += job.steps() - done;
      console
          .err()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s: %,d steps of %,d rows%s",
                  job.recipe().folderName(),
                  job.steps(),
                  job.recipe().batch(),
                  done > 0 ? String.format(Locale.ROOT, ", %,d of them done", done) : ""));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(folders.hadoop()));
    try (StepWatch watch = new StepWatch(spark.sparkContext(), console, left)) {
      return options.devices() > 1
          ? List.of(
              new SharedTraining(context, hadoop, jobs.get(0), options.devices(), watch).run())
          : context
              .parallelize(jobs, jobs.size())
              .map(new TrainingTask(hadoop, watch.meter()))
              .collect();
    } finally {
      hadoop.destroy();
    }
  }

  private static TrainingManifest manifest(TrainingRecord record, TrainingOutcome outcome) {
    List<StepRow> steps = outcome.progress().steps();
    int last = Math.max(1, steps.size() / 20);
    return new TrainingManifest(
        record,
        steps.size(),
        outcome.parameters(),
        steps.get(0).loss(),
        steps.subList(steps.size() - last, steps.size()).stream()
            .collect(Collectors.averagingDouble(StepRow::loss)),
        Versions.project(),
        Versions.commit().orElse(""),
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        Engine.getDjlVersion(),
        outcome.device(),
        outcome.dtype(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
