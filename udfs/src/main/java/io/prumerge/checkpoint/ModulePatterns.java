package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Values by a regular expression over the names of modules; the first that matches a whole name, or
 * the end of one behind a dot, counts. Source: peft 0.21.2, {@code utils/other.py},
 * get_pattern_key.
 */
final class ModulePatterns {

  /** Python's own syntax is larger; adapters use names, dots, digits and alternatives. */
  private static final Pattern KNOWN = Pattern.compile("[\\w.\\\\^$|()*+?\\[\\]-]{0,1000}");

  private static final int MOST_STEPS = 1_000_000;

  private final String where;
  private final Map<String, Double> values;

  /**
   * @param where file and key, for errors
   * @param values by pattern, in order
   */
  ModulePatterns(String where, Map<String, Double> values) {
    this.where = where;
    this.values = values;
  }

  double of(String module, double otherwise) {
    for (Map.Entry<String, Double> entry : values.entrySet()) {
      if (matches(entry.getKey(), module)) {
        return entry.getValue();
      }
    }
    return otherwise;
  }

  private boolean matches(String pattern, String module) {
    if (!KNOWN.matcher(pattern).matches()) {
      throw refused(pattern, "has characters that are not supported", null);
    }
    try {
      return Pattern.compile("(.*\\.)?(" + pattern + ")")
          .matcher(new Watched(module, new int[1]))
          .matches();
    } catch (PatternSyntaxException e) {
      throw refused(pattern, "is no regular expression: " + e.getDescription(), e);
    } catch (IllegalStateException e) {
      throw refused(pattern, e.getMessage(), e);
    }
  }

  private CheckpointException refused(String pattern, String problem, Throwable cause) {
    return new CheckpointException(where + ": '" + pattern + "' " + problem, cause);
  }

  /** A text that ends a match which goes back and forth without end. */
  private record Watched(String text, int[] steps) implements CharSequence {

    @Override
    public char charAt(int index) {
      if (steps[0]++ > MOST_STEPS) {
        throw new IllegalStateException("takes too long to match");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Watched(text.substring(start, end), steps);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
