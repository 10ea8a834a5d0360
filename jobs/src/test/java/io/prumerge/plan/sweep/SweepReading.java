package io.prumerge.plan.sweep;

import io.prumerge.console.UsageException;
import java.io.IOException;
import java.nio.file.Path;

/** The reader of sweep files, for tests of other packages. */
public final class SweepReading {

  /** How it says that a file is none. */
  public static final Class<? extends Exception> REFUSAL = UsageException.class;

  private SweepReading() {}

  /** Reads one. */
  public static void read(Path file) throws IOException {
    SweepFile.read(file);
  }
}
