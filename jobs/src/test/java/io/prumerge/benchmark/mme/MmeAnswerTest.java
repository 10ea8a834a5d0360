package io.prumerge.benchmark.mme;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.Goldens;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MmeAnswerTest {

  @Test
  void readsTwelveThousandAnswersAsTheReferences() throws IOException {
    int compared =
        Goldens.read(
            "mme_parser.jsonl.gz",
            golden -> {
              String text = golden.get(0).textValue();
              assertThat(MmeAnswer.official(text).label())
                  .as("'%s'", text)
                  .isEqualTo(golden.get(1).textValue());
              assertThat(MmeAnswer.lmmsEval(text).label())
                  .as("'%s' by lmms-eval", text)
                  .isEqualTo(golden.get(2).textValue());
            });
    assertThat(compared).isEqualTo(12_000);
  }

  @ParameterizedTest
  @CsvSource({
    "Yes, YES, YES",
    "'Yes, it is', YES, YES",
    "none, NO, NO",
    "norway, NO, NO",
    "eyes, YES, YES",
    "the answer is yes, OTHER, OTHER",
    "'  yes', OTHER, YES",
    "y, OTHER, YES",
    "N., OTHER, NO",
    "...yes, OTHER, YES",
    "'', OTHER, OTHER"
  })
  void looksAtFourCharacters(String answer, MmeAnswer official, MmeAnswer lmmsEval) {
    assertThat(MmeAnswer.official(answer)).isEqualTo(official);
    assertThat(MmeAnswer.lmmsEval(answer)).isEqualTo(lmmsEval);
  }
}
