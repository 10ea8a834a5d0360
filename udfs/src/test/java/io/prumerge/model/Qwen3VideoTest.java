package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.family.Families;
import io.prumerge.image.FramePair;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewPixels;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.SmallPixels;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Qwen3-VL and its frames, made and asked outside this repository. Its weights are torch's normal
 * numbers after a seed, and so made here again; four frames, the last of which is the first one's
 * copy.
 */
@Tag("model")
class Qwen3VideoTest {

  private static final String FOLDER = "qwen3-video/made";
  private static final int SEED = 3;
  private static final int[] FRAMES = {1, 2, 3, 1};
  private static final int VIDEO = 151;

  @TempDir private static Path folder;

  @BeforeAll
  static void makeWeights() throws IOException {
    for (String file : List.of("config.json", "preprocessor_config.json")) {
      Files.copy(Goldens.path(FOLDER + "/" + file), folder.resolve(file));
    }
    TorchRuntime.open().close();
    Engine torch = Engine.getEngine("PyTorch");
    torch.setRandomSeed(SEED);
    ObjectNode header = new ObjectMapper().createObjectNode();
    List<float[]> tensors = new ArrayList<>();
    int offset = 0;
    try (NDManager numbers = torch.newBaseManager(Device.cpu())) {
      for (Map.Entry<String, JsonNode> one : Goldens.json(FOLDER + "/shapes.json").properties()) {
        int[] shape = Goldens.ints(one.getValue());
        float[] values =
            values(
                one.getKey(),
                shape,
                numbers
                    .randomNormal(new Shape(IntStream.of(shape).asLongStream().toArray()))
                    .toFloatArray());
        ObjectNode tensor = header.putObject(one.getKey()).put("dtype", "F32");
        tensor.set("shape", one.getValue());
        tensor.putArray("data_offsets").add(offset).add(offset + Float.BYTES * values.length);
        offset += Float.BYTES * values.length;
        tensors.add(values);
      }
    }
    byte[] head = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + head.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(head.length).put(head);
    tensors.forEach(
        values -> {
          for (float value : values) {
            file.putFloat(value);
          }
        });
    Files.write(folder.resolve("model.safetensors"), file.array());
  }

  // Of a parameter, by the rule of the vectors' make/golden_video_models.py.
  private static float[] values(String name, int[] shape, float[] normal) {
    boolean norm = name.toLowerCase(Locale.ROOT).contains("norm") && name.endsWith("weight");
    float scale =
        shape.length > 1 ? (float) (0.6 / Math.sqrt(shape[shape.length - 1])) : norm ? 0.1f : 0.05f;
    float mean = shape.length == 1 && norm ? 1 : 0;
    float[] values = new float[normal.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = mean + scale * normal[i];
    }
    return values;
  }

  @Test
  void isTheReferences() throws IOException, ImageException {
    JsonNode said = Goldens.json(FOLDER + "/said.json");
    Checkpoint checkpoint = Checkpoint.open(folder);
    TokenReducer none = TokenReducers.of(MethodSpec.NONE);
    PreparedImages prepared = prepared(checkpoint.config());
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        EncodedImages encoded =
            model.encode(List.of(prepared), TowerDepth.of(List.of(none)), 1).get(0);
        ReducedImages all = encoded.reduce(none);
        ProjectedTokens projected = model.project(all)) {
      int width = said.get("video_feature_shape").get(1).asInt();
      float[] rows = model.floats(projected.rows()); // and those of the levels behind each
      int stride = rows.length / all.tokens();
      float[] first = Goldens.floats(said.get("video_feature_first"));
      ModelGoldenTest.assertClose(Arrays.copyOf(rows, first.length), first, "features");
      double sum =
          IntStream.range(0, rows.length)
              .filter(i -> i % stride < width)
              .mapToDouble(i -> rows[i])
              .sum();
      assertThat(sum).isCloseTo(said.get("video_feature_sum").asDouble(), within(1e-3));
      PromptGroup group =
          group(Goldens.ints(said.get("ids")), new VisualRows(projected, all.positions()));
      ModelGoldenTest.assertClose(
          model.logits(group), Goldens.floats(said.get("last_logits")), "logits");
      assertThat(GoldenModel.greedy(model, group))
          .containsExactly(Goldens.ints(said.get("greedy")));
    }
  }

  private static PreparedImages prepared(LlavaConfig config) throws IOException, ImageException {
    VideoProcessor processor =
        Families.named(config.family().name()).videoProcessor(config, folder).orElseThrow();
    ViewGrid grid =
        config.family().video().orElseThrow().grid(100, 70, FRAMES.length, FrameTimes.UNKNOWN);
    List<PixelBytes> frames = new ArrayList<>();
    for (int frame : FRAMES) {
      byte[] png = Files.readAllBytes(Goldens.path(FOLDER + "/frame-" + frame + "-of-4.png"));
      frames.add(processor.bytes(ImageDecoder.decode(png, ImageLimits.DEFAULT), grid));
    }
    List<ViewPixels> pairs =
        List.of(
            FramePair.of(frames.get(0), frames.get(1)), FramePair.of(frames.get(2), frames.get(3)));
    return PreparedImages.ofViews(pairs, grid, new byte[32], view -> SmallPixels.NONE);
  }

  // With the token once in each view's place.
  private static PromptGroup group(int[] expanded, VisualRows rows) {
    int[] ids =
        IntStream.range(0, expanded.length)
            .filter(i -> expanded[i] != VIDEO || expanded[i - 1] != VIDEO)
            .map(i -> expanded[i])
            .toArray();
    int[] slots = IntStream.range(0, ids.length).filter(i -> ids[i] == VIDEO).toArray();
    int last = slots[slots.length - 1];
    return new PromptGroup(
        Arrays.copyOf(ids, last + 1),
        slots[0],
        slots,
        rows,
        List.of(),
        Optional.empty(),
        List.of(Arrays.copyOfRange(ids, last + 1, ids.length)),
        List.of(new GenerationLimits(8, 0)));
  }
}
