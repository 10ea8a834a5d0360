package io.prumerge.leaderboard;

import io.prumerge.metric.AllPairs;
import io.prumerge.metric.Entrant;
import io.prumerge.metric.tally.MethodKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The methods of one run with the same nominal budget: one table of the leaderboard.
 *
 * @param baseline the method that all are compared with, if the run has it
 * @param lines a method each, or several that differ only in their seed; without the baseline
 */
public record BudgetGroup(
    String runId,
    String model,
    NominalBudget budget,
    Optional<MethodKey> baseline,
    List<List<MethodKey>> lines) {

  /** The controls that tell easy questions from hard ones; the first that a group has does. */
  private static final List<String> SMALLER = List.of("downsample", "resize");

  public BudgetGroup {
    lines = lines.stream().map(List::copyOf).toList();
  }

  /**
   * Returns the groups of all runs, in the order of the methods, the largest budgets first. A
   * method whose own number others take is in their group.
   *
   * @param baseline the method that the others are compared with
   */
  public static List<BudgetGroup> of(Collection<MethodKey> methods, String baseline) {
    Map<String, List<MethodKey>> runs = new LinkedHashMap<>();
    methods.forEach(one -> runs.computeIfAbsent(one.runId(), absent -> new ArrayList<>()).add(one));
    List<BudgetGroup> groups = new ArrayList<>();
    runs.values().forEach(run -> groups.addAll(ofRun(run, baseline)));
    return groups;
  }

  private static List<BudgetGroup> ofRun(List<MethodKey> run, String baseline) {
    Optional<MethodKey> base =
        run.stream().filter(one -> one.method().equals(baseline)).findFirst();
    List<MethodKey> others = run.stream().filter(one -> !one.method().equals(baseline)).toList();
    List<NominalBudget> taken =
        others.stream().map(one -> NominalBudget.of(one.method())).distinct().toList();
    Map<NominalBudget, List<MethodKey>> members = new TreeMap<>(NominalBudget.ORDER);
    for (MethodKey one : others) {
      NominalBudget budget =
          taken.stream()
              .filter(other -> other.isOf(one.method()))
              .findFirst()
              .orElseGet(() -> NominalBudget.of(one.method()));
      members.computeIfAbsent(budget, absent -> new ArrayList<>()).add(one);
    }
    List<BudgetGroup> groups = new ArrayList<>();
    members.forEach(
        (budget, own) ->
            groups.add(
                new BudgetGroup(
                    own.get(0).runId(),
                    own.get(0).model(),
                    budget,
                    base,
                    Seeds.lines(own, MethodKey::method))));
    return groups;
  }

  /** Returns all pairs of its lines and the baseline, which comes first. */
  public AllPairs pairs() {
    return new AllPairs(all().stream().map(Entrant::new).toList());
  }

  /** Returns its lines, the baseline's first. */
  List<List<MethodKey>> all() {
    List<List<MethodKey>> all = new ArrayList<>();
    baseline.ifPresent(one -> all.add(List.of(one)));
    all.addAll(lines);
    return all;
  }

  /** Returns the smaller picture of the same budget, if the run has it. */
  Optional<MethodKey> smallerPicture() {
    return SMALLER.stream()
        .flatMap(
            name ->
                lines.stream()
                    .map(line -> line.get(0))
                    .filter(
                        one -> one.method().equals(name) || one.method().startsWith(name + ":")))
        .findFirst();
  }

  /** Returns the name of a line. */
  static String name(List<MethodKey> line) {
    String first = line.get(0).method();
    return line.size() > 1 ? Seeds.name(first, line.size()) : first;
  }
}
