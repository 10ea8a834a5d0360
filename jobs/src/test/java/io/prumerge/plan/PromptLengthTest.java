package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.text.PromptException;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptLengthTest {

  private static final Path SMOL =
      Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens/smol/first");
  private static final Path INTERN =
      Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens/intern/small");
  private static final List<String> PROMPTS = List.of("What is this?", "Is it red, or is it not?");

  /** Of 2 x 3 tiles: two tokens before each, one after each line. */
  @Test
  void textBetweenTilesIsAmongIt() throws IOException, PromptException {
    try (LlavaProcessor processor =
        LlavaProcessor.load(Checkpoint.open(SMOL), ImageAspect.AUTO, "smolvlm")) {
      ViewGrid tiles = new ViewGrid(60, 40, 2, 3);
      PromptLength whole = PromptLength.of(processor.prompts(), PROMPTS, ViewGrid.whole(60, 40));
      PromptLength tiled = PromptLength.of(processor.prompts(), PROMPTS, tiles);

      assertThat(tiled.before()).isEqualTo(whole.before());
      assertThat(tiled.after() - whole.after()).isBetween(6 * 2 + 2, 6 * 2 + 2 + 1);
      double mean = 0;
      for (String prompt : PROMPTS) {
        mean += processor.prompts().withImages(prompt, List.of(tiles)).textTokens() / 2.0;
      }
      assertThat(tiled.before() + tiled.after()).isEqualTo((int) Math.round(mean));
    }
  }

  /** Of five frames: their numbers before, two tokens around each, and a line break between two. */
  @Test
  void textBetweenFramesIsAmongIt() throws IOException, PromptException {
    try (LlavaProcessor processor =
        LlavaProcessor.load(Checkpoint.open(INTERN), ImageAspect.AUTO, "internvl_hf")) {
      ViewGrid video = ViewGrid.video(60, 40, 5);
      PromptLength one = PromptLength.of(processor.prompts(), PROMPTS, ViewGrid.video(60, 40, 1));
      PromptLength five = PromptLength.of(processor.prompts(), PROMPTS, video);
      assertThat(five.before()).isEqualTo(one.before());
      int frame = processor.tokenizer().encode("\nFrame2: <img></img>").length;
      assertThat(five.after() - one.after()).isEqualTo(4 * frame);
      double mean = 0;
      for (String prompt : PROMPTS) {
        mean += processor.prompts().withImages(prompt, List.of(video)).textTokens() / 2.0;
      }
      assertThat(five.before() + five.after()).isEqualTo((int) Math.round(mean));
    }
  }

  @Test
  void ofNoPromptsItIsNothing() throws IOException {
    try (LlavaProcessor processor =
        LlavaProcessor.load(Checkpoint.open(SMOL), ImageAspect.AUTO, "smolvlm")) {
      assertThat(PromptLength.of(processor.prompts(), List.of(), ViewGrid.ONE_VIEW))
          .isEqualTo(new PromptLength(0, 0));
    }
  }
}
