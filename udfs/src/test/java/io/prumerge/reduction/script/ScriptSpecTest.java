package io.prumerge.reduction.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.script.ScriptFile;
import io.prumerge.script.ScriptText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts as methods are spelt, and what they say of themselves. */
class ScriptSpecTest {

  private static final String DESCRIBES = "{\"sees\": \"class_attention\", \"tokens\": \"exact\"}";

  @TempDir private Path folder;

  private Path saved(String name, String describes) throws IOException {
    return Files.write(
        folder.resolve(name), ScriptText.bytes(describes, "Tensor", ScriptText.FASTERVLM));
  }

  @Test
  void theCanonicalSpellingHasTheFilesNameAndHash() throws IOException {
    Path file = saved("spelt.pt", DESCRIBES);
    String digest = new ScriptFile("spelt.pt", Files.readAllBytes(file)).digest();

    MethodSpec spec = MethodSpec.parse("script:" + file + ",tokens=0064,share=0.50,alpha=1e3");

    String canonical = "script:spelt.pt,alpha=1000,sha256=" + digest + ",share=0.5,tokens=64";
    assertThat(spec).hasToString(canonical);
    Files.delete(file); // its name is enough now
    assertThat(MethodSpec.parse(canonical)).isEqualTo(spec);
    assertThat(MethodSpec.parseKnown(canonical)).isEqualTo(spec);
    assertThat(MethodSpec.parseKnown("script:spelt.pt,tokens=64,alpha=1000,share=.5"))
        .isEqualTo(spec);
    assertThat(ScriptSpecs.of(spec)).extracting(ScriptFile::name).containsExactly("spelt.pt");
    assertThat(ScriptSpecs.of(MethodSpec.parse("uniform:tokens=@" + canonical))).hasSize(1);
    assertThat(MethodSpec.parse("uniform:tokens=@" + canonical))
        .hasToString("uniform:tokens=@" + canonical);
  }

  /** What is in a value extends to the end of the text. */
  @Test
  void aMethodInAValueComesLast() {
    ScriptText.fasterVlm("last.pt");
    MethodSpec spec = MethodSpec.parseKnown("script:last.pt,zeta=2,tokens=@prumerge:k=16");
    assertThat(spec.toString()).endsWith(",zeta=2,tokens=@prumerge:k=16");
    assertThat(MethodSpec.parseKnown(spec.toString())).isEqualTo(spec);
    String paper = "prumerge:variant=paper,tokens=@fastervlm:tokens=9";
    assertThat(MethodSpec.parse(paper)).hasToString(paper);
  }

  @Test
  void aScriptInAValueIsReadToo() throws IOException {
    Path file = saved("nested.pt", DESCRIBES);
    assertThat(MethodSpec.parse("uniform:tokens=@script:" + file + ",tokens=9").toString())
        .startsWith("uniform:tokens=@script:nested.pt,sha256=")
        .endsWith(",tokens=9");
  }

