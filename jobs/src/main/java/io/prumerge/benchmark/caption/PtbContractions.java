package io.prumerge.benchmark.caption;

import java.util.regex.Pattern;

/** Words of PTBTokenizer 3.4.1 that an apostrophe is in or parts: isn't, dog's, o'clock, '90s. */
final class PtbContractions {

  private static final String ENTITY = "&apos;";
  private static final String APOSTROPHE = "(?:['\u0092\u2019]|(?i:&apos;))";

  /** Apostrophes and single quotation marks. */
  private static final String QUOTES = "'`\u0091\u0092\u2018\u2019\u201b";

  private static final String QUOTE = "(?:[" + QUOTES + "]|(?i:&apos;))";

  private static final Pattern POSSESSIVE =
      Pattern.compile("(?i)" + APOSTROPHE + "(?:[msd]|re|ve|ll)");

  private static final Pattern NOT = Pattern.compile("(?i)n" + QUOTE + "t");
  private static final Pattern OF = Pattern.compile("[oO]" + QUOTE + "[oO]");
  private static final Pattern Y = Pattern.compile("[yY]" + APOSTROPHE);

  /** As in C'est and n'est, which two letters must follow. */
  private static final Pattern ELIDED = Pattern.compile("[A-HJ-XZn]" + QUOTE);

  private static final int LEAST_AFTER_ELIDED = 2;

  /** Words that begin with letters and that no other pattern describes. */
  private static final Pattern LETTERS =
      Pattern.compile(
          "(?i)nor'easter|c'mon|e'er|s'mores|ev'ry|li'l|nat'l|cont'd\\."
              + "|(?:[ldj]|dunkin|somethin|ol)"
              + APOSTROPHE
              + "|c"
              + APOSTROPHE
              + "est|cap"
              + APOSTROPHE
              + "n");

  /** Words that begin with an apostrophe. */
  private static final Pattern SHORTENED =
      Pattern.compile("(?i)" + APOSTROPHE + "(?:n" + APOSTROPHE + "|n|em|cause|till?|[2-9]0s)");

  private static final Pattern YEAR =
      Pattern.compile(APOSTROPHE + "[0-9]{2}(?=" + PtbCharacters.BLANK + "|$)");

  private static final Pattern IT = Pattern.compile("(?i)'t(?:is|was)");
  private static final int IT_LENGTH = 2;

  /** A quotation mark that a word follows. */
  private static final Pattern OPENING = Pattern.compile("'(?=[A-Za-z][^ \t\u00a0])");

  private PtbContractions() {}

  /** Returns where an apostrophe or a single quotation mark ends; {@code at} if there is none. */
  static int quote(PtbText text, int at) {
    if (text.isAny(at, QUOTES)) {
      return at + 1;
    }
    return text.at(at) == '&' && text.isAt(at, ENTITY) ? at + ENTITY.length() : at;
  }

  /**
   * Returns where 's, 'll and the like end, whatever follows; {@code at} if there is none. A word
   * before them is a token, also where they turn out to be none.
   */
  static int maybePossessive(PtbText text, int at) {
    return quote(text, at) > at ? text.matchEnd(POSSESSIVE, at) : at;
  }

  /** Offers the words that begin at {@code at}. */
  static void offer(PtbText text, int at, PtbLongest longest) {
    int letters = text.run(at, PtbContractions::isVerb);
    if (quote(text, letters) > letters) {
      if (letters > at) {
        offerLetters(text, at, letters, longest);
      } else {
        offerShortened(text, at, longest);
      }
    }
    longest.offer(betweenVowels(text, at));
  }

  private static boolean isVerb(char c) {
    return PtbCharacters.isAsciiLetter(c) || c == PtbCharacters.SOFT_HYPHEN;
  }

  /** Offers the words of letters up to {@code end} and an apostrophe. */
  private static void offerLetters(PtbText text, int at, int end, PtbLongest longest) {
    offerBeforeNot(text, at, end - 1, longest);
    int not = text.matchEnd(NOT, at);
    longest.offerAs(not, not, plain(text.part(at, not)));
    longest.offer(text.matchEnd(LETTERS, at));
    longest.offer(text.matchEnd(OF, at));
    int y = text.matchEnd(Y, at);
    if (PtbCharacters.isPlainLetter(text.at(y))) {
      longest.offer(y, y + 1);
    }
    int elided = text.matchEnd(ELIDED, at);
    int word = elided > at ? text.run(elided, PtbCharacters::isPlainLetter) : at;
    if (word >= elided + LEAST_AFTER_ELIDED) {
      longest.offer(word);
    }
  }

  /** Offers the verb before n't, which ends in no n of its own. */
  private static void offerBeforeNot(PtbText text, int at, int n, PtbLongest longest) {
    boolean soft = n == at + 1 && text.at(at) == PtbCharacters.SOFT_HYPHEN;
    if (n > at && !soft && !text.isAt(n - 1, "n")) {
      int not = text.matchEnd(NOT, n);
      if (not > n) {
        longest.offer(n, not);
      }
    }
  }

  /** Offers the words that begin with an apostrophe. */
  private static void offerShortened(PtbText text, int at, PtbLongest longest) {
    int possessive = text.matchEnd(POSSESSIVE, at);
    String plain = plain(text.part(at, possessive));
    if (!PtbCharacters.isAsciiLetter(text.at(possessive))) {
      longest.offerAs(possessive, possessive + 1, plain);
    }
    int it = text.matchEnd(IT, at);
    if (it > at) {
      longest.offer(at + IT_LENGTH, it);
    }
    longest.offer(text.matchEnd(SHORTENED, at));
    int year = text.matchEnd(YEAR, at);
    longest.offer(year, year + 1);
    int opening = text.matchEnd(OPENING, at);
    longest.offer(opening, opening + 2);
    longest.offerAs(possessive, possessive, plain);
  }

  /** As in Shi'ite and ma'am: a vowel before the apostrophe, a vowel or a capital after it. */
  private static int betweenVowels(PtbText text, int at) {
    int letters = text.run(at, PtbCharacters::isPlainLetter);
    int quote = quote(text, letters);
    boolean is =
        letters > at + 1
            && quote > letters
            && text.isAny(letters - 1, "aeiouyAEIOUY")
            && (text.isAny(quote, "aeiou") || PtbCharacters.isAsciiUpper(text.at(quote)));
    return is ? text.run(quote, PtbCharacters::isPlainLetter) : at;
  }

  /** Returns a contraction with plain quotation marks. */
  private static String plain(String contraction) {
    return contraction
        .replaceAll("[\u0092\u2019]|" + ENTITY, "'")
        .replaceAll("[\u0091\u2018\u201b]", "`");
  }
}
