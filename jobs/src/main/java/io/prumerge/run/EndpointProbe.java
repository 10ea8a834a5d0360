package io.prumerge.run;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.EndpointException;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.endpoint.budget.BudgetProbe;
import io.prumerge.lang.Text;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.ServedRule;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.settings.BudgetCheck;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.spark.Endpoints;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.SparkContext;

/**
 * Asks the endpoints of a run one question each before its first task, about a picture of no
 * content: a wrong address, name or key is wrong for all questions.
 */
final class EndpointProbe {

  private static final String SEEN_IN_PART =
      "%s. vLLM takes 32 frames unless its media-io-kwargs have another num_frames; figures are"
          + " of what it sees";

  private EndpointProbe() {}

  /**
   * What is known of the servers of a model.
   *
   * @param doubts why they may not see all frames of videos, or count other tokens than they are
   *     asked for
   * @param words what the model's own one counts of questions' words
   */
  record Probed(List<String> doubts, WordTokens words) {}

  /**
   * Asks the endpoints that have something left to answer.
   *
   * @param console is told of those that may not see all frames of videos, or count other tokens
   *     than they are asked for
   * @return of each run what is known
   * @throws Failure if one does not answer
   */
  static List<Probed> of(SparkContext context, StartedRun run, Console console) throws IOException {
    Set<Integer> committed = run.directory().markers().keySet();
    Set<Integer> repeats = run.askedRepeats();
    int models = run.plan().models().size();
    List<Probed> probed = new ArrayList<>();
    for (int i = 0; i < models; i++) {
      int model = i;
      List<String> own = new ArrayList<>();
      WordTokens words = WordTokens.NONE;
      if (!run.askedChunks(model, committed).isEmpty()
          || repeats.stream().anyMatch(number -> number % models == model)) {
        RunConfiguration configuration = run.manifest(model).configuration();
        for (Endpoint endpoint : run.model(model).endpoints()) {
          ask(context, endpoint, configuration).ifPresent(own::add);
        }
        own.forEach(doubt -> console.warn(SEEN_IN_PART, doubt));
        Optional<BudgetProbe> budgets = budgets(context, run, run.model(model), console);
        for (String doubt : budgets.map(BudgetProbe::doubts).orElse(List.of())) {
          own.add(Text.format("%s of %s", doubt, run.model(model).endpoint().orElseThrow()));
          console.warn("%s", own.get(own.size() - 1));
        }
        if (budgets.filter(BudgetProbe::apart).isEmpty()) {
          words = words(context, run, run.model(model), console);
        }
      }
      probed.add(new Probed(own, words));
    }
    return probed;
  }

  /** Probes a server's budgets of visual tokens, if it is asked for any. */
  private static Optional<BudgetProbe> budgets(
      SparkContext context, StartedRun run, ModelPlan model, Console console) {
    RunOptions asked = run.settings();
    if (!hasBudgets(model) || asked.get(RunSetting.PROBE) == BudgetCheck.NONE) {
      return Optional.empty();
    }
    List<TokenReducer> methods = TokenReducers.of(model.ownMethods());
    Endpoint endpoint = model.endpoint().get();
    Optional<ServedRule> rule = ServedRule.of(asked.find(RunSetting.TOKENS_BY), endpoint.name());
    try {
      return Optional.of(
          console.during(
              Text.format(
                  "Asking %s for %s",
                  endpoint, Texts.count(BudgetProbe.requests(methods.size()), "token")),
              () ->
                  BudgetProbe.of(
                      Endpoints.open(endpoint, VideoAs.PICTURES, context.getConf()),
                      methods,
                      ServedRule.expecting(rule),
                      ThreadLocalRandom.current().nextInt(BudgetProbe.MARKS))));
    } catch (EndpointException e) {
      throw new Failure(e.getMessage());
    }
  }

  private static boolean hasBudgets(ModelPlan model) {
    return model.endpoint().isPresent()
        && model.ownMethods().stream().anyMatch(method -> !method.equals(MethodSpec.NONE));
  }

  /** Returns what a server under budgets counts of words, if it is to be asked. */
  private static WordTokens words(
      SparkContext context, StartedRun run, ModelPlan model, Console console) {
    int most = run.settings().get(RunSetting.COUNT).most();
    if (!hasBudgets(model) || most == 0) {
      return WordTokens.NONE;
    }
    VisionEndpoint endpoint =
        Endpoints.open(model.endpoint().orElseThrow(), VideoAs.PICTURES, context.getConf());
    try {
      return console.during(
          "Asking for the tokens of questions' words",
          () -> WordTokens.of(run.plan().plan(), endpoint, most));
    } catch (EndpointException e) {
      throw new Failure(e.getMessage());
    }
  }

  private static Optional<String> ask(
      SparkContext context, Endpoint endpoint, RunConfiguration configuration) {
    try {
      Endpoints.probe(endpoint, context.getConf());
      return configuration.protocol().isEmpty()
          ? Optional.empty()
          : Endpoints.doubtOfFrames(
              endpoint,
              configuration.settings().get(RunSetting.VIDEO_AS),
              FrameProtocol.parse(configuration.protocol()).number().frames().orElse(0),
              context.getConf());
    } catch (EndpointException e) {
      throw new Failure(e.getMessage());
    }
  }
}
