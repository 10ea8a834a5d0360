package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.LlavaConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.size.Tiling;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerFiles;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of tokenizer, image processor and processor that a model in LLaVA's own layout gets
 * in Hugging Face's: what transformers' conversion writes (transformers 4.57.1, {@code
 * convert_llava_weights_to_hf.py}), except that the image processor pads where LLaVA's setting says
 * so.
 */
final class OriginalFiles {

  private static final String TOKENIZER = "tokenizer_config.json";
  private static final String PROCESSOR = "processor_class";

  private OriginalFiles() {}

  /**
   * Returns the files by name.
   *
   * @param config the model's config.json
   */
  static Map<String, JsonNode> of(SideFolders folders, LlavaConfig model, ObjectNode config) {
    Optional<Tiling> tiling = model.family().tiling();
    String processor = tiling.isPresent() ? "LlavaNextProcessor" : "LlavaProcessor";
    return Map.of(
        TOKENIZER,
        tokenizer(
            SideFolders.object(folders.tokenizer().resolve(TOKENIZER)),
            model.imageTokenId(),
            processor),
        PreprocessorFile.FILE,
        images(SideFolders.object(folders.images().resolve(PreprocessorFile.FILE)), config, tiling)
            .put(PROCESSOR, processor),
        PreprocessorFile.NESTING_FILE,
        JsonNodeFactory.instance
            .objectNode()
            .put(PROCESSOR, processor)
            .put("image_token", ConversationTemplate.IMAGE_TOKEN)
            .put("num_additional_image_tokens", 1)
            .put("patch_size", model.vision().patchSize())
            .put(
                "vision_feature_select_strategy",
                model.selection().positions() == FeatureSelect.FULL ? "full" : "default"));
  }

  private static ObjectNode tokenizer(ObjectNode config, int image, String processor) {
    if (!config.has("tokenizer_class")) {
      config.put("tokenizer_class", "LlamaTokenizer");
    }
    config.put(PROCESSOR, processor);
    config.put("pad_token", TokenizerFiles.PAD);
    config.remove("sp_model_kwargs"); // of SentencePiece, which is no longer asked
    ObjectNode decoder =
        config.get("added_tokens_decoder") instanceof ObjectNode tokens
            ? tokens
            : config.putObject("added_tokens_decoder");
    decoder.set(Integer.toString(image), token(ConversationTemplate.IMAGE_TOKEN));
    decoder.set(Integer.toString(image + 1), token(TokenizerFiles.PAD));
    return config;
  }

  private static ObjectNode token(String text) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("content", text)
        .put("lstrip", false)
        .put("normalized", false)
        .put("rstrip", false)
        .put("single_word", false)
        .put("special", true);
  }

  private static ObjectNode images(ObjectNode images, ObjectNode config, Optional<Tiling> tiling) {
    if (tiling.isPresent()) {
      images.remove(PreprocessorFile.OLDER_TYPE);
      images.put(PreprocessorFile.TYPE, LlavaFamily.NEXT_IMAGES);
      ArrayNode grids = images.putArray(OriginalConfig.GRIDS);
      tiling
          .get()
          .resolutions()
          .forEach(size -> grids.addArray().add(size.height()).add(size.width()));
    } else if (config.path(OriginalConfig.ASPECT).asText().equals("pad")) {
      images.remove(PreprocessorFile.OLDER_TYPE);
      images.put(PreprocessorFile.TYPE, LlavaFamily.IMAGES).put("do_pad", true);
    }
    return images;
  }
}
