package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class VersionsTest {

  @Test
  void namesTheLibtorchThatWouldBeLoaded() {
    assertThat(Versions.libtorch(null)).matches("2\\.7\\.1 \\(cpu, [a-z]+-[a-z0-9_]+\\)");
    assertThat(Versions.libtorch("/opt/torch/lib")).isEqualTo("in /opt/torch/lib");
  }

  @Test
  void aCommitSaysWhetherItsSourcesWereChanged() {
    assertThat(Versions.commit(build("false"))).contains("0abc");
    assertThat(Versions.commit(build("true"))).contains("0abc-dirty");
    assertThat(Versions.commit(new Properties())).isEmpty();
  }

  @Test
  void namesTheSparkOfTheBuildBesideTheOneThatRuns() {
    Properties build = new Properties();
    assertThat(Versions.spark("3.5.6", build)).isEqualTo("3.5.6");
    build.setProperty("spark", "3.5");
    assertThat(Versions.spark("3.5.6", build)).isEqualTo("3.5.6 (built for 3.5)");
  }

  private static Properties build(String dirty) {
    Properties build = new Properties();
    build.setProperty("commit", "0abc");
    build.setProperty("dirty", dirty);
    return build;
  }

  @Test
  void classesThatComeFromNoJarHaveNoVersion() {
    assertThat(Versions.project()).isEqualTo("development");
  }
}
