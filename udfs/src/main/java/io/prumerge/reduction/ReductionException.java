package io.prumerge.reduction;

/** A method cannot reduce an image's tokens; the message names the value that prevents it. */
public final class ReductionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ReductionException(String message) {
    super(message);
  }

  /** Refuses a method that looks at a class token where the tower has none. */
  public static ReductionException noClassToken() {
    return new ReductionException(
        "Cannot look at the class token: this model's vision tower has none; use a method that"
            + " looks at features (such as divprune), one that drops tokens inside the decoder,"
            + " or attention=received where the method has it, as in vispruner:attention=received");
  }
}
