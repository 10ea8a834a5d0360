package io.prumerge.text;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checked syntax of the regular expressions that a {@code tokenizer.json} may have. Hugging
 * Face's library gives them to Oniguruma, which goes back and forth through a text, and ends the
 * process where it has done so ten million times for one match. In this syntax no alternative goes
 * back over what it has read, but for bounded steps, and for runs that all tokenizers of GPT-2's
 * kind go back over once. So the time for a text is in proportion to its length.
 *
 * <p>A pattern is alternatives; each is characters, classes and escapes, with repetitions of at
 * most a hundred; one repetition without end, after which all may be left out; and groups without
 * such repetitions. No alternative matches the empty text.
 */
final class SplitPattern {

  private static final int LONGEST = 2_000;
  private static final int MOST_REPEATED = 100;

  /** Ways to match the bounded repetitions of one alternative. */
  private static final int MOST_WAYS = 1_000;

  private static final String SPACES = "\\s+";

  /** What goes back over a run once, and needs {@link #SPACES} next to it, which reads on. */
  private static final List<String> OVER_SPACES =
      List.of("\\s+(?!\\S)", "\\s*[\\r\\n]+", "\\s*[\\r\\n]");

  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";

  /** A word of capitals and others, which needs the other one next to it. */
  private static final String OVER_CAPITALS = UPPER + "*" + LOWER + "+";

  private static final String CAPITALS = UPPER + "+" + LOWER + "*";

  private static final Pattern CLASS =
      Pattern.compile(
          "\\[\\^?(?:\\\\.\\{\\^?\\w+\\}|\\\\.|\\[:\\^?\\w+:\\]|[^\\[\\]\\\\&]|&(?!&))+\\]");
  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(?:[pP]\\{\\^?\\w+\\}|x[0-9a-fA-F]{2}|[sSdDwWrntfv]|[^\\w\\s])");
  private static final Pattern GROUP = Pattern.compile("\\((?:\\?(?:i-?)?:)?");
  private static final Pattern BOUNDS = Pattern.compile("\\{(\\d{1,3})(,?)(\\d{0,3})\\}");
  private static final String SPECIAL = "\\[](){}?*+|^$";

  private final String text;
  private int at;
  private int depth;

  /** What an alternative, or a part of one, matches. */
  private record Part(boolean empty, boolean endless, int ways) {}

  private SplitPattern(String text) {
    this.text = text;
  }

  /** Returns what is wrong with a pattern; empty if it is of this syntax. */
  static Optional<String> problem(String pattern) {
    if (pattern.length() > LONGEST) {
      return Optional.of("has more than " + LONGEST + " characters");
    }
    try {
      SplitPattern read = new SplitPattern(pattern);
      Part all = read.alternatives();
      if (read.at < pattern.length()) {
        throw read.refused("a ')' without '('");
      }
      if (all.empty()) {
        throw read.refused("it matches the empty text");
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Part alternatives() {
    boolean empty = false;
    boolean endless = false;
    long ways = 0;
    while (true) {
      Part one = alternative();
      empty |= one.empty();
      endless |= one.endless();
      ways += one.ways();
      if (ways > MOST_WAYS) {
        throw refused("too many ways to match");
      }
      if (!next("|")) {
        return new Part(empty, endless, (int) ways);
      }
    }
  }

  private Part alternative() {
    boolean empty = true;
    boolean endless = false;
    long ways = 1;
    while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      int begin = at;
      Part part = part();
      if (endless && !part.empty()) {
        at = begin;
        throw refused("it would go back over a repetition without end");
      }
      empty &= part.empty();
      endless |= part.endless();
      ways *= part.ways();
      if (ways > MOST_WAYS) {
        throw refused("too many ways to match");
      }
    }
    return new Part(empty, endless, (int) ways);
  }

  private Part part() {
    if (run()) {
      return new Part(false, true, 1);
    }
    char first = text.charAt(at);
    Part one = new Part(false, false, 1);
    if (first == '(') {
      one = group();
    } else if (first == '[') {
      skip(CLASS, "a class");
    } else if (first == '\\') {
      skip(ESCAPE, "an escape");
    } else if (SPECIAL.indexOf(first) >= 0) {
      throw refused("'" + first + "' is not supported here");
    } else {
      at += Character.charCount(text.codePointAt(at));
    }
    return repeated(one);
  }

  // One of the known runs, as a whole.
  private boolean run() {
    List<String> alternatives = List.of(text.split("\\|"));
    for (String spaces : OVER_SPACES) {
      if (alternatives.contains(SPACES) && next(spaces)) {
        return true;
      }
    }
    return text.contains(CAPITALS) && next(OVER_CAPITALS);
  }

  private Part group() {
    skip(GROUP, "a group");
    if (++depth > 10) {
      throw refused("groups are nested too deep");
    }
    Part inner = alternatives();
    depth--;
    if (!next(")")) {
      throw refused("a '(' without ')'");
    }
    return inner;
  }

  private Part repeated(Part one) {
    int least = 1;
    int most = 1;
    Matcher bounds = BOUNDS.matcher(text).region(at, text.length());
    boolean endless = false;
    if (next("?")) {
      least = 0;
    } else if (next("*")) {
      least = 0;
      endless = true;
    } else if (next("+")) {
      endless = true;
    } else if (bounds.lookingAt()) {
      least = Integer.parseInt(bounds.group(1));
      endless = !bounds.group(2).isEmpty() && bounds.group(3).isEmpty();
      most = bounds.group(3).isEmpty() ? least : Integer.parseInt(bounds.group(3));
      at = bounds.end();
    } else {
      return one;
    }
    if (least > MOST_REPEATED || most > MOST_REPEATED || most < least && !endless) {
      throw refused("a repetition of more than " + MOST_REPEATED);
    }
    boolean single = one.ways() == 1 && !one.endless() && !one.empty();
    if (!single && (endless || most > 1)) {
      throw refused("a repetition of what repeats or has alternatives");
    }
    next("+"); // possessive: it goes back less
    long ways = (long) one.ways() * (endless ? 1 : most - least + 1);
    if (ways > MOST_WAYS) {
      throw refused("too many ways to match");
    }
    return new Part(least == 0 || one.empty(), endless || one.endless(), (int) ways);
  }

  private boolean next(String expected) {
    boolean here = text.startsWith(expected, at);
    at += here ? expected.length() : 0;
    return here;
  }

  private void skip(Pattern known, String what) {
    Matcher matcher = known.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw refused(what + " of another form");
    }
    at = matcher.end();
  }

  private IllegalArgumentException refused(String problem) {
    return new IllegalArgumentException(
        "is not supported at character " + (at + 1) + ": " + problem);
  }
}
