package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThoughtsTest {

  private static final String OPENS =
      "{%- if m.role == 'user' %}<|im_start|>user{%- endif %}{%- if add_generation_prompt %}"
          + "{{- '<|im_start|>assistant\n<think>\n' }}{%- endif %}";

  /** As Qwen3's, which thinks unless it is told not to, and opens no thought itself. */
  private static final String MAY_THINK =
      "{{ '<think>' + m.reasoning_content + '</think>' }}{%- if add_generation_prompt %}"
          + "{{- '<|im_start|>assistant\n' }}{%- if enable_thinking is false %}"
          + "{{- '<think>\n\n</think>\n\n' }}{%- endif %}{%- endif %}";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "A | 'A'",
        "<think>hm</think> A | ' A'",
        "hm</think>A | 'A'",
        "<think>hm</think>a</think>A | 'A'",
        "' <think>hm' | ''",
        "<think>hm</think> <think>hm | ''",
        "<think>hm</think> | ''",
        "I <think> A | 'I <think> A'"
      })
  void theAnswerIsWhatFollows(String text, String answer) {
    assertThat(Thoughts.answer(text)).isEqualTo(answer);
  }

  private boolean openThought(String file, Object content) throws IOException {
    Path written = folder.resolve(file);
    Files.writeString(
        written, content instanceof String text ? text : MAPPER.writeValueAsString(content));
    try {
      return ChatTemplates.openThought(folder);
    } finally {
      Files.delete(written);
    }
  }

  @Test
  void templatesThatOpenAThoughtAreFoundInAllFiles() throws IOException {
    assertThat(ChatTemplates.openThought(folder)).as("without a file").isFalse();
    assertThat(openThought("tokenizer_config.json", Map.of("bos_token", "<think>"))).isFalse();
    for (boolean opens : new boolean[] {true, false}) {
      String template = opens ? OPENS : MAY_THINK;
      Map<String, Object> one = Map.of("chat_template", template, "eos_token", "<think>");
      assertThat(openThought("chat_template.jinja", template)).isEqualTo(opens);
      assertThat(openThought("chat_template.json", one)).isEqualTo(opens);
      assertThat(openThought("tokenizer_config.json", one)).isEqualTo(opens);
      assertThat(
              openThought(
                  "tokenizer_config.json",
                  Map.of(
                      "chat_template", List.of(Map.of("name", "default", "template", template)))))
          .isEqualTo(opens);
    }
  }
}
