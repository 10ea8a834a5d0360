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

  /** The key that names how captions are parted. */
  static final String TOKENS = "tokens";

  private final CaptionTokens tokens;

  private RougeLRule(CaptionTokens tokens) {
    this.tokens = tokens;
  }

  static RougeLRule of(RuleSettings settings) {
    return new RougeLRule(settings.choice(TOKENS, CaptionTokens.class));
  }

  @Override
  public Score score(String answer, Reference reference) {
    List<String> said = tokens.of(answer);
    List<List<String>> right = reference.answers().stream().map(tokens::of).toList();
    return new Score(String.join(" ", said), said.isEmpty(), RougeL.of(said, right));
  }
}
