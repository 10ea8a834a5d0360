package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.family.Families;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.SeenFrames;
import io.prumerge.image.ViewGrid;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptEncoderTest {
  private static final int IMAGE = 678;
  private static LlavaTokenizer tokenizer;
  private static PromptEncoder encoder;

  @BeforeAll
  static void load() {
    tokenizer =
        LlavaTokenizer.load(TokenizerGoldens.path("checkpoints/mha"), Families.tokenizers());
    encoder = new PromptEncoder(tokenizer, ConversationTemplate.named("vicuna_v1"), IMAGE);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @ParameterizedTest
  @CsvSource({"mha, 678", "gqa, 3", "bf16, 664"})
  void encodesPromptsAsTransformers(String checkpoint, int imageTokenId) throws Exception {
    JsonNode golden = TokenizerGoldens.json("model/" + checkpoint + ".json");
    try (LlavaTokenizer own =
        LlavaTokenizer.load(
            TokenizerGoldens.path("checkpoints/" + checkpoint), Families.tokenizers())) {
      for (JsonNode prompt : golden.findParents("prompt")) {
        // The goldens call a question without anything around it plain; LLaVA's plain ends a line.
        String name = prompt.get("template").textValue().replace("plain", "raw");
        ConversationTemplate template = ConversationTemplate.named(name);
        PromptEncoder encoder = new PromptEncoder(own, template, imageTokenId);
        String question = prompt.get("question").textValue();
        boolean image = prompt.has("image_slot");
        assertThat(image ? template.withImage(question) : template.textOnly(question))
            .isEqualTo(prompt.get("prompt").textValue());
        assertThat(image ? encoder.withImage(question) : encoder.textOnly(question))
            .isEqualTo(
                new EncodedPrompt(
                    Goldens.ints(prompt.get("ids")),
                    image ? new int[] {prompt.get("image_slot").asInt()} : new int[0]));
      }
    }
  }

  @Test
  void countsTextTokensWithoutTheImage() throws Exception {
    EncodedPrompt prompt = encoder.withImage("What?");
    assertThat(prompt.hasImage()).isTrue();
    assertThat(prompt.ids()[prompt.lastSlot()]).isEqualTo(IMAGE);
    assertThat(prompt.textTokens()).isEqualTo(prompt.ids().length - 1);
    EncodedPrompt text = encoder.textOnly("What?");
    assertThat(text.hasImage()).isFalse();
    assertThat(text.lastSlot()).isEqualTo(-1);
    assertThat(text.ids()).doesNotContain(IMAGE).hasSize(text.textTokens());
  }

  @Test
  void besideAnImageIsAllTextButItsMarks() throws Exception {
    EncodedPrompt prompt = encoder.withImage("What?");
    assertThat(encoder.besideImages("What?"))
        .isEqualTo(IntStream.of(prompt.ids()).filter(id -> id != IMAGE).toArray());
    assertThat(encoder.besideImages("<image> and <image>?")).doesNotContain(IMAGE).isNotEmpty();
    assertThatExceptionOfType(PromptException.class).isThrownBy(() -> encoder.besideImages(" "));

    // <|im_start|> is text too; <|vision_start|> and <|vision_end|> are the image's.
    try (LlavaTokenizer qwen =
        LlavaTokenizer.load(
            TokenizerGoldens.path("qwen/qwen2_5_vl/untied"), Families.tokenizers())) {
      ConversationTemplate template = ConversationTemplate.named("qwen2_vl");
      String marked = "<|vision_start|><|image_pad|><|vision_end|>";
      PromptEncoder own =
          new PromptEncoder(
              qwen, template, 486, new ImageText(marked, false, true, false), Optional.empty());
      int[] ids = own.withImage("What?").ids();
      assertThat(ids).contains(483, 484, 486);
      assertThat(own.besideImages("What?"))
          .isEqualTo(IntStream.of(ids).filter(id -> id < 483 || id > 486).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t \u3000"})
  void refusesQuestionsWithoutText(String question) {
    assertThatExceptionOfType(PromptException.class)
        .isThrownBy(() -> encoder.withImage(question))
        .withMessage("the question has no text")
        .extracting(PromptException::kind)
        .isEqualTo(PromptErrorKind.PROMPT_EMPTY);
    assertThatExceptionOfType(PromptException.class)
        .isThrownBy(() -> encoder.textOnly(question))
        .extracting(PromptException::kind)
        .isEqualTo(PromptErrorKind.PROMPT_EMPTY);
  }

  @ParameterizedTest
  @CsvSource({
    "'What<image><image>', 1, 2",
    "'<image>\nWhat?', 0, 1",
    "'<image>\nWhat?', 2, 1",
    "'<image>a<image>b<image>c', 2, 3"
  })
  void refusesAnotherNumberOfPlacesThanOfImages(String question, int images, int places) {
    assertThatExceptionOfType(PromptException.class)
        .isThrownBy(() -> encoder.withImages(question, images))
        .withMessage(
            "the number of <image> in the prompt, %d, is not that of its images, %d; give one for"
                + " each, or none to have the images first",
            places, images)
        .extracting(PromptException::kind)
        .isEqualTo(PromptErrorKind.PROMPT_PLACEHOLDER);
  }

  @Test
  void imagesStandWhereTheQuestionHasThemOrFirst() throws Exception {
    ConversationTemplate template = ConversationTemplate.named("llava_hf");
    PromptEncoder own = new PromptEncoder(tokenizer, template, IMAGE);
    String placed = "See <image> and\n<image>\nWhat differs?";
    assertThat(own.withImages(placed, 2).ids())
        .containsExactly(tokenizer.encode("USER: " + placed + " ASSISTANT:"));
    assertThat(own.withImages("What differs?", 3).ids())
        .containsExactly(
            tokenizer.encode("USER: <image>\n<image>\n<image>\nWhat differs? ASSISTANT:"));
    EncodedPrompt prompt = own.withImages(placed, 2);
    assertThat(prompt.imageSlots()).hasSize(2);
    assertThat(prompt.lastSlot()).isEqualTo(prompt.imageSlots()[1]);
    assertThat(prompt.textTokens()).isEqualTo(prompt.ids().length - 2);
    assertThat(prompt.behindImage()).isEqualTo(prompt.ids().length - prompt.lastSlot() - 1);
    assertThat(own.withImage("<image>\nWhat?")).isEqualTo(own.withImage("What?"));
  }

  @Test
  void eachViewOfAnImageInTilesHasAPlaceAndTextAroundIt() throws Exception {
    ImageText text =
        new ImageText(
            "[<image>]",
            false,
            true,
            false,
            Optional.of(new TiledImageText("{row}x{column}<image>", "|\n", "all<image>.")));
    ConversationTemplate template = ConversationTemplate.named("llava_hf");
    PromptEncoder own = new PromptEncoder(tokenizer, template, IMAGE, text, Optional.empty());
    List<ViewGrid> images = List.of(new ViewGrid(30, 40, 2, 1), ViewGrid.whole(9, 9));
    String shown = "1x1<image>|\n2x1<image>|\nall<image>.";
    EncodedPrompt prompt = own.withImages("See <image> and <image>. What?", images);
    assertThat(prompt.ids())
        .containsExactly(
            tokenizer.encode("USER: See " + shown + " and [<image>]. What? ASSISTANT:"));
    assertThat(prompt.imageSlots()).hasSize(4);
    assertThat(prompt.textTokens()).isEqualTo(prompt.ids().length - 4);
    assertThat(own.withImages("What?", images.subList(0, 1)).ids())
        .containsExactly(tokenizer.encode("USER: " + shown + "\nWhat? ASSISTANT:"));
    assertThatExceptionOfType(PromptException.class)
        .isThrownBy(() -> own.withImages("See <image>. What?", images))
        .extracting(PromptException::kind)
        .isEqualTo(PromptErrorKind.PROMPT_PLACEHOLDER);
  }

  @Test
  void aVideoHasAPlaceAndATokenOfItsOwn() throws Exception {
    PromptEncoder own = videos(2); // as if </s> were it
    List<ViewGrid> both = List.of(ViewGrid.video(9, 9, 4), ViewGrid.whole(9, 9));
    EncodedPrompt first = own.withImages("What?", both);
    assertThat(first.ids())
        .containsExactly(tokenizer.encode("USER: </s>\n<image>\nWhat? ASSISTANT:"));
    assertThat(first.imageSlots()).hasSize(2);
    assertThat(own.withImages("See <video>, then <image>. What?", both).ids())
        .containsExactly(tokenizer.encode("USER: See </s>, then <image>. What? ASSISTANT:"));
    assertThat(own.withImages("What is <video>?", 1).imageSlots()).hasSize(1); // a text as any
    assertThat(own.besideImages("See <video>. What?"))
        .containsExactly(own.besideImages("See <image>. What?"));
    assertThat(own.partsFromImage("<video>\nWhat?")).isTrue();
    assertThat(own.partsFromImage("See <video>. What?")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<image> or <video>?  | place 1 in the prompt is not that of its image, a video; write </s>",
        "<video> or what?     | the number of </s> and <image> in the prompt, 1, is not that of its",
        "<video><video><image>?| the number of </s> and <image> in the prompt, 3, is not that of",
      })
  void placesOfOtherKindsOrNumbersAreRefused(String question, String message) {
    List<ViewGrid> both = List.of(ViewGrid.video(9, 9, 4), ViewGrid.whole(9, 9));
    assertThatExceptionOfType(PromptException.class)
        .isThrownBy(() -> videos(2).withImages(question, both))
        .withMessageContaining(message)
        .extracting(PromptException::kind)
        .isEqualTo(PromptErrorKind.PROMPT_PLACEHOLDER);
  }

  @Test
  void aTokenizerWithoutTheVideosTokenIsNamed() throws Exception {
    assertThat(videos(600).withImages("What?", 1).imageSlots()).hasSize(1);
    assertThatExceptionOfType(PromptException.class)
        .isThrownBy(() -> videos(600).withImages("What?", List.of(ViewGrid.video(9, 9, 4))))
        .withMessageContaining("without config.json's video_token_index 600");
  }

  @Test
  void eachViewOfAVideoHasAPlaceAndTextAroundIt() throws Exception {
    PromptEncoder own = framed(2);
    ViewGrid video = ViewGrid.video(9, 9, new SeenFrames(2, 1, FrameTimes.at(List.of(0.5, 1.25))));
    String shown = "1 of 2 at 0.5: </s>\n2 of 2 at 1.25: </s>";
    EncodedPrompt prompt = own.withImages("What?", List.of(video));
    assertThat(prompt.ids())
        .containsExactly(tokenizer.encode("USER: " + shown + "\nWhat? ASSISTANT:"));
    assertThat(prompt.imageSlots()).hasSize(2);
    assertThat(prompt.textTokens()).isEqualTo(prompt.ids().length - 2);
    assertThat(own.withImages("<video>\nWhat?", List.of(video))).isEqualTo(prompt);
    List<ViewGrid> both = List.of(ViewGrid.whole(9, 9), video);
    EncodedPrompt placed = own.withImages("See <image>, then <video>. What?", both);
    assertThat(placed.ids())
        .containsExactly(
            tokenizer.encode("USER: See <image>, then " + shown + ". What? ASSISTANT:"));
    assertThat(placed.imageSlots()).hasSize(3);
    assertThat(own.withImages("What is <video>?", 1).imageSlots()).hasSize(1); // a text as any
    assertThat(own.besideImages("See <video>. What?"))
        .containsExactly(own.besideImages("See <image>. What?"));
    EncodedPrompt alike = framed(IMAGE).withImages("What?", both); // views have a picture's token
    assertThat(alike.imageSlots()).hasSize(3);
    assertThat(alike.ids()).hasSameSizeAs(own.withImages("What?", both).ids());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<image> or <video>?    | place 1 in the prompt is not that of its image, a video; write <video>",
        "<video> or what?       | the number of <video> and <image> in the prompt, 1, is not that of",
        "<video><video><image>? | the number of <video> and <image> in the prompt, 3, is not that of",
        "<video> </s> <image>?  | the number of <video> and <image> in the prompt, 6, is not that of",
      })
  void placesOfOtherKindsOrNumbersThanFramesAreRefused(String question, String message) {
    List<ViewGrid> both = List.of(ViewGrid.video(9, 9, 4), ViewGrid.whole(9, 9));
    assertThatExceptionOfType(PromptException.class)
        .isThrownBy(() -> framed(2).withImages(question, both))
        .withMessageContaining(message)
        .extracting(PromptException::kind)
        .isEqualTo(PromptErrorKind.PROMPT_PLACEHOLDER);
  }

  private static PromptEncoder framed(int tokenId) {
    String token = tokenId == IMAGE ? "<image>" : "</s>";
    ViewTexts views =
        video ->
            IntStream.range(0, video.views())
                .mapToObj(
                    view ->
                        String.format(
                            Locale.ROOT,
                            "%d of %d%s: %s",
                            view + 1,
                            video.views(),
                            video.times().seconds().isEmpty()
                                ? ""
                                : " at " + video.times().seconds().get(view),
                            token))
                .collect(Collectors.joining("\n"));
    ImageText text =
        new ImageText(
            "<image>",
            false,
            true,
            false,
            Optional.empty(),
            Optional.of(new VideoText("<video>", tokenId, Optional.of(views))));
    return new PromptEncoder(
        tokenizer, ConversationTemplate.named("llava_hf"), IMAGE, text, Optional.empty());
  }

  private static PromptEncoder videos(int tokenId) {
    ImageText text =
        new ImageText(
            "<image>",
            false,
            true,
            false,
            Optional.empty(),
            Optional.of(new VideoText("</s>", tokenId)));
    return new PromptEncoder(
        tokenizer, ConversationTemplate.named("llava_hf"), IMAGE, text, Optional.empty());
  }

  @Test
  void refusesAPromptThatEndsWithAnImage() {
    PromptEncoder raw = new PromptEncoder(tokenizer, ConversationTemplate.named("raw"), IMAGE);
    assertThatExceptionOfType(PromptException.class)
        .isThrownBy(() -> raw.withImages("What is <image>", 1))
        .withMessage("the prompt has no text after its last image")
        .extracting(PromptException::kind)
        .isEqualTo(PromptErrorKind.PROMPT_PLACEHOLDER);
  }

  @Test
  void readsOtherSpecialTokensOfAQuestionAsTheReference() throws Exception {
    assertThat(encoder.withImage("What</s>").ids()).contains(2);
    assertThat(encoder.withImage("< image >").lastSlot()).isPositive();
  }

  @Test
  void needsTheConfiguredPlaceholder() throws IOException {
    ConversationTemplate template = ConversationTemplate.named("plain");
    assertThatThrownBy(() -> new PromptEncoder(tokenizer, template, 32000))
        .isInstanceOf(TokenizerException.class)
        .hasMessage(
            "tokenizer.json encodes the image placeholder '<image>' as [1, 678],"
                + " without config.json's image_token_index 32000");
  }

  @Test
  void keepsTheIdsOfAPrompt() {
    int[] ids = {1, 2, 3};
    EncodedPrompt prompt = new EncodedPrompt(ids, 1);
    ids[0] = 9;
    prompt.ids()[1] = 9;
    assertThat(prompt.ids()).containsExactly(1, 2, 3);
    assertThat(prompt).isEqualTo(new EncodedPrompt(new int[] {1, 2, 3}, 1));
    assertThat(prompt).isNotEqualTo(new EncodedPrompt(new int[] {1, 2, 3}, 2));
    assertThatThrownBy(() -> new EncodedPrompt(new int[] {1}, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
