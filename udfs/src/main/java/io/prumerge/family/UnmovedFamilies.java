package io.prumerge.family;

import io.prumerge.config.ConfigReader;
import io.prumerge.config.FamilyReader;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.GenerationReader;
import io.prumerge.config.InternChatConfig;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.image.PreprocessorConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The families that are still spread over other packages. */
public final class UnmovedFamilies implements Family {

  @Override
  public List<ModelType> models() {
    return FamilyReader.families().stream()
        .map(known -> new ModelType(known.name(), known.models(), known.layouts(), known.image()))
        .toList();
  }

  @Override
  public LlavaConfig config(Settings root) {
    return ConfigReader.read(root);
  }

  @Override
  public LlavaConfig pictures(LlavaConfig config, Settings root, Path folder) {
    return FamilyReader.isInternVl(root) && !InternChatConfig.isTranslated(root)
        ? PreprocessorConfig.read(folder).tiles().map(config::within).orElse(config)
        : config;
  }

  @Override
  public GenerationDefaults generation(Path folder, Settings root) {
    return GenerationReader.read(folder, root);
  }

  @Override
  public TensorNames names(Settings root) {
    return new TensorNames() {
      @Override
      public Optional<String> canonical(String spelling) {
        return Spellings.of(root).apply(spelling);
      }

      @Override
      public List<String> parts(String canonical) {
        return FamilyReader.isInternVl(root) ? Spellings.internParts(canonical) : List.of();
      }
    };
  }
}
