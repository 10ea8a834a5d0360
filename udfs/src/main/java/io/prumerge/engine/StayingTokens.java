package io.prumerge.engine;

import java.util.List;
import java.util.OptionalInt;

/**
 * The visual tokens that go on inside the decoder after a method's cut.
 *
 * @param layer the first of the decoder's layers that the others do not reach, from 0
 * @param last the last layer before the next cut, or of the decoder
 * @param tokens those that reach these layers, in their order there
 */
public record StayingTokens(int layer, int last, List<Token> tokens) {

  /**
   * One token.
   *
   * @param place from 0 in the order in which the decoder receives all tokens; of a sum, the place
   *     of the token whose position it has
   * @param patch that the token at this place stands for, numbered through all views of the image;
   *     empty for a Q-Former's query, and for what a method mixed or a layout added
   * @param sum whether it is a weighted sum of several, made at this cut or at an earlier one
   */
  public record Token(int place, OptionalInt patch, boolean sum) {

    Token summed() {
      return new Token(place, patch, true);
    }
  }

  public StayingTokens {
    tokens = List.copyOf(tokens);
  }

  /** Returns the places of all tokens. */
  public List<Integer> places() {
    return tokens.stream().map(Token::place).toList();
  }

  /** Returns the patches that tokens stand for which are no sums. */
  public List<Integer> patches() {
    return patches(false);
  }

  /** Returns the patches whose positions sums have. */
  public List<Integer> patchesOfSums() {
    return patches(true);
  }

  private List<Integer> patches(boolean sum) {
    return tokens.stream()
        .filter(token -> token.sum() == sum)
        .flatMapToInt(token -> token.patch().stream())
        .boxed()
        .toList();
  }

  /** Returns the number of sums. */
  public int sums() {
    return (int) tokens.stream().filter(Token::sum).count();
  }

  /** Returns the number of tokens that are no sums and stand for no patch. */
  public int others() {
    return tokens.size() - sums() - patches().size();
  }
}
