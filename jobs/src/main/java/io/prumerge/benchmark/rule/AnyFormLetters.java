package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an option's letter in all usual forms of an answer. The first of these that fits counts:
 *
 * <ol>
 *   <li>{@code Answer: C}, {@code the answer is C}, {@code the correct option is (C)}, {@code
 *       \boxed{C}}, {@code C is correct} and the like, the last one. An option's text may stand for
 *       its letter.
 *   <li>The whole answer, or its first or last line, is a letter in either case, with marks around
 *       or without.
 *   <li>It begins with {@code C.}, {@code C)}, {@code C:}, {@code **C**} or {@code (C)}.
 *   <li>It is one option's text, with an article or without.
 *   <li>It names one option and no other: by its capital, by its letter in parentheses, or by its
 *       text.
 * </ol>
 *
 * <p>Where an option's text stands, no letter of it counts, nor a shorter option's text. A
 * repetition of all options with their letters is no part of the answer. Undecided are answers that
 * name several options in the form that fits ({@code A or B}), or deny the one that they name
 * ({@code not B}, {@code rule out B}, {@code B? No.}). The article {@code A} and the pronoun {@code
 * I} are no letters. The time is linear in an answer's length.
 */
final class AnyFormLetters {

  /** An answer names several options, so that later forms are not tried. */
  private static final int SEVERAL = -2;

  private static final String FILLER =
      "(?:is|was|are|be|would|should|must|will|might|may|to|that|this|the|question|problem|for|of"
          + "|given|above|correct|right|best|final|most|likely|probably|appropriate|suitable"
          + "|accurate|option|choice|letter|answer|one|i think|i believe|therefore|thus|hence|so"
          + "|clearly|definitely|obviously|indeed|as follows)(?![\\p{L}\\p{N}'])";

  /** What announces an answer, with the words and marks up to that. */
  private static final Pattern ANNOUNCEMENT =
      Pattern.compile(
          "(?:(?<![\\p{L}\\p{N}])(?:answer|(?:the|my|correct|best|right|final) (?:option|choice|one)"
              + "|(?:correct|best) [a-z]{1,20}"
              + "|(i (?:would |will |'d )?(?:choose|select|pick|go with)))(?![\\p{L}\\p{N}'])"
              + "|\u7b54\u6848|(\u9009\u62e9|\u9009|\u9078)|\uc815\ub2f5|\ub2f5|\u7b54\u3048)"
              + "((?:[^\\p{L}\\p{N}.!?;-]|-(?!\\d)|\\.{2,}|"
              + FILLER
              + "|\u662f|\u4e3a|\u70ba|\uc740|\u306f)*+)");

  /** What stands between a noun and the answer that it announces. */
  private static final Pattern COPULA =
      Pattern.compile(
          "(?<!\\p{L})(?:is|was|be|are)(?!\\p{L})|[:=>\u2192\n\u662f\u4e3a\u70ba\uc740\u306f]| [-\u2013\u2014] ");

