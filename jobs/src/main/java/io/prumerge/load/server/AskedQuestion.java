package io.prumerge.load.server;

/**
 * A question of a load test.
 *
 * @param imageId of its picture, pictures or video; null for text alone
 */
public record AskedQuestion(String questionId, String imageId) {}
