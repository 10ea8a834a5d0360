package io.prumerge.image;

/**
 * The most that a model sees of each picture, where that is less than its own bounds or the run's
 * allow.
 */
public sealed interface PictureLimit {

  /** A limit for pictures that keep about their own size. */
  sealed interface OfTokens extends PictureLimit {

    /**
     * Returns the most tokens.
     *
     * @param own those that the picture has without the limit
     */
    int most(int own);
  }

  /** So many visual tokens. */
  record Tokens(int most) implements OfTokens {
    @Override
    public int most(int own) {
      return most;
    }
  }

  /** A share of the visual tokens that the picture has without the limit. */
  record Share(TokenShare share) implements OfTokens {
    @Override
    public int most(int own) {
      return share.of(own);
    }
  }

  /** So many tiles, the view of the whole picture apart. */
  record Tiles(int most) implements PictureLimit {}
}
