package io.prumerge.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PinnedModelTest {

  @Test
  void aModelIsNamedByItsFoldersOrByTheOneThatNamesThoseBeforeIt() {
    assertThat(PinnedModel.name("conf/mini-llava")).isEqualTo("mini-llava");
    assertThat(PinnedModel.name("s3a://b/llava+adapters/r8")).isEqualTo("llava+r8");
    assertThat(PinnedModel.name("conf/mini-llava+conf/mini-llava-prumerge"))
        .isEqualTo("mini-llava-prumerge");
    assertThat(PinnedModel.name("conf/mini-llava+other/mini-llavas"))
        .isEqualTo("mini-llava+mini-llavas");
    assertThat(PinnedModel.name("v/vicuna+llava-lora+clip")).isEqualTo("vicuna+llava-lora+clip");
    assertThat(PinnedModel.name("openai:http://h/v1#Qwen/Qwen-VL-Chat"))
        .isEqualTo("Qwen/Qwen-VL-Chat");
  }
}
