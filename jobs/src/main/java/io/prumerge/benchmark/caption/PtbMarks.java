package io.prumerge.benchmark.caption;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Punctuation, symbols, tags, entities and smileys of PTBTokenizer 3.4.1. */
final class PtbMarks {

  private static final Map<Character, String> CHARACTERS =
      Map.ofEntries(
          Map.entry('(', "-LRB-"),
          Map.entry(')', "-RRB-"),
          Map.entry('[', "-LSB-"),
          Map.entry(']', "-RSB-"),
          Map.entry('{', "-LCB-"),
          Map.entry('}', "-RCB-"),
          Map.entry('"', "''"),
          Map.entry('\u0080', "$"),
          Map.entry('\u00a4', "$"),
          Map.entry('\u20a0', "$"),
          Map.entry('\u20ac', "$"),
          Map.entry('\u00a2', "cents"),
          Map.entry('\u00a3', "#"),
          Map.entry('\u00bc', "1/4"),
          Map.entry('\u00bd', "1/2"),
          Map.entry('\u00be', "3/4"),
          Map.entry('\u2153', "1/3"),
          Map.entry('\u2154', "2/3"),
          Map.entry('\u0085', "..."),
          Map.entry('\u2026', "..."),
          Map.entry('\u0096', "--"),
          Map.entry('\u0097', "--"),
          Map.entry('\u2013', "--"),
          Map.entry('\u2014', "--"),
          Map.entry('\u2015', "--"));

  /** Quotation marks any two of which are one token. */
  private static final Map<Character, String> QUOTES =
      Map.ofEntries(
          Map.entry('`', "`"),
          Map.entry('\u0091', "`"),
          Map.entry('\u2018', "`"),
          Map.entry('\u201b', "`"),
          Map.entry('\u2039', "`"),
          Map.entry('\u0092', "'"),
          Map.entry('\u2019', "'"),
          Map.entry('\u203a', "'"),
          Map.entry('\u0093', "``"),
          Map.entry('\u201c', "``"),
          Map.entry('\u00ab', "``"),
          Map.entry('\u0094', "''"),
          Map.entry('\u201d', "''"),
          Map.entry('\u00bb', "''"),
          Map.entry('\u201a', "\u201a"),
          Map.entry('\u201e', "\u201e"),
          Map.entry('\u201f', "\u201f"));

  private static final Map<String, String> ENTITIES =
      Map.of(
          "&lt;", "<", "&gt;", ">", "&amp;", "&", "&nbsp;", "", "&mdash;", "--", "&ndash;", "--",
          "&md;", "--");

  private static final Pattern ENTITY =
      Pattern.compile(
          "(?i)&(?:lt|gt|amp|nbsp|mdash|ndash|md|ht|tl|ur|lr|qc|ql|qr|odq|cdq|quot|apos|#[0-9]+);");

  private static final Pattern QUOTE_ENTITY = Pattern.compile("&(?:quot|apos);");

  private static final String NAME = "[A-Za-z][A-Za-z0-9_:.-]*+";

  private static final List<Pattern> TAGS =
      List.of(
          Pattern.compile(
              "<" + NAME + "(?: ++" + NAME + "(?: *+= *+(?:\"[^\"]*+\"|'[^']*+'))?+)*+ *+/? *+>"),
          Pattern.compile("</" + NAME + " *+>"),
          Pattern.compile("<[!?][A-Za-z-][^>]*+>"));

  private static final Pattern SMILEY =
      Pattern.compile("[<>]?[:;=][-o*']?[()DdPpO\\\\{@|\\[\\]](?![A-Za-z0-9])");

  private static final Pattern FACE =
      Pattern.compile(
          "[-^~=<>x']_[-^~=<>x']|\\([-^~=<>x'][_.]?[-^~=<>x']\\)|\\([\\^~=<>x']-[\\^~=<>x']\\)");

  /** What a smiley begins with, letters aside. */
  private static final String SMILEY_STARTS = "<>:;=-^~'(";

  private static final Pattern ELLIPSIS = Pattern.compile("\\.{3,5}|\\.(?:[ \u00a0]\\.){2,4}");

  /** Characters runs of which are one token. */
  private static final List<String> RUNS =
      List.of(
          "*",
          "_",
          "@",
          "#",
          "?!",
          "\u00b2\u00b3\u00b9\u2070\u2074\u2075\u2076\u2077\u2078\u2079",
          "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089");

  private static final List<String> DOUBLE = List.of("''", "<<", ">>");

  private static final Pattern STARS = Pattern.compile("(?:\\\\\\*){1,3}");

