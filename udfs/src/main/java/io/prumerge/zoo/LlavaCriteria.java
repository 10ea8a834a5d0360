package io.prumerge.zoo;

import ai.djl.Device;
import ai.djl.repository.zoo.Criteria;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.TimeRule;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageBounds;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import java.nio.file.Path;

/**
 * How a LLaVA folder is asked for in DJL's model zoo.
 *
 * @param model its folders
 * @param precision arithmetic of the forward pass
 * @param quantization of the decoder's products
 * @param imageAspect pad or crop
 * @param bounds of pictures that keep their own size
 * @param mrope how the times of a video's views become whole numbers
 * @param template conversation template's name
 */
public record LlavaCriteria(
    ModelFolders model,
    Precision precision,
    Quantization quantization,
    ImageAspect imageAspect,
    ImageBounds bounds,
    TimeRule mrope,
    String template) {

  /**
   * Returns the criteria on one device; factories are given as objects, so no class is searched
   * for.
   */
  public Criteria<LlavaInput, String> on(Device device) {
    return Criteria.builder()
        .setTypes(LlavaInput.class, String.class)
        .optEngine("PyTorch")
        .optDevice(device)
        // As a path, a folder with a comma in its name would be two.
        .optModelUrls(model.base().toUri().toString().replace(",", "%2C"))
        // The block brings its weights; DJL is not to look for a parameter file of its own.
        .optOption("hasParameter", "false")
        .optArgument("blockFactory", new LlavaBlockFactory())
        .optArgument("dtype", precision.label())
        .optArgument("quantize", quantization.label())
        .optArgument("imageAspect", imageAspect.name())
        .optArgument("minPixels", bounds.minPixels())
        .optArgument("maxPixels", bounds.maxPixels())
        .optArgument("square", bounds.square())
        .optArgument("mrope", mrope.name())
        .optArgument("conversation", template)
        .optArgument("adapter", model.adapter().map(Path::toString).orElse(""))
        .optArgument("tower", model.tower().map(Path::toString).orElse(""))
        .optTranslatorFactory(new LlavaTranslatorFactory())
        .build();
  }
}
