package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.caption.CaptionTokens;
import io.prumerge.benchmark.caption.RougeL;
import java.util.List;

/**
 * {@link RougeL} of a caption, between 0 and 1. The texts' tokens are those of the official
 * evaluation of captions, or {@code tokens: blanks}, as VLMEvalKit's: parted at single blanks.
 */
final class RougeLRule implements ProfileRule {

  /** {@code ptb}, Stanford's PTBTokenizer 3.4.1, the default, or {@code blanks}, as VLMEvalKit. */
  static final RuleKey<CaptionTokens> TOKENS = RuleKey.choice("tokens", CaptionTokens.class);

  private final CaptionTokens tokens;

  private RougeLRule(CaptionTokens tokens) {
    this.tokens = tokens;
  }

  static RougeLRule of(RuleSettings settings) {
    return new RougeLRule(TOKENS.in(settings));
  }

  @Override
  public Score score(String answer, Reference reference) {
    List<String> said = tokens.of(answer);
    List<List<String>> right = reference.answers().stream().map(tokens::of).toList();
    return new Score(String.join(" ", said), said.isEmpty(), RougeL.of(said, right));
  }
}