  private static final int MOST_DASHES = 4;

  /** Programming languages that end in marks. */
  private static final List<String> LANGUAGES = List.of("c++", "c#", "f#");

  private PtbMarks() {}

  /** Offers the marks that begin at {@code at}. */
  static void offer(PtbText text, int at, PtbLongest longest) {
    if (PtbCharacters.isAlphanumeric(text.at(at))) {
      offerAfterLetters(text, at, longest);
      return;
    }
    int tag = tag(text, at);
    longest.offerAsItIs(tag, tag);
    offerEntity(text, at, longest);
    offerSmileys(text, at, longest);
    offerRuns(text, at, longest);
    offerStops(text, at, longest);
    offerQuotes(text, at, longest);
    offerCharacter(text, at, longest);
  }

  /** Offers marks with the letters before them. */
  private static void offerAfterLetters(PtbText text, int at, PtbLongest longest) {
    int capitals = text.run(at, PtbCharacters::isAsciiUpper);
    if (text.at(capitals) == '$') {
      longest.offer(capitals + 1);
    }
    for (String language : LANGUAGES) {
      if (text.isAt(at, language)) {
        longest.offer(at + language.length());
      }
    }
    if (text.at(at + 1) == '_') {
      longest.offer(text.matchEnd(FACE, at));
    }
  }

  /** Returns where a tag ends; {@code at} if there is none. */
  static int tag(PtbText text, int at) {
    int end = at;
    if (text.at(at) == '<' && text.isNear(at, ">")) {
      for (Pattern tag : TAGS) {
        end = Math.max(end, text.matchEnd(tag, at));
      }
    }
    return end;
  }

  private static void offerEntity(PtbText text, int at, PtbLongest longest) {
    if (text.at(at) != '&') {
      return;
    }
    int quote = text.matchEnd(QUOTE_ENTITY, at);
    longest.offerAs(quote, quote, "''");
    int end = text.matchEnd(ENTITY, at);
    String name = text.part(at, end);
    longest.offerAs(end, end, ENTITIES.getOrDefault(name.toLowerCase(Locale.ROOT), name));
  }

  private static void offerSmileys(PtbText text, int at, PtbLongest longest) {
    if (text.isAny(at, SMILEY_STARTS)) {
      int smiley = text.matchEnd(SMILEY, at);
      longest.offerAs(smiley, smiley + 1, bracketed(text.part(at, smiley)));
      int face = text.matchEnd(FACE, at);
      longest.offerAs(face, face, bracketed(text.part(at, face)));
    }
  }

  /** Returns a token of several characters with its round brackets written out. */
  static String bracketed(String token) {
    return token.replace("(", "-LRB-").replace(")", "-RRB-");
  }

  private static void offerRuns(PtbText text, int at, PtbLongest longest) {
    for (String run : RUNS) {
      if (text.isAny(at, run)) {
        longest.offer(text.run(at, c -> run.indexOf(c) >= 0));
      }
    }
    for (String two : DOUBLE) {
      if (text.isAt(at, two)) {
        longest.offer(at + two.length());
      }
    }
    if (text.at(at) == '\\') {
      longest.offer(text.matchEnd(STARS, at));
    }
  }

  /** Offers ellipses and dashes. */
  private static void offerStops(PtbText text, int at, PtbLongest longest) {
    if (text.at(at) == '.') {
      int ellipsis = text.matchEnd(ELLIPSIS, at);
      longest.offerAs(ellipsis, ellipsis, "...");
    }
    int dashes = text.run(at, c -> c == '-');
    if (dashes > at + MOST_DASHES) {
      longest.offer(dashes);
    } else if (dashes > at + 1) {
      longest.offerAs(dashes, dashes, "--");
    }
  }

  private static void offerQuotes(PtbText text, int at, PtbLongest longest) {
    String first = QUOTES.get(text.at(at));
    if (first != null) {
      String second = QUOTES.getOrDefault(text.at(at + 1), "");
      int end = second.isEmpty() ? at + 1 : at + 2;
      longest.offerAs(end, end, first + second);
    }
  }

  private static void offerCharacter(PtbText text, int at, PtbLongest longest) {
    char c = text.at(at);
    if (PtbCharacters.isBlank(c)) {
      int end = text.run(at, PtbCharacters::isBlank);
      longest.offerAs(end, end, "");
    }
    String written = CHARACTERS.get(c);
    if (written != null) {
      longest.offerAs(at + 1, at + 1, written);
    } else if (c > ' ' && c < '\u007f' || PtbCharacters.isSymbol(c)) {
      longest.offer(at + 1);
    }
  }
}
