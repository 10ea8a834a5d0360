package io.prumerge.benchmark.caption;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The longest of the tokens that begin at a place; of equally long ones, the first that was
 * offered. What must follow a token counts as part of its length.
 */
final class PtbLongest {

  private static final String SOFT_HYPHEN = String.valueOf(PtbCharacters.SOFT_HYPHEN);

  private static final Pattern AMPERSAND = Pattern.compile("(?i)&amp;");

  private final PtbText text;
  private final int from;
  private int seen;
  private int end;
  private List<String> written = List.of();

  PtbLongest(PtbText text, int from) {
    this.text = text;
    this.from = from;
    this.seen = from;
    this.end = from;
  }

  /** Offers the characters up to {@code end} without soft hyphens, and with plain ampersands. */
  void offer(int end) {
    offer(end, end);
  }

  /** Offers the characters up to {@code end}, which those up to {@code seen} allow. */
  void offer(int end, int seen) {
    if (end > from && seen > this.seen) {
      take(end, seen, List.of(plain(text.part(from, end))));
    }
  }

  private static String plain(String token) {
    String soft = token.replace(SOFT_HYPHEN, "");
    return soft.indexOf('&') < 0 ? soft : AMPERSAND.matcher(soft).replaceAll("&");
  }

  /** Offers the characters up to {@code end} as they are, which those up to {@code seen} allow. */
  void offerAsItIs(int end, int seen) {
    offerAs(end, seen, text.part(from, Math.max(from, end)));
  }

  /** Offers the characters up to {@code end} as two tokens. */
  void offerTwo(int middle, int end) {
    if (end > seen) {
      take(end, end, List.of(text.part(from, middle), text.part(middle, end)));
    }
  }

  /** Offers what the characters up to {@code end} are written as. */
  void offerAs(int end, int seen, String token) {
    if (end > from && seen > this.seen) {
      take(end, seen, List.of(token));
    }
  }

  private void take(int end, int seen, List<String> tokens) {
    this.end = end;
    this.seen = seen;
    this.written = tokens;
  }

  /** Returns where the longest token ends; where it begins if there is none. */
  int end() {
    return end;
  }

  List<String> written() {
    return written;
  }
}
