package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.script.ScriptText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often the predictor's methods are parsed. */
class ParsedMethodsTest {

  private final ParsedMethods parsed = new ParsedMethods();

  @Test
  void equalTextsAreParsedOnce() {
    List<MethodSpec> first = parsed.of(new String[] {"none", "prumerge:adaptive=true"});
    assertThat(first).containsExactly(MethodSpec.NONE, MethodSpec.parse("prumerge"));
    assertThat(parsed.of(new String[] {"none", "prumerge:adaptive=true"})).isSameAs(first);
    assertThat(parsed.of(new String[] {"none"})).containsExactly(MethodSpec.NONE);
    assertThat(parsed.of(new String[] {"none", "prumerge"})).isEqualTo(first).isNotSameAs(first);
  }

  @Test
  void aRefusedValueChangesNothing() {
    List<MethodSpec> first = parsed.of(new String[] {"none"});
    assertThatIllegalArgumentException().isThrownBy(() -> parsed.of(new String[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed.of(new String[] {"none", "prune"}))
        .withMessageStartingWith("Unknown method 'prune'");
    assertThat(parsed.of(new String[] {"none"})).isSameAs(first);
  }

  @Test
  void aScriptIsReadAgainWhenItIsUsed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("parsed.pt");
    String[] methods = {"script:" + file + ",tokens=4"};
    saved(file, "{\"sees\": \"class_attention\", \"tokens\": \"exact\"}");
    List<MethodSpec> before = parsed.of(methods);
    assertThat(parsed.of(methods)).isEqualTo(before);
    saved(file, "{\"sees\": \"class_attention\"}");
    assertThat(parsed.of(methods)).isNotEqualTo(before);
  }

  private static void saved(Path file, String describes) throws IOException {
    Files.write(file, ScriptText.bytes(describes, "Tensor", ScriptText.FASTERVLM));
  }
}
