package io.prumerge.mini.question;

import io.prumerge.mini.scene.SceneRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Wrong options. */
final class Distractors {

  private Distractors() {}

  /** Whole numbers from first to last, both included. */
  static Stream<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString);
  }

  /** All but the answer, in random order. */
  static List<String> others(Stream<String> all, String answer, SceneRandom random) {
    List<String> others =
        all.filter(one -> !one.equals(answer)).collect(Collectors.toCollection(ArrayList::new));
    random.shuffle(others);
    return others;
  }
}
