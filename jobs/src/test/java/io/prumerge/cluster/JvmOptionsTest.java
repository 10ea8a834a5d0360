package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

/** The build's JVMs get the flags that spark-submit gives. */
class JvmOptionsTest {

  @Test
  void theFileHoldsSparksOwnFlags() throws IOException {
    List<String> flags = Files.readAllLines(Path.of(System.getProperty("jvm.options")));
    assertThat(flags)
        .containsExactlyInAnyOrder(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+"));
  }
}
