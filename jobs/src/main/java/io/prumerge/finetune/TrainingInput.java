package io.prumerge.finetune;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.console.Work;
import io.prumerge.engine.ModelWeights;
import io.prumerge.lang.Text;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.DeviceCheck;
import io.prumerge.plan.ModelChecks;
import io.prumerge.reduction.ReductionException;
import io.prumerge.run.Environment;
import io.prumerge.settings.AnswerSource;
import io.prumerge.settings.ModelFileHashes;
import io.prumerge.settings.RunSetting;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.JsonLine;
import io.prumerge.spark.FileState;
import io.prumerge.spark.ModelSettings;
import io.prumerge.store.Folders;
import io.prumerge.text.TokenizerException;
import io.prumerge.torch.Quantization;
import io.prumerge.training.AdapterTrainer;
import io.prumerge.training.ImageReducer;
import io.prumerge.zoo.LlavaProcessor;
import io.prumerge.zoo.LoadSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * What trainings on the same data have in common, checked.
 *
 * @param model with its weights pinned
 * @param configSha256 hash of its settings
 * @param tokenizerSha256 hash of its tokenizer's files
 * @param environment of the executors
 * @param data the rows, of which some may be broken
 * @param imageAspect pad or crop, never auto
 */
record TrainingInput(
    FinetuneOptions options,
    ModelSettings model,
    String configSha256,
    String tokenizerSha256,
    Environment environment,
    DataSource source,
    CheckedData data,
    String imageAspect) {

  private static final String MAX_RESULT = "spark.driver.maxResultSize";
  private static final String MAX_RESULT_DEFAULT = "1g";

  /** Bytes of everything but the gradients in the result of a task. */
  private static final long RESULT_BYTES = 1 << 20;

  /**
   * Makes the checks that need no session and no weights, of a model on this host.
   *
   * @throws UsageException if a setting is refused
   */
  static void check(FinetuneOptions options, List<Recipe> recipes, Folders folders)
      throws IOException {
    String model = Folders.fullPath(options.model());
    if (ModelChecks.isHere(model)) {
      check(folders.models().local(model), options, recipes, folders);
    }
    Path data = folders.present(Setting.DATA, options.data().file());
    if (folders.fileSystem(data).getFileStatus(data).isDirectory()) {
      throw new UsageException(
          Wording.of(
              "%s %s is a folder; name the file in it", Setting.DATA, options.data().file()));
    }
    for (String images : options.data().images()) {
      folders.present(Setting.IMAGES, images);
    }
  }

  private static void check(
      ModelFolders model, FinetuneOptions options, List<Recipe> recipes, Folders folders)
      throws IOException {
    LlavaConfig config = Checkpoint.configuration(model);
    requireGradients(config);
    options.settings().sized(config);
    requireNoAdapter(model);
    ModelChecks.requireTemplate(options.settings().get(RunSetting.CONVERSATION));
    new ModelChecks(folders)
        .check(
            model.toString(), config, recipes.stream().map(Recipe::methodSpec).distinct().toList());
    for (Recipe recipe : recipes) {
      parameters(config, recipe);
      requireTrainable(recipe);
    }
  }

  private static void requireTrainable(Recipe recipe) {
    try {
      ImageReducer.requireTrainable(recipe.methodSpec(), recipe.lora());
    } catch (ReductionException e) {
      throw new UsageException(
          Wording.of(
              "Cannot train with %s %s: %s", Setting.METHOD, recipe.method(), e.getMessage()),
          e);
    }
  }

  /**
   * Checks the options, the recipes, the model and every row of the data.
   *
   * @param recipes of the trainings
   * @param console gets a warning about broken rows that are left out
   * @throws UsageException if a setting is refused
   * @throws Failure if there are broken rows that are not to be left out, or no others
   */
  static TrainingInput checked(
      FinetuneOptions options,
      List<Recipe> recipes,
      SparkSession spark,
      Folders folders,
      Console console)
      throws IOException {
    DeviceCheck.require(spark.sparkContext(), options.settings().get(RunSetting.DEVICE));
    String model = Folders.fullPath(options.model());
    ModelFolders local = folders.models().local(model);
    check(local, options, recipes, folders);
    Checkpoint checkpoint = Checkpoint.open(local);
    for (Recipe recipe : recipes) {
      requireSendable(
          parameters(checkpoint.config(), recipe),
          options.devices(),
          spark.sparkContext().getConf().getSizeAsBytes(MAX_RESULT, MAX_RESULT_DEFAULT));
    }
    String template =
        ConversationEncoder.template(
            local, checkpoint.config().family(), options.settings().get(RunSetting.CONVERSATION));
    String aspect = aspect(checkpoint, options, template);
    List<String> images = new ArrayList<>();
    for (String folder : options.data().images()) {
      images.add(folders.present(Setting.IMAGES, folder).toString());
    }
    DataSource source =
        new DataSource(
            folders.present(Setting.DATA, options.data().file()).toString(),
            images,
            (int) Math.min(Integer.MAX_VALUE, options.data().limit().orElse(Integer.MAX_VALUE)));
    CheckedData data = checked(source, folders, console);
    requireRows(options, data, console);
    ModelSettings engine =
        new ModelSettings(
            model,
            options.settings().loading().with(LoadSettings.CONVERSATION, template),
            new WeightsPin(Configurations.hash(checkpoint, AnswerSource.parse(model), console)),
            checkpoint.hashed(),
            Map.of());
    return new TrainingInput(
        options,
        engine,
        ModelFileHashes.settings(checkpoint.folders()),
        ModelFileHashes.tokenizer(checkpoint.folders()),
        environment(options, checkpoint, spark.sparkContext()),
        source,
        data,
        aspect);
  }

  // Before the weights are looked for: no other mistake matters for such a model.
  private static void requireGradients(LlavaConfig config) {
    try {
      AdapterTrainer.requireGradients(config);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** Returns the number of trained values. */
  private static int parameters(LlavaConfig config, Recipe recipe) {
    try {
      return AdapterTrainer.parameters(config, recipe.lora());
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * Checks that the sum of a step's gradients may be one task's result.
   *
   * @param most bytes of results that the driver accepts; 0: any number
   */
  static void requireSendable(int parameters, int devices, long most) {
    long bytes = (long) parameters * Float.BYTES;
    if (devices > 1 && most > 0 && bytes + RESULT_BYTES > most) {
      throw new UsageException(
          Wording.of(
              "Cannot train with %s %d: the gradients of %,d values are %,d bytes, and %s is %,d;"
                  + " set it to %dm or more, or use a lower rank or one device",
              Setting.DEVICES,
              devices,
              parameters,
              bytes,
              MAX_RESULT,
              most,
              (bytes + RESULT_BYTES >> 20) + 1));
    }
  }

  /** Returns the executors' environment, if their arithmetic can be trained in. */
  private static Environment environment(
      FinetuneOptions options, Checkpoint checkpoint, SparkContext context) {
    Environment environment =
        Environment.ofTraining(
            Environment.executors(
                context,
                options.settings().get(RunSetting.DEVICE),
                options.settings().get(RunSetting.DTYPE),
                ModelWeights.of(checkpoint, Quantization.NONE)));
    FinetuneOptions.requireTrainable(
        spelling(options.settings().get(RunSetting.DTYPE)), environment.dtype());
    return environment;
  }

  private static String spelling(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
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
              "%s %s has an adapter already, and a second one cannot be added to it; merge it with"
                  + " prepare-model first",
              Setting.MODEL, model));
    }
  }

  /** Returns the resolved image aspect, if tokenizer and template can be trained with. */
  private static String aspect(Checkpoint checkpoint, FinetuneOptions options, String template) {
    try (LlavaProcessor processor =
        LlavaProcessor.load(
            checkpoint, options.settings().get(RunSetting.IMAGE_ASPECT), template)) {
      new ConversationEncoder(
          processor.tokenizer(),
          processor.prompts().template(),
          checkpoint.config().imageTokenId(),
          checkpoint.config().family().imageText());
      return spelling(processor.imageAspect());
    } catch (TokenizerException | CheckpointException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private static void requireRows(FinetuneOptions options, CheckedData data, Console console) {
    if (!data.broken().isEmpty()) {
      if (!options.data().skipBroken()) {
        throw new Failure(
            Wording.of(
                "%s; mend them, or leave them out with %s", data.problems(), Setting.SKIP_BROKEN));
      }
      console.warn("%s", data.problems());
    }
    if (data.usable() == 0) {
      throw new Failure(
          Wording.of("%s %s has no row to train on", Setting.DATA, options.data().file()));
    }
  }

  /** Returns everything that decides the result of a training. */
  TrainingRecord record(Recipe recipe) {
    return new TrainingRecord(
        recipe,
        options.model(),
        new BaseModelHashes(configSha256, tokenizerSha256, model.weights().sha256()),
        new TrainingSource(
            options.data().file(),
            data.sha256(),
            data.imagesSha256(),
            options.data().images(),
            data.usable(),
            data.broken().cardinality(),
            options.data().skipBroken(),
            options.data().limit().orElse(0)),
        new TrainingArithmetic(
            spelling(options.settings().get(RunSetting.DEVICE)),
            spelling(options.settings().get(RunSetting.DTYPE)),
            options.storage().adapter().label(),
            imageAspect,
            model.loading().get(LoadSettings.CONVERSATION)),
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
        new TrainingRows(source, data.broken(), data.usable(), options.data().skipBroken()),
        folder,
        options.storage());
  }

  /**
   * Training data that the driver has read through once.
   *
   * @param sha256 of the file as it is stored
   * @param imagesSha256 of the states of the usable rows' images, in the rows' order
   * @param rows number of rows, broken ones included
   * @param broken numbers of the rows that cannot be trained on
   * @param first the first {@value #MOST} of them
   */
  record CheckedData(
      String sha256, String imagesSha256, int rows, BitSet broken, List<BrokenRow> first) {

    /** A bound of the driver's memory; the number of broken rows has none. */
    static final int MOST = 10_000;

    private static final int SHOWN = 5;

    CheckedData {
      first = List.copyOf(first);
    }

    /**
     * Reads all rows, and looks whether their images are there. Images are not opened.
     *
     * @param progress gets the number of rows so far
     * @throws io.prumerge.source.DataException with the line at which the file is no array of
     *     objects
     */
    static CheckedData of(DataSource source, Configuration hadoop, LongConsumer progress)
        throws IOException {
      ImageListing images = new ImageListing(source.images().get(0), hadoop);
      MessageDigest states = Sha256.digest();
      BitSet broken = new BitSet();
      List<BrokenRow> first = new ArrayList<>();
      int[] rows = {0};
      source.read(
          hadoop,
          (line, row) -> {
            rows[0] = row + 1;
            progress.accept(rows[0]);
            try {
              check(row, line, images)
                  .ifPresent(state -> states.update(state.getBytes(StandardCharsets.UTF_8)));
            } catch (RowException e) {
              broken.set(row);
              if (first.size() < MOST) {
                first.add(BrokenRow.of(row, ConversationReader.id(row, line), e));
              }
            }
          });
      return new CheckedData(
          sha256(new Path(source.file()), hadoop),
          HexFormat.of().formatHex(states.digest()),
          rows[0],
          broken,
          first);
    }

    /** Returns a line with the row's image, its size and its time, if it has one. */
    private static Optional<String> check(int row, JsonLine line, ImageListing images)
        throws RowException {
      Conversation conversation = ConversationReader.read(row, line);
      if (!conversation.hasImage()) {
        return Optional.empty();
      }
      String image = conversation.image();
      try {
        String state =
            images
                .state(image)
                .orElseThrow(
                    () ->
                        new RowException(
                            RowErrorKind.IMAGE_MISSING,
                            "no image '" + image + "', or it is empty"));
        return Optional.of(image + "\t" + state + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String sha256(Path file, Configuration hadoop) throws IOException {
      try (InputStream in = file.getFileSystem(hadoop).open(file);
          DigestInputStream hashed = new DigestInputStream(in, Sha256.digest())) {
        hashed.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(hashed.getMessageDigest().digest());
      }
    }

    /** Returns the number of rows that can be trained on. */
    int usable() {
      return rows - broken.cardinality();
    }

    /** Returns one line with the number of broken rows and the first few of them. */
    String problems() {
      int shown = Math.min(SHOWN, first.size());
      return Text.format(
          "%,d of %,d rows cannot be trained on: %s%s",
          broken.cardinality(),
          rows,
          String.join("; ", first.subList(0, shown).stream().map(BrokenRow::toString).toList()),
          broken.cardinality() > shown ? "; ..." : "");
    }

    /**
     * Which images there are. Lists each folder once, since a question to a remote store for each
     * of some hundred thousand images would take hours.
     */
    private static final class ImageListing {

      private final Path root;
      private final FileSystem fs;
      private final boolean here;
      private final Map<Path, Map<String, String>> folders = new HashMap<>();

      /**
       * @param root to which the images' names are relative
       */
      ImageListing(String root, Configuration hadoop) throws IOException {
        this.root = new Path(root);
        this.fs = this.root.getFileSystem(hadoop);
        this.here = fs.getUri().getScheme().equals("file");
      }

      /**
       * Returns the state of the file of this name; empty if there is none, or it is empty.
       *
       * @throws io.prumerge.source.DataException if the locale keeps this JVM from looking for it
       */
      Optional<String> state(String image) throws IOException {
        Path file = new Path(root + "/" + image);
        if (here) {
          ImageFolder.requireNameable(file);
        }
        Map<String, String> states = folders.get(file.getParent());
        if (states == null) {
          states = states(file.getParent());
          folders.put(file.getParent(), states);
        }
        return Optional.ofNullable(states.get(file.getName()));
      }

      private Map<String, String> states(Path folder) throws IOException {
        Map<String, String> states = new HashMap<>();
        try {
          RemoteIterator<FileStatus> files = fs.listStatusIterator(folder);
          while (files.hasNext()) {
            FileStatus file = files.next();
            if (file.isSymlink() || file.isFile() && file.getLen() > 0) {
              states.put(file.getPath().getName(), FileState.of(file));
            }
          }
        } catch (FileNotFoundException e) {
          return Map.of(); // none of its images exists
        }
        return states;
      }
    }
  }
}
