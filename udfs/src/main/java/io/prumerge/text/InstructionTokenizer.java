package io.prumerge.text;

import io.prumerge.lang.Text;
import java.nio.file.Path;

/**
 * The tokenizer of a connector that reads the question with the image: InstructBLIP's Q-Former has
 * BERT's word pieces, in a folder of its own. Several threads may encode at once.
 */
public final class InstructionTokenizer implements AutoCloseable {

  /** The folder below the model's, as transformers writes it. */
  public static final String FOLDER = "qformer_tokenizer";

  private final NativeTokenizer tokenizer;
  private final long vocabulary;
  private final long positions;

  private InstructionTokenizer(NativeTokenizer tokenizer, long vocabulary, long positions) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.positions = positions;
  }

  /**
   * Reads the tokenizer of a model folder, or throws a {@link TokenizerException}.
   *
   * @param vocabulary rows of the connector's embedding of tokens
   * @param positions tokens that it can read at most
   */
  public static InstructionTokenizer load(Path modelFolder, long vocabulary, long positions) {
    Path folder = modelFolder.resolve(FOLDER);
    return new InstructionTokenizer(
        NativeTokenizer.open(folder, TokenizerFiles.json(folder)), vocabulary, positions);
  }

  /**
   * Encodes a prompt's text, the tokens that begin and end it included.
   *
   * @throws PromptException if it has too many tokens
   */
  public int[] encode(String text) throws PromptException {
    int[] ids = tokenizer.encode(text, true);
    if (ids.length > positions) {
      throw new PromptException(
          PromptErrorKind.PROMPT_TOO_LONG,
          Text.format(
              "the prompt has %d tokens for the Q-Former, which reads %d at most",
              ids.length, positions));
    }
    for (int id : ids) {
      if (id >= vocabulary) {
        throw new TokenizerException(
            Text.format(
                "%s gives the id %d, but the Q-Former's vocabulary has %d",
                FOLDER, id, vocabulary));
      }
    }
    return ids;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
