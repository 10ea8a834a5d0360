package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConversationTemplateTest {
  private static final String VICUNA =
      "A chat between a curious user and an artificial intelligence assistant. The assistant gives"
          + " helpful, detailed, and polite answers to the user's questions.";

  @Test
  void rendersVicunaAsTheEvaluationScripts() {
    ConversationTemplate template = ConversationTemplate.named("vicuna_v1");
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
            "Unknown conversation template 'mpt'; known: blip2, idefics, idefics3, idefics_instruct, instructblip, internvl2_5, internvl_hf, llava_hf, llava_v1, mistral_instruct, plain, qwen2_vl, qwen3_vl, qwen_1_5, qwen_vl, qwen_vl_chat, raw, shikra, smolvlm, vicuna_v1");
  }

  @Test
  void listsAutoWhereItMayBeSet() {
    ConversationTemplate.require("auto");
    ConversationTemplate.require("raw");
    assertThatThrownBy(() -> ConversationTemplate.require("mpt"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith("Unknown conversation template 'mpt'; known: auto, blip2, ");
  }

  @Test
  void aPromptMayBeginOtherwiseWithoutAnImage() {
    ConversationTemplate template = ConversationTemplate.named("smolvlm");
    String end = "<end_of_utterance>\nAssistant:";
    assertThat(template.withImage("Hi")).isEqualTo("<|im_start|>User:<image>Hi" + end);
    assertThat(template.textOnly("Hi")).isEqualTo("<|im_start|>User: Hi" + end);
    assertThat(template.textOnly("<image>Hi")).isEqualTo("<|im_start|>User:<image>Hi" + end);
    assertThat(template.textOnly("See <image>")).isEqualTo("<|im_start|>User: See <image>" + end);
  }

  @Test
  void needsEachPlaceOnce() {
    assertThatThrownBy(() -> new ConversationTemplate("x", "{image}", "<image>"))
        .isInstanceOf(TokenizerException.class)
        .hasMessage("Conversation template 'x' must hold {question} once but is: {image}");
    assertThatThrownBy(() -> new ConversationTemplate("x", "{image}{question}", "<image><image>"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("must hold <image> once");
  }
}
