package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.EndpointException;
import io.prumerge.plan.RunPlan;
import io.prumerge.spark.Endpoints;
import java.util.Set;
import org.apache.spark.SparkContext;

/**
 * Asks the endpoints of a run one question each before its first task, about a picture of no
 * content: a wrong address, name or key is wrong for all questions.
 */
final class EndpointProbe {

  private EndpointProbe() {}

  /**
   * Asks the endpoints that have something left to answer.
   *
   * @param committed numbers of the committed chunks
   * @throws Failure if one does not answer
   */
  static void of(SparkContext context, RunPlan plan, Manifests manifests, Set<Integer> committed) {
    for (int run = 0; run < plan.models().size(); run++) {
      if (!AnswerRuns.open(manifests, run, committed).isEmpty()) {
        plan.models().get(run).endpoint().ifPresent(endpoint -> ask(context, endpoint));
      }
    }
  }

  private static void ask(SparkContext context, Endpoint endpoint) {
    try {
      Endpoints.probe(endpoint, context.getConf());
    } catch (EndpointException e) {
      throw new Failure(e.getMessage());
    }
  }
}
