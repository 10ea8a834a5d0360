package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FinetuneFileTest {

  private static final String FILE =
      """
      model: ../m+c
      data: train.json
      images: [a, /b]
      trainings:
        - {method: [prumerge, prumerge+], rank: [8, 32], lr: 1.0e-3, steps: 30}
        - {method: prumerge, rank: 8, lr: 0.001, steps: 30}
        - {method: "uniform:tokens=9"}
      examples: [e]
      """;

  @TempDir private Path folder;

  private FinetuneFile read(String yaml) throws IOException {
    return FinetuneFile.read(Files.writeString(folder.resolve("f.yaml"), yaml));
  }

  @Test
  void readsPathsAndEveryCombinationOnce() throws IOException {
    FinetuneFile file = read(FILE);
    assertThat(file.options().model())
        .isEqualTo(folder.resolveSibling("m") + "+" + folder.resolve("c"));
    assertThat(file.options().data().images()).containsExactly("file:" + folder.resolve("a"), "/b");
    assertThat(file.recipes())
        .extracting(Recipe::folderName)
        .containsExactly(
            "prumerge-r8-a256-lr0.001-c0.00002-s42",
            "prumerge-r32-a256-lr0.001-c0.00002-s42",
            "prumergeplus-r8-a256-lr0.001-c0.00002-s42",
            "prumergeplus-r32-a256-lr0.001-c0.00002-s42",
            "uniform_tokens=9-r128-a256-lr0.0002-c0.00002-s42");
    assertThat(file.recipes().get(0).steps(1000)).isEqualTo(30);
    assertThat(file.recipes().get(4).steps(1000)).as("one epoch of batches of 160").isEqualTo(7);
  }

  @Test
  void theRepositorysFileIsOne() throws IOException {
    Path file = Path.of(System.getProperty("project.root"), "conf", "sweeps", "finetune.yaml");
    assertThat(FinetuneFile.read(file).recipes()).hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model: ../m+c | '' | the key 'model' is missing or empty",
        "examples: [e] | examples: [] | the key 'examples' is missing or empty",
        "rank: [8, 32] | rnk: 8 | trainings[0]: unknown key 'rnk'; known: alpha, batch",
        "rank: [8, 32] | rank: 0 | Cannot train with rank 0",
        "rank: [8, 32] | rank: 1.5 | trainings[0]: ",
        "examples: [e] | checkpoint_steps: x | checkpoint_steps must be a whole number but is",
        "examples: [e] | skip_broken: 3 | skip_broken must be true or false but is 3",
        "steps: 30} | steps: -1} | steps must be at least 0, it is -1",
        "'method: [prumerge, prumerge+]' | method: prumerg | Unknown method 'prumerg'",
      })
  void refusesWithFileAndPlace(String part, String other, String problem) {
    assertThat(FILE).contains(part);
    assertThatThrownBy(() -> read(FILE.replaceFirst(java.util.regex.Pattern.quote(part), other)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("f.yaml: ")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rank: [8, 32] | rnak: 8 | rank",
        "examples: [e] | exampels: [e] | examples",
        "examples: [e] | adapter_dtype: f16 | bf16 or fp16",
        "'method: [prumerge, prumerge+]' | method: prumege | prumerge or prumerge+",
      })
  void saysWhichKeyOrValueWasMeant(String part, String other, String meant) {
    assertThatThrownBy(() -> read(FILE.replaceFirst(java.util.regex.Pattern.quote(part), other)))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("; did you mean " + meant + "?");
  }
}
