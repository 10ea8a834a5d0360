package io.prumerge.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.prumerge.lang.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Hugging Face's tokenizers library, which ends the process where it meets what it does not expect.
 * So it gets only checked files, and texts of a bounded length. Several threads may encode and
 * decode at once.
 */
final class NativeTokenizer implements AutoCloseable {

  /**
   * Characters of a text at most. With the patterns of {@link SplitPattern}, the library's regular
   * expressions go back two steps for each at most, and it gives up at ten million.
   */
  static final int MOST_CHARACTERS = 1 << 20;

  /** Bytes that the parts of a {@code tokenizer.json} may make of a text. */
  private static final long MOST_BYTES = 1 << 26;

  /** Bytes of a character in UTF-8, at most. */
  private static final int OF_CHARACTER = 3;

  private final HuggingFaceTokenizer tokenizer;
  private final int mostCharacters;

  private NativeTokenizer(HuggingFaceTokenizer tokenizer, int mostCharacters) {
    this.tokenizer = tokenizer;
    this.mostCharacters = mostCharacters;
  }

  /**
   * Reads a tokenizer without truncation or padding.
   *
   * @param folder for errors
   * @param json text of its tokenizer.json
   * @throws TokenizerException if it cannot be used
   */
  static NativeTokenizer open(Path folder, String json) {
    // Otherwise DJL would look for a CUDA build of the library to download, and send usage data.
    System.setProperty("ai.djl.offline", "true");
    try (InputStream in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))) {
      long growth = TokenizerCheck.require(json);
      return new NativeTokenizer(
          HuggingFaceTokenizer.newInstance(
              in, Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false")),
          (int) Math.min(MOST_CHARACTERS, MOST_BYTES / OF_CHARACTER / growth));
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(
          "Cannot load the tokenizer of " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the characters that a text may have, fewer where the file makes a text much longer
   * ({@link TextGrowth}).
   */
  int mostCharacters() {
    return mostCharacters;
  }

  /**
   * Encodes a text.
   *
   * @param around whether with the tokens that the file puts around a text
   * @throws TokenizerException if it has too many characters
   */
  int[] encode(String text, boolean around) {
    if (text.length() > mostCharacters) {
      throw new TokenizerException(
          Text.format(
              "Cannot encode a text of %d characters: %d at most are read",
              text.length(), mostCharacters));
    }
    long[] ids = tokenizer.encode(withoutLoneSurrogates(text), around, false).getIds();
    return LongStream.of(ids).mapToInt(Math::toIntExact).toArray();
  }

  /** Decodes ids, leaving out special tokens. */
  String decode(int[] ids) {
    return tokenizer.decode(IntStream.of(ids).asLongStream().toArray(), true);
  }

  /** Returns a token's text, also of a special one. */
  String token(int id) {
    return tokenizer.decode(new long[] {id}, false);
  }

  /** Replaces lone surrogates by U+FFFD, because the library cannot take them. */
  private static String withoutLoneSurrogates(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
