package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DJL's unstable API to libtorch is in one class. */
@Tag("model")
class JniPackageTest {

  private static final Path SOURCES = Path.of("src/main/java/io/prumerge");

  @Test
  void onlyTorchTouchesTheJniPackage() throws IOException {
    List<String> touching = new ArrayList<>();
    for (Path file : sources()) {
      if (Files.readString(file).contains("ai.djl.pytorch.jni")) {
        touching.add(file.getFileName().toString());
      }
    }
    assertThat(touching).containsExactly("Torch.java");
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
