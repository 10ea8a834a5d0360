package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.checkpoint.WeightCache;
import io.prumerge.console.UsageException;
import io.prumerge.cost.CostModel;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.spark.GpuSettings;
import io.prumerge.spark.ModelCache;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerException;
import io.prumerge.zoo.LlavaProcessor;
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

/** Checks the settings of a run and resolves them into everything its results depend on. */
public final class Configurations {

  /** Files, beside the weights and the tokenizer's files, that answers depend on. */
  private static final List<String> SETTINGS =
      List.of(
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "processor_config.json");

  private final SparkSession spark;
  private final Folders folders;

  /** Plans runs in a session. */
  public Configurations(SparkSession spark, Folders folders) {
    this.spark = spark;
    this.folders = folders;
  }

  /**
   * Plans a run. Refuses errors that otherwise only a task would find: GPU amounts that Spark never
   * grants or that a run on GPUs lacks, a device that a local run does not have, an unknown
   * conversation template, files of a checkpoint that contradict each other, and a method that does
   * not work with the checkpoint.
   */
  public RunPlan plan(EvaluateOptions options) throws IOException {
    check(options);
    List<String> examples = options.examples().names(folders);
    Plan plan = options.examples().plan(spark, examples, options.limit());
    List<String> prompts = plan.somePrompts();
    List<RunPlan.ModelPlan> models = new ArrayList<>();
    for (PinnedModel model : options.models()) {
      models.add(model(model, options, prompts));
    }
    return new RunPlan(plan, examples, options.examples().rows(), models);
  }

  private void check(EvaluateOptions options) {
    if (spark.sparkContext().isLocal()) {
      LlavaEngine.checkDevice(options.device()); // a local run has no other host
    }
    try {
      GpuSettings.check(spark.sparkContext().getConf(), options.device());
      ConversationTemplate.named(options.conversation());
    } catch (IllegalArgumentException | TokenizerException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private RunPlan.ModelPlan model(PinnedModel model, EvaluateOptions options, List<String> prompts)
      throws IOException {
    String path = Folders.fullPath(model.folder());
    Checkpoint checkpoint = Checkpoint.open(new ModelCache(cache(), folders.hadoop()).local(path));
    try (LlavaProcessor processor =
        LlavaProcessor.load(checkpoint, options.imageAspect(), options.conversation())) {
      PromptLength length = PromptLength.of(processor.prompts(), prompts);
      LlavaConfig config = checkpoint.config();
      RunEstimate estimate =
          RunEstimate.of(
              CostModel.of(config),
              new TypicalImage(config.vision().patches(), config.visualTokens()),
              length.before(),
              length.behind(),
              options.methods());
      return new RunPlan.ModelPlan(
          path, checkpoint, model.weights(), processor.imageAspect(), estimate);
    } catch (ReductionException e) {
      throw new UsageException(
          String.format(Locale.ROOT, "Cannot use this method with %s: %s", path, e.getMessage()),
          e);
    }
  }

  private Optional<Path> cache() {
    return spark.conf().getOption(ModelCache.DIRECTORY).isDefined()
        ? Optional.of(Path.of(spark.conf().get(ModelCache.DIRECTORY)))
        : Optional.empty();
  }

  private String digest(Checkpoint checkpoint) {
    return cache()
        .map(folder -> new WeightCache(folder).digest(checkpoint))
        .orElseGet(checkpoint::digest);
  }

  /**
   * Resolves the settings of each model's run. Reads each checkpoint once in full to hash it,
   * unless a cache folder holds the hash; the first load then finds the files in the page cache.
   * Refuses weights that differ from the pinned ones.
   */
  public List<RunConfiguration> resolve(EvaluateOptions options, RunPlan plan) throws IOException {
    List<RunConfiguration> configurations = new ArrayList<>();
    for (RunPlan.ModelPlan model : plan.models()) {
      model.weights().check(model.checkpoint());
      Path local = model.checkpoint().folder();
      configurations.add(
          new RunConfiguration(
              model.path(),
              plan.examples(),
              options.methods().stream().map(MethodSpec::toString).toList(),
              spelling(options.device()),
              spelling(options.dtype()),
              spelling(model.imageAspect()),
              options.conversation(),
              options.limit().orElse(0),
              options.maxNewTokens().orElse(0),
              settingsSha256(local),
              hash(local, List.of("tokenizer.json", "tokenizer_config.json")),
              digest(model.checkpoint()),
              plan.plan().contents().examplesSha256(),
              plan.plan().files().sha256(),
              plan.plan().contents().promptsSha256()));
    }
    return configurations;
  }

  private static String spelling(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the SHA-256 of a checkpoint's settings. */
  public static String settingsSha256(Path folder) throws IOException {
    return hash(folder, SETTINGS);
  }

  /** Returns the SHA-256 over the names and contents of the existing files. */
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
