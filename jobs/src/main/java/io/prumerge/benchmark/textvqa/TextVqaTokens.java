package io.prumerge.benchmark.textvqa;

import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The tokens that an OCR system read in TextVQA's images. */
final class TextVqaTokens {

  private final String file;
  private final Map<String, List<String>> byImage = new HashMap<>();

  private TextVqaTokens(String file) {
    this.file = file;
  }

  static TextVqaTokens read(Path file, Configuration hadoop) throws IOException {
    TextVqaTokens tokens = new TextVqaTokens(file.getName());
    JsonItems.arrayIn(
        file,
        "data",
        hadoop,
        line -> tokens.byImage.put(line.id("image_id").asText(), line.texts("ocr_tokens")));
    return tokens;
  }

  /** The tokens read in the image of the question in {@code line}. */
  List<String> of(String image, JsonLine line) {
    List<String> tokens = byImage.get(image);
    if (tokens == null) {
      throw line.error(String.format(Locale.ROOT, "%s says nothing about image %s", file, image));
    }
    return tokens;
  }
}
