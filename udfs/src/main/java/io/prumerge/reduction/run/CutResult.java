package io.prumerge.reduction.run;

import io.prumerge.reduction.KeptTokens;
import java.util.Optional;

/**
 * The result of a cut's rule.
 *
 * @param keptTokens what goes on; the first tokens where the rule failed
 * @param failure why it failed
 */
public record CutResult(KeptTokens keptTokens, Optional<String> failure) {}
