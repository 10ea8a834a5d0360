package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.Settings;
import io.prumerge.text.ConversationTemplate;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FamiliesTest {

  private static final List<String> NAMES =
      List.of(
          "blip-2",
          "idefics",
          "idefics3",
          "instructblip",
          "internvl",
          "llava",
          "llava_next",
          "llava_onevision",
          "llava_qwen",
          "qwen",
          "qwen2_5_vl",
          "qwen2_vl",
          "qwen3_vl",
          "shikra",
          "smolvlm");

  @Test
  void allAreFound() {
    assertThat(Families.all()).extracting(ModelType::name).containsExactlyElementsOf(NAMES);
  }

  @Test
  void aFamilyKnowsItself() {
    assertThat(Families.all())
        .allSatisfy(
            models -> assertThat(Families.of(settings(models.name())).models()).contains(models));
  }

  @Test
  void everyTypeHasTemplatesThatAreKnown() {
    assertThat(Families.all())
        .allSatisfy(
            models -> {
              assertThat(models.templates()).isNotEmpty();
              assertThat(ConversationTemplate.names()).containsAll(models.templates());
              assertThat(models.templates())
                  .allMatch(template -> Families.takes(models.name(), template));
            });
    assertThat(Families.templates("qwen")).containsExactly("qwen_vl", "qwen_vl_chat");
    assertThat(Families.templates("mllama")).isEmpty();
  }

  /** A type, settings of its config.json, and the template that they name; - for none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "llava; {}; vicuna_v1",
        "llava; {'text_config': {'model_type': 'llama', 'vocab_size': 32064}}; vicuna_v1",
        "llava; {'text_config': {'model_type': 'llama', 'vocab_size': 128320}}; -",
        "llava; {'text_config': {'model_type': 'mistral'}}; mistral_instruct",
        "llava; {'text_config': {'model_type': 'qwen2'}}; qwen_1_5",
        "llava; {'text_config': {'model_type': 'opt'}}; -",
        "llava_next; {'text_config': {'model_type': 'llama', 'vocab_size': 64064}}; -",
        "llava_next; {'text_config': {'model_type': 'mistral'}}; mistral_instruct",
        "llava_onevision; {}; qwen_1_5",
        "llava_qwen; {}; qwen_1_5",
        "shikra; {}; shikra",
        "instructblip; {}; instructblip",
        "blip-2; {'text_config': {'model_type': 'opt'}}; blip2",
        "blip-2; {'text_config': {'model_type': 'llama'}}; instructblip",
        "qwen2_vl; {}; qwen2_vl",
        "qwen2_5_vl; {}; qwen2_vl",
        "qwen3_vl; {}; qwen3_vl",
        "internvl; {}; internvl_hf",
        "internvl; {'max_dynamic_patch': 12}; internvl2_5",
        "idefics; {}; idefics",
        "idefics; {'end_of_utterance_token_id': 32002}; idefics_instruct",
        "smolvlm; {}; smolvlm",
      })
  void aModelIsAskedInItsOwnTemplate(String type, String json, String template, @TempDir Path none)
      throws JsonProcessingException {
    ObjectNode root = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
    root.put("model_type", type);

    assertThat(Families.named(type).template(new Settings("config.json", root), none))
        .isEqualTo(template.equals("-") ? Optional.empty() : Optional.of(template));
  }

  @Test
  void theChatModelOfQwenVlIsToldByItsGeneration(@TempDir Path folder) throws IOException {
    assertThat(Families.named("qwen").template(settings("qwen"), folder)).contains("qwen_vl");

    Files.writeString(folder.resolve("generation_config.json"), "{\"chat_format\": \"chatml\"}");

    assertThat(Families.named("qwen").template(settings("qwen"), folder)).contains("qwen_vl_chat");
  }

  /** transformers 4.57.1, {@code tokenization_auto.py}. */
  @Test
  void othersThanLlamasTokenizersAreTold() {
    assertThat(Families.tokenizers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "blip-2", "GPT2Tokenizer",
                "instructblip", "GPT2Tokenizer",
                "internvl", "Qwen2Tokenizer",
                "qwen2_5_vl", "Qwen2Tokenizer",
                "qwen2_vl", "Qwen2Tokenizer",
                "qwen3_vl", "Qwen2Tokenizer"));
  }

  /** Llama 3's tokenizer has no such token. */
  @ParameterizedTest
  @CsvSource({"<|im_start|>, smolvlm", "<|begin_of_text|>, idefics3"})
  void idefics3IsToldFromTheFirstSmolVlmByItsTokenizer(
      String added, String template, @TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"added_tokens\": [{\"id\": 1, \"content\": \"" + added + "\", \"special\": true}]}");

    assertThat(Families.named("idefics3").template(settings("idefics3"), folder))
        .contains(template);
  }

  @Test
  void aTemplateIsForItsModelsOrForAll() {
    assertThat(Families.takes("qwen2_5_vl", "vicuna_v1")).isFalse();
    assertThat(Families.takes("qwen2_5_vl", "raw")).isTrue();
    assertThat(Families.takes("llava_onevision", "qwen_1_5")).isTrue();
  }

  /** As in threads of an engine, or of a pool that Spark did not create. */
  @Test
  void theThreadsClassLoaderDoesNotMatter() throws Exception {
    URL[] own = {
      Families.class.getProtectionDomain().getCodeSource().getLocation(),
      Settings.class.getProtectionDomain().getCodeSource().getLocation()
    };
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try (URLClassLoader other =
        new URLClassLoader(own, before) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean here = name.startsWith("io.prumerge.") && findLoadedClass(name) == null;
            return here ? findClass(name) : super.loadClass(name, resolve);
          }
        }) {
      List<?> all =
          (List<?>) other.loadClass(Families.class.getName()).getMethod("all").invoke(null);
      assertThat(all).hasSize(NAMES.size());
      assertThat(all.get(0).getClass().getClassLoader()).isSameAs(other);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void anotherFamilyIsRefusedWithTheKnown() {
    assertThatThrownBy(() -> Families.of(settings("mllama")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model_type 'mllama' is not supported; known: blip-2, idefics")
        .hasMessageContaining("openai:URL#NAME");
    assertThatThrownBy(() -> Families.of(Settings.none("config.json")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model_type is missing");
  }

  private static Settings settings(String type) {
    return new Settings(
        "config.json", JsonNodeFactory.instance.objectNode().put("model_type", type));
  }
}
