package io.prumerge.endpoint;

import io.prumerge.reduction.RequestFields;
import java.util.List;

/**
 * One chat with one answer.
 *
 * @param system the system message; empty for none
 * @param visuals the pictures and videos, as {@code data:} URIs: a service would fetch any other
 *     URL itself
 * @param text the user's message; with pictures, {@code <image>} is the place of one, and without
 *     places they stand before the text
 * @param fields of this request alone, for its pictures
 * @param maxTokens tokens to generate at most; 0: the service's own limit
 */
public record ChatRequest(
    String system,
    List<String> visuals,
    String text,
    RequestFields fields,
    double temperature,
    int maxTokens) {

  public ChatRequest {
    visuals = List.copyOf(visuals);
  }
}
