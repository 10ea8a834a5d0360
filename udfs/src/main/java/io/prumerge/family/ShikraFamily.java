package io.prumerge.family;

import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.OneLinearLayer;
import io.prumerge.config.Settings;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.text.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Shikra (shikras/shikra ff79a4c): LLaVA with one linear layer, and a token for the image among the
 * tokenizer's.
 */
public final class ShikraFamily implements Family {

  private static final String NAME = OriginalConfig.SHIKRA;
  private static final String IMAGE = "<im_patch>";

  @Override
  public List<ModelType> models() {
    return List.of(
        new ModelType(
            NAME,
            "Shikra",
            "its own, with CLIP-L/14 of 224 pixels next to it as LLaVA's",
            "one view, padded with white",
            List.of("shikra")));
  }

  @Override
  public LlavaConfig config(Settings root) {
    return LlavaFamily.config(root, vision -> family(root));
  }

  /**
   * Returns the family of shikras/shikra ff79a4c, {@code ShikraConvProcess} and {@code
   * Expand2square}.
   */
  private static ModelFamily family(Settings root) {
    boolean ends = root.flag(OriginalConfig.START_AND_END, true);
    return ModelFamily.builder(NAME, new OneLinearLayer())
        .imageText(ends ? "<im_start>" + IMAGE + "<im_end>" : IMAGE)
        .build();
  }

  /** Returns CLIP's, which pads with white instead of the mean colour. */
  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    return new ImageProcessors(
        ClipPreprocessor.onWhite(PreprocessorFile.read(folder, LlavaFamily.PROCESSORS), aspect));
  }

  /** Returns padding, as its own evaluation does. */
  @Override
  public ImageAspect imageAspect(LlavaConfig config, Settings root, Path folder) {
    return ImageAspect.PAD;
  }

  @Override
  public Optional<SplitLayout> split(Settings root) {
    return OriginalConfig.type(root)
        .filter(NAME::equals)
        .map(
            type ->
                new OriginalLayout(
                    root, OptionalInt.empty(), folder -> OptionalInt.of(imagePatch(folder))));
  }

  // Shikra's is one of the tokens that were added to Llama's.
  private static int imagePatch(Path folder) {
    Path file = folder.resolve(TokenizerFiles.ADDED);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          "it has no " + TokenizerFiles.ADDED + ", which says the id of Shikra's token " + IMAGE);
    }
    Settings added = JsonFile.read(file);
    OptionalInt id = added.integer(IMAGE);
    if (id.isEmpty()) {
      throw added.error(IMAGE, "is missing; it stands for an image");
    }
    return id.getAsInt();
  }

  @Override
  public List<TowerKind> towers() {
    return List.of(ClipKind.CLIP);
  }

  @Override
  public TensorNames names(Settings root) {
    return new LlavaNames();
  }
}
