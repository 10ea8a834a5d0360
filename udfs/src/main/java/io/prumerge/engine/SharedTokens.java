package io.prumerge.engine;

import io.prumerge.model.connector.ProjectedTokens;

/**
 * One image's visual tokens as one or more methods came to them: projected once, and answered about
 * once. Compared by identity.
 */
final class SharedTokens implements AutoCloseable {

  private final ProjectedTokens projected;
  private final int projections;

  /**
   * @param projections rows that went through the connector for these tokens; none where all
   *     patches went, for evidence
   */
  SharedTokens(ProjectedTokens projected, int projections) {
    this.projected = projected;
    this.projections = projections;
  }

  int projections() {
    return projections;
  }

  ProjectedTokens projected() {
    return projected;
  }

  /** All tokens the language model receives. */
  int count() {
    return projected.tokens();
  }

  @Override
  public void close() {
    projected.close();
  }
}
