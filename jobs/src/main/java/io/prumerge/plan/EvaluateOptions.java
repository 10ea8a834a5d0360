package io.prumerge.plan;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.settings.AnswerBy;
import io.prumerge.settings.NamedModel;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The options of {@code evaluate} and {@code sweep}, which ask every model all questions with every
 * method.
 *
 * @param models checkpoint folders with their pinned weights, and models behind endpoints
 * @param contrasts additional comparisons of the report, as {@code A:B}
 */
public record EvaluateOptions(
    List<PinnedModel> models,
    AskedExamples examples,
    List<MethodSpec> methods,
    List<String> contrasts,
    RunOptions settings) {

  public EvaluateOptions {
    models = List.copyOf(models);
    methods = List.copyOf(methods);
    contrasts = List.copyOf(contrasts);
    boolean cached = settings.find(RunSetting.ANSWER_CACHE).isPresent();
    boolean anyLocal = models.stream().anyMatch(model -> model.endpoint().isEmpty());
    boolean anyEndpoint = models.stream().anyMatch(model -> model.endpoint().isPresent());
    if (cached && anyEndpoint && settings.find(RunSetting.ENDPOINT_VERSION).isEmpty()) {
      throw new UsageException(
          Wording.of(
              "Cannot use %s with a model behind an endpoint, whose weights cannot be hashed,"
                  + " without %s: a label that you change when the endpoint serves something else",
              Setting.ANSWER_CACHE, Setting.ENDPOINT_VERSION));
    }
    if (cached
        && anyLocal
        && (settings.get(RunSetting.DEVICE) == DeviceChoice.AUTO
            || settings.get(RunSetting.DTYPE) == DtypeChoice.AUTO)) {
      throw new UsageException(
          Wording.of(
              "Cannot use %s with auto: set %s to cpu or cuda and %s to fp32, bf16 or fp16. Each"
                  + " executor resolves auto by itself, and answers depend on the result",
              Setting.ANSWER_CACHE, Setting.DEVICE, Setting.DTYPE));
    }
    OptionChecks.requireDistinct(Setting.METHOD, methods);
    requireAnswerable(methods, anyLocal, anyEndpoint);
    settings
        .find(RunSetting.TOKENS_BY)
        .ifPresent(rule -> OptionChecks.read(Setting.TOKENS_BY, rule, ServedRule::parse));
    if (anyEndpoint && settings.get(RunSetting.ANSWER_BY) != AnswerBy.TEXT) {
      throw new UsageException(
          Wording.of(
              "Cannot ask a model behind an endpoint with %s %s: it answers with text, and its"
                  + " logits are not seen; leave it at %s",
              Setting.ANSWER_BY, settings.get(RunSetting.ANSWER_BY), AnswerBy.TEXT));
    }
    if (settings.isTimedAlone()) {
      requireAlone(settings);
    }
    OptionChecks.requireDistinct(
        Setting.MODEL, models.stream().map(PinnedModel::spelling).toList());
    requireServed(models, settings);
  }

  /** Refuses methods under which no model of the run can be asked. */
  private static void requireAnswerable(
      List<MethodSpec> methods, boolean anyLocal, boolean anyEndpoint) {
    List<MethodSpec> sent = methods.stream().filter(EvaluateOptions::isSent).toList();
    if (anyEndpoint && (sent.isEmpty() || !anyLocal && sent.size() < methods.size())) {
      throw new UsageException(
          Wording.of(
              "A model behind an endpoint has the %s none, request:FIELD=N, and resize:pixels=N or"
                  + " resize:longest=N only, since its tokens cannot be reduced from here, but is"
                  + " asked under %s",
              Setting.METHOD, methods));
    }
    List<MethodSpec> requests =
        methods.stream().filter(spec -> TokenReducers.of(spec).request().isPresent()).toList();
    if (!anyEndpoint && !requests.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "Cannot ask a checkpoint under %s: only a server reads fields of a request; give the"
                  + " server as %s openai:URL#NAME, or use resize",
              requests, Setting.MODEL));
    }
  }

  private static boolean isSent(MethodSpec method) {
    return TokenReducers.of(method).isSent();
  }

  private static void requireServed(List<PinnedModel> models, RunOptions settings) {
    List<NamedModel> servers = settings.get(RunSetting.SERVERS);
    if (servers.isEmpty()) {
      return;
    }
    if (models.get(0).endpoint().isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s names other servers of the first %s, which must be behind an endpoint"
                  + " (openai:URL#NAME) but is %s",
              Setting.AS, Setting.MODEL, models.get(0).source()));
    }
    int together = NamedModel.together(models.get(0).endpoint(), servers);
    int requests = settings.get(RunSetting.ENDPOINT_REQUESTS);
    if (requests < together) {
      throw new UsageException(
          Wording.of(
              "%s must be at least %d, since so many servers of %s and %s have one address, but is"
                  + " %d",
              Setting.ENDPOINT_REQUESTS, together, Setting.MODEL, Setting.AS, requests));
    }
  }

  private static void requireAlone(RunOptions settings) {
    if (settings.find(RunSetting.ANSWER_CACHE).isPresent()) {
      throw new UsageException(
          Wording.of(
              "Cannot use %s with %s alone: an answer from the cache has the times of another run;"
                  + " leave one of them out",
              Setting.ANSWER_CACHE, Setting.TIMING));
    }
    int tasks = settings.number(RunSetting.PARTITIONS).orElse(1);
    if (tasks > 1) {
      throw new UsageException(
          Wording.of(
              "Cannot run %s tasks at a time with %s alone, which has one; leave %s out",
              tasks, Setting.TIMING, Setting.PARTITIONS));
    }
    if (settings.get(RunSetting.REDUCE_BY) == ReduceBy.FIRST) {
      throw new UsageException(
          Wording.of(
              "Cannot let an image's first question decide with %s alone, where each question is"
                  + " asked by itself; leave %s at each",
              Setting.TIMING, Setting.REDUCE_BY));
    }
  }

  /**
   * Returns these options for going on with runs, whose conversation templates they keep where they
   * name none.
   *
   * @param templates of each model's run, empty behind an endpoint; of other models where their
   *     number is another, which is not refused here
   */
  public EvaluateOptions after(List<Optional<String>> templates) {
    if (templates.size() != models.size()) {
      return this;
    }
    List<PinnedModel> asked = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      asked.add(models.get(i).asked(templates.get(i)));
    }
    return new EvaluateOptions(asked, examples, methods, contrasts, settings);
  }

  /** Returns the name of the conversation template that a model is asked in, or auto. */
  String template(PinnedModel model) {
    String all = settings.get(RunSetting.CONVERSATION);
    return all.equals(ConversationTemplate.AUTO) ? model.template() : all;
  }

  /** Returns these options for other examples. */
  public EvaluateOptions on(AskedExamples others) {
    return new EvaluateOptions(models, others, methods, contrasts, settings);
  }

  /**
   * Returns these options for some of the methods and questions, with an answer cache.
   *
   * @param some the methods
   * @param questions per benchmark, or slightly more; empty for all
   * @param answers the cache's folder
   */
  public EvaluateOptions of(List<MethodSpec> some, OptionalLong questions, String answers) {
    return new EvaluateOptions(
        models, examples, some, List.of(), settings.limitedTo(questions).cachedIn(answers));
  }

  /**
   * Returns the methods of a model: behind an endpoint those that are sent there, and the labels of
   * other servers; of a checkpoint all that are no server's.
   */
  public List<MethodSpec> methods(PinnedModel model) {
    return model.endpoint().isPresent()
        ? Stream.concat(
                methods.stream().filter(EvaluateOptions::isSent),
                servers(model).stream().map(NamedModel::method))
            .toList()
        : methods.stream().filter(method -> TokenReducers.of(method).request().isEmpty()).toList();
  }

  /** Returns the other servers of a model: those that the settings name, if it is the first. */
  public List<NamedModel> servers(PinnedModel model) {
    return model.equals(models.get(0)) ? settings.get(RunSetting.SERVERS) : List.of();
  }
}
