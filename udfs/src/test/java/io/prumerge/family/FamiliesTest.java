package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.Settings;
import io.prumerge.text.ConversationTemplate;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

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
