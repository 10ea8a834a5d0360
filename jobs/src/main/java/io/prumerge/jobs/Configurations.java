package io.prumerge.jobs;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.image.ImageAspect;
import io.prumerge.model.LlavaProcessor;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.spark.GpuSettings;
import io.prumerge.spark.ModelCache;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Resolves what was asked for into what a run's results depend on, and checks it. */
final class Configurations {

  /** Files besides the weights and the tokenizer's that answers depend on. */
  private static final List<String> SETTINGS =
      List.of(
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "processor_config.json");

  private final SparkSession spark;
  private final Folders folders;

  Configurations(SparkSession spark, Folders folders) {
    this.spark = spark;
    this.folders = folders;
  }

  /**
   * Refuses what would only come out in a task: GPU amounts that local mode never grants, a device
   * that a local run has not, a conversation template nobody knows.
   */
  void check(EvaluateOptions options) {
    if (spark.sparkContext().isLocal()) {
      LlavaEngine.checkDevice(options.device()); // the driver's host is the only one
    }
    try {
      GpuSettings.check(spark.sparkContext().getConf());
      ConversationTemplate.named(options.conversation());
    } catch (IllegalArgumentException | TokenizerException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** The examples' full paths. */
  List<String> examples(EvaluateOptions options) throws IOException {
    List<String> paths = new ArrayList<>();
    for (String folder : options.examples()) {
      paths.add(folders.present("--examples", folder).toString());
    }
    return paths;
  }

  /** Reads the checkpoint whole, once, for its hash; the first load then finds it in memory. */
  RunConfiguration resolve(EvaluateOptions options, Plan plan) throws IOException {
    String model = fullPath(options.model());
    Optional<Path> cache =
        spark.conf().getOption(ModelCache.DIRECTORY).isDefined()
            ? Optional.of(Path.of(spark.conf().get(ModelCache.DIRECTORY)))
            : Optional.empty();
    Path local = new ModelCache(cache, folders.hadoop()).local(model);
    Checkpoint checkpoint = Checkpoint.open(local);
    return new RunConfiguration(
        model,
        examples(options),
        options.methods().stream().map(MethodSpec::toString).toList(),
        spelling(options.device()),
        spelling(options.dtype()),
        spelling(imageAspect(checkpoint, options)),
        options.conversation(),
        options.limit().orElse(0),
        options.maxNewTokens().orElse(0),
        hash(local, SETTINGS),
        hash(local, List.of("tokenizer.json", "tokenizer_config.json")),
        checkpoint.digest(),
        plan.examplesSha256(),
        plan.promptsSha256());
  }

  /**
   * Also refuses a tokenizer, template or image settings that do not fit, before the first task.
   */
  private static ImageAspect imageAspect(Checkpoint checkpoint, EvaluateOptions options) {
    try (LlavaProcessor processor =
        LlavaProcessor.load(checkpoint, options.imageAspect(), options.conversation())) {
      return processor.imageAspect();
    }
  }

  /** A model without a scheme lies on this host, whatever Hadoop's default file system is. */
  static String fullPath(String model) {
    try {
      return new org.apache.hadoop.fs.Path(model).toUri().getScheme() == null
          ? Path.of(model).toAbsolutePath().normalize().toString()
          : model;
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--model '%s' cannot be a path here: %s".formatted(model, e.getMessage()), e);
    }
  }

  private static String spelling(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /** Hash of the files that are there, each with its name. */
  private static String hash(Path folder, List<String> names) throws IOException {
    MessageDigest digest = Sha256.digest();
    for (String name : names) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        digest.update((name + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
