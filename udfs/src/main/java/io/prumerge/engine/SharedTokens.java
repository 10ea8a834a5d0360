package io.prumerge.engine;

import io.prumerge.model.ProjectedTokens;

/**
 * One image's visual tokens as one or more methods came to them: projected once, and answered about
 * once. Compared by identity.
 */
final class SharedTokens implements AutoCloseable {

  private final ProjectedTokens projected;
  private final boolean ownProjection;

  /**
   * @param ownProjection whether the connector ran over these tokens, instead of over all patches
   */
  SharedTokens(ProjectedTokens projected, boolean ownProjection) {
    this.projected = projected;
    this.ownProjection = ownProjection;
  }

  boolean ownProjection() {
    return ownProjection;
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