  @Test
  void aChangedFileIsAnotherMethodAndMayBePinned() throws IOException {
    Path file = saved("changed.pt", DESCRIBES);
    MethodSpec before = MethodSpec.parse("script:" + file + ",tokens=4");
    saved("changed.pt", "{\"sees\": \"class_attention\"}");

    assertThat(MethodSpec.parse("script:" + file + ",tokens=4")).isNotEqualTo(before);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                MethodSpec.parse(
                    "script:" + file + ",tokens=4,sha256=" + before.parameters().get("sha256")))
        .withMessageContaining("its SHA-256 is ")
        .withMessageContaining(", not " + before.parameters().get("sha256"));
  }

  @Test
  void aMethodFromElsewhereOpensNoFile() throws IOException {
    Path file = saved("elsewhere.pt", DESCRIBES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parseKnown("script:" + file + ",tokens=4"))
        .withMessageStartingWith("Unknown script '" + file + "'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parseKnown("uniform:tokens=@script:" + file + ",tokens=4"))
        .withMessageStartingWith("Unknown script '" + file + "'");
  }

  @Test
  void locationsMayBeResolvedBefore() {
    assertThat(
            ScriptSpecs.located(
                MethodSpec.read("uniform:tokens=@script:x.pt,tokens=4"), file -> "/base/" + file))
        .hasToString("uniform:tokens=@script:/base/x.pt,tokens=4");
    assertThat(MethodSpec.read("script:hdfs://host:9/x.pt,tokens=4"))
        .hasToString("script:hdfs://host:9/x.pt,tokens=4");
    assertThat(ScriptSpecs.isScript(MethodSpec.read("script:x.pt"))).isTrue();
    assertThat(ScriptSpecs.isScript(MethodSpec.read("uniform:tokens=4"))).isFalse();
  }

  @Test
  void theEvidenceIsWhatItAsksFor() {
    ScriptText.file(
        "sees.pt",
        "{\"sees\": \"projected, column_attention:9,mean_keys\", \"stage\": \"connector\"}",
        ScriptText.FASTERVLM);
    assertThat(TokenReducers.of(MethodSpec.read("script:sees.pt")).needs())
        .containsExactlyInAnyOrder(
            new TowerEvidence.Projected(),
            new TowerEvidence.ColumnAttention(new TowerLayer.Numbered(9)),
            new TowerEvidence.HeadMeanKeys(new TowerLayer.Last()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"sees": "attention"}  | Unknown evidence 'attention'; known: features, full_width_attention, projected
          {"sees": "mean_keys:0"}| Unknown evidence 'mean_keys:0'; known:
          {"sees": "features:3"} | Unknown evidence 'features:3'; known:
          {"stage": "layer"}     | Unknown stage 'layer'; known: connector, tower
          {"tokens": "some"}     | Unknown tokens 'some'; known: adaptive, exact
          {"random": "yes"}      | Unknown key 'random'; known: sees, stage, tokens
          {"tokens": "exact"}    | the script keeps a given number; give tokens=N or tokens=@METHOD
          """)
  void aWrongDescriptionIsNamed(String describes, String message) {
    ScriptFile file = ScriptText.file("described.pt", describes, ScriptText.FASTERVLM);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parseKnown("script:described.pt,sha256=" + file.digest()))
        .withMessageStartingWith("Cannot use method 'script:described.pt,sha256=")
        .withMessageContaining(message);
  }

  @Test
  void aFileThatIsNoReducerIsNamed() throws IOException {
    Path garbage = Files.writeString(folder.resolve("garbage.pt"), "not an archive");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse("script:" + garbage))
        .withMessageContaining("garbage.pt is no TorchScript file that libtorch ");
    String other =
        """
        class Own(Module):
          __parameters__ = []
          __buffers__ = []
          def forward(self: __torch__.Own, x: Tensor) -> Tensor:
            return x
        """;
    Path undescribed = Files.write(folder.resolve("undescribed.pt"), ScriptText.archive(other));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse("script:" + undescribed))
        .withMessageContaining("the script has no method describe; a reducer has describe()");
    Path counts =
        Files.write(
            folder.resolve("counts.pt"),
            ScriptText.archive(
                other
                    + """
                      def describe(self: __torch__.Own) -> Dict[str, int]:
                        return {"sees": 3}
                    """));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse("script:" + counts))
        .withMessageContaining("its describe() must return Dict[str, str]");
  }

  @Test
  void numbersAreNumbers() {
    ScriptText.file("numbers.pt", "{\"sees\": \"features\"}", ScriptText.FASTERVLM);
    for (String value : new String[] {"many", "NaN", "Infinity", "1e999"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> MethodSpec.parseKnown("script:numbers.pt,k=" + value))
          .withMessageContaining("k must be a number but was '" + value + "'");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parseKnown("script"))
        .withMessage("Cannot use method 'script': name its file, as in script:FILE.pt");
  }
}
