package io.prumerge.benchmark.rule;

import io.prumerge.text.PythonRandom;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The letters that MMMU's evaluator draws for answers that name no option (MMMU-Benchmark/MMMU,
 * mmmu/utils/eval_utils.py and main_parse_and_eval.py): one generator for a run, from which each of
 * these answers takes a letter in the order of subjects and questions. So a letter depends on all
 * undecided answers before it.
 *
 * <p>In that order ids are sorted by the text before their numbers, then by these. So are others.
 */
final class MmmuRandom {

  private static final long SEED = 42;

  /** The number at the end, as in {@code validation_Art_Theory_23}. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}+\\z");

  private record Place(String subject, int number, String id) {

    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::subject)
            .thenComparingInt(Place::number)
            .thenComparing(Place::id);

    static Place of(String id) {
      Matcher number = NUMBER.matcher(id);
      return number.find()
          ? new Place(id.substring(0, number.start()), Integer.parseInt(number.group()), id)
          : new Place(id, 0, id);
    }
  }

  private MmmuRandom() {}

  /**
   * Returns a letter for each undecided question, in the order in which they are drawn.
   *
   * @param undecided letters to draw from by the ids of one split
   */
  static Map<String, String> letters(Map<String, List<String>> undecided) {
    PythonRandom random = new PythonRandom(SEED);
    Map<String, String> letters = new LinkedHashMap<>();
    undecided.keySet().stream()
        .map(Place::of)
        .sorted(Place.ORDER)
        .map(Place::id)
        .forEach(
            id -> {
              List<String> choices = undecided.get(id);
              letters.put(id, choices.get(random.choice(choices.size())));
            });
    return letters;
  }
}
