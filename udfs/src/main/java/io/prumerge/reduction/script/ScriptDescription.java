package io.prumerge.reduction.script;

import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a script's {@code describe()} says.
 *
 * @param sees evidence by the names that it was asked for under
 * @param stage where the tokens are taken
 * @param exact whether the script returns as many tokens as its number {@code tokens} says
 */
record ScriptDescription(SortedMap<String, TowerEvidence> sees, Stage stage, boolean exact) {

  private static final String SEES = "sees";
  private static final String STAGE = "stage";
  private static final String TOKENS = "tokens";
  private static final List<String> KEYS = List.of(SEES, STAGE, TOKENS);
  private static final Map<String, Stage> STAGES =
      new TreeMap<>(Map.of("tower", Stage.BEFORE_CONNECTOR, "connector", Stage.BEHIND_CONNECTOR));
  private static final Map<String, Boolean> COUNTS =
      new TreeMap<>(Map.of("exact", true, "adaptive", false));

  ScriptDescription {
    sees = Collections.unmodifiableSortedMap(new TreeMap<>(sees));
  }

  /**
   * Reads a description. Without {@code sees}, a script sees the grid only; without {@code stage},
   * tokens are taken behind the tower; without {@code tokens}, it returns as many as it likes.
   *
   * @throws IllegalArgumentException for an unknown key or value
   */
  static ScriptDescription of(Map<String, String> described) {
    for (String key : described.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "Unknown key '%s'; known: %s", key, String.join(", ", KEYS)));
      }
    }
    SortedMap<String, TowerEvidence> sees = new TreeMap<>();
    Arrays.stream(described.getOrDefault(SEES, "").split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .forEach(name -> sees.put(name, ScriptEvidence.named(name)));
    return new ScriptDescription(
        sees,
        word(STAGE, described.getOrDefault(STAGE, "tower"), STAGES),
        word(TOKENS, described.getOrDefault(TOKENS, "adaptive"), COUNTS));
  }

  private static <T> T word(String key, String word, Map<String, T> known) {
    if (!known.containsKey(word)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Unknown %s '%s'; known: %s",
              key,
              word,
              String.join(", ", known.keySet())));
    }
    return known.get(word);
  }
}
