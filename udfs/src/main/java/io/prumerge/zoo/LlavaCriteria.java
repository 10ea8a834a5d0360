package io.prumerge.zoo;

import ai.djl.Device;
import ai.djl.repository.zoo.Criteria;
import io.prumerge.image.ImageAspect;
import io.prumerge.model.Precision;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a LLaVA folder is asked for in DJL's model zoo.
 *
 * @param folder Hugging Face checkpoint folder
 * @param precision arithmetic of the forward pass
 * @param imageAspect pad or crop
 * @param template conversation template's name
 * @param cache folder of this host for converted weights; empty: they are converted in memory
 */
public record LlavaCriteria(
    Path folder,
    Precision precision,
    ImageAspect imageAspect,
    String template,
    Optional<Path> cache) {

  /** The criteria on one device; factories are given as objects, so no class is searched for. */
  public Criteria<LlavaInput, String> on(Device device) {
    return Criteria.builder()
        .setTypes(LlavaInput.class, String.class)
        .optEngine("PyTorch")
        .optDevice(device)
        .optModelPath(folder)
        // The block brings its weights; DJL is not to look for a parameter file of its own.
        .optOption("hasParameter", "false")
        .optArgument("blockFactory", new LlavaBlockFactory())
        .optArgument("dtype", precision.label())
        .optArgument("imageAspect", imageAspect.name())
        .optArgument("conversation", template)
        .optArgument("cacheDir", cache.map(Path::toString).orElse(""))
        .optTranslatorFactory(new LlavaTranslatorFactory())
        .build();
  }
}
