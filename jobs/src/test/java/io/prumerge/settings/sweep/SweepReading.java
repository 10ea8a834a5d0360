package io.prumerge.settings.sweep;

import io.prumerge.console.UsageException;
import java.io.IOException;
import java.nio.file.Path;

/** Reads sweep files for tests of other packages. */
public final class SweepReading {

  /** The exception for an invalid file. */
  public static final Class<? extends Exception> REFUSAL = UsageException.class;

  private SweepReading() {}

  /** Reads a sweep file. */
  public static void read(Path file) throws IOException {
    SweepFile.read(file);
  }
}
