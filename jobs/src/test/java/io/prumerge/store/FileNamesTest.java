package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UniqueElements;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** Two names are two files. */
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

  @Test
  void aNameThatIsOneAlreadyKeepsIt() {
    assertThat(FileNames.safe(List.of("a:b", "a_b", "a b", "c%")))
        .containsEntry("a_b", "a_b")
        .containsEntry("a:b", "a_b-2")
        .containsEntry("a b", "a_b-3")
        .containsEntry("c%", "c_");
    String longest = "x".repeat(200);
    assertThat(FileNames.safe(List.of(longest + "y", longest + "z")).values())
        .doesNotHaveDuplicates();
  }

  @Property(tries = 200)
  void noTwoNamesAreOneFile(
      @ForAll @UniqueElements @Size(max = 8)
          List<@StringLength(max = 4) @CharRange(from = '+', to = '3') String> names) {
    Map<String, String> spelt = FileNames.safe(names);
    assertThat(spelt.keySet()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(new HashSet<>(spelt.values())).hasSize(names.size());
  }

  @Test
  void twoOfOneNameAreRefused() {
    Map<String, Integer> named = new HashMap<>();
    FileNames.putNew(named, "published", 1);

    assertThatThrownBy(() -> FileNames.putNew(named, "published", 2))
        .hasMessage("Two have the name 'published'; only one would be kept");
    assertThat(named).containsExactly(Map.entry("published", 1));
  }
}
