package io.prumerge.endpoint.budget;

import io.prumerge.image.rule.PictureTokens;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The verdict on a server's budgets. Counts cannot show a server that states what it was asked and
 * serves something else, one that shrinks pictures before a model that enlarges them again, and
 * tokens that are merged after they are counted.
 *
 * @param verdict the first that holds
 * @param at the budgets that it is about; none if it is about the server
 * @param sentence what was asked and counted
 * @param others the verdict on the budgets that are not refused, if some are and others are not
 */
public record BudgetJudgement(
    BudgetVerdict verdict, List<String> at, String sentence, Optional<BudgetJudgement> others) {

  /** The most tokens of a picture that is counted as a placeholder. */
  private static final int PLACEHOLDER = 2;

  /**
   * Judges all budgets that were asked, in their order.
   *
   * @param whole what is counted without a budget; empty if that was not asked
   * @throws IllegalArgumentException without any budget
   */
  public static BudgetJudgement of(List<BudgetCounts> budgets, Optional<BudgetCounts> whole) {
    if (budgets.isEmpty()) {
      throw new IllegalArgumentException("No budget was asked for");
    }
    List<BudgetCounts> refused = where(budgets, budget -> budget.refusal().isPresent());
    if (!refused.isEmpty()) {
      List<BudgetCounts> rest = where(budgets, budget -> budget.refusal().isEmpty());
      return new BudgetJudgement(
          BudgetVerdict.REFUSED,
          names(refused),
          Text.format(
              "the server refuses %s: %s", values(refused), refused.get(0).refusal().orElseThrow()),
          rest.isEmpty() ? Optional.empty() : Optional.of(of(rest, whole)));
    }
    return counted(budgets, whole);
  }

  private static BudgetJudgement counted(List<BudgetCounts> budgets, Optional<BudgetCounts> whole) {
    List<OptionalInt> counts = budgets.stream().flatMap(one -> one.counted().stream()).toList();
    if (counts.stream().allMatch(OptionalInt::isEmpty)) {
      return of(BudgetVerdict.UNCOUNTED, List.of(), "the server states no number of tokens");
    }
    if (counts.stream().allMatch(count -> count.orElse(Integer.MAX_VALUE) <= PLACEHOLDER)) {
      return of(
          BudgetVerdict.NOT_COUNTING_PICTURES,
          List.of(),
          "the server counts " + range(budgets) + " for a picture, whatever its size");
    }
    List<BudgetCounts> wrong = where(budgets, budget -> !budget.areAsExpected());
    List<BudgetCounts> unsteady = where(budgets, BudgetCounts::dependOnOrder);
    if (!unsteady.isEmpty()) {
      return of(
          BudgetVerdict.DEPENDS_ON_ORDER,
          unsteady,
          "the server counts other pictures of the same sizes otherwise when the budgets come in"
              + " reverse: does its cache know the budget?");
    }
    List<BudgetCounts> all = Stream.concat(whole.stream(), budgets.stream()).toList();
    if (areEqual(all, BudgetCounts::counted)
        && !(hasRule(all) && areEqual(all, BudgetCounts::expected))
        && all.size() > 1) {
      return of(
          BudgetVerdict.IGNORED,
          hasRule(budgets) ? wrong : budgets,
          Text.format(
              "asked %s, counted %s at all: the budget is ignored", ends(budgets), range(budgets)));
    }
    if (!hasRule(budgets)) {
      return new BudgetJudgement(
          BudgetVerdict.DIFFERS,
          List.of(),
          Text.format("asked %s, counted %s", ends(budgets), range(budgets)),
          Optional.empty());
    }
    return compared(budgets, wrong);
  }

  private static BudgetJudgement compared(List<BudgetCounts> budgets, List<BudgetCounts> wrong) {
    if (wrong.isEmpty()) {
      return new BudgetJudgement(
          BudgetVerdict.AS_ASKED,
          List.of(),
          Text.format("asked %s, counted %s", ends(budgets), range(budgets)),
          Optional.empty());
    }
    int first = budgets.indexOf(wrong.get(0));
    boolean flat = areEqual(wrong, BudgetCounts::counted);
    if (first > 0 && wrong.size() == budgets.size() - first && flat) {
      return of(
          BudgetVerdict.CLAMPED,
          wrong,
          Text.format("from %s on counted %s", wrong.get(0).value(), range(wrong)));
    }
    return of(
        BudgetVerdict.OTHER_COUNT,
        wrong,
        Text.format(
            "at %s counted %s, expected %s%s",
            values(wrong), range(wrong), expected(wrong), difference(wrong)));
  }

  private static BudgetJudgement of(BudgetVerdict verdict, List<BudgetCounts> at, String sentence) {
    return new BudgetJudgement(verdict, names(at), sentence, Optional.empty());
  }

  /** Returns how all counts differ from the rule's, if they do so by one number. */
  private static String difference(List<BudgetCounts> wrong) {
    List<Integer> differences = new ArrayList<>();
    for (BudgetCounts budget : wrong) {
      List<PictureTokens> expected = budget.expected().orElseThrow();
      for (int i = 0; i < expected.size(); i++) {
        if (budget.counted().get(i).isPresent()) {
          differences.add(budget.counted().get(i).getAsInt() - expected.get(i).visual());
        }
      }
    }
    List<Integer> distinct = differences.stream().distinct().filter(any -> any != 0).toList();
    return distinct.size() == 1 ? Text.format(" (%+,d wherever they differ)", distinct.get(0)) : "";
  }

  private static boolean hasRule(List<BudgetCounts> budgets) {
    return budgets.stream().allMatch(budget -> budget.expected().isPresent());
  }

  private static <T> boolean areEqual(List<BudgetCounts> budgets, Function<BudgetCounts, T> part) {
    return budgets.stream().map(part).distinct().count() == 1;
  }

  private static List<BudgetCounts> where(
      List<BudgetCounts> budgets, Predicate<BudgetCounts> which) {
    return budgets.stream().filter(which).toList();
  }

  private static List<String> names(List<BudgetCounts> budgets) {
    return budgets.stream().map(BudgetCounts::budget).toList();
  }

  private static String values(List<BudgetCounts> budgets) {
    return budgets.stream().map(BudgetCounts::value).collect(Collectors.joining(", "));
  }

  private static String ends(List<BudgetCounts> budgets) {
    String first = budgets.get(0).value();
    return budgets.size() == 1 ? first : first + " to " + budgets.get(budgets.size() - 1).value();
  }

  private static String range(List<BudgetCounts> budgets) {
    return range(
        budgets.stream()
            .flatMap(budget -> budget.counted().stream())
            .flatMapToInt(OptionalInt::stream));
  }

  private static String expected(List<BudgetCounts> budgets) {
    return range(
        budgets.stream()
            .flatMap(budget -> budget.expected().orElseThrow().stream())
            .mapToInt(PictureTokens::visual));
  }

  private static String range(IntStream counts) {
    IntSummaryStatistics range = counts.summaryStatistics();
    return range.getMin() == range.getMax()
        ? Text.format("%,d", range.getMin())
        : Text.format("%,d to %,d", range.getMin(), range.getMax());
  }
}
