package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.rule.OptionTexts.Mention;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds options in an answer by their letters and texts. */
final class OptionNames {

  /** No option. */
  static final int NONE = -1;

  private static final int MOST_LETTERS = 26;

  /** Characters before a name in which it may be denied. */
  private static final int CLAUSE = 120;

  /** Says that none fits; its last letter is no option. */
  private static final String NOT_APPLICABLE = "n/a";

  private static final String OPENING = "([{\"'<\u201c\u2018\u300c\u3010\u300e\u300a";
  private static final String CLOSING = ")]}\"'>\u201d\u2019\u300d\u3011\u300f\u300b";

  /** Words after a letter that do not follow an article or a pronoun. */
  private static final Pattern AFTER_LETTER =
      Pattern.compile(
          " (?:is|was|because|since|as|and|or|but|not|seems|appears|would|must)(?![\\p{L}\\p{N}])");

  /** Between a letter and its option's text. */
  private static final Pattern BEFORE_TEXT = Pattern.compile("[)\\].:}\"'> ]{1,3}(?:[-\u2013] ?)?");

  /** Ends a word. */
  private static final String END = "(?![\\p{L}\\p{N}])";

  /** What may stand around a letter. */
  private static final String MARKS = "[ )\\]}\"'>]{0,3}";

  private static final String ALL = "(?:all|anything|everything|any of (?:them|these)) but";

