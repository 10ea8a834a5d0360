package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

class FileNamesTest {

  private static final String LONG = "torchscript:file=/" + "x".repeat(300);

  @Test
  void unsafeCharactersBecomeUnderscores() {
    assertThat(FileNames.safe("../a b:c*ü.png")).isEqualTo(".._a_b_c__.png");
  }

  @Test
  void longNamesThatDifferStayDifferent() {
    assertThat(FileNames.safe(LONG + "1")).hasSize(120).startsWith("torchscript_file=_xx");
    assertThat(FileNames.safe(LONG + "1")).isNotEqualTo(FileNames.safe(LONG + "2"));
    assertThat(FileNames.safe("x".repeat(120))).isEqualTo("x".repeat(120));
  }

  @Test
  void aUniqueNameIsThatOfNoOtherName() {
    assertThat(FileNames.unique("none-c4-1")).isEqualTo("none-c4-1");
    assertThat(FileNames.unique("x:file=/a/b.pt"))
        .matches("x_file=_a_b\\.pt-[0-9a-f]{8}")
        .isNotEqualTo(FileNames.unique("x:file=/a_b.pt"));
    assertThat(FileNames.unique("/".repeat(120))).hasSize(120).isNotEqualTo("_".repeat(120));
    assertThat(new Path(new Path("/tmp"), FileNames.unique(LONG)).getName()).hasSize(120);
  }
}
