package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatChunksTest {

  /**
   * What {@code transformers serve} 5.23.0 sent about a red picture of the miniature's (its ids and
   * names are left out): counts without being asked for them, beside the end, and no [DONE]. Three
   * tokens in one text.
   */
  private static final List<String> TRANSFORMERS =
      List.of(
          "{\"choices\":[{\"delta\":{\"role\":\"assistant\"},\"index\":0}],\"object\":\"chat.completion.chunk\",\"system_fingerprint\":\"\"}",
          "{\"choices\":[{\"delta\":{\"content\":\"4\"},\"index\":0}],\"object\":\"chat.completion.chunk\",\"system_fingerprint\":\"\"}",
          "{\"choices\":[{\"delta\":{},\"index\":0,\"finish_reason\":\"stop\"}],\"object\":\"chat.completion.chunk\",\"system_fingerprint\":\"\",\"usage\":{\"completion_tokens\":3,\"prompt_tokens\":155,\"total_tokens\":158}}");

  /** As vLLM's code sends it, with the counts that it is asked for. */
  private static final List<String> VLLM =
      List.of(
          "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}",
          "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
              + " A\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}",
          "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
              + " dog\"},\"logprobs\":null,\"finish_reason\":\"length\",\"stop_reason\":null}]}",
          "{\"choices\":[],\"usage\":{\"prompt_tokens\":600,\"total_tokens\":602,\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":16,\"image_tokens\":576,\"video_tokens\":0}}}",
          "[DONE]",
          "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\" too late\"}}]}");

  private static ChatReply reply(List<String> chunks, boolean... text) throws ChatException {
    ChatChunks answer = new ChatChunks();
    for (int i = 0; i < chunks.size(); i++) {
      boolean brought = answer.add(chunks.get(i)).filter(ChunkContent.ANSWER::equals).isPresent();
      if (i < text.length) {
        assertThat(brought).as(chunks.get(i)).isEqualTo(text[i]);
      }
    }
    return answer.reply(1, 1);
  }

  @Test
  void readsWhatTransformersServeSends() throws ChatException {
    ChatReply reply = reply(TRANSFORMERS, false, true, false);

    assertThat(reply.text()).isEqualTo("4");
    assertThat(reply.finishReason()).isEqualTo("stop");
    assertThat(reply.promptTokens()).hasValue(155);
    assertThat(reply.generatedTokens()).hasValue(3);
    assertThat(reply.visualTokens()).isEmpty();
    assertThat(reply.cachedTokens()).isEmpty();
  }

  @Test
  void readsWhatVllmSends() throws ChatException {
    ChatReply reply = reply(VLLM, false, true, true, false, false, false);

    assertThat(reply.text()).isEqualTo(" A dog");
    assertThat(reply.finishReason()).isEqualTo("length");
    assertThat(reply.promptTokens()).hasValue(600);
    assertThat(reply.visualTokens()).hasValue(576);
    assertThat(reply.cachedTokens()).hasValue(16);
    assertThat(reply.generatedTokens()).hasValue(2);
  }

  @Test
  void withoutUsageNothingIsCounted() throws ChatException {
    ChatReply reply = reply(VLLM.subList(0, 3));

    assertThat(reply.promptTokens()).isEmpty();
    assertThat(reply.visualTokens()).isEmpty();
    assertThat(reply.cachedTokens()).isEmpty();
    assertThat(reply.generatedTokens()).as("not the number of chunks").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt_tokens\": -1, \"completion_tokens\": 1e99, \"prompt_tokens_details\": []}",
        "{\"prompt_tokens\": 0, \"completion_tokens\": 0, \"prompt_tokens_details\":"
            + " {\"cached_tokens\": -2}}",
        "{\"prompt_tokens\": \"17\", \"completion_tokens\": 2.5}",
        "[1, 2]"
      })
  void countsThatAreNoneAreLeftOut(String usage) throws ChatException {
    ChatReply reply =
        reply(List.of(VLLM.get(1), VLLM.get(2), "{\"choices\": [], \"usage\": " + usage + "}"));

    assertThat(reply.text()).isEqualTo(" A dog");
    assertThat(reply.promptTokens()).isEmpty();
    assertThat(reply.cachedTokens()).isEmpty();
    assertThat(reply.generatedTokens()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\": \"assistant\"}",
        "{\"role\": \"assistant\", \"content\": \"\"}",
        "{\"content\": null, \"refusal\": null, \"tool_calls\": [], \"reasoning_content\": \"\"}",
        "\"x\""
      })
  void whatIsNoTextIsNoFirstText(String delta) throws ChatException {
    ChatReply reply =
        reply(
            List.of("{\"choices\": [{\"delta\": " + delta + "}]}", TRANSFORMERS.get(2)),
            false,
            false);

    assertThat(reply.text()).as("an empty answer").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tool_calls\": [{\"index\": 0}]}",
        "{\"refusal\": \"No.\"}",
        "{\"content\": [{\"type\": \"thinking\"}]}"
      })
  void otherThingsInItsPlaceAreNoAnswer(String delta) throws ChatException {
    String other = "{\"choices\": [{\"delta\": " + delta + "}]}";

    assertThatThrownBy(() -> reply(List.of(other, TRANSFORMERS.get(2)), false))
        .isInstanceOfSatisfying(
            ChatException.class, e -> assertThat(e.kind()).isEqualTo(ChatErrorKind.NO_TEXT));
    assertThat(reply(List.of(other, VLLM.get(1), VLLM.get(2)), false, true).text())
        .as("before an answer")
        .isEqualTo(" A dog");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"reasoning_content\": \"Hm.\"}",
        "{\"role\": \"assistant\", \"content\": \"\", \"reasoning\": \"Hm.\"}",
        "{\"content\": null, \"reasoning\": \"Hm.\", \"reasoning_content\": \"Hm.\","
            + " \"reasoning_details\": [{\"type\": \"reasoning.text\"}]}"
      })
  void aThoughtIsTextBeforeTheAnswers(String delta) throws ChatException {
    String thought = "{\"choices\": [{\"delta\": " + delta + "}]}";

    assertThat(new ChatChunks().add(thought)).hasValue(ChunkContent.THOUGHT);
    assertThat(reply(List.of(thought, TRANSFORMERS.get(2))).text()).as("no more").isEmpty();
    assertThat(reply(List.of(thought, VLLM.get(1), VLLM.get(2)), false, true).text())
        .isEqualTo(" A dog");
  }

  @Test
  void aChunkWithoutAChoiceIsNone() throws ChatException {
    assertThat(new ChatChunks().add(VLLM.get(0))).as("the role").hasValue(ChunkContent.NONE);
    assertThat(new ChatChunks().add(VLLM.get(3))).as("the counts").isEmpty();
    assertThat(new ChatChunks().add("[DONE]")).isEmpty();
  }

  @Test
  void halfAnAnswerIsNone() {
    assertThatThrownBy(() -> reply(TRANSFORMERS.subList(0, 2)))
        .isInstanceOf(ChatException.class)
        .hasMessage("a stream that ends without a finish_reason");
    assertThatThrownBy(() -> reply(List.of("{\"choices\": [{\"del")))
        .isInstanceOf(ChatException.class)
        .hasMessage("an event that is no JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\": {\"message\": \"out of memory\"}}",
        "{\"error\": \"out of memory\", \"choices\": []}",
        "{\"object\": \"error\", \"message\": \"out of memory\"}"
      })
  void anErrorEndsTheAnswer(String error) {
    assertThatThrownBy(() -> reply(List.of(VLLM.get(1), error, VLLM.get(2))))
        .isInstanceOf(ChatException.class)
        .hasMessage("broke off its answer with an error of its own");
  }

  /** Any bytes of a stream are an answer or one exception; the counts are never negative. */
  @Test
  void changedStreamsAreReadOrRefused() {
    byte[] good = ("data: " + String.join("\n\ndata: ", VLLM) + "\n\n").getBytes();
    Random random = new Random(83);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed =
          Arrays.copyOf(good, good.length - random.nextInt(3) * random.nextInt(good.length / 3));
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        int place = random.nextInt(changed.length);
        changed[place] =
            random.nextBoolean() ? good[random.nextInt(good.length)] : (byte) random.nextInt(256);
      }
      try {
        ChatChunks answer = new ChatChunks();
        new EventParser(answer::add).read(ByteBuffer.wrap(changed));
        ChatReply reply = answer.reply(1, 1);
        assertThat(reply.text()).isNotNull();
        assertThat(reply.finishReason()).isNotEmpty();
        assertThat(reply.promptTokens().orElse(0)).isNotNegative();
        assertThat(reply.visualTokens().orElse(0)).isNotNegative();
        assertThat(reply.cachedTokens().orElse(0)).isNotNegative();
        assertThat(reply.generatedTokens().orElse(0)).isNotNegative();
        read++;
      } catch (ChatException e) {
        refused++;
      }
    }
    assertThat(read).isGreaterThan(1000);
    assertThat(refused).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "1"})
  void aHostileEventIsRefused(String part) {
    assertThatThrownBy(() -> reply(List.of(part.repeat(200_000))))
        .isInstanceOf(ChatException.class);
  }

  @Test
  void aStreamIsReadAsUtf8() throws ChatException {
    ChatChunks answer = new ChatChunks();
    EventParser parser = new EventParser(answer::add);
    for (byte one :
        (StubServer.chunk("€ä😀") + StubServer.end("stop")).getBytes(StandardCharsets.UTF_8)) {
      parser.read(ByteBuffer.wrap(new byte[] {one}));
    }
    assertThat(answer.reply(1, 1).text()).isEqualTo("€ä😀");
  }
}
