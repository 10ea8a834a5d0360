package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.caption.PtbTokens;
import io.prumerge.benchmark.caption.RougeL;
import java.util.List;
import java.util.function.Function;

/**
 * {@link RougeL} of a caption, between 0 and 1. The texts' tokens are those of the official
 * evaluation of captions, or {@code tokens: blanks}, as VLMEvalKit's: parted at single blanks.
 */
final class RougeLRule implements AnswerRule {

  private enum Tokens {
    PTB(PtbTokens::of),
    BLANKS(text -> List.of(text.split(" ", -1)));

    private final Function<String, List<String>> reader;

    Tokens(Function<String, List<String>> reader) {
      this.reader = reader;
    }
  }

  private final Tokens tokens;

  private RougeLRule(Tokens tokens) {
    this.tokens = tokens;
  }

  static RougeLRule of(RuleSettings settings) {
    return new RougeLRule(settings.choice("tokens", Tokens.class));
  }

  @Override
  public Score score(String answer, Reference reference) {
    List<String> said = tokens.reader.apply(answer);
    List<List<String>> right = reference.answers().stream().map(tokens.reader).toList();
    return new Score(String.join(" ", said), said.isEmpty(), RougeL.of(said, right));
  }
}
