package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.Console;
import io.prumerge.console.Phase;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.AnswerSource;
import io.prumerge.settings.LeftToModel;
import io.prumerge.settings.ModelFileHashes;
import io.prumerge.settings.ModelHashes;
import io.prumerge.settings.NamedModel;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.QuestionHashes;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.SettingValues;
import io.prumerge.store.Folders;
import io.prumerge.torch.Quantization;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** Resolves the settings of a run into everything its results depend on. */
public final class Configurations {

  private final Folders folders;
  private final Console console;

  /**
   * @param console shows how far the hashing is
   */
  public Configurations(Folders folders, Console console) {
    this.folders = folders;
    this.console = console;
  }

  /**
   * Resolves the settings of each model's run. Reads each checkpoint once in full to hash it; the
   * first load then finds the files in the page cache. Refuses weights that differ from the pinned
   * ones.
   */
  public List<RunConfiguration> resolve(EvaluateOptions options, RunPlan plan) throws IOException {
    List<RunConfiguration> configurations = new ArrayList<>();
    for (ModelPlan model : plan.models()) {
      configurations.add(
          model.local().isPresent()
              ? resolved(options, plan, model, model.local().get())
              : configuration(
                  plan,
                  model,
                  elsewhere(options.settings(), model.servers()),
                  Optional.empty(),
                  Optional.empty()));
    }
    return configurations;
  }

  /** Returns the models of the options as {@link RunConfiguration} names them. */
  public List<String> models(EvaluateOptions options) {
    return options.models().stream().map(model -> model.full().toString()).toList();
  }

  private static AnswerSource full(PinnedModel model, String former) {
    return model.source().placed(folders -> Folders.fullPath(folders, former));
  }

  /**
   * Returns what the options alone say of each model's run, by the names in {@link
   * RunConfiguration}: no file of a model or of examples is opened. Examples in a DataFrame are
   * read.
   *
   * @param formers models of the finished runs that they are compared with
   * @param protocols likewise the protocols of each model's runs; an empty one for pictures
   */
  public List<Map<String, Object>> given(
      EvaluateOptions options, List<String> formers, List<String> protocols, SparkSession spark)
      throws IOException {
    RunOptions asked = options.settings();
    Map<String, Object> all = new TreeMap<>();
    all.put("examples", options.examples().paths(folders));
    if (options.examples().rows().isPresent()) {
      Plan plan = options.examples().plan(spark, List.of(), asked.limit());
      all.put("examples_sha256", plan.contents().examplesSha256());
    }
    List<Map<String, Object>> runs = new ArrayList<>();
    for (int i = 0; i < options.models().size(); i++) {
      PinnedModel model = options.models().get(i);
      Map<String, Object> run = new TreeMap<>(all);
      AnswerSource source = i < formers.size() ? full(model, formers.get(i)) : model.full();
      run.put("model", source.toString());
      run.put("methods", options.methods(model).stream().map(MethodSpec::toString).toList());
      run.putAll(chosen(options, model).given());
      if (!model.weights().equals(WeightsPin.NONE)) {
        run.put("weights_sha256", model.weights().sha256());
      }
      for (String protocol : asked.frames().of(protocols)) {
        Map<String, Object> one = new TreeMap<>(run);
        one.put("protocol", protocol);
        if (!protocol.isEmpty()) {
          LeftToModel.addFrames(one);
        }
        runs.add(one);
      }
    }
    return runs;
  }

  private static SettingValues chosen(EvaluateOptions options, PinnedModel model) {
    return model.endpoint().isPresent()
        ? elsewhere(options.settings(), options.servers(model))
        : here(options.settings(), model.quantization())
            .with(RunSetting.CONVERSATION, options.template(model));
  }

  private static SettingValues here(RunOptions asked, Quantization quantization) {
    return SettingValues.of(asked, false).with(RunSetting.QUANTIZE, quantization);
  }

  private static SettingValues elsewhere(RunOptions asked, List<NamedModel> servers) {
    return SettingValues.of(asked, true).with(RunSetting.SERVERS, servers);
  }

  private RunConfiguration resolved(
      EvaluateOptions options, RunPlan plan, ModelPlan model, LocalModel local) throws IOException {
    String weights = hash(local.checkpoint(), model.source(), console);
    local.weights().check(local.checkpoint());
    ModelFolders files = local.checkpoint().folders();
    LlavaConfig config = local.checkpoint().config();
    ImageBounds bounds = config.bounds();
    ImageBounds frames = model.protocol().isPresent() ? config.frameBounds() : ImageBounds.NONE;
    // A run keeps its template, whatever a later version makes of auto.
    SettingValues given =
        here(options.settings(), model.quantization())
            .with(RunSetting.CONVERSATION, local.template());
    return configuration(
        plan,
        model,
        given
            .with(RunSetting.IMAGE_ASPECT, local.imageAspect())
            .with(RunSetting.MIN_PIXELS, bounds.minPixels())
            .with(RunSetting.MAX_PIXELS, bounds.maxPixels())
            .with(RunSetting.SQUARE, bounds.square()),
        Optional.of(
            new ModelHashes(
                ModelFileHashes.settings(files, protocol(model)),
                ModelFileHashes.tokenizer(files),
                weights,
                console.during(
                    "Hashing the methods' CLIP models",
                    () -> new ClipFolders(folders.models()).digests(model.methods())))),
        Optional.of(LeftToModel.of(given, frames)));
  }

  /** Returns the hash of a checkpoint's weights, and shows how far it is. */
  public static String hash(Checkpoint checkpoint, AnswerSource model, Console console) {
    try (Phase phase =
        console.bytes("Hashing the weights of " + model.name(), checkpoint.bytes())) {
      return checkpoint.digest(phase::add);
    }
  }

  private static RunConfiguration configuration(
      RunPlan plan,
      ModelPlan model,
      SettingValues settings,
      Optional<ModelHashes> hashes,
      Optional<LeftToModel> left) {
    return new RunConfiguration(
        model.source().toString(),
        plan.examples(),
        model.methods().stream().map(MethodSpec::toString).toList(),
        settings,
        hashes,
        protocol(model),
        new QuestionHashes(
            plan.plan().contents().examplesSha256(),
            plan.plan().files().sha256(),
            plan.plan().contents().promptsSha256()),
        left);
  }

  private static String protocol(ModelPlan model) {
    return model.protocol().map(FrameProtocol::toString).orElse("");
  }
}
