package io.prumerge.benchmark.mmbench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Goldens;
import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.rule.LmmsEvalLetters;
import io.prumerge.benchmark.rule.VlmEvalKitLetters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MmBenchLettersTest {

  private static final List<String> ANIMALS = List.of("dog", "cat", "bird", "fish");

  @Test
  void readsTwelveThousandAnswersAsTheReferences() throws IOException {
    int compared =
        Goldens.read(
            "mmbench_parser.jsonl.gz",
            golden -> {
              String text = golden.get(0).textValue();
              List<String> options = new ArrayList<>();
              golden.get(1).forEach((JsonNode option) -> options.add(option.textValue()));
              assertThat(VlmEvalKitLetters.read(text, options).orElse(""))
                  .as("'%s' of %s", text, options)
                  .isEqualTo(golden.get(2).textValue());
              assertThat(LmmsEvalLetters.read(text, options).orElse(""))
                  .as("'%s' of %s by lmms-eval", text, options)
                  .isEqualTo(golden.get(3).textValue());
            });
    assertThat(compared).isEqualTo(12_000);
  }

  @ParameterizedTest
  @CsvSource({
    "B, B, B",
    "B., B, B",
    "(B), B, B",
    "b, '', ''",
    "the cat, B, B",
    "a cat and a dog, '', ''",
    "'A, B', '', B",
    "The correct answer is **c**, C, ''",
    "E, '', E",
    "Z, Z, ''",
    "A dog is in it, A, A",
    "A bird it is, A, C",
    "'', '', ''"
  })
  void readsTheUsualForms(String answer, String vlmEvalKit, String lmmsEval) {
    assertThat(VlmEvalKitLetters.read(answer, ANIMALS).orElse("")).isEqualTo(vlmEvalKit);
    assertThat(LmmsEvalLetters.read(answer, ANIMALS).orElse("")).isEqualTo(lmmsEval);
  }

  @Test
  void passesOverOptionsThatAreMissing() {
    List<String> options = List.of("dog", "", "bird");

    assertThat(Letters.present(options)).containsExactly("A", "C");
    assertThat(VlmEvalKitLetters.read("B", options)).isEmpty();
    assertThat(VlmEvalKitLetters.read("a bird", options)).contains("C");
    assertThat(LmmsEvalLetters.read("no idea", options)).isEmpty();
  }
}
