package io.prumerge.mini;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Wrong options. */
final class Distractors {

  private Distractors() {}

  /** Whole numbers, the last one included. */
  static Stream<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString);
  }

  /** All but the answer, by chance the ones or the others first. */
  static List<String> others(Stream<String> all, String answer, SceneRandom random) {
    List<String> others =
        all.filter(one -> !one.equals(answer)).collect(Collectors.toCollection(ArrayList::new));
    random.shuffle(others);
    return others;
  }
}
