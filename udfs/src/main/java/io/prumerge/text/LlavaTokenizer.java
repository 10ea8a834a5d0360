package io.prumerge.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A checkpoint's tokenizer, applied by the Hugging Face tokenizers library without truncation or
 * padding. Several threads may encode and decode at once; close it only when all have finished.
 */
public final class LlavaTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerConfig config;
  private final int[] first;
  private final int[] last;

  private LlavaTokenizer(
      HuggingFaceTokenizer tokenizer, TokenizerConfig config, int[] first, int[] last) {
    this.tokenizer = tokenizer;
    this.config = config;
    this.first = first;
    this.last = last;
  }

  /** Reads the tokenizer of a model folder, or throws a {@link TokenizerException}. */
  public static LlavaTokenizer load(Path modelFolder) {
    return load(modelFolder, TokenizerFiles.json(modelFolder));
  }

  /**
   * Reads a tokenizer that has no token for the image and gives it one, or throws a {@link
   * TokenizerException}.
   *
   * @param imageTokenId the first id behind the tokenizer's own
   */
  public static LlavaTokenizer load(Path modelFolder, int imageTokenId) {
    return load(modelFolder, TokenizerFiles.withImageToken(modelFolder, imageTokenId));
  }

  private static LlavaTokenizer load(Path modelFolder, String json) {
    TokenizerConfig config = TokenizerConfig.read(modelFolder);
    HuggingFaceTokenizer tokenizer = open(modelFolder, json);
    try {
      return new LlavaTokenizer(
          tokenizer,
          config,
          config.addBos() ? single(tokenizer, config.bosToken()) : new int[0],
          config.addEos() ? single(tokenizer, config.eosToken()) : new int[0]);
    } catch (TokenizerException e) {
      tokenizer.close();
      throw e;
    }
  }

  static HuggingFaceTokenizer open(Path folder, String json) {
    // Otherwise DJL would look for a CUDA build of the library to download, and send usage data.
    System.setProperty("ai.djl.offline", "true");
    try (InputStream in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))) {
      return HuggingFaceTokenizer.newInstance(
          in, Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(
          "Cannot load the tokenizer of " + folder + ": " + e.getMessage(), e);
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

  /**
   * Encodes a text. Special tokens written out in it are recognised first; BOS is put in front if
   * the folder's files say so.
   */
  public int[] encode(String text) {
    String whole = withoutLoneSurrogates(text);
    return switch (config.template()) {
      case TOKENIZER_JSON -> ints(tokenizer.encode(whole, true, false).getIds());
      case FLAGS ->
          Stream.of(first, ints(tokenizer.encode(whole, false, false).getIds()), last)
              .flatMapToInt(IntStream::of)
              .toArray();
    };
  }

  /**
   * Encodes each word separately, without the tokens that begin and end a text; without any word,
   * the empty text with them (a tokenizer's {@code is_split_into_words} in transformers).
   */
  public int[] encodeWords(List<String> words) {
    if (words.isEmpty()) {
      return encode("");
    }
    return words.stream()
        .map(LlavaTokenizer::withoutLoneSurrogates)
        .flatMapToInt(word -> IntStream.of(ints(tokenizer.encode(word, false, false).getIds())))
        .toArray();
  }

  /**
   * Decodes generated ids, leaving out special tokens. White space is not stripped, but the
   * tokenizer's own decoder drops one leading space. Bytes that are not UTF-8 become U+FFFD; ids
   * without a token give no text.
   */
  public String decode(int[] newIds) {
    String text = tokenizer.decode(IntStream.of(newIds).asLongStream().toArray(), true);
    return config.cleanUp() ? cleanedUp(text) : text;
  }

  /** Decodes generated ids and strips white space from both ends, as the evaluation scripts do. */
  public String answer(int[] newIds) {
    return PythonText.strip(decode(newIds));
  }

  /**
   * Cleans a text up as transformers 4.57.1, PreTrainedTokenizerBase.clean_up_tokenization, in its
   * order.
   */
  private static String cleanedUp(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }

  /** Replaces lone surrogates by U+FFFD, because the native library cannot take them. */
  static String withoutLoneSurrogates(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  static int[] ints(long[] ids) {
    return LongStream.of(ids).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * A CLIP model's tokenizer: byte pairs of lower-case words between two tokens that begin and end
   * each text, as its {@code tokenizer.json} says. Several threads may encode at once.
   */
  public static final class ClipTokenizer implements AutoCloseable {

    private final HuggingFaceTokenizer tokenizer;

    private ClipTokenizer(HuggingFaceTokenizer tokenizer) {
      this.tokenizer = tokenizer;
    }

    /** Reads the tokenizer of a model folder, or throws a {@link TokenizerException}. */
    public static ClipTokenizer load(Path folder) {
      return new ClipTokenizer(open(folder, TokenizerFiles.json(folder)));
    }

    /** Encodes a whole text. */
    public int[] encode(String text) {
      String whole = withoutLoneSurrogates(text);
      return ints(tokenizer.encode(whole, true, false).getIds());
    }

    /** Encodes a text and drops what is too long in front of its last token. */
    public int[] cutOff(String text, int most) {
      int[] ids = encode(text);
      if (ids.length <= most) {
        return ids;
      }
      int[] cut = Arrays.copyOf(ids, most);
      cut[most - 1] = ids[ids.length - 1];
      return cut;
    }

    /** Encodes a text and cuts it into pieces of so many tokens; the last one may be shorter. */
    public List<int[]> pieces(String text, int length) {
      int[] ids = encode(text);
      List<int[]> pieces = new ArrayList<>();
      for (int start = 0; start < ids.length; start += length) {
        pieces.add(Arrays.copyOfRange(ids, start, Math.min(ids.length, start + length)));
      }
      return pieces;
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }
}
