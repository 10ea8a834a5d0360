package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.engine.Devices;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.Quantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The plan of a run, made after all checks that are possible before the first task.
 *
 * @param examples the tables' full paths, or their replacement in a run's record
 * @param rows the examples if they are not tables that {@code prepare} wrote
 * @param requests requests under way at an endpoint at most
 */
public record RunPlan(
    Plan plan,
    List<String> examples,
    Optional<Dataset<Row>> rows,
    List<ModelPlan> models,
    int requests) {

  /**
   * One model of the plan.
   *
   * @param path full path of the folder as given, or the spelling of an endpoint
   * @param quantization of its decoder's products
   * @param methods methods that it is evaluated with
   * @param local the checkpoint; empty for a model behind an endpoint
   */
  public record ModelPlan(
      String path,
      Quantization quantization,
      List<MethodSpec> methods,
      Optional<LocalModel> local) {

    public ModelPlan {
      methods = List.copyOf(methods);
    }

    /** Returns the model's name in the tables. */
    public String name() {
      return PinnedModel.name(path, quantization);
    }

    /** Returns the endpoint that serves it, if one does. */
    public Optional<Endpoint> endpoint() {
      return PinnedModel.endpoint(path);
    }

    /** Returns the weights that every host's copy must have. */
    public WeightsPin weights() {
      return local.map(LocalModel::weights).orElse(WeightsPin.NONE);
    }

    /**
     * Returns the files that answers must come from: those whose hashes are in the run's record.
     *
     * @throws io.prumerge.config.CheckpointException if one was changed since it was hashed
     */
    public ModelFiles files() {
      return local.map(model -> model.checkpoint().hashed()).orElse(ModelFiles.ANY);
    }
  }

  /**
   * A model that executors load.
   *
   * @param checkpoint the checkpoint on this host
   * @param weights weights that every host's copy must have
   * @param imageAspect pad or crop, never auto
   * @param template name of the conversation template of its prompts
   * @param estimate its tokens and FLOPs
   * @param pictures of the examples, as it sees them
   * @param misfits sentences about the pictures that some methods cannot reduce
   */
  public record LocalModel(
      Checkpoint checkpoint,
      WeightsPin weights,
      ImageAspect imageAspect,
      String template,
      RunEstimate estimate,
      SeenPictures pictures,
      List<String> misfits) {

    public LocalModel {
      misfits = List.copyOf(misfits);
    }
  }

  public RunPlan {
    examples = List.copyOf(examples);
    models = List.copyOf(models);
  }

  /** Returns the models that executors load. */
  List<LocalModel> locals() {
    return models.stream().flatMap(model -> model.local().stream()).toList();
  }

  /** Returns the models behind endpoints. */
  List<ModelPlan> elsewhere() {
    return models.stream().filter(model -> model.local().isEmpty()).toList();
  }

  /** Returns the distinct types of the models' stored weights. */
  public List<TensorType> weightTypes() {
    return locals().stream().map(model -> model.checkpoint().weightType()).distinct().toList();
  }

  /** Returns what of the models' weights executors are asked about, each different answer once. */
  public List<Devices.Weights> weights() {
    return models.stream()
        .flatMap(
            model ->
                model.local().stream()
                    .map(local -> Devices.Weights.of(local.checkpoint(), model.quantization())))
        .distinct()
        .toList();
  }

  /** Returns the number of answers of one model. */
  public long answers(ModelPlan model) {
    return plan.contents().questions() * model.methods().size();
  }

  /** Returns the number of answers of all models. */
  public long answers() {
    return models.stream().mapToLong(this::answers).sum();
  }

  /**
   * Returns the estimated FLOPs of one model over all planned questions, up to the first tokens; 0
   * if they are made elsewhere.
   */
  public double flops(ModelPlan model) {
    return model.local().map(local -> work(local.estimate().work())).orElse(0.0);
  }

  private double work(RunWork one) {
    return plan.contents().benchmarks().stream()
        .mapToDouble(size -> one.of(size.images(), size.questions(), size.textQuestions()))
        .sum();
  }

  /**
   * Returns the work of a model for the progress of the run. An answer from elsewhere counts as
   * much as the other models' mean answer, and without other models as 1.
   */
  public RunWork work(ModelPlan model) {
    if (model.local().isPresent()) {
      return model.local().get().estimate().work();
    }
    List<ModelPlan> known = models.stream().filter(one -> one.local().isPresent()).toList();
    double flops = known.stream().mapToDouble(this::flops).sum();
    long answers = known.stream().mapToLong(this::answers).sum();
    return RunWork.elsewhere(answers == 0 ? 1 : flops / answers);
  }

  /** Returns the work of one model over all planned questions, as {@link #work} counts it. */
  public double wholeWork(ModelPlan model) {
    return work(work(model));
  }

  /**
   * Returns lines about images of no use, and about models that are asked in others' words, or with
   * methods that cannot reduce all pictures, or behind an endpoint: what leaves this cluster, and
   * what is not asked there.
   */
  public List<String> notices() {
    return Stream.concat(
            plan.flawed().stream(), models.stream().flatMap(model -> notices(model).stream()))
        .toList();
  }

  private List<String> notices(ModelPlan model) {
    if (model.local().isEmpty()) {
      return List.of(Departure.of(this, model));
    }
    LocalModel local = model.local().get();
    List<String> notices = new ArrayList<>();
    ForeignTemplate.notice(model.name(), local.checkpoint().config().family(), local.template())
        .ifPresent(notices::add);
    local.misfits().forEach(misfit -> notices.add("With " + model.name() + ", " + misfit));
    return notices;
  }

  /** Says what leaves this cluster when a model behind an endpoint is asked. */
  private static final class Departure {

    private Departure() {}

    /** Returns a sentence about one model of a plan. */
    static String of(RunPlan plan, RunPlan.ModelPlan model) {
      Endpoint endpoint = model.endpoint().orElseThrow();
      String sentence =
          String.format(
              Locale.ROOT,
              "Pictures and questions leave this cluster: %,d requests to %s for the model %s, at"
                  + " most %,d at a time; the prompt's template and the preprocessing are the"
                  + " server's",
              plan.answers(model),
              endpoint.address(),
              endpoint.name(),
              plan.requests());
      List<String> left =
          plan.models().stream()
              .flatMap(other -> other.methods().stream())
              .distinct()
              .filter(method -> !model.methods().contains(method))
              .map(MethodSpec::toString)
              .toList();
      return left.isEmpty()
          ? sentence
          : sentence + "; it is asked under none only, not under " + String.join(", ", left);
    }
  }
}
