package io.prumerge.benchmark.caption;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PtbTokensTest {

  @Test
  void tokensAreTheEvaluators() throws IOException {
    JsonNode vectors = Goldens.document("captions/ptb_vectors.json");
    assertThat(vectors).hasSize(32);
    for (JsonNode one : vectors) {
      String caption = one.get("text").textValue();
      assertThat(String.join(" ", PtbTokens.of(caption)))
          .as(caption)
          .isEqualTo(one.get("tokens").textValue());
    }
  }

  /** Captions with odd marks in them, each followed by a line that cannot change its tokens. */
  @Test
  void oddCaptionsHaveTheTokensOfPtbTokenizer() throws IOException {
    int read =
        Goldens.read(
            "captions/ptb_tokens.jsonl.gz",
            one -> {
              List<String> tokens = new ArrayList<>();
              one.get("tokens").forEach(token -> tokens.add(token.textValue()));
              assertThat(PtbTokens.of(one.get("caption").textValue()))
                  .as(one.get("caption").textValue())
                  .isEqualTo(tokens);
            });
    assertThat(read).isGreaterThan(6_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "etc. No. 5 Jan. mass. Mass. | etc. no. 5 jan. mass mass.",
        "J. Smith saw J. The end | j. smith saw j the end",
        "mat., x | mat. x",
        "rock'n'roll in the '90s at 6'10 | rock 'n' roll in the '90s at 6 '10",
        "cannot gonna-be gonna's | can not gonna-be gonna 's",
        "AT&T R&amp;D C++ US$5 £3 50¢ ½ | at&t r&d c++ us$ 5 # 3 50 cents 1/2",
        "see http://a.b/c, www.a.fr. or a@b.c | see http://a.b/c www.a.fr or a@b.c",
        "3D 5:30pm 1,000th and/or a-b/c | 3d 5:30 pm 1,000 th and/or a-b/c",
        ":-) (^_^) <b>&lt; | :--rrb- -lrb-^_^-rrb- <b> <",
        "“a” ‘b’ c…d e—f | a b c d e f",
        "“” ’’ ‘ | ``''",
      })
  void marksAreReadByTheirPlace(String caption, String tokens) {
    assertThat(String.join(" ", PtbTokens.of(caption))).isEqualTo(tokens);
  }

  @Test
  void aTokenOfSeveralWordsKeepsThemTogether() {
    assertThat(PtbTokens.of("2 1/2 cups")).containsExactly("2\u00a01/2", "cups");
    assertThat(PtbTokens.of("call (555) 123-4567"))
        .containsExactly("call", "-lrb-555-rrb-\u00a0123-4567");
  }

  @Test
  void aLineEndIsABlank() {
    assertThat(PtbTokens.of("a cat\r\non\u2028a\u000bmat\n"))
        .containsExactly("a", "cat", "on", "a", "mat");
  }

  @Test
  void wordsOfLettersAloneAreTheirBlanksPieces() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      List<String> words =
          random
              .ints(random.nextInt(9), 2, 12)
              .mapToObj(
                  length ->
                      random
                          .ints(length, 'b', 'n' + 1)
                          .mapToObj(Character::toString)
                          .collect(Collectors.joining()))
              .toList();
      assertThat(PtbTokens.of(String.join(" ", words))).isEqualTo(words);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a ",
        "a,",
        "@",
        "a@.",
        "<",
        "<a ",
        "((",
        "www.-",
        "a.",
        "9",
        "1,",
        "a-",
        "'",
        "`a",
        "http://",
        "&#1",
        "<!--",
        ". ",
        "a'",
        "#a",
        "+a.",
        "b.x+",
        "n't",
        "<a b=\"",
        "é",
        "\ud83d\ude00",
        "\ud800",
        "\u0000",
        "\u00ad",
        "\u2003"
      })
  void hostileTextsAreReadInTime(String piece) {
    String text = piece.repeat(ProcessorTime.LONG / piece.length());
    ProcessorTime.requireLittle(() -> PtbTokens.of(text));
  }
}
