package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.reduction.Budget.NearestSetting;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NearestSettingTest {

  private static OptionalInt slow(double[] measures, double target) {
    int best = 0;
    for (int i = 1; i < measures.length; i++) {
      if (Math.abs(measures[i] - target) < Math.abs(measures[best] - target)) {
        best = i;
      }
    }
    return OptionalInt.of(best + 1);
  }

  /** Against a walk through all settings, with plateaus. */
  @Test
  void findsTheFirstOfTheClosest() {
    Random random = new Random(5);
    for (int round = 0; round < 500; round++) {
      double[] measures = new double[1 + random.nextInt(40)];
      for (int i = 1; i < measures.length; i++) {
        measures[i] = measures[i - 1] + random.nextInt(3);
      }
      double most = measures[measures.length - 1];
      double target = random.nextInt(2 * (int) most + 1) / 2.0;
      NearestSetting search = new NearestSetting(measures.length, k -> measures[k - 1]);
      assertThat(search.nearest(target)).isEqualTo(slow(measures, target));
      assertThat(search.atLeast()).isZero();
      assertThat(search.atMost()).isEqualTo(most);
    }
  }

  @Test
  void goesBeyondTheEndsByHalfAStep() {
    double[] measures = {10, 14, 20};
    for (double target : new double[] {7.9, 8, 23, 23.1}) {
      OptionalInt found = new NearestSetting(3, k -> measures[k - 1]).nearest(target);
      boolean within = target >= 8 && target <= 23;
      assertThat(found)
          .isEqualTo(within ? OptionalInt.of(target < 10 ? 1 : 3) : OptionalInt.empty());
    }
    assertThat(new NearestSetting(1, k -> 5).nearest(5)).hasValue(1);
    assertThat(new NearestSetting(1, k -> 5).nearest(5.1)).isEmpty();
  }

  /** A measure may mean to choose tokens: few are asked for, none twice. */
  @Test
  void measuresFewSettings() {
    Set<Integer> asked = new HashSet<>();
    NearestSetting search =
        new NearestSetting(
            576,
            k -> {
              assertThat(asked.add(k)).isTrue();
              return k;
            });
    assertThat(search.nearest(100.4)).hasValue(100);
    assertThat(asked).hasSizeLessThan(16);
  }
}
