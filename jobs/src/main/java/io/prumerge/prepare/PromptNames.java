package io.prumerge.prepare;

import io.prumerge.benchmark.file.Benchmarks;
import java.util.Iterator;

/** The prompt profiles in the help text. */
final class PromptNames implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    return Benchmarks.prompts().iterator();
  }
}
