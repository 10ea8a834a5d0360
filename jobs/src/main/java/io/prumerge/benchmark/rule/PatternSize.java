package io.prumerge.benchmark.rule;

import io.prumerge.lang.Text;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large RE2/J's program of a regular expression can get, found without compiling it: RE2/J
 * writes out repetitions inside each other, so a few of them fill the heap, and calls itself for
 * each group. Where an expression is wrong, the size may be, too: RE2/J refuses it.
 */
final class PatternSize {

  /** Steps of a program; each may cost time at every character of a text. */
  static final int MOST = 3_000;

  static final int DEEPEST = 100;

  /** More than any bound, and far from an overflow. */
  private static final long ENDLESS = Integer.MAX_VALUE;

  private static final Pattern BOUNDS = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");

  private final String regex;
  private final Matcher bounds;
  private final Deque<Group> open = new ArrayDeque<>();
  private int at;
  private int deepest;

  /** The steps in a group up to its last item, which a repetition is of, and those of this item. */
  private static final class Group {

    private long before;
    private long last;

    void add(long steps) {
      before = Math.min(ENDLESS, before + last);
      last = steps;
    }

    /**
     * @param more steps that choose whether it is repeated
     */
    void repeat(long times, long more) {
      last = Math.min(ENDLESS, times * last + more);
    }

    long all() {
      return before + last;
    }
  }

  private PatternSize(String regex) {
    this.regex = regex;
    this.bounds = BOUNDS.matcher(regex);
    open.push(new Group());
  }

  static PatternSize of(String regex) {
    PatternSize size = new PatternSize(regex);
    size.read();
    return size;
  }

  /** Returns the steps of the program at most; those of the end of a match are among them. */
  long steps() {
    return open.getLast().all() + 5;
  }

  /** Returns why an expression must not be compiled, as the end of a sentence; empty if it may. */
  static Optional<String> problem(String regex) {
    PatternSize size = of(regex);
    if (size.deepest > DEEPEST) {
      return Optional.of(Text.format("has groups %,d deep; at most %d", size.deepest, DEEPEST));
    }
    long steps = size.steps();
    return steps <= MOST
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "has %s%,d steps with its repetitions written out; at most %,d; repetitions without"
                    + " end (*, +, {n,}) are short",
                steps < ENDLESS ? "" : "more than ", steps, MOST));
  }

  private void read() {
    while (at < regex.length()) {
      int character = regex.codePointAt(at);
      switch (character) {
        case '(' -> begin();
        case ')' -> end();
        case '|' -> {
          open.peek().add(2); // the choice, and nothing beside it
          at++;
        }
        case '[' -> item(afterClass());
        case '\\' -> escape();
        case '*', '+', '?' -> {
          open.peek().repeat(1, 2);
          at++;
        }
        case '{' -> repetition();
        default -> item(at + Character.charCount(character));
      }
    }
    while (open.size() > 1) {
      end();
    }
  }

  private void item(int end) {
    open.peek().add(1);
    at = end;
  }

  private void begin() {
    at++;
    if (regex.startsWith("?", at)) { // (?:, (?i), (?i:, (?P<name>
      while (at < regex.length() && ":>)".indexOf(regex.charAt(at)) < 0) {
        at++;
      }
      at++;
      if (regex.startsWith(")", at - 1)) {
        return; // no group: these flags hold for what follows
      }
    }
    open.push(new Group());
    deepest = Math.max(deepest, open.size() - 1);
  }

  private void end() {
    if (open.size() > 1) {
      Group group = open.pop();
      open.peek().add(group.all() + 3); // where it begins and ends, and nothing in it
    }
    at++;
  }

  private void repetition() {
    if (!bounds.region(at, regex.length()).lookingAt()) {
      item(at + 1);
      return;
    }
    long least = Long.parseLong(bounds.group(1));
    String most = bounds.group(2);
    if (most == null) {
      open.peek().repeat(Math.max(1, least), 0);
    } else if (most.isEmpty()) {
      open.peek().repeat(Math.max(1, least), 2);
    } else {
      long times = Math.max(1, Long.parseLong(most));
      open.peek().repeat(times, times);
    }
    at = bounds.end();
  }

  /** Reads an escape outside of classes; a text between \Q and \E has no others. */
  private void escape() {
    if (regex.startsWith("\\Q", at)) {
      int end = regex.indexOf("\\E", at);
      int textEnd = end < 0 ? regex.length() : end;
      for (at += 2; at < textEnd; ) {
        item(at + Character.charCount(regex.codePointAt(at)));
      }
      at = end < 0 ? textEnd : end + 2;
      return;
    }
    item(afterEscape(at));
  }

  /** Returns where an escape ends; \p{...}, \P{...} and \x{...} have braces that repeat nothing. */
  private int afterEscape(int begin) {
    int end = begin + 1;
    if (end >= regex.length()) {
      return end;
    }
    boolean braces = "pPx".indexOf(regex.charAt(end)) >= 0 && regex.startsWith("{", end + 1);
    int closed = braces ? regex.indexOf('}', end) : -1;
    return closed < 0 ? end + Character.charCount(regex.codePointAt(end)) : closed + 1;
  }

  private int afterClass() {
    int place = at + (regex.startsWith("[^", at) ? 2 : 1);
    boolean first = true;
    while (place < regex.length() && (first || regex.charAt(place) != ']')) {
      first = false;
      int named = regex.startsWith("[:", place) ? regex.indexOf(":]", place + 2) : -1;
      place = named >= 0 ? named + 2 : afterRange(place);
    }
    return Math.min(regex.length(), place + 1);
  }

  /** Returns where a character of a class ends, or a range of them. */
  private int afterRange(int begin) {
    boolean several =
        regex.charAt(begin) == '\\'
            && begin + 1 < regex.length()
            && "dDsSwWpP".indexOf(regex.charAt(begin + 1)) >= 0;
    int end = afterMember(begin);
    boolean range =
        !several
            && regex.startsWith("-", end)
            && end + 1 < regex.length()
            && regex.charAt(end + 1) != ']';
    return range ? afterMember(end + 1) : end;
  }

  private int afterMember(int begin) {
    return regex.charAt(begin) == '\\' ? afterEscape(begin) : begin + 1;
  }
}
