package io.prumerge.endpoint;

import java.util.Optional;

/**
 * One chat with one answer.
 *
 * @param system the system message; empty for none
 * @param image the picture before the text, as a {@code data:} URI: a service would fetch any other
 *     URL itself
 * @param text the user's message
 * @param maxTokens tokens to generate at most; 0: the service's own limit
 */
public record ChatRequest(
    String system, Optional<String> image, String text, double temperature, int maxTokens) {}
