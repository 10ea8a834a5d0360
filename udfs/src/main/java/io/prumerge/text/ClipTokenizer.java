package io.prumerge.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A CLIP model's tokenizer: byte pairs of lower-case words between two tokens that begin and end
 * each text, as its {@code tokenizer.json} says. Several threads may encode at once.
 */
public final class ClipTokenizer implements AutoCloseable {

  private final NativeTokenizer tokenizer;

  private ClipTokenizer(NativeTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Reads the tokenizer of a model folder, or throws a {@link TokenizerException}. */
  public static ClipTokenizer load(Path folder) {
    return new ClipTokenizer(NativeTokenizer.open(folder, TokenizerFiles.json(folder)));
  }

  /** Encodes a whole text. */
  public int[] encode(String text) {
    return tokenizer.encode(text, true);
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

  /** Encodes a text and cuts it into pieces of the given length; the last one may be shorter. */
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
