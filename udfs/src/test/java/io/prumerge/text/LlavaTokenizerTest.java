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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LlavaTokenizerTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void encodesAsTransformers(String checkpoint) throws IOException {
    try (LlavaTokenizer tokenizer = checkpoint(checkpoint)) {
      for (JsonNode golden :
          TokenizerGoldens.json("tokenizer/" + checkpoint + ".json").get("encode")) {
        String text = golden.get("text").textValue();
        assertThat(tokenizer.encode(text))
            .as("'%s'", text)
            .containsExactly(Goldens.ints(golden.get("ids")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void decodesAsTransformers(String checkpoint) throws IOException {
    try (LlavaTokenizer tokenizer = checkpoint(checkpoint)) {
      for (JsonNode golden :
          TokenizerGoldens.json("tokenizer/" + checkpoint + ".json").get("decode")) {
        int[] ids = Goldens.ints(golden.get("ids"));
        assertThat(tokenizer.decode(ids))
            .as("%s", golden.get("ids"))
            .isEqualTo(golden.get("text").textValue());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void answersAsTheEvaluationScriptsStrip(String checkpoint) throws IOException {
    try (LlavaTokenizer tokenizer = checkpoint(checkpoint)) {
      JsonNode golden = TokenizerGoldens.json("model/" + checkpoint + ".json");
      for (JsonNode answer : golden.findParents("greedy")) {
        assertThat(tokenizer.answer(Goldens.ints(answer.get("greedy"))))
            .as("%s", answer.get("greedy"))
            .isEqualTo(answer.get("text").textValue());
      }
    }
  }

  /** OPT's and Qwen2's byte pairs of bytes, which the tokenizer's file describes whole. */
  @ParameterizedTest
  @CsvSource({"opt, llava", "onevision, tied"})
  void readsGpt2sForm(String goldens, String checkpoint) throws IOException {
    JsonNode all = TokenizerGoldens.json(goldens + "/" + goldens + ".json");
    Path path = TokenizerGoldens.path(goldens + "/" + checkpoint);
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(path, Families.tokenizers())) {
      assertThat(all.get("encode")).hasSizeGreaterThan(50);
      for (JsonNode golden : all.get("encode")) {
        String text = golden.get("text").textValue();
        assertThat(tokenizer.encode(text))
            .as("'%s'", text)
            .containsExactly(Goldens.ints(golden.get("ids")));
      }
      for (JsonNode golden : all.get("decode")) {
        assertThat(tokenizer.decode(Goldens.ints(golden.get("ids"))))
            .as("%s", golden.get("ids"))
            .isEqualTo(golden.get("text").textValue());
      }
    }
  }

  /** Qwen2's, as its slow tokenizer writes it. */
  @Test
  void readsBytePairsWithoutATokenizerJson() throws IOException {
    JsonNode encode = TokenizerGoldens.json("intern/intern.json").get("encode");
    assertThat(encode).hasSizeGreaterThan(50);
    Path path = TokenizerGoldens.path("intern/chat");
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(path, Families.tokenizers());
        LlavaTokenizer fast =
            LlavaTokenizer.load(path.resolveSibling("large"), Families.tokenizers())) {
      for (JsonNode golden : encode) {
        int[] ids = Goldens.ints(golden.get("ids"));
        assertThat(tokenizer.encode(golden.get("text").textValue()))
            .as("'%s'", golden.get("text"))
            .containsExactly(ids);
        assertThat(tokenizer.decode(ids)).isEqualTo(fast.decode(ids));
      }
    }
    assertThat(TokenizerFiles.addedToken(path, "<IMG_CONTEXT>")).isEqualTo(485);
    assertThatThrownBy(() -> TokenizerFiles.addedToken(path, "<image>"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageEndingWith("it has no token <image>, which was added for the model");
  }

  @Test
  void readsNoOtherBytePairs() throws IOException {
    write("vocab.json", "{}");
    write("merges.txt", "");
    write("tokenizer_config.json", "{\"tokenizer_class\": \"GPT2Tokenizer\"}");
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer_class is 'GPT2Tokenizer', and without a tokenizer.json");
  }

  @Test
  void surroundsTextsAsTheConfigurationAsks() throws IOException {
    for (JsonNode variant : TokenizerGoldens.json("tokenizer/variants.json").get("variants")) {
      ObjectNode json = (ObjectNode) TokenizerGoldens.json("checkpoints/mha/tokenizer.json");
      if (!variant.get("post_processor").booleanValue()) {
        json.putNull("post_processor");
      }
      write("tokenizer.json", json.toString());
      write("tokenizer_config.json", variant.get("tokenizer_config").toString());
      try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
        for (JsonNode golden : variant.get("encode")) {
          assertThat(tokenizer.encode(golden.get("text").textValue()))
              .as("%s with %s", golden.get("text"), variant.get("tokenizer_config"))
              .containsExactly(Goldens.ints(golden.get("ids")));
        }
      }
    }
  }

  @Test
  void leavesTheTemplateToTokenizersOfOtherClasses() throws IOException {
    copyTokenizer();
    write(
        "tokenizer_config.json",
        "{\"tokenizer_class\": \"PreTrainedTokenizerFast\", \"add_eos_token\": true}");
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      assertThat(tokenizer.encode("a")).containsExactly(1, 356);
    }
  }

  @Test
  void usesAPlainTokenizerJsonAsItIs() throws IOException {
    copyTokenizer();
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      assertThat(tokenizer.encode("a")).containsExactly(1, 356);
    }
  }

  @Test
  void readsTokensThatAreObjectsAndRefusesAnEndThatIsNull() throws IOException {
    copyTokenizer();
    String settings =
        "{\"bos_token\": {\"content\": \"</s>\"}, \"add_bos_token\": true, \"eos_token\": null,"
            + " \"add_eos_token\": null, \"tokenizer_class\": null}";
    write("tokenizer_config.json", settings);
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      assertThat(tokenizer.encode("a")).containsExactly(2, 356);
    }
    write(
        "tokenizer_config.json",
        settings.replace("\"add_eos_token\": null", "\"add_eos_token\": 1"));
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("asks for eos_token around every text, but that is null");
  }

  @Test
  void neverTruncatesOrPads() throws IOException {
    ObjectNode json = (ObjectNode) TokenizerGoldens.json("checkpoints/mha/tokenizer.json");
    json.set(
        "truncation",
        TokenizerGoldens.MAPPER.readTree(
            "{\"direction\": \"Right\", \"max_length\": 4, \"strategy\": \"LongestFirst\","
                + " \"stride\": 0}"));
    json.set(
        "padding",
        TokenizerGoldens.MAPPER.readTree(
            "{\"strategy\": {\"Fixed\": 2000}, \"direction\": \"Left\", \"pad_to_multiple_of\":"
                + " null, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"<unk>\"}"));
    write("tokenizer.json", json.toString());
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers());
        LlavaTokenizer plain = checkpoint("mha")) {
      String text = "What color is the dog? ".repeat(100);
      assertThat(tokenizer.encode(text))
          .containsExactly(plain.encode(text))
          .hasSizeGreaterThan(600);
      assertThat(tokenizer.encode("a")).containsExactly(1, 356);
    }
  }

  @Test
  void cleansUpOnlyWhereTheConfigurationAsks() throws IOException {
    copyTokenizer();
    int[] ids;
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      ids = tokenizer.encode("the dog ? It 's , no .");
      assertThat(tokenizer.decode(ids)).isEqualTo("the dog ? It 's , no .");
    }
    write("tokenizer_config.json", "{\"clean_up_tokenization_spaces\": true}");
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      assertThat(tokenizer.decode(ids)).isEqualTo("the dog? It's, no.");
    }
  }

  @Test
  void readsHalfACharacterAsAReplacement() {
    try (LlavaTokenizer tokenizer = checkpoint("mha")) {
      assertThat(tokenizer.encode("a\ud83d b\ude00"))
          .containsExactly(tokenizer.encode("a\ufffd b\ufffd"));
    }
  }

  @Test
  void stripsWhatPythonStrips() {
    try (LlavaTokenizer tokenizer = checkpoint("mha")) {
      int[] ids = tokenizer.encode("\u00a0\u2007\u0085\u001c a\u00a0b \n\u3000");
      assertThat(tokenizer.answer(ids)).isEqualTo("a\u00a0b");
      assertThat(tokenizer.answer(tokenizer.encode(" \n "))).isEmpty();
      assertThat(tokenizer.answer(new int[0])).isEmpty();
    }
  }

  @Test
  void servesManyThreadsAtOnce() throws Exception {
    try (LlavaTokenizer tokenizer = checkpoint("mha")) {
      String text = "USER: <image>\nWhat color is the dog? 😀 ASSISTANT:";
      int[] ids = tokenizer.encode(text);
      String decoded = tokenizer.decode(ids);
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          calls.add(
              () -> {
                int equal = 0;
                for (int round = 0; round < 200; round++) {
                  boolean same = Arrays.equals(tokenizer.encode(text), ids);
                  equal += same && tokenizer.decode(ids).equals(decoded) ? 1 : 0;
                }
                return equal;
              });
        }
        for (Future<Integer> equal : threads.invokeAll(calls)) {
          assertThat(equal.get()).isEqualTo(200);
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  @Test
  void saysWhatAFolderLacks() throws IOException {
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessage(
            "Cannot load the tokenizer of "
                + folder
                + ": it has neither tokenizer.json nor tokenizer.model nor vocab.txt nor"
                + " qwen.tiktoken nor vocab.json");
    write("tokenizer.model", "");
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessage(
            "Cannot load "
                + folder.resolve("tokenizer.model")
                + ": its first piece is not the unknown token");
  }

  @Test
  void saysInOneLineWhatIsWrongWithAFile() throws IOException {
    write("tokenizer.json", "{\n\"version\": ");
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith("Cannot load " + folder.resolve("tokenizer.json") + ": ")
        .hasMessageNotContaining("\n");
    copyTokenizer();
    write("tokenizer_config.json", "{\n\"add_bos_token\": ");
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith("Cannot read " + folder.resolve("tokenizer_config.json") + ": ")
        .hasMessageNotContaining("\n");
    write("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}}");
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("added_tokens_decoder has the key 'x', which is no id");
    write(
        "tokenizer_config.json",
        "{\"added_tokens_decoder\": {\"9\": {\"content\": \"y\", \"lstrip\": null}}}");
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("lstrip of the token 'y' must be true or false but is null");
  }

  /** The native library would end the process with the first four. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tru | Unrecognized token 'tru'",
        "1e999 | a number is too large",
        "\"\\ud800\" | a text holds half a character",
        "DEEP | exceeds the maximum",
        "{\"\\ud800\": 1} | a text holds half a character",
      })
  void refusesWhatTheLibraryCannotReadToItsEnd(String value, String problem) throws IOException {
    String deep = "[".repeat(130) + "]".repeat(130);
    String whole = Files.readString(TokenizerGoldens.path("checkpoints/mha/tokenizer.json"));
    String broken =
        whole.replaceFirst(
            "\"decoder\": *\\{",
            Matcher.quoteReplacement("\"decoder\": {\"x\": " + value.replace("DEEP", deep) + ", "));
    assertThat(broken).isNotEqualTo(whole);
    write("tokenizer.json", broken);

    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith("Cannot load " + folder.resolve("tokenizer.json") + ": line ")
        .hasMessageContaining(problem);
  }

  /** Where they do not agree, those of the settings hold: variants.json. */
  @Test
  void aTokenizerWhoseFlagsAreThoseOfTheSettingsStaysAsItIs() throws IOException {
    Path source = Goldens.path("checkpoints/mha");
    assertThat(TokenizerFiles.json(source))
        .isEqualTo(Files.readString(source.resolve("tokenizer.json")));
  }

  /** Llama's adds {@code <s>}, and puts it before each text. */
  @Test
  void takesTheClassThatTheFamilyNamesWhereNoFileDoes() throws IOException {
    Path source = Goldens.path("qwen/qwen2_5_vl/untied");
    Files.copy(source.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    write("config.json", "{\"model_type\": \"qwen2_5_vl\"}");
    try (LlavaTokenizer own = LlavaTokenizer.load(folder, Families.tokenizers());
        LlavaTokenizer llama = LlavaTokenizer.load(folder, Map.of());
        LlavaTokenizer stated = LlavaTokenizer.load(source, Map.of())) {
      int[] ids = stated.encode("a word");
      assertThat(own.encode("a word")).containsExactly(ids);
      assertThat(llama.encode("a word")).endsWith(ids).hasSize(ids.length + 1);
    }
  }

  private static LlavaTokenizer checkpoint(String name) {
    return LlavaTokenizer.load(TokenizerGoldens.path("checkpoints/" + name), Families.tokenizers());
  }

  private void copyTokenizer() throws IOException {
    write(
        "tokenizer.json",
        Files.readString(TokenizerGoldens.path("checkpoints/mha/tokenizer.json")));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
