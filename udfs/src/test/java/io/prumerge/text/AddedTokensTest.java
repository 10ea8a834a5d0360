package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.family.Families;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AddedTokensTest {

  @TempDir private Path folder;

  /** Of tokens in each file, their flags, older files and contradictions between them. */
  @Test
  void addsTheTokensThatTransformersAdds() throws IOException {
    JsonNode folders = TokenizerGoldens.json("tokenizer/added.json").get("folders");
    assertThat(folders).hasSizeGreaterThan(100);
    SoftAssertions all = new SoftAssertions();
    int number = 0;
    for (JsonNode made : folders) {
      Path copy = Files.createDirectory(folder.resolve(Integer.toString(number++)));
      for (String name : List.of("config.json", "tokenizer.json")) {
        Files.copy(TokenizerGoldens.path("checkpoints/mha/" + name), copy.resolve(name));
      }
      for (Map.Entry<String, JsonNode> file : made.get("files").properties()) {
        if (!file.getValue().isNull()) {
          Files.writeString(copy.resolve(file.getKey()), file.getValue().toString());
        }
      }
      check(made, copy, all);
    }
    all.assertAll();
  }

  private static void check(JsonNode made, Path copy, SoftAssertions all) throws IOException {
    if (made.get("answers").isNull()) {
      all.assertThatThrownBy(() -> LlavaTokenizer.load(copy, Families.tokenizers()).close())
          .as("%s", made.get("files"))
          .isInstanceOf(TokenizerException.class);
      return;
    }
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(copy, Families.tokenizers())) {
      for (JsonNode answer : made.get("answers")) {
        if (answer.has("decode")) {
          all.assertThat(tokenizer.decode(Goldens.ints(answer.get("decode"))))
              .as("%s of %s", answer, made.get("files"))
              .isEqualTo(answer.get("text").textValue());
        } else {
          all.assertThat(tokenizer.encode(answer.get("text").textValue()))
              .as("'%s' of %s", answer.get("text"), made.get("files"))
              .containsExactly(Goldens.ints(answer.get("ids")));
        }
      }
    } catch (TokenizerException e) {
      all.fail(made.get("files") + ": " + e.getMessage());
    }
  }

  /** As trainers leave it that save one file alone. */
  @Test
  void findsAnImageTokenThatStandsInTheSettingsAlone() throws IOException {
    ObjectNode json = (ObjectNode) TokenizerGoldens.json("checkpoints/mha/tokenizer.json");
    List<JsonNode> kept = new ArrayList<>();
    json.get("added_tokens")
        .forEach(
            token -> {
              if (token.get("id").intValue() < 678) {
                kept.add(token);
              }
            });
    json.putArray("added_tokens").addAll(kept);
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    Path settings = TokenizerGoldens.path("checkpoints/mha/tokenizer_config.json");
    assertThatThrownBy(() -> TokenizerFiles.addedToken(folder, "<image>"))
        .isInstanceOf(TokenizerException.class);
    Files.copy(settings, folder.resolve("tokenizer_config.json"));
    assertThat(TokenizerFiles.addedToken(folder, "<image>")).isEqualTo(678);
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers());
        LlavaTokenizer whole = LlavaTokenizer.load(settings.getParent(), Families.tokenizers())) {
      String prompt = "USER: <image>\nWhat is this? ASSISTANT:";
      assertThat(tokenizer.encode(prompt)).containsExactly(whole.encode(prompt)).contains(678);
    }
  }

  /** transformers 5 keeps in tokenizer.json what stands around a text, whatever the class. */
  @Test
  void takesWhatTransformers5SavedAsItIs() throws IOException {
    Files.copy(
        TokenizerGoldens.path("checkpoints/mha/tokenizer.json"), folder.resolve("tokenizer.json"));
    String settings =
        "{\"tokenizer_class\": \"LlamaTokenizer\", \"bos_token\": \"</s>\", \"eos_token\":"
            + " \"</s>\", \"extra_special_tokens\": [\"<|sep|>\"]%s}";
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        String.format(Locale.ROOT, settings, ", \"backend\": \"tokenizers\""));
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      assertThat(tokenizer.encode("a<|sep|>")).containsExactly(1, 356, 680);
    }
    Files.writeString(
        folder.resolve("tokenizer_config.json"), String.format(Locale.ROOT, settings, ""));
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      assertThat(tokenizer.encode("a<|sep|>")).containsExactly(2, 356, 680);
    }
  }

  @Test
  void refusesToSplitSpecialTokens() throws IOException {
    Files.copy(
        TokenizerGoldens.path("checkpoints/mha/tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"split_special_tokens\": true}");
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("split_special_tokens is true");
  }
}
