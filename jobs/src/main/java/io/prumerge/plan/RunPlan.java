package io.prumerge.plan;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.console.Texts;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.engine.ModelWeights;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The plan of a run, made after all checks that are possible before the first task.
 *
 * @param examples the tables' full paths, or their replacement in a run's record
 * @param rows the examples if they are not tables that {@code prepare} wrote
 * @param views of a row: 1 of images, the frames of a video under the protocol of most
 * @param requests requests under way at an endpoint at most
 * @param repeats how often all questions are asked again
 * @param maxNewTokens new tokens of each answer, in place of the questions' own
 */
public record RunPlan(
    Plan plan,
    List<String> examples,
    Optional<Dataset<Row>> rows,
    List<ModelPlan> models,
    int views,
    int requests,
    int repeats,
    OptionalInt maxNewTokens) {

  public RunPlan {
    examples = List.copyOf(examples);
    models = List.copyOf(models);
  }

  /** Returns the models that executors load. */
  public List<LocalModel> locals() {
    return models.stream().flatMap(model -> model.local().stream()).toList();
  }

  /** Returns the models behind endpoints. */
  public List<ModelPlan> elsewhere() {
    return models.stream().filter(model -> model.local().isEmpty()).toList();
  }

  /** Returns the distinct types of the models' stored weights. */
  public List<TensorType> weightTypes() {
    return locals().stream().map(model -> model.checkpoint().weightType()).distinct().toList();
  }

  /**
   * Returns the stored types, sizes and quantizations of the local models' weights, each distinct
   * combination once; executors resolve a device and an arithmetic type for each.
   */
  public List<ModelWeights> weights() {
    return models.stream()
        .flatMap(
            model ->
                model.local().stream()
                    .map(local -> ModelWeights.of(local.checkpoint(), model.quantization())))
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
   * Returns how often one server of a model is asked a question, repeats included.
   *
   * @param methods under which it is asked
   */
  public long requestsToServer(int methods) {
    return plan.contents().questions() * methods * (1 + repeats);
  }

  /** Returns how often a model is asked a question, repeats included. */
  public long asked(ModelPlan model) {
    return answers(model) * (1 + repeats);
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
    return model.local().isPresent() ? pass(model) : elsewhere(model.methods().size());
  }

  /**
   * Returns the part of {@link #work} that one pass over the pictures does: all of it, or that of
   * one server of several.
   */
  public RunWork pass(ModelPlan model) {
    return model.local().map(local -> local.estimate().work()).orElseGet(() -> elsewhere(1));
  }

  private RunWork elsewhere(int servers) {
    List<ModelPlan> known = models.stream().filter(one -> one.local().isPresent()).toList();
    double flops = known.stream().mapToDouble(this::flops).sum();
    long answers = known.stream().mapToLong(this::answers).sum();
    return RunWork.elsewhere(servers * (answers == 0 ? 1 : flops / answers));
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
            plan.tables().flawed().stream(),
            models.stream().flatMap(model -> notices(model).stream()))
        .distinct() // a model's runs with several protocols have some in common
        .toList();
  }

  /** Returns what {@code prepare} counted, a sentence for each table. */
  public List<String> counted() {
    return plan.tables().counted();
  }

  private List<String> notices(ModelPlan model) {
    if (model.local().isEmpty()) {
      return List.of(Departure.of(this, model));
    }
    LocalModel local = model.local().get();
    List<String> notices = new ArrayList<>();
    ForeignTemplate.notice(model.name(), local.checkpoint().config().family(), local.template())
        .ifPresent(notices::add);
    Stream.concat(local.misfits().stream(), local.times().stream())
        .forEach(notice -> notices.add("With " + model.title() + ", " + notice));
    return notices;
  }

  /** Says what leaves this cluster when a model behind an endpoint is asked. */
  private static final class Departure {

    private Departure() {}

    /** Returns a sentence about one model of a plan. */
    static String of(RunPlan plan, ModelPlan model) {
      String sentence =
          Text.format(
              "Pictures and questions leave this cluster: %s, at most %,d at a time; the prompt's"
                  + " template and the preprocessing are the server's",
              Stream.concat(
                      Stream.of(
                          requests(
                              plan, model.endpoint().orElseThrow(), model.ownMethods().size())),
                      model.servers().stream()
                          .map(
                              server ->
                                  requests(plan, server.endpoint(), 1) + " as " + server.name()))
                  .collect(Collectors.joining(", ")),
              plan.requests());
      List<String> left =
          plan.models().stream()
              .filter(other -> other.local().isPresent())
              .flatMap(other -> other.methods().stream())
              .distinct()
              .filter(method -> !model.methods().contains(method))
              .map(MethodSpec::toString)
              .toList();
      return left.isEmpty()
          ? sentence
          : Text.format(
              "%s; it is asked under %s only, not under %s",
              sentence,
              model.ownMethods().stream()
                  .map(MethodSpec::toString)
                  .collect(Collectors.joining(", ")),
              String.join(", ", left));
    }

    private static String requests(RunPlan plan, Endpoint endpoint, int methods) {
      return Text.format(
          "%s to %s for the model %s",
          Texts.count(plan.requestsToServer(methods), "request"),
          endpoint.address(),
          endpoint.name());
    }
  }
}
