package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.console.Wording;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.settings.LeftToModel;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads, compares and writes manifests of 43623464b: of a model here that answers by letters, of
 * one that is timed alone, of one with bounds of its pictures and published times; of videos for a
 * model behind an endpoint, and under two protocols here; of a model behind three servers. Only
 * paths were changed.
 */
class FormerManifestsTest {

  private static String text(String name) throws IOException {
    try (InputStream file =
        FormerManifestsTest.class.getResourceAsStream("/manifests/43623464b/" + name + ".json")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Manifests read(String text) {
    return new Manifests(Json.readOneOrMore(text, Manifest.class));
  }

  private static String written(Manifests manifests) {
    List<Manifest> runs = manifests.runs();
    return Json.write(runs.size() == 1 ? runs.get(0) : runs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "timed", "sized", "endpoint", "pair", "video"})
  void isWrittenAsItWasRead(String name) throws IOException {
    String text = text(name);

    Manifests manifests = read(text);

    assertThat(written(manifests)).isEqualTo(text);
    manifests.require(
        "run",
        manifests.runs().stream().map(run -> Json.fields(run.configuration())).toList(),
        OptionalInt.of(manifests.chunks()));
  }

  /** Each value that a setting may have, and how a run with another one is refused. */
  @ParameterizedTest
  @CsvSource({
    "local, device, cpu, auto cuda, --device",
    "local, dtype, fp32, auto bf16 fp16, --dtype",
    "local, quantize, none, int8, --quantize",
    "local, image_aspect, crop, auto pad anyres stretch native, --image-aspect",
    "local, conversation, vicuna_v1, qwen2_vl, --conv-mode",
    "local, reduce_by, each, first, --reduce-by",
    "local, answer_by, letter-logits, text, --answer-by",
    "local, mrope, transformers, published, --mrope",
    "timed, timing, alone, shared, --timing",
    "endpoint, video_as, frames, pictures, --video-as",
    "endpoint, endpoint_version, '', v2, --endpoint-version",
    "video, image_aspect, anyres, crop, --image-aspect"
  })
  void everyValueIsReadAndTold(String name, String key, String value, String others, String flag)
      throws IOException {
    String text = text(name);
    Manifests manifests = read(text);
    for (String other : others.split(" ")) {
      String entry = "\"" + key + "\" : \"";
      String changed = text.replace(entry + value + "\"", entry + other + "\"");
      assertThat(changed).isNotEqualTo(text);

      Manifests now = read(changed);

      assertThat(written(now)).isEqualTo(changed);
      assertThat(differences(manifests, now))
          .isEqualTo(flag + " was " + value + ", is now " + other);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "local, limit, 3, --limit",
    "local, max_new_tokens, 5, --max-new-tokens",
    "timed, timing_batch, 4, --timing-batch",
    "local, min_pixels, 784, --min-pixels",
    "local, max_pixels, 7840, --max-pixels",
    "local, square, 448, --square",
    "endpoint, limit, 3, --limit",
    "endpoint, timing_batch, 4, --timing-batch",
    "endpoint, max_new_tokens, 5, --max-new-tokens"
  })
  void everyNumberIsReadAndTold(String name, String key, int other, String flag)
      throws IOException {
    String text = text(name);
    String changed = text.replaceFirst("\"" + key + "\" : [0-9]+", "\"" + key + "\" : " + other);

    Manifests now = read(changed);

    assertThat(written(now)).isEqualTo(changed);
    int value = key.equals("timing_batch") ? 1 : 0;
    assertThat(differences(read(text), now))
        .isEqualTo(flag + " was " + value + ", is now " + other);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dtype : fp32 | dtype : fp8 | dtype must be one of auto, fp32, bf16, fp16 but is \"fp8\"",
        "conversation : vicuna_v1 | template : vicuna_v1 | conversation is missing",
        "limit : 0 | limit : -1 | limit must be a whole number from 1 to",
        "limit : 0 | limit : 1.5 | limit must be a whole number but is 1.5",
        "max_new_tokens : 0 | max_new_tokens : 3000000000 | from 1 to 2147483647 but is 3000000000",
        "conversation : vicuna_v1 | conversation : 1 | conversation must be a text but is 1",
        "protocol :  | proto_col :  | proto_col"
      })
  void whatIsNoValueIsRefused(String entry, String other, String why) throws IOException {
    String text = text("local");
    String changed = text.replace(quoted(entry), quoted(other));
    assertThat(changed).isNotEqualTo(text);

    assertThatIllegalArgumentException().isThrownBy(() -> read(changed)).withMessageContaining(why);
  }

  /** Returns an entry of the file; numbers and empty texts stand there as such. */
  private static String quoted(String entry) {
    String[] parts = entry.split(" :", 2);
    String value = parts[1].strip();
    return "\"%s\" : %s"
        .formatted(parts[0], value.matches("[-0-9.]+") ? value : "\"" + value + "\"");
  }

  private static String differences(Manifests some, Manifests others) {
    return String.join(
        "; ",
        some
            .differences(
                others.runs().stream().map(run -> Json.fields(run.configuration())).toList())
            .stream()
            .map(one -> one.onCommandLine())
            .toList());
  }

  /** They were shown so, whatever the model's video processor has. */
  @ParameterizedTest
  @CsvSource({
    "256, 4096, true",
    "64, 4096, false",
    "256, 576, false",
    "0, 0, true", // a model whose frames have bounds of their own
  })
  void framesOfVideosHadTheBoundsOfPictures(int least, int most, boolean same) throws IOException {
    Manifests former = read(text("sized"));

    String differences = differences(former, now(least, most, "min_pixels", "max_pixels"));

    assertThat(differences.isEmpty()).as(differences).isEqualTo(same);
    if (!same) {
      assertThat(differences)
          .contains(
              "-pixels of videos' frames was ",
              "an earlier version showed its videos within the bounds of pictures",
              "give --min-pixels 256 and --max-pixels 4096 to go on like that");
    }
  }

  /** Returns the sized run as this version records it. */
  private static Manifests now(int least, int most, String... left) throws IOException {
    String text = text("sized");
    ObjectNode run = Json.read(text, ObjectNode.class);
    ObjectNode configuration = (ObjectNode) run.get("configuration");
    configuration.putArray("left_to_model");
    configuration.put("frame_min_pixels", least).put("frame_max_pixels", most);
    List.of(left).forEach(configuration.withArray("left_to_model")::add);
    return read(run.toString());
  }

  @Test
  void whatTheFilesSayIsNotGivenToTheModel() throws IOException {
    RunConfiguration left =
        now(64, 576, "max_pixels", "image_aspect").runs().get(0).configuration();

    assertThat(left.bounds()).isEqualTo(new ImageBounds(256, 4096, 0));
    assertThat(left.givenBounds()).isEqualTo(new ImageBounds(256, 0, 0));
    assertThat(left.given().get(RunSetting.IMAGE_ASPECT)).isEqualTo(ImageAspect.AUTO);
    assertThat(left.frameBounds()).isEqualTo(new ImageBounds(64, 576, 0));
    RunConfiguration former = read(text("sized")).runs().get(0).configuration();
    assertThat(former.givenBounds()).as("as it was loaded").isEqualTo(former.bounds());
    assertThat(former.frameBounds()).isEqualTo(former.bounds());
    assertThat(read(text("local")).runs().get(0).configuration().frameBounds().isNone()).isTrue();
  }

  /** Bounds that are given count for frames, too; so they are others than the same of the files. */
  @Test
  void givenBoundsAreComparedWithThoseOfFrames() throws IOException {
    Manifests run = now(64, 4096, "min_pixels", "max_pixels");
    Map<String, Object> given = new HashMap<>(Map.of("model", run.models().get(0)));
    given.putAll(Map.of("protocol", "qwen2:4", "min_pixels", 256, "max_pixels", 4096));
    LeftToModel.addFrames(given);

    assertThat(run.differences(List.of(given)))
        .extracting(Wording::onCommandLine)
        .containsExactly("--min-pixels of videos' frames was 64, is now 256");
    given.put("min_pixels", 784);
    LeftToModel.addFrames(given);
    assertThat(run.differences(List.of(given)))
        .extracting(Wording::onCommandLine)
        .containsExactly("--min-pixels was 256, is now 784");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "left_to_model : [] | left_to_model : [\"limit\"] | which no model's files say",
        "frame_min_pixels : 64 | frame_min_pixels : 577 | the fewest are more than the most",
        "frame_max_pixels : 576 | frame_most : 576 | frame_max_pixels"
      })
  void whatIsLeftIsCheckedToo(String entry, String other, String why) throws IOException {
    String text = Json.line(now(64, 576).runs().get(0));
    String changed = text.replace(compact(entry), compact(other));
    assertThat(changed).isNotEqualTo(text);

    assertThatIllegalArgumentException().isThrownBy(() -> read(changed)).withMessageContaining(why);
  }

  private static String compact(String entry) {
    return '"' + entry.replace(" : ", "\":");
  }

  @Test
  void theServersOfAPairStandUnderTheirLabels() throws IOException {
    RunConfiguration pair = read(text("pair")).runs().get(0).configuration();

    assertThat(pair.endpoint()).isPresent();
    assertThat(pair.serversByMethod())
        .containsOnlyKeys("half", "again")
        .containsValue("openai:http://127.0.0.1:36845/v1#their/model");
  }
}
