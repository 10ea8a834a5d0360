package io.prumerge.location;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedConfTest {

  @TempDir private Path shipped;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(shipped.resolve("model"));
    Files.createFile(shipped.resolve("model/config.json"));
  }

  private Optional<Path> find(String path) {
    return new ShippedConf(Optional.of(shipped)).find(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "conf/model",
        "conf/model/",
        "./conf/model",
        "conf/../conf/model",
        "x/../conf/model"
      })
  void aPathBelowConfIsShipped(String path) {
    assertThat(find(path)).contains(shipped.resolve("model"));
    assertThat(find(Path.of(path).toAbsolutePath().toString())).contains(shipped.resolve("model"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "model",
        "conf/absent",
        "conference/model",
        "x/conf/model",
        "../conf/model",
        "conf/../model",
        "hf:conf/model",
        "s3a://conf/model",
        "conf/\0"
      })
  void anythingElseIsNot(String path) {
    assertThat(find(path)).isEmpty();
  }

  @Test
  void whatIsHereGoesFirst() throws IOException {
    Path here = Files.createDirectories(Path.of("conf"));
    try {
      assertThat(find("conf")).isEmpty();
      assertThat(find("conf/model")).contains(shipped.resolve("model"));
    } finally {
      Files.delete(here);
    }
    assertThat(find("conf")).contains(shipped);
  }

  @Test
  void aSessionThatNoLauncherStartedHasAProperty() {
    assertThat(ShippedConf.ofEnvironment().find("conf/model")).isEmpty();
    System.setProperty("prumerge.conf", shipped.toString());
    try {
      assertThat(ShippedConf.ofEnvironment().find("conf/model")).contains(shipped.resolve("model"));
    } finally {
      System.clearProperty("prumerge.conf");
    }
  }

  @Test
  void withoutALauncherNothingIsShipped() {
    assertThat(new ShippedConf(Optional.empty()).find("conf/model")).isEmpty();
  }
}
