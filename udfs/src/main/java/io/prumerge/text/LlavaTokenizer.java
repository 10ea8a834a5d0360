package io.prumerge.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A checkpoint's {@code tokenizer.json}, applied as it is by the Hugging Face tokenizers library,
 * never truncating or padding. Several threads may encode and decode at once; close it when none
 * does any more.
 */
public final class LlavaTokenizer implements AutoCloseable {
  private static final String FILE = "tokenizer.json";

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerConfig.Template template;
  private final int[] before;
  private final int[] after;

  private LlavaTokenizer(
      HuggingFaceTokenizer tokenizer,
      TokenizerConfig.Template template,
      int[] before,
      int[] after) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.before = before;
    this.after = after;
  }

  /** Reads the tokenizer of a model folder, or throws a {@link TokenizerException}. */
  public static LlavaTokenizer load(Path modelFolder) {
    TokenizerConfig config = TokenizerConfig.read(modelFolder);
    HuggingFaceTokenizer tokenizer = open(modelFolder);
    try {
      return switch (config.template()) {
        case TOKENIZER_JSON ->
            new LlavaTokenizer(tokenizer, config.template(), new int[0], new int[0]);
        case FLAGS ->
            new LlavaTokenizer(
                tokenizer,
                config.template(),
                config.addBos() ? single(tokenizer, config.bosToken()) : new int[0],
                config.addEos() ? single(tokenizer, config.eosToken()) : new int[0]);
      };
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static HuggingFaceTokenizer open(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      boolean sentencePiece = Files.exists(folder.resolve("tokenizer.model"));
      throw new TokenizerException(
          "Cannot load the tokenizer of "
              + folder
              + (sentencePiece
                  ? ": it has only tokenizer.model; let transformers write tokenizer.json with"
                      + " AutoTokenizer.from_pretrained(folder, use_fast=True).save_pretrained(folder)"
                  : ": it has no " + FILE));
    }
    // DJL would otherwise look for a CUDA build of the library to download, and report home.
    System.setProperty("ai.djl.offline", "true");
    try (InputStream json = Files.newInputStream(file)) {
      return HuggingFaceTokenizer.newInstance(
          json, Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException("Cannot load " + file + ": " + e.getMessage(), e);
    }
  }

  private static int[] single(HuggingFaceTokenizer tokenizer, String token) {
    int[] ids = ints(tokenizer.encode(token, false, false).getIds());
    if (ids.length != 1) {
      throw new TokenizerException(
          "tokenizer_config.json adds '"
              + token
              + "' to every text, but tokenizer.json encodes it as "
              + Arrays.toString(ids)
              + " instead of one token");
    }
    return ids;
  }

  /** A text's ids, special tokens cut out of it first, BOS in front as the folder's files say. */
  public int[] encode(String text) {
    return switch (template) {
      case TOKENIZER_JSON -> ints(tokenizer.encode(text, true, false).getIds());
      case FLAGS ->
          Stream.of(before, ints(tokenizer.encode(text, false, false).getIds()), after)
              .flatMapToInt(IntStream::of)
              .toArray();
    };
  }

  /**
   * The text of generated ids, special tokens left out. Not stripped, but the tokenizer's own
   * decoder drops one leading space; bytes that are no UTF-8 become U+FFFD, ids without a token
   * nothing.
   */
  public String decode(int[] newIds) {
    return tokenizer.decode(IntStream.of(newIds).asLongStream().toArray(), true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static int[] ints(long[] ids) {
    return LongStream.of(ids).mapToInt(Math::toIntExact).toArray();
  }
}
