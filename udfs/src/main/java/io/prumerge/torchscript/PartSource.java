package io.prumerge.torchscript;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts in ordinary Python, written as {@code torch.jit.load} reads them from an archive. Its
 * parser takes Python's syntax, but no imports, and it knows some names otherwise: a function or a
 * struct of a part only by the full name, also within the part, and some of torch's by another one.
 * Lines stay lines, so that libtorch's messages name those of the part.
 */
final class PartSource {

  /** A function's name, arguments and result. */
  static final Pattern FUNCTION =
      Pattern.compile("^def (\\w+)\\(([^()]*)\\) -> ([^:]*):$", Pattern.MULTILINE);

  private static final Pattern PARAMETER = Pattern.compile("(\\w+): ");
  private static final Pattern DEFINITION =
      Pattern.compile("^(def|class) (\\w+)\\(", Pattern.MULTILINE);
  // A name with its attributes, where it is used.
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w.])(?<!def )(?<!class )[A-Za-z_][\\w.]*\\(?");

  /** What the loader calls these names of torch. */
  private static final Map<String, String> NAMES =
      Map.of(
          "torch.uint8", "0", // types by their numbers, c10::ScalarType
          "torch.int8", "1",
          "torch.int32", "3",
          "torch.int64", "4",
          "torch.float32", "6",
          "torch.float64", "7",
          "torch.bfloat16", "15",
          "torch.contiguous_format", "0", // c10::MemoryFormat
          "math.inf", "inf");

  /** And names that begin with these. F is torch.nn.functional. */
  private static final Map<String, String> BEGINNINGS =
      Map.of("F.", "torch.", "torch.ops.", "ops.", "torch.linalg.", "torch.linalg_");

  private PartSource() {}

  /** Returns the names of the parameters of a {@link #FUNCTION}, in their order. */
  static List<String> parameters(MatchResult function) {
    return PARAMETER.matcher(function.group(2)).results().map(name -> name.group(1)).toList();
  }

  /**
   * Returns parts as the loader reads them.
   *
   * @param parts texts by name, which call only functions of each other
   */
  static Map<String, String> forLoader(Map<String, String> parts) {
    Map<String, String> defined = new HashMap<>(NAMES);
    parts.forEach((part, text) -> define(part, text, part + ".", defined));
    Map<String, String> written = new TreeMap<>();
    for (Map.Entry<String, String> part : parts.entrySet()) {
      Map<String, String> names = new HashMap<>(defined);
      define(part.getKey(), part.getValue(), "", names);
      String text = withoutHeader(part.getValue());
      written.put(
          part.getKey(),
          NAME.matcher(text)
              .replaceAll(name -> Matcher.quoteReplacement(forLoader(name.group(), names))));
    }
    return written;
  }

  // Functions with their parenthesis: a variable may have the same name.
  private static void define(String part, String text, String prefix, Map<String, String> names) {
    for (MatchResult found : DEFINITION.matcher(text).results().toList()) {
      String end = found.group(1).equals("def") ? found.group(2) + "(" : found.group(2);
      names.put(prefix + end, "__torch__.parts." + part + "." + end);
    }
  }

  // What the module is about, and its imports.
  private static String withoutHeader(String text) {
    Matcher first = DEFINITION.matcher(text);
    int end = first.find() ? first.start() : text.length();
    return "\n".repeat((int) text.substring(0, end).lines().count()) + text.substring(end);
  }

  private static String forLoader(String name, Map<String, String> names) {
    if (names.containsKey(name)) {
      return names.get(name);
    }
    if (name.endsWith("(")) {
      return forLoader(name.substring(0, name.length() - 1), names) + "(";
    }
    for (Map.Entry<String, String> beginning : BEGINNINGS.entrySet()) {
      if (name.startsWith(beginning.getKey())) {
        return beginning.getValue() + name.substring(beginning.getKey().length());
      }
    }
    return name;
  }
}
