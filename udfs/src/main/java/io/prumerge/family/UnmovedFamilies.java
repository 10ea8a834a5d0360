package io.prumerge.family;

import io.prumerge.config.ConfigReader;
import io.prumerge.config.FamilyReader;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
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
  public TensorNames names(Settings root) {
    return new TensorNames() {
      @Override
      public Optional<String> canonical(String spelling) {
        return Spellings.of(root).apply(spelling);
      }
    };
  }
}
