package io.prumerge.text;

import io.prumerge.lang.Text;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A checkpoint's tokenizer, applied by the Hugging Face tokenizers library without truncation or
 * padding. Several threads may encode and decode at once; close it only when all have finished.
 */
public final class LlavaTokenizer implements AutoCloseable {
  /** Characters of the longest token of published vocabularies, which is Qwen's of blanks. */
  private static final int LONGEST_TOKEN = 128;

  /** Of a prompt; with a letter after it, it still is within the library's bound. */
  private static final int MOST_CHARACTERS = 1_000_000;

  /** What a model takes. */
  private record Limits(int characters, int vocabulary) {}

  private final NativeTokenizer tokenizer;
  private final TokenizerConfig config;
  private final int[] first;
  private final int[] last;
  private final Limits limits;

  private LlavaTokenizer(
      NativeTokenizer tokenizer, TokenizerConfig config, int[] first, int[] last, Limits limits) {
    this.tokenizer = tokenizer;
    this.config = config;
    this.first = first;
    this.last = last;
    this.limits = limits;
  }

  /**
   * Reads the tokenizer of a model folder, or throws a {@link TokenizerException}.
   *
   * @param classes as {@link TokenizerFiles#json(Path, Map)} takes them
   */
  public static LlavaTokenizer load(Path modelFolder, Map<String, String> classes) {
    return load(modelFolder, TokenizerFiles.json(modelFolder, classes), classes);
  }

  /**
   * Reads a tokenizer that has no token for the image and gives it one, or throws a {@link
   * TokenizerException}.
   *
   * @param imageTokenId the first id after the tokenizer's own
   */
  public static LlavaTokenizer load(Path modelFolder, int imageTokenId) {
    return load(modelFolder, TokenizerFiles.withImageToken(modelFolder, imageTokenId), Map.of());
  }

  private static LlavaTokenizer load(Path modelFolder, String json, Map<String, String> classes) {
    TokenizerConfig config = TokenizerConfig.read(modelFolder, classes);
    NativeTokenizer tokenizer = NativeTokenizer.open(modelFolder, json);
    try {
      return new LlavaTokenizer(
          tokenizer,
          config,
          single(tokenizer, config.bosToken()),
          single(tokenizer, config.eosToken()),
          new Limits(readable(tokenizer), Integer.MAX_VALUE));
    } catch (TokenizerException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static int readable(NativeTokenizer tokenizer) {
    return Math.min(MOST_CHARACTERS, tokenizer.mostCharacters());
  }

  private static int[] single(NativeTokenizer tokenizer, String token) {
    if (token.isEmpty()) {
      return new int[0];
    }
    int[] ids = tokenizer.encode(token, false);
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
   * Binds this tokenizer to a model; the result takes this one's place.
   *
   * @param positions that a prompt may have
   * @param vocabulary rows of the model's embedding
   */
  public LlavaTokenizer within(int positions, int vocabulary) {
    long readable = (long) LONGEST_TOKEN * positions;
    int most = (int) Math.min(readable, readable(tokenizer));
    return new LlavaTokenizer(tokenizer, config, first, last, new Limits(most, vocabulary));
  }

  /**
   * Refuses a text that is too long for the model, before anything reads it.
   *
   * @throws PromptException saying how long it is
   */
  public void requireReadable(String text) throws PromptException {
    if (text.length() > limits.characters()) {
      throw new PromptException(
          PromptErrorKind.PROMPT_TOO_LONG,
          Text.format(
              "the prompt has %d characters, and %d at most are read",
              text.length(), limits.characters()));
    }
  }

  /**
   * Refuses tokens that the model has no row for, such as one that only the tokenizer's settings
   * name.
   *
   * @throws PromptException naming the first of them
   */
  void requireKnown(int[] ids) throws PromptException {
    for (int id : ids) {
      if (id >= limits.vocabulary()) {
        throw new PromptException(
            PromptErrorKind.PROMPT_UNKNOWN_TOKEN,
            Text.format(
                "the prompt has the token '%s', %d, but the model has tokens 0 to %d",
                tokenizer.token(id), id, limits.vocabulary() - 1));
      }
    }
  }

  /**
   * Encodes a text. Special tokens written out in it are recognised first; BOS is put in front if
   * the folder's files say so.
   */
  public int[] encode(String text) {
    return switch (config.template()) {
      case TOKENIZER_JSON -> tokenizer.encode(text, true);
      case FLAGS ->
          Stream.of(first, tokenizer.encode(text, false), last)
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
        .flatMapToInt(word -> IntStream.of(tokenizer.encode(word, false)))
        .toArray();
  }

  /**
   * Decodes generated ids, leaving out special tokens. White space is not stripped, but the
   * tokenizer's own decoder drops one leading space. Bytes that are not UTF-8 become U+FFFD; ids
   * without a token give no text.
   */
  public String decode(int[] newIds) {
    String text = tokenizer.decode(newIds);
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

  @Override
  public void close() {
    tokenizer.close();
  }
}
