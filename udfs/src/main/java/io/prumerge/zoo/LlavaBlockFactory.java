package io.prumerge.zoo;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.WeightCache;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.Precision;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Loads a Hugging Face LLaVA folder as a DJL block. Arguments: {@code dtype} (fp32, bf16, fp16;
 * default fp32), {@code method} (a reduction method, default {@code none}), {@code maxNewTokens}
 * (default: the checkpoint's), {@code cacheDir} (folder for weights converted to {@code dtype},
 * default: none is kept).
 */
public final class LlavaBlockFactory implements BlockFactory {

  private static final long serialVersionUID = 1L;

  @Override
  public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
    Precision precision =
        Precision.valueOf(argument(arguments, "dtype", "fp32").toUpperCase(Locale.ROOT));
    MethodSpec method = MethodSpec.parse(argument(arguments, "method", "none"));
    int maxNewTokens = Integer.parseInt(argument(arguments, "maxNewTokens", "0"));
    NDManager manager = model.getNDManager();
    Checkpoint checkpoint = Checkpoint.open(modelPath);
    String cache = argument(arguments, "cacheDir", "");
    // Only the CPU computes with weights where they are mapped; a GPU has its own copy anyway.
    if (!cache.isEmpty() && !manager.getDevice().isGpu()) {
      checkpoint = new WeightCache(Path.of(cache)).converted(checkpoint, precision.stored());
    }
    LlavaModel llava = LlavaModel.load(checkpoint, manager.getDevice(), precision);
    manager.attachInternal("llava", llava); // closed with the DJL model
    return new LlavaBlock(llava, TokenReducers.of(method), maxNewTokens);
  }

  static String argument(Map<String, ?> arguments, String name, String otherwise) {
    Object value = arguments.get(name);
    return value == null ? otherwise : value.toString();
  }
}
