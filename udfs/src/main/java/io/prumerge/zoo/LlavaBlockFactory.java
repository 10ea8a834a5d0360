package io.prumerge.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.lang.Text;
import io.prumerge.model.LlavaModel;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a LLaVA folder as a DJL block. Arguments: those of {@link LoadSettings}, of which {@code
 * dtype} is fp32 by default and DJL itself gives the device; {@code adapter} and {@code tower}
 * (folders of a {@link ModelFolders}; default none), {@code method} (a reduction method, default
 * {@code none}), {@code maxNewTokens} (default: the checkpoint's).
 */
public final class LlavaBlockFactory implements BlockFactory {

  private static final long serialVersionUID = 1L;

  private static final LoadSettings BY_DEFAULT =
      LoadSettings.DEFAULT.with(LoadSettings.DTYPE, DtypeChoice.FP32);

  private static final TypedSetting<Integer> MAX_NEW_TOKENS =
      TypedSetting.number(
          "maxNewTokens",
          "tokens",
          0,
          Integer.MAX_VALUE,
          "Most new tokens; 0: the checkpoint's own");

  @Override
  public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
    LoadSettings settings = BY_DEFAULT.given(arguments);
    TokenReducer method =
        TokenReducers.of(MethodSpec.parseKnown(argument(arguments, "method", "none")));
    if (method.picture().isPresent()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use method '%s' in a DJL block: it makes the picture smaller, and a block"
                  + " gets pixels; use LlavaPredictor",
              method.spec()));
    }
    if (method.pixels().isPresent()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use method '%s' in a DJL block: it chooses by the picture's bytes, and a"
                  + " block gets their values; use LlavaPredictor",
              method.spec()));
    }
    if (method.perQuestion()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use method '%s' in a DJL block: it looks at the question's text, and a block"
                  + " gets token ids; use LlavaPredictor",
              method.spec()));
    }
    int maxNewTokens =
        MAX_NEW_TOKENS.read(MAX_NEW_TOKENS.name(), argument(arguments, MAX_NEW_TOKENS.name(), "0"));
    NDManager manager = model.getNDManager();
    Device device = manager.getDevice();
    Checkpoint checkpoint =
        Checkpoint.open(
                new ModelFolders(
                    modelPath, folder(arguments, "adapter"), folder(arguments, "tower")))
            .seeing(settings::seen);
    Precision precision =
        Devices.precision(settings.get(LoadSettings.DTYPE), device, checkpoint::weightType);
    LlavaModel llava =
        LlavaModel.load(checkpoint, device, precision, settings.get(LoadSettings.QUANTIZE));
    manager.attachInternal("llava", llava); // closed with the DJL model
    return new LlavaBlock(llava, method, maxNewTokens);
  }

  private static Optional<Path> folder(Map<String, ?> arguments, String name) {
    return Optional.of(argument(arguments, name, "")).filter(text -> !text.isEmpty()).map(Path::of);
  }

  static String argument(Map<String, ?> arguments, String name, String otherwise) {
    Object value = arguments.get(name);
    return value == null ? otherwise : value.toString();
  }
}
