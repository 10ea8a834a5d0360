package io.prumerge.benchmark.rule;

import io.prumerge.lang.Text;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The texts of a question's options, as they are found in folded {@link PlainAnswer}s. */
final class OptionTexts {

  /** Scripts that write words without blanks between them. */
  private static final Set<UnicodeScript> UNSPACED =
      Set.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.HANGUL,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  /** Between a letter and its option's text in a list. */
  private static final String SEPARATING = " .):]}-\"'";

  private static final int MOST_SEPARATING = 8;

  private static final String MINUS = "-\u2013";

  private static final String TENS = "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)";

  private static final String UNITS = "(?:one|two|three|four|five|six|seven|eight|nine)(?!\\p{L})";

  /** Where a number of several words goes on, as {@code thirty-three} or {@code 3 million}. */
  private static final Pattern WORDS_OF_NUMBER =
      Pattern.compile(
          Text.format(
              "(?<=%s[- ])%s|(?<=%s)[- ]%s|(?<=(?:hundred|thousand|million) (?:and )?)(?:%s|%s)"
                  + "|(?<=[\\p{L}\\p{N}])[- ](?:hundred|thousand|million|billion|dozen)(?!\\p{L})",
              TENS, UNITS, TENS, UNITS, TENS, UNITS));

  private final List<String> texts;
  private final List<Integer> longestFirst;

  /**
   * @param options one that is missing in between is empty
   */
  OptionTexts(List<String> options) {
    texts = options.stream().map(option -> PlainAnswer.folded(PlainAnswer.of(option))).toList();
    longestFirst =
        IntStream.range(0, texts.size())
            .boxed()
            .filter(option -> !texts.get(option).isEmpty())
            .sorted(Comparator.comparing(option -> -texts.get(option).length()))
            .toList();
  }

  String of(int option) {
    return texts.get(option);
  }

  /** Returns whether there is an option. */
  boolean has(int option) {
    return option < texts.size() && !texts.get(option).isEmpty();
  }

  /** Returns the first option with the same text. */
  int first(int option) {
    return texts.indexOf(texts.get(option));
  }

  /**
   * Returns the option with the longest text that stands at a place as whole words; -1 if none
   * does. A single letter stands for its option, not for a text.
   */
  int at(String folded, int start) {
    return longestFirst.stream()
        .filter(option -> isAt(folded, start, option))
        .findFirst()
        .map(this::first)
        .orElse(-1);
  }

  /** Returns whether an option's text stands at a place as whole words. */
  boolean isAt(String folded, int start, int option) {
    String text = texts.get(option);
    return !isLetter(text)
        && folded.startsWith(text, start)
        && !isJoined(folded, start)
        && !isJoined(folded, start + text.length());
  }

  private static boolean isLetter(String text) {
    return text.length() == 1 && text.charAt(0) >= 'a' && text.charAt(0) <= 'z';
  }

  /** Returns the option whose text an answer is, also but for marks around; -1 if several are. */
  int equalTo(String folded) {
    int exact = texts.indexOf(folded);
    String bare = bare(folded);
    List<Integer> alike =
        longestFirst.stream()
            .filter(option -> bare(texts.get(option)).equals(bare))
            .map(this::first)
            .distinct()
            .toList();
    return exact >= 0 || bare.isEmpty() || alike.size() != 1 ? exact : alike.get(0);
  }

