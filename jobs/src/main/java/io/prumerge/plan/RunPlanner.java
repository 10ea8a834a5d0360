package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.cost.CostModel;
import io.prumerge.endpoint.ApiKey;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.settings.AnswerBy;
import io.prumerge.settings.AskedFrames;
import io.prumerge.settings.ModelOptions;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.Folders;
import io.prumerge.text.ChatTemplates;
import io.prumerge.video.ChosenFrames;
import io.prumerge.video.FrameProtocol;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** Plans runs in a session, after all checks that are possible before the first task. */
public final class RunPlanner {

  private static final String SPECULATION = "spark.speculation";

  private final SparkSession spark;
  private final Folders folders;

  public RunPlanner(SparkSession spark, Folders folders) {
    this.spark = spark;
    this.folders = folders;
  }

  /**
   * Plans a run. Refuses errors that otherwise only a task would find, or the scoring of the last
   * one: GPU amounts that Spark never grants or that a run on GPUs lacks, a device that a local run
   * does not have, an unknown conversation template or benchmark, files of a checkpoint that
   * contradict each other, and a method that does not work with the checkpoint.
   */
  public RunPlan plan(EvaluateOptions options) throws IOException {
    return plan(options, first -> {});
  }

  /**
   * Plans a run as {@link #plan(EvaluateOptions)}.
   *
   * @param opened gets the first checkpoint before the examples are read
   */
  public RunPlan plan(EvaluateOptions options, Consumer<Checkpoint> opened) throws IOException {
    check(options);
    List<Optional<Checkpoint>> checkpoints = new ArrayList<>();
    for (PinnedModel model : options.models()) {
      checkpoints.add(opened(model, options)); // all, before the examples are read
    }
    checkpoints.stream().flatMap(Optional::stream).findFirst().ifPresent(opened);
    List<String> examples = options.examples().names(folders);
    Plan plan = options.examples().plan(spark, examples, options.settings().limit());
    requireBenchmarks(plan);
    List<String> prompts = plan.somePrompts();
    List<Optional<FrameProtocol>> protocols = protocols(options.settings().frames(), plan);
    List<ModelPlan> models = new ArrayList<>();
    for (int i = 0; i < checkpoints.size(); i++) {
      for (Optional<FrameProtocol> protocol : protocols) {
        models.add(
            model(options.models().get(i), checkpoints.get(i), protocol, options, plan, prompts));
      }
    }
    return new RunPlan(
        plan,
        examples,
        options.examples().rows(),
        models,
        protocols.stream()
            .flatMap(Optional::stream)
            .mapToInt(plan.pictures()::frames)
            .max()
            .orElse(1),
        options.settings().get(RunSetting.ENDPOINT_REQUESTS),
        options.settings().get(RunSetting.REPEAT),
        options.settings().number(RunSetting.MAX_NEW_TOKENS));
  }

  /** Returns the protocols under which each model is asked; an empty one without a video. */
  private static List<Optional<FrameProtocol>> protocols(AskedFrames asked, Plan plan) {
    List<FrameProtocol> chosen = asked.among(plan.protocols(), plan.contents().benchmarkNames());
    return chosen.isEmpty()
        ? List.of(Optional.empty())
        : chosen.stream().map(Optional::of).toList();
  }

  private void check(EvaluateOptions options) {
    checkEndpoints(options);
    if (options.models().stream().allMatch(model -> model.endpoint().isPresent())) {
      return; // no model runs here
    }
    DeviceCheck.require(spark.sparkContext(), options.settings().get(RunSetting.DEVICE));
    ModelChecks.requireTemplate(options.settings().get(RunSetting.CONVERSATION));
  }

  /** Checks that every benchmark's answers can be scored. */
  private static void requireBenchmarks(Plan plan) {
    for (BenchmarkSize size : plan.contents().benchmarks()) {
      try {
        plan.benchmarks().named(size.benchmark());
      } catch (IllegalArgumentException e) {
        throw new UsageException(
            Text.format(
                "Cannot score the answers to these examples: %s; a benchmark of your own needs its"
                    + " jar in spark.jars, one of a file the table that prepare wrote",
                e.getMessage()),
            e);
      }
    }
  }

  private void checkEndpoints(EvaluateOptions options) {
    for (PinnedModel model : options.models()) {
      if (model.endpoint().isPresent()) {
        requireReachable(model, options);
        if (spark.sparkContext().getConf().getBoolean(SPECULATION, false)) {
          throw new UsageException(
              Text.format(
                  "Cannot ask %s with %s=true: speculative tasks would send and pay requests twice;"
                      + " set it to false",
                  model.source(), SPECULATION));
        }
      }
    }
  }

  /** Refuses to send this process's key without encryption to any server of a model. */
  static void requireReachable(PinnedModel model, EvaluateOptions options) {
    model.endpoint().ifPresent(one -> OptionChecks.read(Setting.MODEL, one, RunPlanner::reachable));
    options
        .servers(model)
        .forEach(one -> OptionChecks.read(Setting.AS, one.endpoint(), RunPlanner::reachable));
  }

  private static Endpoint reachable(Endpoint endpoint) {
    try {
      endpoint.address().requireSafe(ApiKey.ofEnvironment());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(endpoint + " " + e.getMessage(), e);
    }
    return endpoint;
  }

