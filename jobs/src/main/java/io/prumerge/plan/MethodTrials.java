package io.prumerge.plan;

import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.reduction.TokenReducers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of methods on the pictures that a model is going to see.
 *
 * @param estimates of each method
 * @param misfits sentences about the pictures that some cannot reduce
 */
record MethodTrials(SeenPictures pictures, List<MethodEstimate> estimates, List<String> misfits) {

  /** Keys with the value that runs where the usual one does not. */
  private static final SortedMap<String, String> REMEDIES =
      new TreeMap<>(Map.of(ScoringAttention.KEY, "received", "positions", "kept"));

  MethodTrials {
    estimates = List.copyOf(estimates);
    misfits = List.copyOf(misfits);
  }

  /** Tries one method. */
  interface Trial {

    /**
     * @throws IOException as {@link MethodTrial#outcome}
     */
    TrialOutcome of(MethodSpec method) throws IOException;
  }

  /**
   * Tries all methods.
   *
   * @param model as the user names it
   * @throws UsageException naming all that cannot be used, each with the reason and, if there is
   *     one, the spelling that can
   */
  static MethodTrials of(SeenPictures pictures, String model, List<MethodSpec> methods, Trial trial)
      throws IOException {
    List<MethodEstimate> estimates = new ArrayList<>();
    List<String> misfits = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    for (MethodSpec method : methods) {
      TrialOutcome outcome = trial.of(method);
      outcome.estimate().ifPresent(estimates::add);
      outcome.misfit().ifPresent(misfits::add);
      if (outcome.refusal().isPresent()) {
        String other = remedy(method, trial).map(spec -> "; write " + spec).orElse("");
        refusals.add(new Refusal(method, outcome.refusal().get() + other));
      }
    }
    if (!refusals.isEmpty()) {
      throw new UsageException(refusal(model, methods.size(), refusals));
    }
    return new MethodTrials(pictures, estimates, misfits);
  }

  private record Refusal(MethodSpec method, String why) {}

  private static String refusal(String model, int methods, List<Refusal> refusals) {
    if (refusals.size() == 1) {
      Refusal only = refusals.get(0);
      return Text.format("Cannot use %s with %s: %s", only.method(), model, only.why());
    }
    StringBuilder all = new StringBuilder();
    for (Refusal one : refusals) {
      int number = refusals.indexOf(one) + 1;
      all.append(Text.format(" (%d) %s: %s", number, one.method(), one.why()));
    }
    return Text.format(
        "Cannot use %d of %d methods with %s:%s", refusals.size(), methods, model, all);
  }

  /** Returns the first of the method's other spellings that runs. */
  static Optional<MethodSpec> remedy(MethodSpec method, Trial trial) throws IOException {
    List<Map<String, String>> choices = new ArrayList<>();
    REMEDIES.forEach((key, value) -> choices.add(Map.of(key, value)));
    choices.add(REMEDIES);
    for (Map<String, String> values : choices) {
      MethodSpec other = method.with(one -> saying(one, values));
      Optional<MethodSpec> canonical = other.equals(method) ? Optional.empty() : canonical(other);
      if (canonical.isPresent() && trial.of(canonical.get()).refusal().isEmpty()) {
        return canonical;
      }
    }
    return Optional.empty();
  }

  private static MethodSpec saying(MethodSpec method, Map<String, String> values) {
    SortedMap<String, String> parameters = new TreeMap<>(method.parameters());
    List<String> keys = TokenReducers.keys(TokenReducers.named(method.name()));
    values.forEach(
        (key, value) -> {
          if (keys.contains(key)) {
            parameters.put(key, value);
          }
        });
    return new MethodSpec(method.name(), parameters);
  }

  private static Optional<MethodSpec> canonical(MethodSpec method) {
    try {
      return Optional.of(TokenReducers.of(method).spec());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the values do not go together
    }
  }
}
