package io.prumerge.report;

import io.prumerge.metric.ContrastResult;
import java.util.List;

/**
 * The difference that one method has between two runs, or two methods have.
 *
 * @param method the method; of two, {@code A minus B}
 * @param figures in the order of the report's contrasts
 */
public record MethodDifference(String method, List<ContrastResult> figures) {

  public MethodDifference {
    figures = List.copyOf(figures);
  }
}