  private Optional<Checkpoint> opened(PinnedModel model, EvaluateOptions options)
      throws IOException {
    ModelOptions how = options.settings().model();
    return opened(model).map(checkpoint -> checkpoint.seeing(how::sized));
  }

  /**
   * Opens the checkpoint of a model on this host; empty for one behind an endpoint.
   *
   * @throws io.prumerge.config.CheckpointException if there is none
   */
  public Optional<Checkpoint> opened(PinnedModel model) throws IOException {
    return model.endpoint().isPresent()
        ? Optional.empty()
        : Optional.of(Checkpoint.open(folders.models().local(model.full().toString())));
  }

  private ModelPlan model(
      PinnedModel model,
      Optional<Checkpoint> opened,
      Optional<FrameProtocol> protocol,
      EvaluateOptions options,
      Plan plan,
      List<String> prompts)
      throws IOException {
    Optional<LocalModel> local =
        opened.isEmpty()
            ? Optional.empty()
            : Optional.of(local(model, opened.get(), protocol, options, plan, prompts));
    return new ModelPlan(
        local.isPresent() ? model.full() : model.source(),
        model.quantization(),
        protocol,
        options.methods(model),
        local.isPresent() ? List.of() : options.servers(model),
        local);
  }

  private LocalModel local(
      PinnedModel model,
      Checkpoint checkpoint,
      Optional<FrameProtocol> protocol,
      EvaluateOptions options,
      Plan plan,
      List<String> prompts)
      throws IOException {
    String path = model.full().toString();
    Optional<ChosenFrames> frames = protocol.map(ChosenFrames::new);
    if (protocol.isPresent() && checkpoint.config().family().video().isEmpty()) {
      throw new UsageException(
          Text.format(
              "Cannot ask %s about videos: models of the family %s take none; use one of a family"
                  + " that does (udfs/README.md, Checkpoints)",
              path, checkpoint.config().family().name()));
    }
    try (LlavaProcessor processor =
        LlavaProcessor.load(
            checkpoint, options.settings().get(RunSetting.IMAGE_ASPECT), options.template(model))) {
      Supplier<List<PlannedSize>> sizes = () -> plan.pictures().sizes(frames);
      SeenPictures seen =
          protocol.isPresent() || SeenPictures.dependOnSize(checkpoint.config())
              ? SeenPictures.of(checkpoint.config(), sizes.get())
              : SeenPictures.one(checkpoint.config());
      PromptLength length = PromptLength.of(processor.prompts(), prompts, seen.typical().image());
      MethodTrials tried = tried(seen, path, options.methods(), length, sizes);
      RunEstimate estimate =
          new RunEstimate(
              CostModel.of(checkpoint.config(), tried.pictures().typical().image()),
              length.before(),
              length.after(),
              tried.estimates());
      refuseFirst(options, path, checkpoint.config(), estimate);
      refuseLetters(options, path, checkpoint);
      return new LocalModel(
          checkpoint,
          model.weights(),
          processor.imageAspect(),
          processor.prompts().template().name(),
          estimate,
          tried.pictures(),
          tried.misfits(),
          frames
              .map(chosen -> TimeNotices.of(checkpoint.config(), plan.pictures().rates(chosen)))
              .orElse(List.of()));
    }
  }

  private MethodTrials tried(
      SeenPictures seen,
      String path,
      List<MethodSpec> methods,
      PromptLength length,
      Supplier<List<PlannedSize>> sizes)
      throws IOException {
    try {
      return tried(seen, path, methods, length);
    } catch (UsageException e) {
      if (SeenPictures.dependOnSize(seen.config())) {
        throw e;
      }
      // A prompt with several images has more patches.
      return tried(SeenPictures.of(seen.config(), sizes.get()), path, methods, length);
    }
  }

  private MethodTrials tried(
      SeenPictures pictures, String path, List<MethodSpec> methods, PromptLength length)
      throws IOException {
    ClipFolders clips = new ClipFolders(folders.models());
    return MethodTrials.of(
        pictures,
        path,
        methods,
        method ->
            new MethodTrial(pictures, method, length.before(), length.after(), clips).outcome());
  }

  /** The first token of a model that thinks first is no answer. */
  private static void refuseLetters(EvaluateOptions options, String path, Checkpoint checkpoint) {
    if (options.settings().get(RunSetting.ANSWER_BY) == AnswerBy.LETTER_LOGITS
        && ChatTemplates.openThought(checkpoint.tokenizerFolder())) {
      throw new UsageException(
          Wording.of(
              "Cannot ask %s with %s %s: its chat template opens a thought (<think>), so the model"
                  + " chooses a letter only after it; leave it at %s",
              path, Setting.ANSWER_BY, AnswerBy.LETTER_LOGITS, AnswerBy.TEXT));
    }
  }

  private static void refuseFirst(
      EvaluateOptions options, String path, LlavaConfig config, RunEstimate estimate) {
    boolean cuts = estimate.methods().stream().anyMatch(method -> !method.cuts().isEmpty());
    if (options.settings().get(RunSetting.REDUCE_BY) == ReduceBy.FIRST
        && cuts
        && config.connector().readsText()) {
      throw new UsageException(
          Text.format(
              "Cannot let the first question decide with %s: its Q-Former makes tokens of their own"
                  + " for each question; leave %s at each",
              path, Setting.REDUCE_BY));
    }
  }
}
