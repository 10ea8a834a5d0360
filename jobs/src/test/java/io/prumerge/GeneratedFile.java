package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of {@code conf} that a test makes from the code and compares. */
public final class GeneratedFile {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  private GeneratedFile() {}

  /** Leaves the text in {@code jobs/target}, and fails if the committed file is another. */
  public static void requireCurrent(String name, String made) throws IOException {
    Files.writeString(ROOT.resolve("jobs/target").resolve(name), made);
    assertThat(made)
        .as("if the change is meant: cp jobs/target/%1$s conf/%1$s", name)
        .isEqualTo(Files.readString(ROOT.resolve("conf").resolve(name)));
  }
}
