package io.prumerge.benchmark.rule;

import io.prumerge.text.PythonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Finds the objects that a caption mentions, as CHAIR does ({@code caption_to_words},
 * LisaAnne/Hallucination, utils/chair.py; lmms-eval, lmms_eval/tasks/coco_cap_chair/utils.py):
 * words in the singular, some pairs of words as one, and those of a list of objects with their
 * synonyms.
 *
 * <p>Both take the singular from a linguistic library, and differ from each other. Here plurals are
 * formed of the list's own words, and verbs are none of them. So the words {@code bus, airbus,
 * minibus} and the plurals {@code canoes, collies, doggies, magpies, thieves, ties} are mentions as
 * in lmms-eval alone (the original's singulars of them are such as {@code bu} and {@code ty}),
 * {@code geese} is one as in the original alone, and {@code skiing} is none, as in the original.
 * Apart from that, a dash without blanks separates words here.
 */
final class ChairWords {

  private static final String SEPARATOR = ", ";

  /** A word, with those that a hyphen, a slash or a period joins to it; or a single mark. */
  private static final Pattern TOKEN =
      Pattern.compile("[\\p{L}\\p{N}_]++(?:[-/.][\\p{L}\\p{N}_]++)*+|\\S");

  private static final List<String> YOUNG_AND_OLD = List.of("baby", "adult");

  /** Animals which are no people where they are babies or adults. */
  private static final List<String> ANIMALS =
      List.of(
          "bird",
          "cat",
          "dog",
          "horse",
          "sheep",
          "cow",
          "elephant",
          "bear",
          "zebra",
          "giraffe",
          "animal",
          "cub");

  private static final String PASSENGER = "passenger";
  private static final List<String> VEHICLES = List.of("jet", "train");

  private static final String TOILET = "toilet";
  private static final String SEAT = "seat";

  /** Pairs which are no objects, though one of their words alone is. */
  private static final List<String> NO_OBJECTS = List.of("home plate", "train track");

  /** Plurals that no rule forms, by the ends of words. */
  private static final Map<String, String> IRREGULAR =
      Map.of(
          "man", "men",
          "child", "children",
          "person", "people",
          "mouse", "mice",
          "goose", "geese",
          "ox", "oxen");

  private static final Set<String> HISSING = Set.of("s", "x", "z", "ch", "sh");

  private final Map<String, String> objects = new HashMap<>();
  private final Map<String, String> pairs = new HashMap<>();
  private final Map<String, String> singulars = new HashMap<>();

  private ChairWords() {}

  /**
   * Returns the words of a list.
   *
   * @param lines an object and its synonyms each, with a comma and a blank between them, as in
   *     data/synonyms.txt of LisaAnne/Hallucination. A word with another blank before it, one with
   *     a capital letter and one of three words is never mentioned.
   */
  static ChairWords of(List<String> lines) {
    ChairWords words = new ChairWords();
    for (String line : lines) {
      List<String> synonyms = List.of(PythonText.strip(line).split(SEPARATOR));
      synonyms.forEach(word -> words.objects.put(word, synonyms.get(0)));
    }
    words.addPairs();
    words.addPlurals();
    return words;
  }

  private void addPairs() {
    objects.keySet().stream()
        .map(PythonText::strip)
        .filter(word -> PythonText.split(word).size() == 2)
        .forEach(pair -> pairs.put(pair, pair));
    NO_OBJECTS.forEach(pair -> pairs.put(pair, pair));
    for (String age : YOUNG_AND_OLD) {
      ANIMALS.forEach(animal -> pairs.put(pair(age, animal), animal));
    }
    VEHICLES.forEach(vehicle -> pairs.put(pair(PASSENGER, vehicle), vehicle));
    pairs.put(pair(TOILET, SEAT), TOILET);
  }

  private void addPlurals() {
    Set<String> known = new HashSet<>();
    objects.keySet().forEach(word -> known.addAll(PythonText.split(word)));
    pairs.keySet().forEach(pair -> known.addAll(PythonText.split(pair)));
    known.forEach(word -> plurals(word).forEach(plural -> singulars.putIfAbsent(plural, word)));
    known.forEach(word -> singulars.put(word, word)); // as "skis" and "oxen", words of the list
  }

  /** Returns the forms that may be a word's plural; ones that no text has do no harm. */
  private static List<String> plurals(String word) {
    List<String> plurals = new ArrayList<>(List.of(word + "s"));
    if (word.endsWith("o") || HISSING.stream().anyMatch(word::endsWith)) {
      plurals.add(word + "es");
    }
    if (word.endsWith("y")) {
      plurals.add(without(word, "y") + "ies");
    }
    for (String end : List.of("f", "fe")) {
      if (word.endsWith(end)) {
        plurals.add(without(word, end) + "ves");
      }
    }
    IRREGULAR.forEach(
        (singular, plural) -> {
          if (word.endsWith(singular)) {
            plurals.add(without(word, singular) + plural);
          }
        });
    return plurals;
  }

  private static String without(String word, String end) {
    return word.substring(0, word.length() - end.length());
  }

  private static String pair(String first, String second) {
    return first + " " + second;
  }

  /** Returns whether the list has an object of this name. */
  boolean hasObject(String name) {
    return name.equals(objects.get(name));
  }

  /** Returns the objects that a caption mentions, in order, each as often as it does. */
  List<String> mentions(String caption) {
    List<String> words = joined(singular(caption));
    boolean noSeat = words.contains(TOILET);
    return words.stream()
        .filter(word -> !noSeat || !word.equals(SEAT))
        .filter(objects::containsKey)
        .map(objects::get)
        .toList();
  }

  private List<String> singular(String caption) {
    return TOKEN
        .matcher(PythonText.lower(caption))
        .results()
        .map(MatchResult::group)
        .map(token -> singulars.getOrDefault(token, token))
        .toList();
  }

  private List<String> joined(List<String> words) {
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String pair = i + 1 < words.size() ? pairs.get(pair(words.get(i), words.get(i + 1))) : null;
      joined.add(pair == null ? words.get(i) : pair);
      i += pair == null ? 0 : 1;
    }
    return joined;
  }
}
