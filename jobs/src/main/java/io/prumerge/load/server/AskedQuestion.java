package io.prumerge.load.server;

import java.util.Optional;

/**
 * A question of a load test.
 *
 * @param imageId of its picture, pictures or video; null for text alone
 */
public record AskedQuestion(String questionId, Optional<String> imageId) {}
