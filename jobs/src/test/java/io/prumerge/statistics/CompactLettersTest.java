package io.prumerge.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CompactLettersTest {

  private static final double LEVEL = 0.05;

  @Test
  void nothingAndOne() {
    assertThat(CompactLetters.of(0, (a, b) -> true)).isEmpty();
    assertThat(CompactLetters.of(1, (a, b) -> true)).containsExactly("a");
  }

  @Test
  void allAlikeAndAllDifferent() {
    assertThat(CompactLetters.of(3, (a, b) -> false)).containsExactly("a", "a", "a");
    assertThat(CompactLetters.of(3, (a, b) -> true)).containsExactly("a", "b", "c");
  }

  @Test
  void neighboursShareALetterTheEndsDoNot() {
    assertThat(CompactLetters.of(4, (a, b) -> Math.abs(a - b) > 1))
        .containsExactly("a", "ab", "bc", "c");
  }

  @Test
  void manyLettersAreSeparated() {
    List<String> letters = CompactLetters.of(30, (a, b) -> Math.abs(a - b) > 1);

    assertThat(letters.get(0)).isEqualTo("a");
    assertThat(letters.get(26)).isEqualTo("z,aa");
    assertThat(letters.get(29)).isEqualTo("ac");
  }

  /** Every subset is tried. */
  @RepeatedTest(30)
  void lettersAreTheLargestSetsWithoutADifference(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int items = 1 + random.nextInt(9);
    boolean[][] differ = new boolean[items][items];
    double share = random.nextDouble();
    for (int i = 0; i < items; i++) {
      for (int j = 0; j < i; j++) {
        differ[i][j] = random.nextDouble() < share;
        differ[j][i] = differ[i][j];
      }
    }
    List<String> letters = CompactLetters.of(items, (a, b) -> differ[a][b]);

    assertThat(sets(letters)).isEqualTo(largest(differ));
    for (int i = 0; i < items; i++) {
      for (int j = 0; j < i; j++) {
        Set<Integer> shared = letters.get(i).chars().boxed().collect(Collectors.toSet());
        shared.retainAll(letters.get(j).chars().boxed().collect(Collectors.toSet()));
        assertThat(shared.isEmpty()).isEqualTo(differ[i][j]);
      }
    }
  }

  private static Set<String> sets(List<String> letters) {
    Set<String> sets = new TreeSet<>();
    for (char letter = 'a'; letter <= 'z'; letter++) {
      List<Integer> members = new ArrayList<>();
      for (int i = 0; i < letters.size(); i++) {
        if (letters.get(i).indexOf(letter) >= 0) {
          members.add(i);
        }
      }
      if (!members.isEmpty()) {
        sets.add(members.toString());
      }
    }
    return sets;
  }

  private static Set<String> largest(boolean[][] differ) {
    int items = differ.length;
    List<Integer> alike = new ArrayList<>();
    for (int set = 1; set < 1 << items; set++) {
      boolean good = true;
      for (int i = 0; i < items; i++) {
        for (int j = 0; j < i; j++) {
          good &= (set >> i & set >> j & 1) == 0 || !differ[i][j];
        }
      }
      if (good) {
        alike.add(set);
      }
    }
    Set<String> largest = new TreeSet<>();
    for (int set : alike) {
      if (alike.stream().noneMatch(other -> other != set && (other & set) == set)) {
        List<Integer> members = new ArrayList<>();
        for (int i = 0; i < items; i++) {
          if ((set >> i & 1) == 1) {
            members.add(i);
          }
        }
        largest.add(members.toString());
      }
    }
    return largest;
  }
}
