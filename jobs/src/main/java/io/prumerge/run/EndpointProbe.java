package io.prumerge.run;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.EndpointException;
import io.prumerge.endpoint.VideoAs;
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
   * Asks the endpoints that have something left to answer.
   *
   * @param console is told of those that may not see all frames of videos, or count other tokens
   *     than they are asked for
   * @return of each run the reasons why they may not
   * @throws Failure if one does not answer
   */
  static List<List<String>> of(SparkContext context, StartedRun run, Console console)
      throws IOException {
    Set<Integer> committed = run.directory().markers().keySet();
    Set<Integer> repeats = run.askedRepeats();
    int models = run.plan().models().size();
    List<List<String>> doubts = new ArrayList<>();
    for (int i = 0; i < models; i++) {
      int model = i;
      List<String> own = new ArrayList<>();
      doubts.add(own);
      if (!run.askedChunks(model, committed).isEmpty()
          || repeats.stream().anyMatch(number -> number % models == model)) {
        RunConfiguration configuration = run.manifest(model).configuration();
        for (Endpoint endpoint : run.model(model).endpoints()) {
          ask(context, endpoint, configuration).ifPresent(own::add);
        }
        own.forEach(doubt -> console.warn(SEEN_IN_PART, doubt));
        List<String> budgets = budgets(context, run, run.model(model), console);
        budgets.forEach(doubt -> console.warn("%s", doubt));
        own.addAll(budgets);
      }
    }
    return doubts;
  }

  /** Returns what is wrong with a server's budgets of visual tokens, if it is asked for any. */
  private static List<String> budgets(
      SparkContext context, StartedRun run, ModelPlan model, Console console) {
    List<TokenReducer> methods = TokenReducers.of(model.ownMethods());
    RunOptions asked = run.settings();
    if (model.endpoint().isEmpty()
        || asked.get(RunSetting.PROBE) == BudgetCheck.NONE
        || methods.stream().allMatch(method -> method.spec().equals(MethodSpec.NONE))) {
      return List.of();
    }
    Endpoint endpoint = model.endpoint().get();
    Optional<ServedRule> rule = ServedRule.of(asked.find(RunSetting.TOKENS_BY), endpoint.name());
    try {
      BudgetProbe probe =
          console.during(
              Text.format(
                  "Asking %s for %s",
                  endpoint, Texts.count(BudgetProbe.requests(methods.size()), "token")),
              () ->
                  BudgetProbe.of(
                      Endpoints.open(endpoint, VideoAs.PICTURES, context.getConf()),
                      methods,
                      ServedRule.expecting(rule),
                      ThreadLocalRandom.current().nextInt(BudgetProbe.MARKS)));
      return probe.doubts().stream()
          .map(doubt -> Text.format("%s of %s", doubt, endpoint))
          .toList();
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
