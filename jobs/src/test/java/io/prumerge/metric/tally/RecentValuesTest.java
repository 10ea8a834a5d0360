package io.prumerge.metric.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecentValuesTest {

  @Test
  void keepsTheLastValues() {
    Map<Integer, String> values = new RecentValues<>();
    for (int i = 0; i <= RecentValues.MOST; i++) {
      values.computeIfAbsent(i, String::valueOf);
    }
    assertThat(values).hasSize(RecentValues.MOST).doesNotContainKey(0).containsEntry(1, "1");
    assertThat(values.computeIfAbsent(0, key -> "again")).isEqualTo("again");
    assertThat(values).hasSize(RecentValues.MOST);
  }

  /** A task that meets a million groups does not hold what it made for each. */
  @Test
  void theSubsetsOfRareGroupsAreForgotten() {
    QuestionSubsets subsets = new QuestionSubsets(List.of());
    WeakReference<Set<QuestionSubset>> first = new WeakReference<>(subsets.of(List.of("first")));
    for (int i = 0; i < RecentValues.MOST; i++) {
      subsets.of(List.of("group " + i));
    }
    System.gc();
    assertThat(first.get()).isNull();
    assertThat(subsets.of(List.of("first")))
        .containsExactly(QuestionSubset.ALL, QuestionSubset.of("first"));
  }
}
