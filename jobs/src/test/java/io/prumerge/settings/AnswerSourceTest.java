package io.prumerge.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.torch.Quantization;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerSourceTest {

  private static final int TEXTS = 20_000;

  /** What spellings are made of, and what spoils them. */
  private static final String[] PARTS =
      "openai:|hf:|s3a://b|https://h/v1|https://me:secret@h|http://h?key=secret|#m|#|=|+|/|a|none|B|%| |\n|\0|é|[|:|@"
          .split("\\|");

  @ParameterizedTest
  @CsvSource({
    "conf/mini-llava, mini-llava",
    "s3a://b/llava+adapters/r8, llava+r8",
    "conf/mini-llava+conf/mini-llava-prumerge, mini-llava-prumerge",
    "conf/mini-llava+other/mini-llavas, mini-llava+mini-llavas",
    "v/vicuna+llava-lora+clip, vicuna+llava-lora+clip",
    "hf:org/llava@main, llava",
    "openai:http://h/v1#Qwen/Qwen-VL-Chat, Qwen/Qwen-VL-Chat"
  })
  void isNamedByItsFoldersOrByTheOneThatNamesThoseBeforeIt(String text, String name) {
    assertThat(AnswerSource.parse(text).name()).isEqualTo(name);
    assertThat(AnswerSource.parse(text).name(Quantization.INT8)).isEqualTo(name + "-int8");
  }

  @Test
  void foldersArePlacedAndServersStay() {
    assertThat(AnswerSource.parse("a+b").placed(text -> "/" + text)).hasToString("/a+b");
    assertThat(AnswerSource.parse("openai:http://h/v1/#m").placed(text -> "/" + text))
        .hasToString("openai:http://h/v1#m");
  }

  @Test
  void aServerHasNoWeightsHere() {
    WeightsPin pin = new WeightsPin("ab".repeat(32));

    assertThatThrownBy(() -> new PinnedModel("openai:http://h/v1/#m", pin))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'openai:http://h/v1#m' has no weights here that a SHA-256 could pin");
  }

  @Test
  void anyTextIsReadAsItIsWrittenOrIsRefusedWithoutItsSecret() {
    Random random = new Random(7);
    assertThat(read("", AnswerSource::parse, random)).isBetween(TEXTS / 2, TEXTS - 1);
    assertThat(read("openai:https://h", AnswerSource::parse, random)).isBetween(1, TEXTS / 2);
    assertThat(read("half=openai:https://h", NamedModel::parse, random)).isBetween(1, TEXTS / 2);
    assertThat(read("", NamedModel::parse, random)).isLessThan(TEXTS / 2);
  }

  /** Returns how many of the texts that begin so are read. */
  private static int read(String start, Function<String, ?> parse, Random random) {
    int read = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text =
          start
              + IntStream.range(0, random.nextInt(7))
                  .mapToObj(any -> PARTS[random.nextInt(PARTS.length)])
                  .collect(Collectors.joining());
      try {
        Object value = parse.apply(text);
        assertThat(parse.apply(value.toString())).isEqualTo(value);
        read++;
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).doesNotContain("secret");
      }
    }
    return read;
  }
}
