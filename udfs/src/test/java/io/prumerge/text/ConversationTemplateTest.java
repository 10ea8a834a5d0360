package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.family.Families;
import io.prumerge.family.ModelType;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConversationTemplateTest {
  private static final String VICUNA =
      "A chat between a curious user and an artificial intelligence assistant. The assistant gives"
          + " helpful, detailed, and polite answers to the user's questions.";

  @Test
  void rendersVicunaAsTheEvaluationScripts() {
    ConversationTemplate template = ConversationTemplate.named(ConversationTemplate.DEFAULT);
    assertThat(template.withImage("Is it?"))
        .isEqualTo(VICUNA + " USER: <image>\nIs it? ASSISTANT:");
    assertThat(template.textOnly("Is it?")).isEqualTo(VICUNA + " USER: Is it? ASSISTANT:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llava_hf|USER: <image>\\nQ ASSISTANT:|USER: Q ASSISTANT:",
        "plain|<image>\\nQ\\n|Q\\n",
        "raw|<image>\\nQ|Q",
        "llava_v1|A chat between a curious human and an artificial intelligence assistant. The"
            + " assistant gives helpful, detailed, and polite answers to the human's questions."
            + " USER: <image>\\nQ ASSISTANT:|A chat between a curious human and an artificial"
            + " intelligence assistant. The assistant gives helpful, detailed, and polite answers"
            + " to the human's questions. USER: Q ASSISTANT:"
      })
  void rendersTheOthers(String name, String withImage, String textOnly) {
    ConversationTemplate template = ConversationTemplate.named(name);
    assertThat(template.withImage("Q")).isEqualTo(withImage.translateEscapes());
    assertThat(template.textOnly("Q")).isEqualTo(textOnly.translateEscapes());
  }

  @Test
  void rendersQwenAsLlavaOneVisionsAuthors() throws IOException {
    String theirs = TokenizerGoldens.json("onevision/onevision.json").get("template").textValue();
    assertThat(ConversationTemplate.named("qwen_1_5").withImage("Q"))
        .isEqualTo(theirs.replace("{}", "Q"));
  }

  @Test
  void takesTheQuestionLiterally() {
    ConversationTemplate template = ConversationTemplate.named("llava_hf");
    assertThat(template.withImage("{image}{question}$1\\"))
        .isEqualTo("USER: <image>\n{image}{question}$1\\ ASSISTANT:");
  }

  @Test
  void listsTheKnownNames() {
    assertThatThrownBy(() -> ConversationTemplate.named("mpt"))
        .isInstanceOf(TokenizerException.class)
        .hasMessage(
            "Unknown conversation template 'mpt'; known: blip2, idefics, idefics_instruct, instructblip, internvl2_5, internvl_hf, llava_hf, llava_v1, mistral_instruct, plain, qwen2_vl, qwen3_vl, qwen_1_5, qwen_vl, qwen_vl_chat, raw, shikra, vicuna_v1");
  }

  @Test
  void knowsEveryFamilysOwn() {
    assertThat(Families.all())
        .allSatisfy(
            family ->
                assertThat(ConversationTemplate.namesFor(family.name()))
                    .isNotEmpty()
                    .allMatch(name -> ConversationTemplate.named(name).isFor(family.name())));
    assertThat(ConversationTemplate.namesFor("qwen")).containsExactly("qwen_vl", "qwen_vl_chat");
    assertThat(ConversationTemplate.named("vicuna_v1").isFor("qwen2_5_vl")).isFalse();
    assertThat(ConversationTemplate.named("raw").isFor("qwen2_5_vl")).isTrue();
    Set<String> known = Families.all().stream().map(ModelType::name).collect(Collectors.toSet());
    assertThat(ConversationTemplate.names())
        .allSatisfy(
            name -> assertThat(known).containsAll(ConversationTemplate.named(name).families()));
  }

  @Test
  void needsEachPlaceOnce() {
    assertThatThrownBy(() -> new ConversationTemplate("x", "{image}", "<image>", List.of()))
        .isInstanceOf(TokenizerException.class)
        .hasMessage("Conversation template 'x' must hold {question} once but is: {image}");
    assertThatThrownBy(
            () -> new ConversationTemplate("x", "{image}{question}", "<image><image>", List.of()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("must hold <image> once");
  }
}
