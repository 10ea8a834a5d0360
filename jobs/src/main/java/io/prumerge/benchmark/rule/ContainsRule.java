package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Right if the answer contains the reference's: any of them, or all. Both are compared in lower
 * case with line ends as spaces, as OCRBench does (Yuliang-Liu/MultimodalOCR, {@code example.py});
 * in the categories {@code formulas} with their case, without blanks and line ends, and without
 * other white space at the ends, as OCRBench compares handwritten formulas. {@code full_width:
 * same} takes full-width characters of ASCII for these, but in formulas, as lmms-eval does since
 * July 2026.
 */
final class ContainsRule implements ProfileRule {

  /** How many of the reference's answers have to be there. */
  private enum Need {
    ANY,
    ALL
  }

  /** What full-width characters are. */
  private enum FullWidth {
    DIFFERENT,
    SAME
  }

  /** How many of the right answers are needed; by default any. */
  static final RuleKey<Need> NEED = RuleKey.choice("need", Need.class);

  /** Categories that are compared with case, without blanks. */
  static final RuleKey<List<String>> FORMULAS = RuleKey.texts("formulas");

  /** Whether full-width characters are those of ASCII, but in formulas; by default not. */
  static final RuleKey<FullWidth> FULL_WIDTH = RuleKey.choice("full_width", FullWidth.class);

  static final List<RuleKey<?>> KEYS = List.of(NEED, FORMULAS, FULL_WIDTH);

  private static final char FULL_WIDTH_FIRST = '\uff01';
  private static final char FULL_WIDTH_LAST = '\uff5e';
  private static final char FULL_WIDTH_SPACE = '\u3000';
  private static final char FIRST = '!';

  private final Need need;
  private final Set<String> formulas;
  private final FullWidth fullWidth;

  private ContainsRule(Need need, Set<String> formulas, FullWidth fullWidth) {
    this.need = need;
    this.formulas = formulas;
    this.fullWidth = fullWidth;
  }

  static ContainsRule of(RuleSettings settings) {
    return new ContainsRule(
        NEED.in(settings), Set.copyOf(FORMULAS.in(settings)), FULL_WIDTH.in(settings));
  }

  @Override
  public Score score(String answer, Reference reference) {
    UnaryOperator<String> normaliser =
        formulas.contains(reference.category()) ? ContainsRule::formula : this::words;
    String parsed = normaliser.apply(answer);
    Stream<String> wanted = reference.answers().stream().map(normaliser);
    boolean right =
        need == Need.ANY ? wanted.anyMatch(parsed::contains) : wanted.allMatch(parsed::contains);
    return new Score(parsed, parsed.isEmpty(), right ? 1 : 0);
  }

  private static String formula(String text) {
    return PythonText.strip(text).replace("\n", "").replace(" ", "");
  }

  private String words(String text) {
    return PythonText.strip(PythonText.lower(folded(text))).replace('\n', ' ');
  }

  private String folded(String text) {
    if (fullWidth == FullWidth.DIFFERENT) {
      return text;
    }
    StringBuilder folded = new StringBuilder(text.length());
    text.chars().forEach(c -> folded.append(folded((char) c)));
    return folded.toString();
  }

  private static char folded(char c) {
    if (c >= FULL_WIDTH_FIRST && c <= FULL_WIDTH_LAST) {
      return (char) (c - FULL_WIDTH_FIRST + FIRST);
    }
    return c == FULL_WIDTH_SPACE ? ' ' : c;
  }
}
