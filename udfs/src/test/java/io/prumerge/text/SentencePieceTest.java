package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against transformers 4.57.1's LlamaTokenizer, which asks SentencePiece itself. */
class SentencePieceTest {

  private static final String MODEL = "tokenizer.model";
  private static final int VOCABULARY = 320;

  @TempDir private Path folder;

  private static Path llava() {
    return Goldens.path("layouts/llava");
  }

  @Test
  void encodesAsSentencePieceDoes() throws IOException {
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(llava(), VOCABULARY)) {
      for (JsonNode text : Goldens.json("layouts/layouts.json").get("encoded")) {
        int[] ids =
            IntStream.range(0, text.get("ids").size())
                .map(i -> text.get("ids").get(i).asInt())
                .toArray();
        assertThat(tokenizer.encode(text.get("text").asText()))
            .as(text.get("text").toString())
            .containsExactly(ids);
      }
    }
  }

  @Test
  void writesTheTokenizerThatTransformersWrites() throws IOException {
    JsonNode ours = new ObjectMapper().readTree(TokenizerFiles.withImageToken(llava(), VOCABULARY));
    JsonNode theirs = Goldens.json("layouts/hf/tokenizer.json");
    for (String part : new String[] {"added_tokens", "normalizer", "decoder", "pre_tokenizer"}) {
      assertThat(ours.get(part)).as(part).isEqualTo(theirs.get(part));
    }
    for (String part : new String[] {"vocab", "unk_token", "byte_fallback", "fuse_unk"}) {
      assertThat(ours.get("model").get(part)).as(part).isEqualTo(theirs.get("model").get(part));
    }
    assertThat(ours.get("model").get("merges")).isEqualTo(theirs.get("model").get("merges"));
    assertThat(ours.get("post_processor").get("single"))
        .isEqualTo(theirs.get("post_processor").get("single"));
  }

  @Test
  void givesEveryPartOfAPromptItsSpaceAsTheOriginalDoes() {
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(llava(), VOCABULARY)) {
      int[] before = tokenizer.encode("USER: ");
      int[] behind = tokenizer.encode("\nWhat is this? ASSISTANT:");
      int[] whole = tokenizer.encode("USER: <image>\nWhat is this? ASSISTANT:");
      int[] joined =
          IntStream.concat(
                  IntStream.concat(IntStream.of(before), IntStream.of(VOCABULARY)),
                  Arrays.stream(behind).skip(1))
              .toArray();
      assertThat(whole).containsExactly(joined);
      assertThat(tokenizer.decode(new int[] {VOCABULARY, VOCABULARY + 1})).isEmpty();
    }
  }

  @Test
  void refusesAnImageTokenElsewhere() {
    assertThatExceptionOfType(TokenizerException.class)
        .isThrownBy(() -> TokenizerFiles.withImageToken(llava(), VOCABULARY + 1))
        .withMessageContaining("it has 320 tokens, but config.json's vocab_size is 321");
  }

  @Test
  void refusesAFolderWithoutATokenizer() {
    assertThatExceptionOfType(TokenizerException.class)
        .isThrownBy(() -> TokenizerFiles.json(folder))
        .withMessageContaining("neither tokenizer.json nor tokenizer.model");
  }

  @Test
  void readsOrRefusesChangedFiles() throws IOException {
    byte[] whole = Files.readAllBytes(llava().resolve(MODEL));
    Random random = new Random(7);
    int read = 0;
    for (int round = 0; round < 1_000; round++) {
      byte[] changed =
          random.nextInt(5) == 0
              ? Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      for (int i = 0; i < 3 && changed.length > 0; i++) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(folder.resolve(MODEL), changed);
      try {
        assertThat(TokenizerFiles.json(folder)).startsWith("{");
        read++;
      } catch (TokenizerException e) {
        assertThat(e).hasMessageStartingWith("Cannot load " + folder.resolve(MODEL));
      }
    }
    assertThat(read).isBetween(1, 999);
  }
}
