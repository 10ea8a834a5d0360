package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChatReplyTest {

  /** Any bytes are an answer or one exception; the counts are never negative. */
  @Test
  void changedAnswersAreReadOrRefused() {
    byte[] good =
        "{\"choices\": [{\"finish_reason\": \"stop\", \"message\": {\"content\": \"\\u00e4\"}}], \"usage\": {\"prompt_tokens\": 17, \"completion_tokens\": 3, \"prompt_tokens_details\": {\"image_tokens\": 5}}}"
            .getBytes(StandardCharsets.UTF_8);
    Random random = new Random(19);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = Arrays.copyOf(good, good.length - random.nextInt(3) * random.nextInt(40));
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        int place = random.nextInt(changed.length);
        changed[place] =
            random.nextBoolean() ? good[random.nextInt(good.length)] : (byte) random.nextInt(256);
      }
      try {
        ChatReply reply = ChatReply.of(changed, 1, 1);
        assertThat(reply.text()).isNotNull();
        assertThat(reply.finishReason()).isNotNull();
        assertThat(reply.promptTokens().orElse(0)).isNotNegative();
        assertThat(reply.visualTokens().orElse(0)).isNotNegative();
        assertThat(reply.generatedTokens().orElse(0)).isNotNegative();
        read++;
      } catch (ChatException e) {
        refused++;
      }
    }
    assertThat(read).isGreaterThan(1000);
    assertThat(refused).isGreaterThan(1000);
  }
}
