package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
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
 */
final class MmmuRandom {

  private static final long SEED = 42;

  /** Split, subject and number, as in {@code validation_Art_Theory_23}. */
  private static final Pattern ID = Pattern.compile("[a-z]+_(.+)_([0-9]{1,9})");

  private record Place(String subject, int number) {

    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::subject).thenComparingInt(Place::number);

    static Place of(String id) {
      Matcher parts = ID.matcher(id);
      if (!parts.matches()) {
        throw new IllegalArgumentException("'" + id + "' is no id of MMMU");
      }
      return new Place(parts.group(1), Integer.parseInt(parts.group(2)));
    }
  }

  private MmmuRandom() {}

  /**
   * Returns a letter for each undecided question, in the order in which they are drawn.
   *
   * @param undecided options by the ids of one split, as in {@link Letters}
   * @throws IllegalArgumentException naming an id that is none of MMMU's
   */
  static Map<String, String> letters(Map<String, List<String>> undecided) {
    PythonRandom random = new PythonRandom(SEED);
    Map<String, String> letters = new LinkedHashMap<>();
    undecided.keySet().stream()
        .map(id -> Map.entry(Place.of(id), id))
        .sorted(Map.Entry.comparingByKey(Place.ORDER))
        .map(Map.Entry::getValue)
        .forEach(
            id -> {
              List<String> present = Letters.present(undecided.get(id));
              letters.put(id, present.get(random.choice(present.size())));
            });
    return letters;
  }
}
