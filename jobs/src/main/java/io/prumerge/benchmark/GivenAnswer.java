package io.prumerge.benchmark;

import java.util.Optional;

/**
 * One answer out of somebody's result file.
 *
 * @param key what it answers: {@link Benchmark#key} of the question; where several questions have
 *     the same, the n-th answer is the n-th question's
 * @param text the answer as it stands there
 * @param model who gave it, where the file says so
 * @param where {@code file:line} or the like, for messages
 */
public record GivenAnswer(String key, String text, Optional<String> model, String where) {}
