package io.prumerge.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.checkpoint.SafetensorsStart;
import io.prumerge.torch.Precision;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes an adapter as peft does (0.21.2, {@code config.py}, {@code utils/save_and_load.py}), with
 * the module names of transformers' LLaVA from 4.52 on.
 */
final class AdapterFolder {

  private static final String PREFIX = "base_model.model.model.";

  /** Modules of the decoder's layers, whole names: the tower has a q_proj too. */
  private static final String TARGETS =
      ".*language_model\\.layers\\.\\d+\\.(self_attn|mlp)\\."
          + "(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)";

  private AdapterFolder() {}

  static void write(
      Path folder,
      String base,
      LoraSettings lora,
      TrainedLayout layout,
      TrainedVector values,
      Precision type)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("adapter_config.json"), config(base, lora));
    SortedMap<String, TrainedTensor> tensors = new TreeMap<>();
    Stream.concat(layout.adapter().stream(), layout.connector().stream())
        .forEach(place -> tensors.put(name(place.name()), place));
    SortedMap<String, List<Long>> shapes = new TreeMap<>();
    tensors.forEach((name, place) -> shapes.put(name, place.shape()));
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(folder.resolve("adapter_model.safetensors")))) {
      out.write(SafetensorsStart.of(shapes, type.stored()));
      for (TrainedTensor place : tensors.values()) {
        out.write(values.stored(place.start(), place.end(), type));
      }
    }
  }

  /** Returns a canonical name as the model in memory has it, after peft's own prefix. */
  private static String name(String canonical) {
    return PREFIX + canonical.replaceFirst("^language_model\\.model\\.", "language_model.");
  }

  private static String config(String base, LoraSettings lora) {
    ObjectNode config = new ObjectMapper().createObjectNode();
    config
        .put("peft_type", "LORA")
        .put("base_model_name_or_path", base)
        .put("r", lora.rank())
        .put("lora_dropout", lora.dropout())
        .put("target_modules", TARGETS)
        .put("bias", "none")
        .put("use_rslora", false)
        .put("use_dora", false)
        .put("fan_in_fan_out", false)
        .put("init_lora_weights", true)
        .put("inference_mode", true)
        .putNull("task_type");
    if (lora.alpha() == Math.rint(lora.alpha()) && lora.alpha() < Integer.MAX_VALUE) {
      config.put("lora_alpha", (int) lora.alpha());
    } else {
      config.put("lora_alpha", lora.alpha());
    }
    if (lora.connector()) {
      config.putArray("modules_to_save").add("multi_modal_projector");
    } else {
      config.putNull("modules_to_save");
    }
    return config.toPrettyString() + "\n";
  }
}
