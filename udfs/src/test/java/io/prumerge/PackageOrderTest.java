package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A package sees only those above it in the list, and libtorch's unstable API is in one class. */
class PackageOrderTest {

  private static final List<String> ORDER =
      List.of("image", "text", "checkpoint", "reduction", "cost", "model", "engine", "spark");
  private static final Pattern OWN_IMPORT =
      Pattern.compile("^import (?:static )?io\\.prumerge\\.(\\w+)\\.", Pattern.MULTILINE);

  private static final Path SOURCES = Path.of("src/main/java/io/prumerge");

  @Test
  void everyPackageImportsOnlyThoseAboveIt() throws IOException {
    List<String> violations = new ArrayList<>();
    for (Path file : sources()) {
      int own = ORDER.indexOf(file.getParent().getFileName().toString());
      assertThat(own).as("place of %s", file).isNotNegative();
      Matcher imports = OWN_IMPORT.matcher(Files.readString(file));
      while (imports.find()) {
        if (ORDER.indexOf(imports.group(1)) > own || !ORDER.contains(imports.group(1))) {
          violations.add(file + " imports " + imports.group(1));
        }
      }
    }
    assertThat(violations).isEmpty();
  }

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
