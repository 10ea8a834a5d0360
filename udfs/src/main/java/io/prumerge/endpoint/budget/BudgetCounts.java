package io.prumerge.endpoint.budget;

import io.prumerge.image.rule.PictureTokens;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a server counted for the same sizes of pictures at one budget.
 *
 * @param budget as the method says it
 * @param expected by the model's rule, one of each picture; empty if no rule is known
 * @param counted one of each picture, without those of the words; empty where the server states
 *     none
 * @param reversed likewise, of other pictures of these sizes, for which the budgets were asked in
 *     reverse; no element if they were not asked
 * @param refusal the server's words, if it refuses this budget; nothing is counted then
 */
public record BudgetCounts(
    String budget,
    Optional<List<PictureTokens>> expected,
    List<OptionalInt> counted,
    List<OptionalInt> reversed,
    Optional<String> refusal) {

  /** Returns the budget without what it is a budget of: {@code 280} of {@code max_soft_tokens}. */
  String value() {
    return budget.substring(budget.lastIndexOf('=') + 1);
  }

  /** Returns whether each count is what the rule says; true if no rule is known. */
  boolean areAsExpected() {
    if (expected.isEmpty()) {
      return true;
    }
    for (int i = 0; i < counted.size(); i++) {
      if (counted.get(i).isEmpty() || !expected.get().get(i).fit(counted.get(i).getAsInt())) {
        return false;
      }
    }
    return true;
  }

  boolean dependOnOrder() {
    return !reversed.isEmpty() && !reversed.equals(counted);
  }
}
