package io.prumerge.finetune;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is trained on.
 *
 * @param file a JSON array of rows in LLaVA's form
 * @param images the images' folder, then others that its links may lead to
 * @param limit rows to read at most; empty: all
 * @param skipBroken whether broken rows are left out; otherwise they prevent the training
 */
public record TrainingData(
    String file, List<String> images, OptionalLong limit, boolean skipBroken) {

  public TrainingData {
    images = List.copyOf(OptionChecks.requireSome(Setting.IMAGES, images));
  }
}
