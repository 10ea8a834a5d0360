package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models with a Q-Former in the forms in which they have been published: each answers as the same
 * weights in the newest form, which is compared with the reference elsewhere.
 */
@Tag("model")
class PublishedQueriesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IMAGE = "<image>";
  private static final List<Question> QUESTIONS =
      List.of(
          new Question("Is there a dog in the image?", 6),
          new Question("What color is the Café's 2nd chair?", 6));

  @TempDir private Path folder;

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static List<Answer> answers(Path model, String template, Question... more)
      throws IOException {
    List<Question> questions = Stream.concat(QUESTIONS.stream(), Stream.of(more)).toList();
    EngineConfig config =
        EngineConfigs.of(
            model.toString(), DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.AUTO, template);
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      return lease.answer(
          new ImageRequest(
              Files.readAllBytes(Goldens.path("images/wide.png")),
              questions,
              List.of(MethodSpec.NONE)));
    }
  }

  private static List<String> texts(List<Answer> answers) {
    assertThat(answers).extracting(Answer::error).containsOnlyNulls();
    return answers.stream().map(Answer::text).toList();
  }

  private Path copied(String name) throws IOException {
    Path source = Goldens.path(name);
    List<Path> all;
    try (Stream<Path> files = Files.walk(source)) {
      all = files.filter(Files::isRegularFile).toList();
    }
    for (Path file : all) {
      Path copy = folder.resolve(source.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    return source;
  }

  private ObjectNode json(String name) throws IOException {
    return (ObjectNode) JSON.readTree(folder.resolve(name).toFile());
  }

  private void write(String name, JsonNode json) throws IOException {
    Files.write(folder.resolve(name), JSON.writeValueAsBytes(json));
  }

  // Takes a token out of the files that transformers adds it to.
  private void forget(String token) throws IOException {
    ObjectNode tokenizer = json("tokenizer.json");
    ArrayNode left = JSON.createArrayNode();
    tokenizer
        .get("added_tokens")
        .forEach(
            one -> {
              if (!one.get("content").asText().equals(token)) {
                left.add(one);
              }
            });
    assertThat(left).hasSize(tokenizer.get("added_tokens").size() - 1);
    write("tokenizer.json", tokenizer.set("added_tokens", left));
    ObjectNode config = json("tokenizer_config.json");
    List<String> ids = new ArrayList<>();
    config
        .path("added_tokens_decoder")
        .properties()
        .forEach(
            one -> {
              if (one.getValue().path("content").asText().equals(token)) {
                ids.add(one.getKey());
              }
            });
    ids.forEach(((ObjectNode) config.path("added_tokens_decoder"))::remove);
    write("tokenizer_config.json", config);
  }

  /**
   * As written before transformers 4.46: no token for the image in config.json and in the
   * tokenizer, every default of the text model spelled out, and names of older releases.
   */
  @ParameterizedTest
  @CsvSource({"queries/instructblip, instructblip", "queries/blip2, blip2", "opt/blip2, blip2"})
  void theFirstForm(String name, String template) throws IOException {
    List<String> newest = texts(answers(copied(name), template));
    ObjectNode config = json("config.json");
    config.remove("image_token_index");
    config.remove("dtype");
    config.put("torch_dtype", "float32").putNull("transformers_version").putNull("_commit_hash");
    config.put("use_decoder_only_language_model", true).put("tie_word_embeddings", false);
    ObjectNode text = (ObjectNode) config.get("text_config");
    text.put("_name_or_path", "facebook/opt-2.7b").putNull("bad_words_ids").put("num_beams", 1);
    text.put("no_repeat_ngram_size", 0).put("repetition_penalty", 1.0).put("length_penalty", 1.0);
    text.put("max_length", 20).put("min_length", 0).put("prefix", "</s>").put("top_k", 50);
    write("config.json", config);
    forget(IMAGE);
    Files.deleteIfExists(folder.resolve("generation_config.json"));
    List<Answer> first = answers(folder, template, new Question("an <image> here", 2));
    assertThat(texts(first.subList(0, 2))).isEqualTo(newest);
    assertThat(first.get(2).error()).startsWith("prompt_placeholder: ");
  }

  /** The tokenizer knows the image's token, config.json does not name it. */
  @Test
  void halfOfTheNewForm() throws IOException {
    List<String> newest = texts(answers(copied("queries/instructblip"), "instructblip"));
    ObjectNode config = json("config.json");
    config.remove("image_token_index");
    write("config.json", config);
    assertThat(texts(answers(folder, "instructblip"))).isEqualTo(newest);
  }

  /** The slow BERT tokenizer's files. */
  @Test
  void wordPiecesAsAVocabulary() throws IOException {
    List<String> newest = texts(answers(copied("queries/instructblip"), "instructblip"));
    Path words = folder.resolve("qformer_tokenizer");
    try (Stream<Path> files = Files.list(words)) {
      for (Path file : files.toList()) {
        if (!file.endsWith("vocab.txt")) {
          Files.delete(file);
        }
      }
    }
    Files.writeString(words.resolve("added_tokens.json"), "{\"[DEC]\": 300}");
    assertThat(texts(answers(folder, "instructblip"))).isEqualTo(newest);
  }
}
