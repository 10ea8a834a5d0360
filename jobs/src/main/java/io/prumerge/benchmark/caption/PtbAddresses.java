package io.prumerge.benchmark.caption;

import io.prumerge.benchmark.caption.PtbText.Kind;
import java.util.List;
import java.util.regex.Pattern;

/** Addresses of PTBTokenizer 3.4.1: of pages, of mail, of people, and files by their names. */
final class PtbAddresses {

  private static final String BLANK = " \t";
  private static final String NOT_LAST = BLANK + "\"<>|.!?(){},-";
  private static final String NOT_IN_HOST = BLANK + "\"<>|!?(){},";

  private static final Kind PAGE = PtbCharacters.except(BLANK + "\"<>|(){}");
  private static final Kind PATH = PtbCharacters.except(BLANK + "\"<>|()");
  private static final Kind MAIL = PtbCharacters.except(BLANK + "\"<>|(){}\u00a0");
  private static final Kind HOST = PtbCharacters.except(NOT_IN_HOST);

  /** The tokenizer excludes all characters from the comma to the underscore. */
  private static final Kind KNOWN_HOST =
      PtbCharacters.except(NOT_IN_HOST + "`'$-/0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_@");

  private static final List<String> SCHEMES = List.of("http://", "https://");
  private static final String WWW = "www.";
  private static final List<String> DOMAINS = List.of(".com", ".net", ".org", ".edu");
  private static final int LEAST_COUNTRY = 2;
  private static final int MOST_COUNTRY = 4;
  private static final int LEAST_AFTER_SLASH = 2;

  private static final List<String> LESS = List.of("<", "&lt;");

  private static final Pattern ENDING =
      Pattern.compile(
          "(?i)\\.(?:bat|bmp|c|cgi|class|cpp|dll|docx?|exe|gif|gz|h|html?|jar|java|jpe?g|mov|mp3"
              + "|pdf|php|pl|png|ppt|ps|py|sql|tar|txt|wav|x|xml|zip)(?="
              + PtbCharacters.BLANK
              + "|[.,!?]|$)");

  private PtbAddresses() {}

  /** Offers the addresses of pages and of mail that begin at {@code at}. */
  static void offer(PtbText text, int at, PtbLongest longest) {
    offer(page(text, at), longest);
    offer(webSite(text, at), longest);
    offer(knownSite(text, at), longest);
    offer(mail(text, at), longest);
  }

  /** Offers the names of people, topics and files that begin at {@code at}. */
  static void offerNames(PtbText text, int at, PtbLongest longest) {
    offer(person(text, at), longest);
    offer(topic(text, at), longest);
    int file = file(text, at);
    longest.offerAsItIs(file, file + 1);
  }

  private static void offer(int end, PtbLongest longest) {
    longest.offerAsItIs(end, end);
  }

  private static int page(PtbText text, int at) {
    for (String scheme : SCHEMES) {
      if (text.isAt(at, scheme)) {
        int start = at + scheme.length();
        int end = ended(text, start, PAGE);
        return end > start ? end : at;
      }
    }
    return at;
  }

  /**
   * Returns where a run of at least two characters ends with one that may be the last; {@code from}
   * if it does not.
   */
  private static int ended(PtbText text, int from, Kind kind) {
    int end = text.boundedRun(from, kind);
    while (end > from && text.isAny(end - 1, NOT_LAST)) {
      end--;
    }
    return end >= from + LEAST_AFTER_SLASH ? end : from;
  }

  /** www, parts, a country's or another short name, and maybe a path. */
  private static int webSite(PtbText text, int at) {
    if (!text.isAt(at, WWW)) {
      return at;
    }
    int start = at + WWW.length();
    int bound = text.boundedRun(start, HOST);
    int end = at;
    for (int stop = stop(text, start, bound); stop < bound; stop = stop(text, stop + 1, bound)) {
      int letters = text.run(stop + 1, PtbCharacters::isAsciiLetter) - (stop + 1);
      if (letters >= LEAST_COUNTRY) {
        int host = stop + 1 + Math.min(letters, MOST_COUNTRY);
        end = Math.max(end, withPath(text, host));
        if (end > host) {
          return end;
        }
      }
    }
    return end;
  }

  /** Parts, one of the names of {@link #DOMAINS}, and maybe a path. */
  private static int knownSite(PtbText text, int at) {
    int end = at;
    if (DOMAINS.stream().noneMatch(domain -> text.isNear(at, domain))) {
      return end;
    }
    int bound = text.boundedRun(at, c -> c == '.' || KNOWN_HOST.contains(c));
    for (int stop = stop(text, at, bound); stop < bound; stop = stop(text, stop + 1, bound)) {
      for (String domain : DOMAINS) {
        if (text.isAt(stop, domain)) {
          end = Math.max(end, withPath(text, stop + domain.length()));
        }
      }
    }
    return end;
  }

  /** Returns where the next full stop with a part before it is; {@code bound} without one. */
  private static int stop(PtbText text, int from, int bound) {
    int stop = from;
    while (stop < bound && text.at(stop) != '.') {
      stop++;
    }
    return stop > from ? stop : bound;
  }

  private static int withPath(PtbText text, int host) {
    int path = text.at(host) == '/' ? ended(text, host + 1, PATH) : host;
    return path > host + 1 ? path : host;
  }

  private static int mail(PtbText text, int at) {
    int start = at;
    for (String less : LESS) {
      start = text.isAt(at, less) ? at + less.length() : start;
    }
    if (!PtbCharacters.isAsciiAlphanumeric(text.at(start)) || !text.isNear(at, "@")) {
      return at;
    }
    int bound = text.boundedRun(start, MAIL);
    for (int i = bound - 1; i > start; i--) {
      if (text.at(i) == '@' && domain(text, i + 1, bound) > i + 1) {
        int end = domain(text, i + 1, bound);
        return text.at(end) == '>' ? end + 1 : end;
      }
    }
    return at;
  }

  /** Returns where parts with single full stops between them end. */
  private static int domain(PtbText text, int from, int bound) {
    int end = from;
    for (int i = from; i < bound && (text.at(i) != '.' || end == i && i > from); i++) {
      end = text.at(i) == '.' ? end : i + 1;
    }
    return end;
  }

  private static int person(PtbText text, int at) {
    char first = text.at(at + 1);
    boolean is = text.at(at) == '@' && (PtbCharacters.isAsciiLetter(first) || first == '_');
    return is ? text.run(at + 1, c -> PtbCharacters.isAsciiAlphanumeric(c) || c == '_') : at;
  }

  private static int topic(PtbText text, int at) {
    int end = text.at(at) == '#' ? PtbWords.letters(text, at + 1) : at;
    return end > at + 1 ? end : at;
  }

  /** Parts of letters and digits, then a known ending. */
  private static int file(PtbText text, int at) {
    int bound = text.boundedRun(at, c -> c == '.' || isInFile(c));
    int end = at;
    for (int stop = stop(text, at, bound); stop < bound; stop = stop(text, stop + 1, bound)) {
      int ending = text.matchEnd(ENDING, stop);
      end = ending > stop ? ending : end;
    }
    return end;
  }

  private static boolean isInFile(char c) {
    return PtbCharacters.isLetter(c) || PtbCharacters.isDigit(c);
  }
}
