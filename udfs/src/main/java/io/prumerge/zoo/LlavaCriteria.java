package io.prumerge.zoo;

import ai.djl.Device;
import ai.djl.repository.zoo.Criteria;
import io.prumerge.checkpoint.ModelFolders;
import java.nio.file.Path;
import java.util.Map;

/**
 * How a LLaVA folder is asked for in DJL's model zoo.
 *
 * @param model its folders
 * @param settings arguments of {@link LlavaBlockFactory} and {@link LlavaTranslatorFactory} by
 *     their names; where one is absent, a file of the folder may set it
 */
public record LlavaCriteria(ModelFolders model, Map<String, ?> settings) {

  /**
   * Returns the criteria on one device; factories are given as objects, so no class is searched
   * for.
   */
  public Criteria<LlavaInput, String> on(Device device) {
    Criteria.Builder<LlavaInput, String> criteria =
        Criteria.builder()
            .setTypes(LlavaInput.class, String.class)
            .optEngine("PyTorch")
            .optDevice(device)
            // As a path, a folder with a comma in its name would be two.
            .optModelUrls(model.base().toUri().toString().replace(",", "%2C"))
            // The block brings its weights; DJL is not to look for a parameter file of its own.
            .optOption("hasParameter", "false")
            .optArgument("blockFactory", new LlavaBlockFactory())
            .optArgument("adapter", model.adapter().map(Path::toString).orElse(""))
            .optArgument("tower", model.tower().map(Path::toString).orElse(""))
            .optTranslatorFactory(new LlavaTranslatorFactory());
    settings.forEach(criteria::optArgument);
    return criteria.build();
  }
}
