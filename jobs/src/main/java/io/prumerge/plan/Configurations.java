package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.config.ClipConfig;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.cost.CostModel;
import io.prumerge.endpoint.ApiKey;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.spark.GpuSettings;
import io.prumerge.spark.ModelCache;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.InstructionTokenizer;
import io.prumerge.text.TokenizerException;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

  private static final List<String> TOKENIZER =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "tokenizer.model",
          InstructionTokenizer.FOLDER + "/tokenizer.json",
          InstructionTokenizer.FOLDER + "/vocab.txt",
          InstructionTokenizer.FOLDER + "/added_tokens.json");
  private static final String SPECULATION = "spark.speculation";

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
    return new RunPlan(
        plan, examples, options.examples().rows(), models, options.endpoints().requests());
  }

  private void check(EvaluateOptions options) {
    checkEndpoints(options);
    if (options.models().stream().allMatch(model -> model.endpoint().isPresent())) {
      return; // no model runs here
    }
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

  private void checkEndpoints(EvaluateOptions options) {
    for (PinnedModel model : options.models()) {
      if (model.endpoint().isPresent()) {
        OptionChecks.read(Setting.MODEL, model.folder(), Configurations::reachable);
        if (spark.sparkContext().getConf().getBoolean(SPECULATION, false)) {
          throw new UsageException(
              String.format(
                  Locale.ROOT,
                  "Cannot ask %s with %s=true: speculative tasks would send and pay requests twice; set it to false",
                  model.folder(),
                  SPECULATION));
        }
      }
    }
  }

  /** Refuses to send this process's key without encryption. */
  private static Endpoint reachable(String model) {
    Endpoint endpoint = Endpoint.parse(model);
    try {
      endpoint.address().requireSafe(ApiKey.ofEnvironment());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(endpoint + " " + e.getMessage(), e);
    }
    return endpoint;
  }

  private RunPlan.ModelPlan model(PinnedModel model, EvaluateOptions options, List<String> prompts)
      throws IOException {
    if (model.endpoint().isPresent()) {
      return new RunPlan.ModelPlan(model.folder(), options.methods(model), Optional.empty());
    }
    String path = Folders.fullPath(model.folder());
    Checkpoint checkpoint = Checkpoint.open(copies().local(path));
    try (LlavaProcessor processor =
        LlavaProcessor.load(checkpoint, options.imageAspect(), options.conversation())) {
      PromptLength length = PromptLength.of(processor.prompts(), prompts);
      LlavaConfig config = checkpoint.config();
      RunEstimate estimate =
          RunEstimate.of(
              CostModel.of(config),
              TypicalImage.of(config),
              length.before(),
              length.behind(),
              options.methods(),
              clips(options.methods(), config)::get);
      refuseFirst(options, path, config, estimate);
      return new RunPlan.ModelPlan(
          path,
          options.methods(model),
          Optional.of(
              new RunPlan.LocalModel(
                  checkpoint, model.weights(), processor.imageAspect(), estimate)));
    } catch (ReductionException e) {
      throw new UsageException(
          String.format(Locale.ROOT, "Cannot use this method with %s: %s", path, e.getMessage()),
          e);
    }
  }

  private static void refuseFirst(
      EvaluateOptions options, String path, LlavaConfig config, RunEstimate estimate) {
    boolean cuts = estimate.methods().stream().anyMatch(method -> !method.cuts().isEmpty());
    if (options.reduceBy() == ReduceBy.FIRST && cuts && config.connector().readsText()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot let the first question decide with %s: its Q-Former makes tokens of their own for each question; leave %s at each",
              path,
              Setting.REDUCE_BY));
    }
  }

  // The CLIP folders that methods name, as far as their settings fit the model.
  private Map<String, ClipConfig> clips(List<MethodSpec> methods, LlavaConfig model)
      throws IOException {
    Map<String, ClipConfig> clips = new HashMap<>();
    for (String name : clips(methods)) {
      clips.put(name, ClipCheckpoint.configuration(copies().folder(name), model));
    }
    return clips;
  }

  private static Set<String> clips(List<MethodSpec> methods) {
    return methods.stream()
        .flatMap(method -> TokenReducers.of(method).clips().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private ModelCache copies() {
    return new ModelCache(cache(), folders.hadoop());
  }

  private Optional<Path> cache() {
    return spark.conf().getOption(ModelCache.DIRECTORY).isDefined()
        ? Optional.of(Path.of(spark.conf().get(ModelCache.DIRECTORY)))
        : Optional.empty();
  }

  /**
   * Resolves the settings of each model's run. Reads each checkpoint once in full to hash it; the
   * first load then finds the files in the page cache. Refuses weights that differ from the pinned
   * ones.
   */
  public List<RunConfiguration> resolve(EvaluateOptions options, RunPlan plan) throws IOException {
    List<RunConfiguration> configurations = new ArrayList<>();
    for (RunPlan.ModelPlan model : plan.models()) {
      configurations.add(
          model.local().isPresent()
              ? resolved(options, plan, model, model.local().get())
              : elsewhere(options, plan, model));
    }
    return configurations;
  }

  private RunConfiguration resolved(
      EvaluateOptions options, RunPlan plan, RunPlan.ModelPlan model, RunPlan.LocalModel local)
      throws IOException {
    local.weights().check(local.checkpoint());
    ModelFolders folders = local.checkpoint().folders();
    return new RunConfiguration(
        model.path(),
        plan.examples(),
        model.methods().stream().map(MethodSpec::toString).toList(),
        spelling(options.device()),
        spelling(options.dtype()),
        spelling(local.imageAspect()),
        options.conversation(),
        spelling(options.reduceBy()),
        options.limit().orElse(0),
        options.maxNewTokens().orElse(0),
        settingsSha256(folders),
        hash(folders, TOKENIZER),
        local.checkpoint().digest(),
        clipHashes(model.methods()),
        "",
        plan.plan().contents().examplesSha256(),
        plan.plan().files().sha256(),
        plan.plan().contents().promptsSha256());
  }

  private static RunConfiguration elsewhere(
      EvaluateOptions options, RunPlan plan, RunPlan.ModelPlan model) {
    return new RunConfiguration(
        model.path(),
        plan.examples(),
        model.methods().stream().map(MethodSpec::toString).toList(),
        "",
        "",
        "",
        "",
        "",
        options.limit().orElse(0),
        options.maxNewTokens().orElse(0),
        "",
        "",
        "",
        Collections.emptySortedMap(),
        options.endpoints().version().orElse(""),
        plan.plan().contents().examplesSha256(),
        plan.plan().files().sha256(),
        plan.plan().contents().promptsSha256());
  }

  // Reads each CLIP folder once in full.
  private SortedMap<String, String> clipHashes(List<MethodSpec> methods) throws IOException {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (String name : clips(methods)) {
      hashes.put(name, ClipCheckpoint.open(copies().folder(name)).digest());
    }
    return hashes;
  }

  private static String spelling(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the SHA-256 of a checkpoint's settings. */
  public static String settingsSha256(ModelFolders folders) throws IOException {
    return hash(folders, SETTINGS);
  }

  /**
   * Returns the SHA-256 over the names and contents of the existing files, folder by folder; of an
   * original checkpoint also the CLIP folder's, wherever it was found.
   */
  private static String hash(ModelFolders folders, List<String> names) throws IOException {
    MessageDigest digest = Sha256.digest();
    Set<Path> all = new LinkedHashSet<>(folders.all());
    all.add(Checkpoint.imageFolder(folders));
    for (Path folder : all) {
      for (String name : names) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          digest.update((name + "\0").getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
