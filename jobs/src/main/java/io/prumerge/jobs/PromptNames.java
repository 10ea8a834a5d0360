package io.prumerge.jobs;

import io.prumerge.benchmark.PromptProfile;
import java.util.Iterator;

/** The names that help texts list. */
final class PromptNames implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    return PromptProfile.names().iterator();
  }
}
