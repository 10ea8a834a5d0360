package io.prumerge.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTraitsTest {

  /** In the order of the components, a small checkpoint of each kind of model. */
  @ParameterizedTest
  @CsvSource({
    "checkpoints/mha,        0, LLAVA,     false, false, false, true,  false, true, true",
    "tiles/next,             0, LLAVA,     false, false, false, true,  false, true, true",
    "onevision/tied,         0, LLAVA,     false, false, false, false, false, false, true",
    "opt/llava,              0, LLAVA,     false, true,  false, true,  false, true, true",
    "opt/blip2,              5, LLAVA,     false, true,  false, true,  false, true, true",
    "queries/instructblip,   5, LLAVA,     false, false, false, true,  false, true, true",
    "first-qwen/chat,        9, LLAVA,     false, false, false, false, false, false, true",
    "idefics/base,           3, LLAVA,     true,  false, false, true,  false, true, true",
    "intern/small,           0, INTERN_VL, false, false, false, true,  true,  false, false",
    "smol/first,             0, LLAVA,     false, false, false, false, true,  false, false",
    "qwen/qwen2_5_vl/tied,   0, QWEN_VL,   false, false, true,  false, true,  false, false",
    "qwen/qwen2_vl/tied,     0, QWEN_VL,   false, false, true,  false, true,  false, true",
    "qwen3/tied,             0, QWEN_VL,   false, false, true,  false, true,  false, true",
  })
  void areThoseOfTheModel(
      String folder,
      int queries,
      ReferenceModel reference,
      boolean crossAttended,
      boolean learnedPositions,
      boolean positionsHaveParts,
      boolean hasClassToken,
      boolean ofBlocks,
      boolean feedsClassToken,
      boolean takesSomePixels) {
    assertThat(Checkpoint.configuration(Goldens.path(folder)).traits())
        .isEqualTo(
            new ModelTraits(
                queries,
                reference,
                crossAttended,
                learnedPositions,
                positionsHaveParts,
                hasClassToken,
                ofBlocks,
                feedsClassToken,
                takesSomePixels));
  }
}
