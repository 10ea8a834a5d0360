package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.TimeRule;
import io.prumerge.console.Console;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.Timing;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.settings.AnswerBy;
import io.prumerge.settings.AnswerSource;
import io.prumerge.settings.NamedModel;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunSettings;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.torch.Quantization;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What options alone say of a run that is resumed, in the words of its manifest. */
@Tag("spark")
class ConfigurationsTest {

  private static final WeightsPin PIN = new WeightsPin("0".repeat(64));

  private static String given(RunSettings settings, PinnedModel model) throws IOException {
    EvaluateOptions options =
        new EvaluateOptions(
            List.of(model),
            AskedExamples.in(List.of("/e")),
            List.of(MethodSpec.NONE),
            List.of(),
            settings.options());
    Folders folders = new Folders(LocalSpark.session());
    List<Map<String, Object>> runs =
        new Configurations(folders, Console.SILENT)
            .given(options, List.of(), List.of(""), LocalSpark.session());
    assertThat(runs).hasSize(1);
    return Json.line(new TreeMap<>(runs.get(0)));
  }

  @Test
  void whatIsLeftToTheModelIsNotSaid() throws IOException {
    assertThat(given(new RunSettings(), PinnedModel.any("/m")))
        .isEqualTo(
            "{\"answer_by\":\"text\",\"device\":\"auto\",\"dtype\":\"auto\","
                + "\"examples\":[\"file:/e\"],\"limit\":0,\"max_new_tokens\":0,"
                + "\"methods\":[\"none\"],\"model\":\"/m\",\"mrope\":\"transformers\","
                + "\"protocol\":\"\",\"quantize\":\"none\",\"reduce_by\":\"each\","
                + "\"timing\":\"shared\",\"timing_batch\":1}");
  }

  @Test
  void allThatIsGivenIsSaid() throws IOException {
    RunSettings settings = new RunSettings();
    settings.set(RunSetting.DEVICE, DeviceChoice.CUDA);
    settings.set(RunSetting.DTYPE, DtypeChoice.BF16);
    settings.set(RunSetting.IMAGE_ASPECT, ImageAspect.PAD);
    settings.set(RunSetting.CONVERSATION, "vicuna_v1");
    settings.set(RunSetting.MIN_PIXELS, 784);
    settings.set(RunSetting.MAX_PIXELS, 7840);
    settings.set(RunSetting.MROPE, TimeRule.PUBLISHED);
    settings.set(RunSetting.ANSWER_BY, AnswerBy.LETTER_LOGITS);
    settings.set(RunSetting.TIMING, Timing.ALONE);
    settings.set(RunSetting.TIMING_BATCH, 2);
    settings.set(RunSetting.LIMIT, 5L);
    settings.set(RunSetting.MAX_NEW_TOKENS, 7);

    assertThat(
            given(
                settings,
                new PinnedModel(
                    AnswerSource.parse("/m"), PIN, Quantization.INT8, ConversationTemplate.AUTO)))
        .isEqualTo(
            "{\"answer_by\":\"letter-logits\",\"conversation\":\"vicuna_v1\",\"device\":\"cuda\","
                + "\"dtype\":\"bf16\",\"examples\":[\"file:/e\"],\"image_aspect\":\"pad\","
                + "\"limit\":5,\"max_new_tokens\":7,\"max_pixels\":7840,"
                + "\"methods\":[\"none\"],\"min_pixels\":784,\"model\":\"/m\","
                + "\"mrope\":\"published\",\"protocol\":\"\",\"quantize\":\"int8\","
                + "\"reduce_by\":\"each\",\"timing\":\"alone\",\"timing_batch\":2,"
                + "\"weights_sha256\":\""
                + PIN.sha256()
                + "\"}");
  }

  @Test
  void anEndpointHasItsOwnSettings() throws IOException {
    RunSettings settings = new RunSettings();
    settings.set(RunSetting.REDUCE_BY, ReduceBy.FIRST);
    settings.set(RunSetting.DTYPE, DtypeChoice.BF16);
    settings.set(RunSetting.ENDPOINT_VERSION, "v2");
    settings.set(RunSetting.VIDEO_AS, VideoAs.FRAMES);
    settings.set(RunSetting.SERVERS, List.of(NamedModel.parse("half=openai:http://b/v1#m")));
    settings.set(RunSetting.LIMIT, 5L);

    assertThat(given(settings, PinnedModel.any("openai:http://a/v1#m")))
        .isEqualTo(
            "{\"endpoint_version\":\"v2\",\"examples\":[\"file:/e\"],\"limit\":5,"
                + "\"max_new_tokens\":0,\"methods\":[\"none\",\"half\"],"
                + "\"model\":\"openai:http://a/v1#m\",\"protocol\":\"\","
                + "\"servers\":[\"half=openai:http://b/v1#m\"],\"timing\":\"shared\","
                + "\"timing_batch\":1,\"video_as\":\"frames\"}");
  }
}
