package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionsTest {

  @Test
  void namesTheLibtorchThatWouldBeLoaded() {
    assertThat(Versions.libtorch(null)).matches("2\\.7\\.1 \\(cpu, [a-z]+-[a-z0-9_]+\\)");
    assertThat(Versions.libtorch("/opt/torch/lib")).isEqualTo("in /opt/torch/lib");
  }

  @Test
  void classesThatComeFromNoJarHaveNoVersion() {
    assertThat(Versions.project()).isEqualTo("development");
  }
}
