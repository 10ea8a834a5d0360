package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.Console;
import io.prumerge.console.Phase;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
              : elsewhere(options, plan, model));
    }
    return configurations;
  }

  /** Returns the models of the options as {@link RunConfiguration} names them. */
  public List<String> models(EvaluateOptions options) {
    return options.models().stream().map(Configurations::path).toList();
  }

  private static String path(PinnedModel model) {
    return model.endpoint().isPresent() ? model.folder() : Folders.fullPath(model.folder());
  }

  private static String path(PinnedModel model, String former) {
    return model.endpoint().isPresent() ? model.folder() : Folders.fullPath(model.folder(), former);
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
    ModelOptions how = asked.model();
    Map<String, Object> all = new TreeMap<>();
    all.put("limit", asked.limit().orElse(0));
    all.put("max_new_tokens", asked.maxNewTokens().orElse(0));
    all.put("timing", spelling(asked.timing().timing()));
    all.put("timing_batch", asked.timing().batch());
    all.put("examples", options.examples().paths(folders));
    if (options.examples().rows().isPresent()) {
      Plan plan = options.examples().plan(spark, List.of(), asked.limit());
      all.put("examples_sha256", plan.contents().examplesSha256());
    }
    List<Map<String, Object>> runs = new ArrayList<>();
    for (int i = 0; i < options.models().size(); i++) {
      PinnedModel model = options.models().get(i);
      Map<String, Object> run = new TreeMap<>(all);
      run.put("model", i < formers.size() ? path(model, formers.get(i)) : path(model));
      run.put("methods", options.methods(model).stream().map(MethodSpec::toString).toList());
      if (model.endpoint().isPresent()) {
        run.put("endpoint_version", asked.endpoints().version().orElse(""));
        run.put("video_as", spelling(asked.endpoints().videoAs()));
        run.put("servers", options.servers(model).stream().map(PairedServer::toString).toList());
      } else {
        run.put("device", spelling(how.device()));
        run.put("dtype", spelling(how.dtype()));
        run.put("quantize", model.quantization().label());
        run.put("reduce_by", spelling(asked.reduceBy()));
        run.put("answer_by", asked.answerBy().toString());
        if (!options.template(model).equals(ConversationTemplate.AUTO)) {
          run.put("conversation", options.template(model));
        }
        if (how.imageAspect() != ImageAspect.AUTO) {
          run.put("image_aspect", spelling(how.imageAspect()));
        }
        ResolutionBounds sizes = ResolutionBounds.of(how.bounds());
        putGiven(run, "min_pixels", sizes.minPixels());
        putGiven(run, "max_pixels", sizes.maxPixels());
        putGiven(run, "square", sizes.square());
        run.put("mrope", spelling(how.mrope()));
        if (!model.weights().equals(WeightsPin.NONE)) {
          run.put("weights_sha256", model.weights().sha256());
        }
      }
      for (String protocol : asked.frames().of(protocols)) {
        Map<String, Object> one = new TreeMap<>(run);
        one.put("protocol", protocol);
        runs.add(one);
      }
    }
    return runs;
  }

  private static void putGiven(Map<String, Object> run, String name, int pixels) {
    if (pixels > 0) {
      run.put(name, pixels);
    }
  }

  private RunConfiguration resolved(
      EvaluateOptions options, RunPlan plan, ModelPlan model, LocalModel local) throws IOException {
    String weights = hash(local.checkpoint(), model.path(), console);
    local.weights().check(local.checkpoint());
    RunOptions asked = options.settings();
    ModelOptions how = asked.model();
    ModelFolders files = local.checkpoint().folders();
    return configuration(
        plan,
        model,
        new InferenceSettings(
            spelling(how.device()),
            spelling(how.dtype()),
            model.quantization().label(),
            spelling(local.imageAspect()),
            local.template(),
            spelling(asked.reduceBy()),
            asked.answerBy().toString(),
            asked.limit().orElse(0),
            asked.maxNewTokens().orElse(0),
            spelling(asked.timing().timing()),
            asked.timing().batch()),
        ResolutionBounds.of(local.checkpoint().config().bounds()),
        new ModelHashes(
            ModelFileHashes.settings(files, protocol(model)),
            ModelFileHashes.tokenizer(files),
            weights,
            console.during(
                "Hashing the methods' CLIP models",
                () -> new ClipFolders(folders.models()).digests(model.methods()))),
        "",
        "",
        spelling(how.mrope()));
  }

  /** Returns the hash of a checkpoint's weights, and shows how far it is. */
  public static String hash(Checkpoint checkpoint, String model, Console console) {
    try (Phase phase =
        console.bytes("Hashing the weights of " + PinnedModel.name(model), checkpoint.bytes())) {
      return checkpoint.digest(phase::add);
    }
  }

  private static RunConfiguration elsewhere(
      EvaluateOptions options, RunPlan plan, ModelPlan model) {
    RunOptions asked = options.settings();
    return configuration(
        plan,
        model,
        new InferenceSettings(
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            asked.limit().orElse(0),
            asked.maxNewTokens().orElse(0),
            spelling(asked.timing().timing()),
            asked.timing().batch()),
        ResolutionBounds.NONE,
        new ModelHashes("", "", "", Collections.emptySortedMap()),
        asked.endpoints().version().orElse(""),
        spelling(asked.endpoints().videoAs()),
        "");
  }

  private static RunConfiguration configuration(
      RunPlan plan,
      ModelPlan model,
      InferenceSettings settings,
      ResolutionBounds resolution,
      ModelHashes hashes,
      String endpointVersion,
      String videoAs,
      String mrope) {
    return new RunConfiguration(
        model.path(),
        plan.examples(),
        model.methods().stream().map(MethodSpec::toString).toList(),
        settings,
        resolution,
        hashes,
        endpointVersion,
        videoAs,
        mrope,
        model.servers().stream().map(PairedServer::toString).toList(),
        protocol(model),
        new QuestionHashes(
            plan.plan().contents().examplesSha256(),
            plan.plan().files().sha256(),
            plan.plan().contents().promptsSha256()));
  }

  private static String protocol(ModelPlan model) {
    return model.protocol().map(FrameProtocol::toString).orElse("");
  }

  private static String spelling(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
