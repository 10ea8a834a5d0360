package io.prumerge.benchmark.caption;

import io.prumerge.text.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A caption's tokens as the official evaluation of captions makes them: Stanford's PTBTokenizer
 * 3.4.1 with {@code -preserveLines -lowerCase}, then pycocoevalcap's removal of punctuation
 * (salaniz/pycocoevalcap, tokenizer/ptbtokenizer.py, {@code PTBTokenizer.tokenize}). The rules were
 * found by running that tokenizer on texts of all kinds.
 *
 * <p>A caption is read as if it stood alone. The evaluation passes all captions to the tokenizer as
 * one text: there, a caption that ends in an initial or in "No." gets or loses that full stop by
 * the word that the next caption begins with.
 */
public final class PtbTokens {

  /** Brackets come in lower case, so that those of the evaluator's list remain. */
  private static final Set<String> PUNCTUATION =
      Set.of("", "''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";");

  /** Characters that end a line, and with it a caption, in the tokenizer. */
  private static final String LINE_ENDS = "[\n\u000b\f\r\u2028\u2029]";

  private PtbTokens() {}

  /** Returns the tokens of one caption, in order. */
  public static List<String> of(String caption) {
    PtbText text = new PtbText(caption.replaceAll(LINE_ENDS, " "));
    List<String> all = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      PtbLongest longest = longest(text, at);
      for (String token : longest.written()) {
        all.add(PythonText.lower(token.replace(' ', '\u00a0')));
      }
      at = Math.max(longest.end(), at + 1);
    }
    stripEnd(all);
    all.removeIf(PUNCTUATION::contains);
    return List.copyOf(all);
  }

  /** Strips white space from the end, as the evaluator strips each line. */
  private static void stripEnd(List<String> tokens) {
    for (int last = tokens.size() - 1; last >= 0; last--) {
      String token = tokens.get(last);
      int end = token.length();
      while (end > 0 && PythonText.isSpace(token.charAt(end - 1))) {
        end--;
      }
      tokens.set(last, token.substring(0, end));
      if (end > 0) {
        return;
      }
    }
  }

  private static PtbLongest longest(PtbText text, int at) {
    PtbLongest longest = new PtbLongest(text, at);
    PtbWords.offerPlain(text, at, longest);
    PtbAddresses.offer(text, at, longest);
    PtbAbbreviations.offer(text, at, longest);
    PtbWords.offerJoined(text, at, longest);
    PtbContractions.offer(text, at, longest);
    PtbNumbers.offer(text, at, longest);
    PtbAddresses.offerNames(text, at, longest);
    PtbMarks.offer(text, at, longest);
    return longest;
  }
}
