package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers of a model that thinks first, as servers spell them, whole and streamed. */
class ThinkingServersTest {

  private static final int THOUGHT = 16;

  /** Where a server has the thought, and what it has in the place of an answer that isn't there. */
  private enum Server {
    VLLM("reasoning", null, "", ""),
    OLDER_VLLM("reasoning_content", null, "", ""),
    LLAMA_CPP("reasoning_content", "", "", ""),
    OLLAMA("reasoning", "", "", ""),
    OPENAI(null, "", "", ""),
    WITHOUT_PARSER(null, null, "<think>\\n", "\\n</think>\\n\\n"),
    OPENED_BY_TEMPLATE(null, null, "", "\\n</think>\\n\\n");

    private final String field;
    private final String nothing;
    private final String start;
    private final String end;

    Server(String field, String nothing, String start, String end) {
      this.field = field;
      this.nothing = nothing;
      this.start = start;
      this.end = end;
    }

    private String message(boolean cut) {
      if (isInline()) {
        return content(start + "hm ".repeat(THOUGHT) + (cut ? "" : end + "A"));
      }
      String answer = cut ? (nothing == null ? "\"content\": null" : "\"content\": \"\"") : "";
      return "{\"role\": \"assistant\", %s%s}"
          .formatted(
              cut ? answer : "\"content\": \"A\"",
              field == null ? "" : ", \"%s\": \"%s\"".formatted(field, "hm ".repeat(THOUGHT)));
    }

    private boolean isInline() {
      return field == null && nothing == null;
    }

    private List<String> deltas(boolean cut) {
      List<String> deltas =
          new ArrayList<>(List.of("{\"role\": \"assistant\", \"content\": \"\"}"));
      if (!start.isEmpty()) {
        deltas.add(content(start));
      }
      for (int i = 0; i < THOUGHT && this != OPENAI; i++) {
        deltas.add(isInline() ? content("hm ") : "{\"%s\": \"hm \"}".formatted(field));
      }
      if (!cut) {
        if (isInline()) {
          deltas.add(content(end));
        }
        deltas.add(content("A"));
      }
      return deltas;
    }

    private static String content(String text) {
      return "{\"content\": \"%s\"}".formatted(text);
    }
  }

  private static String usage(boolean cut) {
    int answer = cut ? 0 : 1;
    return """
    {"prompt_tokens": 90, "completion_tokens": %d, "completion_tokens_details": {"reasoning_tokens": %d}}\
    """
        .formatted(THOUGHT + answer, THOUGHT);
  }

  private static ChatReply whole(Server server, boolean cut) throws ChatException {
    return ChatReply.of(
        """
        {"choices": [{"finish_reason": "%s", "message": %s}], "usage": %s}\
        """
            .formatted(cut ? "length" : "stop", server.message(cut), usage(cut))
            .getBytes(StandardCharsets.UTF_8),
        1,
        1);
  }

  private static ChatReply streamed(Server server, boolean cut) throws ChatException {
    ChatChunks chunks = new ChatChunks();
    for (String delta : server.deltas(cut)) {
      chunks.add("{\"choices\": [{\"delta\": %s}]}".formatted(delta));
    }
    chunks.add(
        "{\"choices\": [{\"delta\": {}, \"finish_reason\": \"%s\"}]}"
            .formatted(cut ? "length" : "stop"));
    chunks.add("{\"choices\": [], \"usage\": %s}".formatted(usage(cut)));
    return chunks.reply(1, 1);
  }

  @ParameterizedTest
  @EnumSource
  void aCutThoughtIsACutAnswerWithoutText(Server server) throws ChatException {
    for (ChatReply reply : List.of(whole(server, true), streamed(server, true))) {
      assertThat(reply.text()).isEmpty();
      assertThat(reply.isCut()).isTrue();
      assertThat(reply.promptTokens()).hasValue(90);
      assertThat(reply.generatedTokens()).hasValue(THOUGHT);
    }
    assertThat(streamed(server, true).shownTokens())
        .hasValue(server == Server.OPENAI ? 0 : THOUGHT);
  }

  @ParameterizedTest
  @EnumSource
  void anEndedThoughtIsBeforeTheAnswer(Server server) throws ChatException {
    for (ChatReply reply : List.of(whole(server, false), streamed(server, false))) {
      assertThat(reply.text()).endsWith("A");
      assertThat(reply.isCut()).isFalse();
      assertThat(reply.generatedTokens()).hasValue(THOUGHT + 1);
    }
    assertThat(streamed(server, false).shownTokens())
        .hasValue(server == Server.OPENAI ? 1 : THOUGHT + 1);
  }

  /** The first counts of OpenAI's form, those of vLLM from mid-2026 on, SGLang's place. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"prompt_tokens_details\": {\"image_tokens\": 60, \"cached_tokens\": 9} | 60 | 9 | 17",
        "\"prompt_tokens_details\": {\"multimodal_tokens\": {\"image\": 60, \"video\": 4}} | 64 |"
            + " -1 | 17",
        "\"prompt_tokens_details\": {\"multimodal_tokens\": {\"video\": 64}} | 64 | -1 | 17",
        "\"prompt_tokens_details\": {\"image_tokens\": 60, \"multimodal_tokens\": {\"image\": 60}}"
            + " | 60 | -1 | 17",
        "\"prompt_tokens_details\": {\"multimodal_tokens\": 64} | -1 | -1 | 17",
        "\"prompt_tokens_details\": {\"image_tokens\": 91, \"cached_tokens\": 91} | -1 | -1 | 17",
        "\"prompt_tokens_details\": {\"image_tokens\": 90, \"cached_tokens\": 90} | 90 | 90 | 17",
        "\"reasoning_tokens\": 7 | -1 | -1 | 10",
        "\"reasoning_tokens\": 7, \"completion_tokens_details\": {\"reasoning_tokens\": 0} | -1 |"
            + " -1 | 10",
        "\"completion_tokens_details\": {\"reasoning_tokens\": 700} | -1 | -1 | 17"
      })
  void countsAreReadWhereServersHaveThem(String details, int visual, int cached, int shown)
      throws ChatException {
    ChatReply reply =
        ChatReply.of(
            """
            {"choices": [{"finish_reason": "stop", "message": {"content": "A"}}],
             "usage": {"prompt_tokens": 90, "completion_tokens": 17, %s}}\
            """
                .formatted(details)
                .getBytes(StandardCharsets.UTF_8),
            1,
            1);

    assertThat(reply.visualTokens()).isEqualTo(count(visual));
    assertThat(reply.cachedTokens()).isEqualTo(count(cached));
    assertThat(reply.shownTokens()).isEqualTo(count(shown));
  }

  private static OptionalInt count(int count) {
    return count < 0 ? OptionalInt.empty() : OptionalInt.of(count);
  }

  /** An answer that is cut itself is one. */
  @Test
  void aCutAnswerAfterAThoughtIsKept() throws ChatException {
    String body =
        """
        {"choices": [{"finish_reason": "length", "message": {"content": "The cat", "reasoning": "Hm"}}],
         "usage": {"completion_tokens": 16, "completion_tokens_details": {"reasoning_tokens": 14}}}\
        """;

    assertThat(ChatReply.of(body.getBytes(StandardCharsets.UTF_8), 1, 1).text())
        .isEqualTo("The cat");
  }
}
