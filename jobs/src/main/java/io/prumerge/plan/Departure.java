package io.prumerge.plan;

import io.prumerge.endpoint.Endpoint;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Locale;

/** Says what leaves this cluster when a model behind an endpoint is asked. */
final class Departure {

  private Departure() {}

  /** Returns a sentence about one model of a plan. */
  static String of(RunPlan plan, RunPlan.ModelPlan model) {
    Endpoint endpoint = model.endpoint().orElseThrow();
    String sentence =
        String.format(
            Locale.ROOT,
            "Pictures and questions leave this cluster: %,d requests to %s for the model %s, at most %,d at a time; the prompt's template and the preprocessing are the server's",
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