  /** Words of other initials are passed over, which are most. */
  private static final Pattern DENIED_BEFORE =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?=[acdeijknprsuw])(?:not|never|neither|nor|cannot|unable|except"
              + "|without(?! (?:a |any )?doubt)|instead of|rather than|wrong|incorrect|unsure"
              + "|uncertain|sorry|rul(?:e|es|ed|ing) out|exclud(?:e|es|ed|ing)"
              + "|eliminat(?:e|es|ed|ing)|reject(?:s|ed|ing)?|discard(?:s|ed|ing)?|worst|"
              + ALL
              + "|doubt(?<!(?:no|any|a|beyond|without) doubt)(?:ed|ful)?|no(?= [(\\[\"']?$)"
              + "|nicht|keine?r?|weder|n['\u2019]est pas|pas|jamais|no es|nunca|ni|non|n\u00e3o|nem)"
              + END
              + "|(?<!\\p{L})least(?<!at least)(?= \\p{L})|n['\u2019]t"
              + END
              + "|\u4e0d(?:[\u662f\u9009\u9078\u4e3a\u70ba\u4f1a\u6703\u80fd\u786e\u78ba\u77e5]|$)"
              + "|[\u5e76\u4e26]\u975e|[\u65e0\u7121]\u6cd5");

  private static final String WRONG =
      "(?:wrong|incorrect|false|worst|least|ruled out|excluded|eliminated|discarded|rejected"
          + "|unlikely|impossible|implausible|doubtful)";

  private static final Pattern DENIED_AFTER =
      Pattern.compile(
          MARKS
              + "(?:(?:is|are|was|were|seems|looks|(?:has|have) been"
              + "|(?:can|could|may|might|must|should|will|would) be)"
              + "(?: not|n['\u2019]t"
              + "| (?:(?:an?|the|also|clearly|definitely|just|obviously|probably) ){0,3}"
              + WRONG
              + ")|(?:can|could|does|do|would|should)(?: ?not|n['\u2019]t)"
              + "|ist (?:nicht|falsch)|n['\u2019]est pas|est (?:fausse|incorrecte?)|no es"
              + "|es (?:falsa|incorrecta))"
              + END
              + "|"
              + MARKS
              + "\u662f?(?:\u4e0d(?:\u5bf9|\u5c0d|\u6b63[\u786e\u78ba])|[\u9519\u932f])");

  /** What takes a name back: {@code C? No.}, {@code C, no wait, D}. */
  private static final Pattern TAKEN_BACK =
      Pattern.compile(
          MARKS
              + "(?:[?,\u2026\u2013\u2014-]|\\.{2,})[ \"']{0,2}(no|nope|wait)"
              + "(?= ?(?:[.,;:!?\n]|$|(?:actually|it|sorry|that|wait)(?!\\p{L})))");

  /** What a list of wrong options is called. */
  private static final Pattern DENIED_LIST =
      Pattern.compile(
          "[^\\p{L}]*+(?:the )?(?:not|wrong|incorrect|false|excluded|eliminated|ruled out)"
              + "(?: (?:answers?|options?|choices?|ones?))? ?");

  private static final Pattern END_OF_CLAUSE =
      Pattern.compile(
          "[.,;:!?\n\u3001\u3002]|(?<!\\p{L})(?:but(?<!"
              + ALL
              + ")|so|however|leaves|leaving|mais|sino|and(?= (?:i|we|it|the|then|thus|so|hence"
              + "|therefore|choose|select|pick|go|conclude)(?!\\p{L})))(?!\\p{L})"
              + "|\u4f46|\u6240\u4ee5|\u56e0\u6b64|\u800c\u662f");

  /** What makes a second option an alternative of a first. */
  private static final Pattern JOINER =
      Pattern.compile(
          "[ )\\]}\"'>]{0,3}(?:[,/&+|]|(?:and|or)(?![\\p{L}\\p{N}]))"
              + "(?:[ (\\[{\"'</]|(?:and|or|option|choice|maybe|possibly|perhaps)(?![\\p{L}\\p{N}]))*+");

  private static final Pattern VERB =
      Pattern.compile(
          "[^\\p{L}\\p{N}]{0,3}(?:is|are|was|were|has|have|does|do|shows|can|would)(?!\\p{L})");

  private final OptionTexts options;
  private final String text;
  private final String lower;
  private final String folded;

  /**
   * @param text a {@link PlainAnswer}
   */
  OptionNames(OptionTexts options, String text) {
    this.options = options;
    this.text = text;
    this.folded = PlainAnswer.folded(text);
    this.lower = text.indexOf('\n') < 0 ? folded : PlainAnswer.lower(text);
  }

  String text() {
    return text;
  }

  /** Returns the text in lower case. */
  String lower() {
    return lower;
  }

  /** Returns the text in lower case and one line. */
  String folded() {
    return folded;
  }

  /** Returns the option whose letter in either case is a character; {@link #NONE} if none is. */
  int option(int place) {
    char one = Character.toUpperCase(text.charAt(place));
    int option = one - 'A';
    return option >= 0 && option < MOST_LETTERS && options.has(option) ? option : NONE;
  }

  /** Returns whether a letter is a word of its own. */
  boolean isAlone(int place) {
    if (OptionTexts.isJoined(text, place) || OptionTexts.isJoined(text, place + 1)) {
      return false;
    }
    if (lower.startsWith(NOT_APPLICABLE, place - 2) && !OptionTexts.isInWord(at(place - 3))) {
      return false;
    }
    boolean quoted = isWrapped(place);
    boolean goesOn =
        "-'\u2019".indexOf(at(place + 1)) >= 0 && OptionTexts.isInWord(at(place + 2)); // X-ray, I'm
    boolean continues =
        "-'\u2019.".indexOf(at(place - 1)) >= 0 && OptionTexts.isInWord(at(place - 2)); // U.S.A
    return quoted || !goesOn && !continues;
  }

  /** Returns whether a letter stands in parentheses, brackets or quotes. */
  boolean isWrapped(int place) {
    int opening = OPENING.indexOf(at(place - 1));
    return opening >= 0 && at(place + 1) == CLOSING.charAt(opening);
  }

  /** Returns a character; a line break beyond the ends. */
  char at(int place) {
    return place >= 0 && place < text.length() ? text.charAt(place) : '\n';
  }

  /** Returns whether a word follows a letter after a blank, so that it may be an article. */
  boolean isBeforeWord(int place) {
    return at(place + 1) == ' '
        && OptionTexts.isInWord(at(place + 2))
        && !AFTER_LETTER.matcher(lower).region(place + 1, lower.length()).lookingAt();
  }

  /**
   * Returns the option whose letter is named at a place of a sentence: a capital that is no article
   * and no pronoun, or a letter in parentheses.
   */
  int letter(int place) {
    int option = option(place);
    if (option == NONE || !isAlone(place)) {
      return NONE;
    }
    char one = text.charAt(place);
    if (isWrapped(place)) {
      return Character.isUpperCase(one) || "([{".indexOf(at(place - 1)) >= 0 ? option : NONE;
    }
    boolean article = (one == 'A' || one == 'I') && isBeforeWord(place);
    return Character.isUpperCase(one) && !article ? option : NONE;
  }

  /** Returns where the text of an option ends that stands behind its letter. */
  int afterItem(int option, int letter) {
    Matcher between = BEFORE_TEXT.matcher(folded).region(letter + 1, folded.length());
    return between.lookingAt() && options.isAt(folded, between.end(), option)
        ? between.end() + options.of(option).length()
        : letter + 1;
  }

  /** Returns whether another option than one is an item with letter and text. */
  boolean hasItem(int from, int other) {
    for (int i = from; i < text.length(); i++) {
      int option = letter(i);
      if (option != NONE && option != other && afterItem(option, i) > i + 1) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether another option than one follows as its alternative. */
  boolean isJoined(int option, int end) {
    Matcher joiner = JOINER.matcher(lower).region(end, lower.length());
    if (!joiner.lookingAt() || joiner.end() == lower.length()) {
      return false;
    }
    int next = joiner.end();
    int text = options.at(folded, next);
    int other = text == NONE ? letter(next) : text;
    int after = text == NONE ? next + 1 : next + options.of(text).length();
    return other != NONE
        && other != option
        && !VERB.matcher(lower).region(after, lower.length()).lookingAt();
  }

  /** Returns whether what a sentence says at a place is denied before it. */
  boolean isDeniedBefore(int place) {
    int start = Math.max(0, place - CLAUSE);
    Matcher end =
        END_OF_CLAUSE.matcher(lower).region(start, place).useTransparentBounds(true); // "and it"
    String called = "";
    while (end.find()) {
      called = end.group().equals(":") ? lower.substring(start, end.start()) : "";
      start = end.end();
    }
    boolean first = lower.substring(start, place).chars().noneMatch(Character::isLetterOrDigit);
    return first && DENIED_LIST.matcher(called).matches()
        || DENIED_BEFORE.matcher(lower).region(start, place).find();
  }

  /** Returns whether a name is denied by what follows it. */
  boolean isDeniedAfter(int end) {
    return DENIED_AFTER.matcher(lower).region(end, lower.length()).lookingAt();
  }

  /** Returns whether a name is taken back by what follows it, unless that is an option. */
  boolean isTakenBack(int end) {
    Matcher back = TAKEN_BACK.matcher(lower).region(end, lower.length());
    return back.lookingAt() && options.at(folded, back.start(1)) == NONE;
  }

  /** Returns the only option that is named, if nothing denies it; {@link #NONE} otherwise. */
  int only() {
    List<Mention> mentions = options.mentions(folded);
    boolean[] covered = new boolean[text.length()];
    int only = NONE;
    for (Mention mention : mentions) {
      Arrays.fill(covered, mention.start(), mention.end(), true);
    }
    for (int i = 0; i < text.length(); i++) {
      int option = covered[i] ? NONE : letter(i);
      if (option != NONE) {
        if (only != NONE && only != option || isDenied(i, i + 1)) {
          return NONE;
        }
        only = option;
      }
    }
    for (Mention mention : mentions) {
      int option = mention.option();
      boolean other = only != NONE && options.first(only) != option;
      if (other || isDenied(mention.start(), mention.end())) {
        return NONE;
      }
      only = only == NONE ? option : only;
    }
    return only;
  }

  private boolean isDenied(int start, int end) {
    return isDeniedBefore(start) || isDeniedAfter(end) || isTakenBack(end);
  }
}
