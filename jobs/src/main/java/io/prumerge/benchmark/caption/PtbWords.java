package io.prumerge.benchmark.caption;

import java.util.List;
import java.util.regex.Pattern;

/** Words of PTBTokenizer 3.4.1: plain, joined by marks, and with apostrophes. */
final class PtbWords {

  /** Accented letters that HTML wrote, which stay as they are. */
  private static final Pattern ACCENTED =
      Pattern.compile("&[aeiou](?:acute|grave|uml);", Pattern.CASE_INSENSITIVE);

  private static final String INSIDE = ".!?";

  /** Marks after which a full stop belongs to the word before it. */
  private static final String AFTER_STOP = ",;:\u3001";

  /** Words that are two tokens. */
  private static final List<String> DOUBLE =
      List.of("cannot", "gonna", "gotta", "lemme", "gimme", "wanna");

  private static final int FIRST_OF_DOUBLE = 3;

  /** Letters that stand before an apostrophe as in O'Neil, d'Artagnan and l'eau. */
  private static final String ELIDED = "dDlLoO";

  private static final int LEAST_AFTER_ELIDED = 2;

  /** Hyphens of a part that a slash joins. */
  private static final int MOST_HYPHENS = 2;

  private static final String AMPERSAND = "&amp;";

  private PtbWords() {}

  /** Offers the plain word that begins at {@code at}. */
  static void offerPlain(PtbText text, int at, PtbLongest longest) {
    int word = word(text, at);
    if (word > at) {
      offerDouble(text, at, word, longest);
      offerStopped(text, word, longest);
      longest.offer(word, PtbContractions.maybePossessive(text, word));
    }
  }

  /** Offers the words that marks join and that begin at {@code at}. */
  static void offerJoined(PtbText text, int at, PtbLongest longest) {
    for (int end : new int[] {chain(text, at), dottedChain(text, at), capitals(text, at)}) {
      if (end > at) {
        offerStopped(text, end, longest);
        longest.offer(end);
      }
    }
    longest.offer(slashed(text, at));
  }

  private static void offerDouble(PtbText text, int at, int end, PtbLongest longest) {
    for (String one : DOUBLE) {
      if (one.length() == end - at && text.isAt(at, one)) {
        longest.offerTwo(at + FIRST_OF_DOUBLE, end);
      }
    }
  }

  /** Offers a word with its full stop, if a mark follows that ends no sentence. */
  private static void offerStopped(PtbText text, int end, PtbLongest longest) {
    if (text.at(end) == '.' && text.isAny(end + 1, AFTER_STOP)) {
      longest.offer(end + 1, end + 2);
    }
  }

  /**
   * Letters and digits after a letter, in parts that full stops or other ends of sentences join.
   */
  private static int word(PtbText text, int at) {
    int end = letter(text, at);
    if (end == at) {
      return at;
    }
    while (true) {
      int next = PtbCharacters.isDigit(text.at(end)) ? end + 1 : letter(text, end);
      if (next == end && text.isAny(end, INSIDE)) {
        int part = letter(text, end + 1);
        next = part > end + 1 ? part : end;
      }
      if (next == end) {
        return end;
      }
      end = next;
    }
  }

  /** Returns where a letter ends; {@code at} if there is none. */
  static int letter(PtbText text, int at) {
    if (PtbCharacters.isLetter(text.at(at))) {
      return at + 1;
    }
    return text.at(at) == '&' ? text.matchEnd(ACCENTED, at) : at;
  }

  /** Returns where a run of letters ends. */
  static int letters(PtbText text, int from) {
    int end = from;
    for (int next = letter(text, end); next > end; next = letter(text, end)) {
      end = next;
    }
    return end;
  }

  /** Parts joined by hyphens or underscores: well-lit, 3-D, file_name. */
  private static int chain(PtbText text, int at) {
    int end = part(text, at);
    if (end == at) {
      return at;
    }
    while (text.at(end) == '_' || isHyphen(text, end)) {
      int next = part(text, end + 1);
      if (next == end + 1) {
        break;
      }
      end = next;
    }
    return end;
  }

  private static boolean isHyphen(PtbText text, int i) {
    return text.isAny(i, PtbCharacters.HYPHENS);
  }

  private static int part(PtbText text, int at) {
    int quote = text.isAny(at, ELIDED) ? PtbContractions.quote(text, at + 1) : at;
    if (quote > at + 1) {
      int end = text.run(quote, PtbCharacters::isAlphanumeric);
      if (end >= quote + LEAST_AFTER_ELIDED) {
        return end;
      }
    }
    return text.run(at, PtbCharacters::isAlphanumeric);
  }

  /** A part with full stops or commas, then parts that hyphens join: U.S.-led, 1.5-2. */
  private static int dottedChain(PtbText text, int at) {
    if (!PtbCharacters.isAsciiAlphanumeric(text.at(at)) || !text.isNear(at, "-")) {
      return at;
    }
    int end = text.boundedRun(at, c -> isSoftAlphanumeric(c) || c == '.' || c == ',');
    int whole = at;
    while (text.at(end) == '-') {
      int initials = PtbAbbreviations.initials(text, end + 1);
      int next = initials > end + 1 ? initials : text.run(end + 1, PtbWords::isSoftAlphanumeric);
      if (next == end + 1) {
        break;
      }
      end = next;
      whole = end;
    }
    return whole;
  }

  private static boolean isSoftAlphanumeric(char c) {
    return PtbCharacters.isAsciiAlphanumeric(c) || c == PtbCharacters.SOFT_HYPHEN;
  }

  /** Two or three parts joined by slashes: and/or, 9/11. */
  private static int slashed(PtbText text, int at) {
    int first = slashPart(text, at);
    int second = first == at ? at : nextSlashPart(text, first);
    return second == first ? at : nextSlashPart(text, second);
  }

  private static int nextSlashPart(PtbText text, int end) {
    int start = text.at(end) == '\\' ? end + 2 : end + 1;
    int next = text.at(start - 1) == '/' ? slashPart(text, start) : start;
    return next == start ? end : next;
  }

  /** Letters and digits, then at most two times a hyphen and letters. */
  private static int slashPart(PtbText text, int at) {
    int end = text.run(at, PtbCharacters::isAsciiAlphanumeric);
    for (int i = 0; i < MOST_HYPHENS && end > at && text.at(end) == '-'; i++) {
      int next = text.run(end + 1, PtbCharacters::isAsciiLetter);
      if (next == end + 1) {
        break;
      }
      end = next;
    }
    return end;
  }

  /** Capitals joined by ampersands or plus signs: AT&T. */
  private static int capitals(PtbText text, int at) {
    int end = text.run(at, PtbCharacters::isAsciiUpper);
    if (end == at) {
      return at;
    }
    int whole = at;
    for (int next = moreCapitals(text, end); next > end; next = moreCapitals(text, end)) {
      end = next;
      whole = next;
    }
    return whole;
  }

  private static int moreCapitals(PtbText text, int at) {
    if (text.isAt(at, AMPERSAND)) {
      int start = at + AMPERSAND.length();
      int end = text.run(start, PtbCharacters::isAsciiUpper);
      if (end > start) {
        return end;
      }
    }
    int end = text.isAny(at, "&+") ? text.run(at + 1, PtbCharacters::isAsciiUpper) : at;
    return end > at + 1 ? end : at;
  }
}
