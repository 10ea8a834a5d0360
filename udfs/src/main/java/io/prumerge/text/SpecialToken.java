package io.prumerge.text;

import java.util.Optional;

/**
 * A special token of a tokenizer.
 *
 * @param token empty where only its text is given
 */
record SpecialToken(String content, Optional<AddedToken> token) {}