  /** An announcement behind a letter. */
  private static final Pattern AFTERWARDS =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])([a-z])[)\\]}\"']{0,2} (?:is|was|must be|would be|should be|seems)"
              + " (?:clearly |therefore |thus |the |my |most |likely ){0,3}"
              + "(?:correct|best|answer|right(?= answer| option| choice| one|[ .,;!\n]*$))"
              + "(?![\\p{L}\\p{N}])");

  /** Before a letter that is only asked about, or one of several. */
  private static final Pattern OPEN =
      Pattern.compile(
          "(?:(?<!\\p{L})(?:or|nor|and|whether|if|either|neither|not)|[/&]) ?(?:option |choice )?[(\\[\"']?$");

  private static final Pattern KIND =
      Pattern.compile("(?<!\\p{L})(?:option|choice|answer|letter) [(\\[\"']?$");

  private static final int LONGEST_OPEN = 24;

  private static final Pattern LONE =
      Pattern.compile(
          "[^\\p{L}\\p{N}]*+(?:(?:option|choice|letter|answer)[^\\p{L}\\p{N}]++)?+([a-z])[^\\p{L}\\p{N}]*+");

  private static final Pattern ARTICLE = Pattern.compile("(?:an?|the) ");

  private static final Pattern BEGINNING =
      Pattern.compile("[^\\p{L}\\p{N}]*+([A-Za-z])(?:[)\\]}:]|(\\.)|([,;] | ?[-\u2013\u2014] ))");

  private final OptionTexts options;
  private final OptionNames names;
  private final String text;
  private final String folded;

  private AnyFormLetters(String answer, OptionTexts options) {
    this.options = options;
    this.text = options.withoutList(PlainAnswer.of(answer));
    this.names = new OptionNames(options, text);
    this.folded = names.folded();
  }

  /**
   * Returns the letter that an answer names; empty if that is undecided.
   *
   * @param options as in {@link Letters}
   */
  static Optional<String> read(String answer, List<String> options) {
    int option = new AnyFormLetters(answer, new OptionTexts(options)).read();
    return option < 0 ? Optional.empty() : Optional.of(Letters.of(option));
  }

  private int read() {
    int option = text.isEmpty() ? SEVERAL : announced();
    option = option == OptionNames.NONE ? lone() : option;
    option = option == OptionNames.NONE ? first() : option;
    option = option == OptionNames.NONE ? whole() : option;
    return option == OptionNames.NONE ? names.only() : option;
  }

  /** Form 1. */
  private int announced() {
    int last = OptionNames.NONE;
    int place = -1;
    Matcher announcement = ANNOUNCEMENT.matcher(names.lower());
    while (announcement.find()) {
      int option = announcedBy(announcement);
      if (option != OptionNames.NONE && !names.isDeniedBefore(announcement.start())) {
        last = option;
        place = announcement.start();
      }
    }
    Matcher afterwards = AFTERWARDS.matcher(names.lower());
    while (afterwards.find()) {
      int letter = afterwards.start(1);
      if (letter > place && isAnnounced(letter)) {
        last = names.option(letter);
        place = letter;
      }
    }
    return last;
  }

  private boolean isAnnounced(int letter) {
    String before = names.lower().substring(Math.max(0, letter - LONGEST_OPEN), letter);
    return names.option(letter) != OptionNames.NONE
        && names.isAlone(letter)
        && (Character.isUpperCase(text.charAt(letter))
            || names.isWrapped(letter)
            || KIND.matcher(before).find())
        && !OPEN.matcher(before).find()
        && !names.isDeniedBefore(letter);
  }

  private int announcedBy(Matcher announcement) {
    int start = announcement.start(3);
    int end = announcement.end();
    boolean alone = announcement.group(1) != null || announcement.group(2) != null;
    int named = alone ? start : copula(start, end);
    if (named < 0) {
      return OptionNames.NONE;
    }
    int letter = isNamed(end) ? names.option(end) : OptionNames.NONE;
    int place = named;
    while (place <= end && options.at(folded, place) == OptionNames.NONE) {
      place++;
    }
    if (place > end && letter == OptionNames.NONE) {
      Matcher article = ARTICLE.matcher(folded).region(end, folded.length());
      place = article.lookingAt() ? article.end() : end;
    }
    int text = options.at(folded, place);
    int after = text == OptionNames.NONE ? 0 : place + options.of(text).length();
    if (letter != OptionNames.NONE && after <= end) { // such a text is one of the words before
      return alone(letter, names.afterItem(letter, end));
    }
    return text == OptionNames.NONE ? text : alone(text, after);
  }

  /** Returns the place after the first word or mark that announces; -1 if none does. */
  private int copula(int start, int end) {
    Matcher copula = COPULA.matcher(names.lower()).region(start, end);
    return copula.find() ? copula.end() : -1;
  }

  /** Returns an option, unless another one follows as its alternative, or it is denied. */
  private int alone(int option, int end) {
    return names.isJoined(option, end)
        ? SEVERAL
        : names.isDeniedAfter(end) ? OptionNames.NONE : option;
  }

  /** Returns whether a letter in either case stands where one is announced. */
  private boolean isNamed(int place) {
    if (place >= text.length()
        || names.option(place) == OptionNames.NONE
        || !names.isAlone(place)) {
      return false;
    }
    char one = text.charAt(place);
    boolean article = "AaIi".indexOf(one) >= 0 && names.isBeforeWord(place);
    return !article
        || names.afterItem(names.option(place), place) > place + 1
        || one == 'A' && place > 1 && Character.isLowerCase(text.charAt(place - 2));
  }

  /** Form 2. */
  private int lone() {
    int end = text.indexOf('\n');
    int first = lone(0, end < 0 ? text.length() : end);
    int last = lone(text.lastIndexOf('\n') + 1, text.length());
    return first == OptionNames.NONE || first == last
        ? last
        : last == OptionNames.NONE ? first : SEVERAL;
  }

  /** Returns the option whose letter is all that a line says, with its kind or without. */
  private int lone(int start, int end) {
    Matcher letter = LONE.matcher(names.lower()).region(start, end);
    return letter.matches() ? names.option(letter.start(1)) : OptionNames.NONE;
  }

  /** Form 3. */
  private int first() {
    Matcher beginning = BEGINNING.matcher(text);
    if (!beginning.lookingAt()) {
      return OptionNames.NONE;
    }
    int letter = beginning.start(1);
    int option = names.option(letter);
    boolean capital = Character.isUpperCase(text.charAt(letter));
    boolean abbreviates =
        beginning.group(2) != null && !capital && OptionTexts.isInWord(names.at(letter + 2));
    boolean sentence = beginning.group(3) != null && (!capital || text.charAt(letter) == 'I');
    if (option == OptionNames.NONE
        || abbreviates
        || sentence
        || options.at(folded, letter) != OptionNames.NONE
        || names.isDeniedAfter(beginning.end())
        || names.isTakenBack(letter + 1)) {
      return OptionNames.NONE;
    }
    int end = names.afterItem(option, letter);
    return names.isJoined(option, end) || names.hasItem(end, option) ? SEVERAL : option;
  }

  /** Form 4. */
  private int whole() {
    int option = options.equalTo(folded);
    Matcher article = ARTICLE.matcher(folded);
    return option == OptionNames.NONE && article.lookingAt()
        ? options.equalTo(folded.substring(article.end()))
        : option;
  }
}
