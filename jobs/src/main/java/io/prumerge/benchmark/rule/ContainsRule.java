package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.text.PythonText;
import java.util.stream.Stream;

/**
 * Right if the answer contains the reference's: any of them, or all. Both are compared in lower
 * case with line ends as spaces, as OCRBench does (Yuliang-Liu/MultimodalOCR, {@code example.py}).
 */
final class ContainsRule implements AnswerRule {

  /** How many of the reference's answers have to be there. */
  private enum Need {
    ANY,
    ALL
  }

  private final Need need;

  private ContainsRule(Need need) {
    this.need = need;
  }

  static ContainsRule of(RuleSettings settings) {
    return new ContainsRule(settings.choice("need", Need.class));
  }

  @Override
  public Score score(String answer, Reference reference) {
    String parsed = normalised(answer);
    Stream<String> wanted = reference.answers().stream().map(ContainsRule::normalised);
    boolean right =
        need == Need.ANY ? wanted.anyMatch(parsed::contains) : wanted.allMatch(parsed::contains);
    return new Score(parsed, parsed.isEmpty(), right ? 1 : 0);
  }

  private static String normalised(String text) {
    return PythonText.strip(PythonText.lower(text)).replace('\n', ' ');
  }
}
