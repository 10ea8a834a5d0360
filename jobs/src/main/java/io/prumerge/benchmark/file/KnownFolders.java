package io.prumerge.benchmark.file;

import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Whether a folder is in or directly below those of a source; each is looked for once. */
final class KnownFolders implements Predicate<String> {

  private final SourceFiles source;
  private final Map<String, Boolean> known = new HashMap<>();

  KnownFolders(SourceFiles source) {
    this.source = source;
  }

  @Override
  public boolean test(String folder) {
    return known.computeIfAbsent(
        folder,
        name -> {
          try {
            return source.hasFolder(name);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