  /** Returns a text without marks around; a sign, a bracket or a percent sign may say something. */
  private static String bare(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && " .,;:!?\"'([{<*_#>$".indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && " .,;:!?\"')]}>*_$".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * Returns an answer without the first repetition of all options, each behind its letter.
   *
   * @param plain a {@link PlainAnswer}
   */
  String withoutList(String plain) {
    List<Integer> present = longestFirst.stream().sorted().toList();
    if (present.size() < 2) {
      return plain;
    }
    String folded = PlainAnswer.folded(plain);
    String first = texts.get(present.get(0));
    for (int at = folded.indexOf(first); at >= 0; at = folded.indexOf(first, at + 1)) {
      int start = letterBefore(folded, at, present.get(0));
      int end = start < 0 ? -1 : at + first.length();
      for (int option : present.subList(1, present.size())) {
        end = end < 0 ? -1 : itemAfter(folded, end, option);
      }
      if (end >= 0) {
        return (plain.substring(0, start) + "\n" + plain.substring(end)).strip();
      }
    }
    return plain;
  }

  /** Returns where the letter of an option stands before its text; -1 if it does not. */
  private static int letterBefore(String folded, int text, int option) {
    int at = text - 1;
    while (at >= 0 && at > text - MOST_SEPARATING && SEPARATING.indexOf(folded.charAt(at)) >= 0) {
      at--;
    }
    boolean letter = at >= 0 && at < text - 1 && folded.charAt(at) == (char) ('a' + option);
    return letter && !isJoined(folded, at) ? at : -1;
  }

  /** Returns where an item with letter and text ends that follows; -1 if another text does. */
  private int itemAfter(String folded, int end, int option) {
    int at = end;
    while (at < folded.length() && !Character.isLetterOrDigit(folded.charAt(at))) {
      at++;
    }
    if (at == folded.length() || folded.charAt(at) != (char) ('a' + option)) {
      return -1;
    }
    int text = at + 1;
    while (text < folded.length() && !folded.startsWith(texts.get(option), text)) {
      if (SEPARATING.indexOf(folded.charAt(text)) < 0) {
        return -1;
      }
      text++;
    }
    return text < folded.length() && text > at + 1 ? text + texts.get(option).length() : -1;
  }

  /** A place where an option's text stands as whole words. */
  record Mention(int option, int start, int end) {}

  /** Returns where texts stand that no longer one covers, by option and place. */
  List<Mention> mentions(String folded) {
    BitSet covered = new BitSet(folded.length());
    List<Mention> mentions = new ArrayList<>();
    for (int option : longestFirst) {
      String text = texts.get(option);
      if (isLetter(text) || first(option) != option) {
        continue;
      }
      for (int at = folded.indexOf(text); at >= 0; at = folded.indexOf(text, at + 1)) {
        int end = at + text.length();
        if (isAt(folded, at, option) && covered.nextClearBit(at) < end) {
          covered.set(at, end);
          mentions.add(new Mention(option, at, end));
          at = end - 1;
        }
      }
    }
    return mentions;
  }

  /** Returns whether a word or a number goes on over a place. */
  static boolean isJoined(String text, int place) {
    if (place <= 0 || place >= text.length()) {
      return false;
    }
    char before = text.charAt(place - 1);
    char after = text.charAt(place);
    if (Character.isDigit(after) && place > 1 || Character.isDigit(before)) {
      boolean pointBefore =
          ".,".indexOf(before) >= 0 && place > 1 && Character.isDigit(text.charAt(place - 2));
      boolean pointAfter =
          ".,".indexOf(after) >= 0
              && place + 1 < text.length()
              && Character.isDigit(text.charAt(place + 1));
      if (pointBefore || pointAfter) {
        return true;
      }
    }
    if (Character.isDigit(after) && MINUS.indexOf(before) >= 0) {
      return place == 1 || !isInWord(text.charAt(place - 2));
    }
    if (before == ' ' || before == '-' || after == ' ' || after == '-') {
      return WORDS_OF_NUMBER
          .matcher(text)
          .region(place, text.length())
          .useTransparentBounds(true)
          .lookingAt();
    }
    return isInWord(before) && isInWord(after);
  }

  /** Returns whether a character is a part of words or numbers, with blanks between them. */
  static boolean isInWord(char one) {
    return Character.isDigit(one)
        || Character.isLetter(one) && !UNSPACED.contains(UnicodeScript.of(one));
  }
}
