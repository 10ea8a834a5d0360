package io.prumerge.store;

import java.io.IOException;

/** Checks, before each step that others see, that no other driver has taken over. */
public interface CommitGuard {

  /**
   * Checks.
   *
   * @throws io.prumerge.console.Failure if another driver has
   */
  void check() throws IOException;
}
