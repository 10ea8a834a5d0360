package io.prumerge.checkpoint;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Checks the tensors of a checkpoint against its configuration: every tensor that LLaVA needs must
 * be present with its shape, and no other tensor.
 *
 * <p>The vision tower may lack the parts that neither the features nor PruMerge read:
 * post_layernorm and the encoder layers past both the deepest feature and the last layer's input.
 * PruMerge reads layer_norm1, q_proj and k_proj of the last layer, so these must be present.
 */
final class LlavaTensors {
  private static final Set<TensorType> WEIGHT_TYPES =
      EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16);

  private enum Need {
    ALWAYS,
    IF_PRESENT
  }

  private final LlavaConfig config;
  private final SortedMap<String, TensorEntry> unchecked;
  private final SortedMap<String, TensorEntry> checked = new TreeMap<>();

  private LlavaTensors(LlavaConfig config, Map<String, TensorEntry> tensors) {
    this.config = config;
    this.unchecked = new TreeMap<>(tensors);
  }

  /**
   * The same tensors under their canonical names, all checked.
   *
   * @param tensors canonical name -> entry as its file spells it
   */
  static SortedMap<String, TensorEntry> check(
      LlavaConfig config, Map<String, TensorEntry> tensors) {
    LlavaTensors check = new LlavaTensors(config, tensors);
    check.text();
    check.projector();
    check.vision();
    check.refuseUnknown();
    return check.checked;
  }

  private void text() {
    TextConfig text = config.text();
    long hidden = text.hiddenSize();
    long queries = (long) text.heads() * text.headDim();
    long keys = (long) text.kvHeads() * text.headDim();
    tensor(TensorNames.EMBEDDING, text.vocabSize(), hidden);
    for (int i = 0; i < text.layers(); i++) {
      String layer = TensorNames.TEXT + "layers." + i + ".";
      tensor(layer + "input_layernorm.weight", hidden);
      textLinear(layer + "self_attn.q_proj", queries, hidden, text.attentionBias());
      textLinear(layer + "self_attn.k_proj", keys, hidden, text.attentionBias());
      textLinear(layer + "self_attn.v_proj", keys, hidden, text.attentionBias());
      textLinear(layer + "self_attn.o_proj", hidden, queries, text.attentionBias());
      tensor(layer + "post_attention_layernorm.weight", hidden);
      textLinear(layer + "mlp.gate_proj", text.intermediateSize(), hidden, text.mlpBias());
      textLinear(layer + "mlp.up_proj", text.intermediateSize(), hidden, text.mlpBias());
      textLinear(layer + "mlp.down_proj", hidden, text.intermediateSize(), text.mlpBias());
    }
    tensor(TensorNames.TEXT + "norm.weight", hidden);
    if (!config.tied()) {
      tensor(TensorNames.HEAD, text.vocabSize(), hidden);
    }
  }

  private void projector() {
    long hidden = config.text().hiddenSize();
    textLinear(
        TensorNames.PROJECTOR + "linear_1", hidden, config.featureSize(), config.projectorBias());
    textLinear(TensorNames.PROJECTOR + "linear_2", hidden, hidden, config.projectorBias());
  }

  private void vision() {
    VisionConfig vision = config.vision();
    long width = vision.hiddenSize();
    String embeddings = TensorNames.VISION + "embeddings.";
    tensor(embeddings + "class_embedding", width);
    tensor(
        embeddings + "patch_embedding.weight",
        width,
        vision.channels(),
        vision.patchSize(),
        vision.patchSize());
    tensor(embeddings + "position_embedding.weight", vision.positions(), width);
    norm(TensorNames.VISION + "pre_layrnorm", width, Need.ALWAYS);
    int last = vision.layers() - 1;
    for (int i = 0; i <= last; i++) {
      String layer = TensorNames.VISION + "encoder.layers." + i + ".";
      Need rest = i < Math.max(config.featureDepth(), last) ? Need.ALWAYS : Need.IF_PRESENT;
      norm(layer + "layer_norm1", width, Need.ALWAYS);
      linear(layer + "self_attn.q_proj", width, width, Need.ALWAYS);
      linear(layer + "self_attn.k_proj", width, width, Need.ALWAYS);
      linear(layer + "self_attn.v_proj", width, width, rest);
      linear(layer + "self_attn.out_proj", width, width, rest);
      norm(layer + "layer_norm2", width, rest);
      linear(layer + "mlp.fc1", vision.intermediateSize(), width, rest);
      linear(layer + "mlp.fc2", width, vision.intermediateSize(), rest);
    }
    norm(TensorNames.VISION + "post_layernorm", width, Need.IF_PRESENT);
  }

  private void textLinear(String module, long out, long in, boolean bias) {
    tensor(module + ".weight", out, in);
    if (bias) {
      tensor(module + ".bias", out);
    }
  }

  private void linear(String module, long out, long in, Need need) {
    tensor(module + ".weight", need, out, in);
    tensor(module + ".bias", need, out);
  }

  private void norm(String module, long width, Need need) {
    tensor(module + ".weight", need, width);
    tensor(module + ".bias", need, width);
  }

  private void tensor(String name, long... shape) {
    tensor(name, Need.ALWAYS, shape);
  }

  private void tensor(String name, Need need, long... shape) {
    TensorEntry entry = unchecked.remove(name);
    if (entry == null) {
      if (need == Need.ALWAYS) {
        throw new CheckpointException(
            "tensor '" + name + "' of shape " + Arrays.toString(shape) + " is missing");
      }
      return;
    }
    List<Long> wanted = Arrays.stream(shape).boxed().toList();
    if (!entry.shape().equals(wanted)) {
      throw new CheckpointException(
          described(name, entry) + " must have shape " + wanted + " but has " + entry.shape());
    }
    if (!WEIGHT_TYPES.contains(entry.type())) {
      throw new CheckpointException(
          described(name, entry) + " has type " + entry.type() + "; weights may be F32, F16, BF16");
    }
    checked.put(name, entry.renamed(name));
  }

  private void refuseUnknown() {
    if (unchecked.isEmpty()) {
      return;
    }
    String first = unchecked.firstKey();
    String more = unchecked.size() == 1 ? "" : " (and " + (unchecked.size() - 1) + " more)";
    throw new CheckpointException(
        described(first, unchecked.get(first))
            + more
            + " has no place in the model that config.json describes");
  }

  private static String described(String name, TensorEntry entry) {
    String spelled = entry.name().equals(name) ? "" : "spelled '" + entry.name() + "' ";
    return "tensor '" + name + "' (" + spelled + "in " + entry.file().getFileName() + ")";
  }
}
