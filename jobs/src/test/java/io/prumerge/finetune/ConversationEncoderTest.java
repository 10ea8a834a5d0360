package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.family.Families;
import io.prumerge.source.JsonLine;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.TokenizerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares ids and targets with LLaVA's own. */
class ConversationEncoderTest {

  private static final int IMAGE = 819;

  private static LlavaTokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer =
        LlavaTokenizer.load(
            Path.of(System.getProperty("project.root"), "conf", "mini-llava"),
            Families.tokenizers());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static ConversationEncoder encoder(String template) {
    return new ConversationEncoder(
        tokenizer, ConversationTemplate.named(template), IMAGE, ConversationTemplate.IMAGE_TOKEN);
  }

  static Stream<Arguments> goldens() throws IOException {
    try (InputStream json =
        ConversationEncoderTest.class.getResourceAsStream("/goldens/conversations.json")) {
      return Stream.of(new ObjectMapper().readTree(json).get("rows"))
          .flatMap(rows -> Stream.iterate(0, i -> i < rows.size(), i -> i + 1).map(rows::get))
          .map(row -> Arguments.of(row.get("row").get("id").asText(), row));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void idsAndTargetsAreLlavas(String name, JsonNode golden) throws Exception {
    Conversation row = ConversationReader.read(0, new JsonLine("g", 1, golden.get("row")));
    EncodedConversation encoded = encoder(golden.get("template").asText()).encode(row);
    assertThat(encoded.ids()).containsExactly(ints(golden.get("ids")));
    int[] marked = new int[encoded.answers().length];
    for (int i = 0; i < marked.length; i++) {
      marked[i] = encoded.answers()[i] ? 1 : 0;
    }
    assertThat(marked).containsExactly(ints(golden.get("answers")));
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  @Test
  void textsThatBelongToTheTemplateAreRefused() {
    assertThatThrownBy(
            () -> encoder("vicuna_v1").encode(conversation("Where?", "here</s>", "a.png")))
        .isInstanceOf(RowException.class)
        .hasMessageContaining("contains </s>, which ends an answer");
    assertThatThrownBy(() -> encoder("vicuna_v1").encode(conversation("<image>", "here", "")))
        .isInstanceOf(RowException.class)
        .hasMessageContaining("1 tokens for an image instead of 0");
  }

  private static Conversation conversation(String question, String answer, String image) {
    return new Conversation(0, "0", image, List.of(new ConversationTurn(question, answer)));
  }

  @Test
  void aTemplateOfAnotherFormIsRefused() {
    assertThatThrownBy(() -> encoder("mistral_instruct"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("template 'mistral_instruct'")
        .hasMessageContaining("such as vicuna_v1");
  }

  @Test
  void refusesARowByItsLength() {
    Conversation row = conversation("Where?", " ".repeat(10_500_000) + "b", "");
    assertThatThrownBy(() -> encoder("vicuna_v1").encode(row))
        .isInstanceOf(RowException.class)
        .hasMessageContaining(" characters, and 1000000 at most are read");
  }
}
