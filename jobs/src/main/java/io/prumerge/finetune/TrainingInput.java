package io.prumerge.finetune;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.CheckpointException;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.console.Work;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.DeviceCheck;
import io.prumerge.spark.TaskEngine;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerException;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * What trainings on the same data have in common, checked.
 *
 * @param model with its weights pinned
 * @param data the rows, of which some may be broken
 * @param imageAspect pad or crop, never auto
 */
record TrainingInput(
    FinetuneOptions options,
    TaskEngine model,
    DataSource source,
    CheckedData data,
    String imageAspect) {

  /**
   * Checks the options, the model and every row of the data.
   *
   * @param console gets a warning about broken rows that are left out
   * @throws UsageException if a setting is refused
   * @throws Failure if there are broken rows that are not to be left out, or no others
   */
  static TrainingInput checked(
      FinetuneOptions options, SparkSession spark, Folders folders, Console console)
      throws IOException {
    DeviceCheck.require(spark.sparkContext(), options.device());
    String model = Folders.fullPath(options.model());
    Checkpoint checkpoint = Checkpoint.open(folders.models().local(model));
    requireNoAdapter(checkpoint.folders());
    String aspect = aspect(checkpoint, options);
    List<String> images = new ArrayList<>();
    for (String folder : options.images()) {
      images.add(folders.present(Setting.IMAGES, folder).toString());
    }
    DataSource source =
        new DataSource(
            folders.present(Setting.DATA, options.data()).toString(), images, options.limit());
    CheckedData data = checked(source, folders, console);
    requireRows(options, data, console);
    TaskEngine engine =
        new TaskEngine(
            model,
            options.device(),
            options.dtype(),
            options.settings().imageAspect().orElseThrow(),
            options.conversation(),
            new WeightsPin(Configurations.hash(checkpoint, model, console)));
    return new TrainingInput(options, engine, source, data, aspect);
  }

  private static CheckedData checked(DataSource source, Folders folders, Console console)
      throws IOException {
    try (Phase phase = console.counted("Checking the data", "rows", Work.UNKNOWN)) {
      return CheckedData.of(source, folders.hadoop(), phase::at);
    }
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

  private static void requireRows(FinetuneOptions options, CheckedData data, Console console) {
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

  /** Returns everything that decides what a training comes to. */
  TrainingRecord record(Recipe recipe) {
    return new TrainingRecord(
        recipe,
        options.model(),
        model.weights().sha256(),
        options.data(),
        data.sha256(),
        options.images(),
        data.usable(),
        data.broken().cardinality(),
        options.skipBroken(),
        options.settings().limit().orElse(0),
        options.device().name().toLowerCase(Locale.ROOT),
        options.dtype().name().toLowerCase(Locale.ROOT),
        options.stored().label(),
        imageAspect,
        options.conversation(),
        options.devices());
  }

  /**
   * Returns one training.
   *
   * @param number among those that run together, from 0
   */
  TrainingJob job(int number, Recipe recipe, TrainingFolder folder) {
    return new TrainingJob(
        number,
        recipe,
        model,
        options.model(),
        options.stored(),
        source,
        data.broken(),
        data.usable(),
        folder,
        options.skipBroken(),
        options.checkpointSteps(),
        options.keptBytes());
  }
}
