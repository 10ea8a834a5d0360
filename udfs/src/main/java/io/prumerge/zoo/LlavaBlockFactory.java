package io.prumerge.zoo;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.TimeRule;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.model.LlavaModel;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.service.PlainNumber;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a LLaVA folder as a DJL block. Arguments: {@code adapter} and {@code tower} (folders of a
 * {@link ModelFolders}; default none), {@code dtype} (fp32, bf16, fp16; default fp32), {@code
 * quantize} (none, int8; default none), {@code minPixels}, {@code maxPixels} and {@code square} (as
 * {@link ImageBounds}; default 0), {@code mrope} (a {@link TimeRule}; default transformers'),
 * {@code method} (a reduction method, default {@code none}), {@code maxNewTokens} (default: the
 * checkpoint's).
 */
public final class LlavaBlockFactory implements BlockFactory {

  private static final long serialVersionUID = 1L;

  @Override
  public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
    Precision precision = choice(arguments, "dtype", Precision.FP32);
    Quantization quantization = choice(arguments, "quantize", Quantization.NONE);
    TokenReducer method =
        TokenReducers.of(MethodSpec.parseKnown(argument(arguments, "method", "none")));
    if (method.picture().isPresent()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot use method '%s' in a DJL block: it makes the picture smaller, and a block"
                  + " gets pixels; use LlavaPredictor",
              method.spec()));
    }
    if (method.pixels().isPresent()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot use method '%s' in a DJL block: it chooses by the picture's bytes, and a"
                  + " block gets their values; use LlavaPredictor",
              method.spec()));
    }
    if (method.perQuestion()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot use method '%s' in a DJL block: it looks at the question's text, and a block"
                  + " gets token ids; use LlavaPredictor",
              method.spec()));
    }
    int maxNewTokens = number(arguments, "maxNewTokens");
    NDManager manager = model.getNDManager();
    Checkpoint checkpoint =
        Checkpoint.open(
                new ModelFolders(
                    modelPath, folder(arguments, "adapter"), folder(arguments, "tower")))
            .within(
                new ImageBounds(
                    number(arguments, "minPixels"),
                    number(arguments, "maxPixels"),
                    number(arguments, "square")))
            .timed(choice(arguments, "mrope", TimeRule.TRANSFORMERS));
    LlavaModel llava = LlavaModel.load(checkpoint, manager.getDevice(), precision, quantization);
    manager.attachInternal("llava", llava); // closed with the DJL model
    return new LlavaBlock(llava, method, maxNewTokens);
  }

  private static Optional<Path> folder(Map<String, ?> arguments, String name) {
    return Optional.of(argument(arguments, name, "")).filter(text -> !text.isEmpty()).map(Path::of);
  }

  private static int number(Map<String, ?> arguments, String name) {
    return PlainNumber.integer(argument(arguments, name, "0"));
  }

  /** Returns the constant that an argument names, whatever its case. */
  static <E extends Enum<E>> E choice(Map<String, ?> arguments, String name, E otherwise) {
    return Enum.valueOf(
        otherwise.getDeclaringClass(),
        argument(arguments, name, otherwise.name()).toUpperCase(Locale.ROOT));
  }

  static String argument(Map<String, ?> arguments, String name, String otherwise) {
    Object value = arguments.get(name);
    return value == null ? otherwise : value.toString();
  }
}
