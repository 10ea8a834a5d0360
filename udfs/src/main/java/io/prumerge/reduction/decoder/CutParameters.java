package io.prumerge.reduction.decoder;

import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads a method's parameters, and gathers those that differ from its defaults: they are its
 * canonical spelling.
 */
final class CutParameters {

  static final String LAYER = "layer";
  static final String LAYERS = "layers";
  static final String POSITIONS = "positions";
  static final String RATIO = "ratio";
  static final String TOKENS = "tokens";

  private final Parameters given;
  private final SortedMap<String, String> canonical = new TreeMap<>();

  CutParameters(Parameters given) {
    this.given = given;
  }

  /** Returns where the method cuts, or what {@code key} counts. */
  int count(String key, int standard) {
    int value = given.count(key).orElse(standard);
    put(key, Integer.toString(value), value != standard);
    return value;
  }

  /** Reads a count that has no default: what is given is always spelt. */
  OptionalInt count(String key) {
    OptionalInt value = given.count(key);
    value.ifPresent(count -> put(key, Integer.toString(count), true));
    return value;
  }

  /** Returns any whole number. */
  long number(String key, long standard) {
    long value = given.number(key, standard);
    put(key, Long.toString(value), value != standard);
    return value;
  }

  double share(String key, double standard) {
    double value = given.share(key).orElse(standard);
    put(key, Parameters.plain(value), value != standard);
    return value;
  }

  /** Reads several layers that rise, from {@code least} on. */
  List<Integer> layers(int least, List<Integer> standard) {
    return list(LAYERS, given.rising(LAYERS, least), standard);
  }

  /** Reads the same without a default: what is given is always spelt. */
  Optional<List<Integer>> layers(int least) {
    return list(LAYERS, given.rising(LAYERS, least));
  }

  List<Integer> counts(String key, List<Integer> standard) {
    return list(key, given.counts(key), standard);
  }

  List<Double> shares(String key, List<Double> standard) {
    return list(key, given.shares(key), standard);
  }

  /** Reads the same without a default: what is given is always spelt. */
  Optional<List<Double>> shares(String key) {
    return list(key, given.shares(key));
  }

  private <T> Optional<List<T>> list(String key, Optional<List<T>> found) {
    found.ifPresent(value -> put(key, Parameters.spelt(value), true));
    return found;
  }

  private <T> List<T> list(String key, Optional<List<T>> found, List<T> standard) {
    List<T> value = found.orElse(standard);
    put(key, Parameters.spelt(value), !value.equals(standard));
    return value;
  }

  /** Returns one of the words, of which the first is the default. */
  String choice(String key, String... words) {
    String value = given.choice(key, words).orElse(words[0]);
    put(key, value, !value.equals(words[0]));
    return value;
  }

  /** Returns one of the words, or none: there is no default. */
  Optional<String> word(String key, String... words) {
    Optional<String> value = given.choice(key, words);
    value.ifPresent(word -> put(key, word, true));
    return value;
  }

  /** Returns whose attention scores the patches before the decoder. */
  ScoringAttention attention() {
    ScoringAttention value = ScoringAttention.of(given);
    canonical.putAll(value.with(Map.of()));
    return value;
  }

  /** Returns whether the positions after the dropped tokens close up. */
  CutPositions positions(CutPositions standard) {
    CutPositions value = given.choice(POSITIONS, CutPositions.class).orElse(standard);
    put(POSITIONS, Unknown.spelling(value), value != standard);
    return value;
  }

  /** Refuses keys that say the same in two ways. */
  void onlyOne(String... keys) {
    List<String> several =
        List.of(keys).stream().filter(key -> given.text(key).isPresent()).toList();
    if (several.size() > 1) {
      throw given.refusal(
          String.join(" and ", several) + " say the same; leave one of the two out");
    }
  }

  IllegalArgumentException refusal(String reason) {
    return given.refusal(reason);
  }

  private void put(String key, String value, boolean differs) {
    if (differs) {
      canonical.put(key, value);
    }
  }

  /** Returns the method in its canonical spelling, of the parameters read so far. */
  MethodSpec spec() {
    return new MethodSpec(given.method(), canonical);
  }
}
