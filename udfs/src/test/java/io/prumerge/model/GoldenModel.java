package io.prumerge.model;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;

/** One golden checkpoint loaded in fp32, and what the reference said about it. */
public final class GoldenModel implements AutoCloseable {

  static final List<String> MODES = List.of("none", "prumerge", "prumerge+");
  private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
  private static final float[] STD = {0.26862954f, 0.26130258f, 0.27577711f};

  final String name;
  public final LlavaModel model;
  final JsonNode golden;

  public GoldenModel(String name, Precision precision) throws IOException {
    this.name = name;
    this.golden = Goldens.json("model/" + name + ".json");
    this.model =
        LlavaModel.load(
            Checkpoint.open(Goldens.path("checkpoints/" + name)), Device.cpu(), precision);
  }

  GreedyDecoding decoding(StopTokens stop) {
    return new GreedyDecoding(model.greedy(stop), model.limits(1));
  }

  /** Answers a group's first question. */
  static int[] greedy(LlavaModel model, PromptGroup group) {
    StopTokens stop = new StopTokens(model.checkpoint().generation().eosTokenIds());
    return new GreedyDecoding(model.greedy(stop), model.limits(1))
        .generate(List.of(group))
        .get(0)
        .get(0)
        .ids();
  }

  List<JsonNode> list(String field) {
    return StreamSupport.stream(golden.get(field).spliterator(), false).toList();
  }

  JsonNode input(String input) {
    return list("inputs").stream()
        .filter(node -> node.get("name").asText().equals(input))
        .findFirst()
        .orElseThrow();
  }

  public float[] tensor(String key) throws IOException {
    return Goldens.floats("model/" + name + ".safetensors", key);
  }

  public EncodedView encode(String input) throws IOException {
    return model
        .vision()
        .encode(List.of(new PreparedView(pixels(input), new byte[32])), TowerDepth.SCORES)
        .get(0);
  }

  /** Normalised as the slow processor does: double product, float32 difference and quotient. */
  public float[] pixels(String input) throws IOException {
    byte[] bytes = Goldens.bytes("model/" + name + ".safetensors", input + "/pixels");
    float[] pixels = new float[bytes.length];
    int plane = bytes.length / 3;
    for (int i = 0; i < pixels.length; i++) {
      float scaled = (float) ((bytes[i] & 0xff) * 0.00392156862745098);
      pixels[i] = (scaled - MEAN[i / plane]) / STD[i / plane];
    }
    return pixels;
  }

  public ProjectedTokens project(String input, String mode) throws IOException {
    try (EncodedView image = encode(input);
        Reduction reduction = TokenReducers.of(MethodSpec.parse(mode)).reduce(image)) {
      return model.projector().project(reduction);
    }
  }

  /** A prompt group of cases that ask about one input. */
  static PromptGroup group(List<JsonNode> cases, ProjectedTokens visual, int maxNewTokens) {
    int slot = cases.get(0).get("image_slot").asInt();
    List<int[]> suffixes = new ArrayList<>();
    List<GenerationLimits> limits = new ArrayList<>();
    for (JsonNode one : cases) {
      int[] ids = Goldens.ints(one.get("ids"));
      suffixes.add(Arrays.copyOfRange(ids, slot + 1, ids.length));
      limits.add(new GenerationLimits(maxNewTokens, 0));
    }
    int[] prefix = Arrays.copyOf(Goldens.ints(cases.get(0).get("ids")), slot + 1);
    return new PromptGroup(prefix, slot, visual, suffixes, limits);
  }

  /** How many leading ids may be compared: up to the first margin below 1e-3. */
  static int comparable(JsonNode margins) {
    int steps = 0;
    while (steps < margins.size() && margins.get(steps).asDouble() >= 1e-3) {
      steps++;
    }
    return steps;
  }

  @Override
  public void close() {
    model.close();
  }
}
