package io.prumerge.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.model.PassLimits;
import org.junit.jupiter.api.Test;

class PassBudgetTest {

  private static final PassLimits AMPLE = new PassLimits(3, 1000, 5000);

  private final PassBudget budget = new PassBudget(AMPLE);

  private void pass(int times) {
    for (int i = 0; i < times; i++) {
      budget.passed();
    }
  }

  @Test
  void limitsDoubleAfterSomePassesUntilTheyAreWhatTheyWere() {
    budget.lower(300, 700);
    pass(MemoryLimit.PASSES - 1);
    assertThat(budget.limits()).isEqualTo(new PassLimits(3, 300, 700));
    pass(1);
    assertThat(budget.limits()).isEqualTo(new PassLimits(3, 600, 1400));
    pass(MemoryLimit.PASSES);
    assertThat(budget.limits()).isEqualTo(new PassLimits(3, 1000, 2800));
    pass(MemoryLimit.PASSES);
    assertThat(budget.limits()).isEqualTo(AMPLE);
    pass(1000);
    assertThat(budget.limits()).isEqualTo(AMPLE);
  }

  @Test
  void aFailureBetweenStartsTheCountAnew() {
    budget.lower(300, 700);
    pass(MemoryLimit.PASSES - 1);
    budget.lower(300, 700);
    pass(2 * MemoryLimit.PASSES - 1);
    assertThat(budget.limits().rows()).isEqualTo(300);
    pass(1);
    assertThat(budget.limits().rows()).isEqualTo(600);
  }

  /** A pass that is taken apart may fail several times before one runs. */
  @Test
  void failuresInARowCountOnce() {
    budget.lower(500, 5000);
    budget.lower(250, 5000);
    budget.lower(125, 5000);
    pass(MemoryLimit.PASSES);
    assertThat(budget.limits().rows()).isEqualTo(250);
  }

  @Test
  void aDeviceWithoutRoomIsTriedEverMoreRarely() {
    int failures = 0;
    for (int pass = 0; pass < 100_000; pass++) {
      if (budget.limits().rows() > 125) {
        failures++;
        budget.lower(budget.limits().rows() / 2, 5000);
      } else {
        budget.passed();
      }
    }
    assertThat(failures).isBetween(10, 40);
    assertThat(budget.limits().rows()).isLessThanOrEqualTo(250);
  }

  @Test
  void limitsNeverExceedThoseAtFirst() {
    PassBudget widest = new PassBudget(new PassLimits(1, Integer.MAX_VALUE, Long.MAX_VALUE));
    widest.lower(Integer.MAX_VALUE - 1, Long.MAX_VALUE - 1);
    for (int i = 0; i < MemoryLimit.PASSES; i++) {
      widest.passed();
    }
    assertThat(widest.limits()).isEqualTo(new PassLimits(1, Integer.MAX_VALUE, Long.MAX_VALUE));
  }
}
