package io.prumerge.explain;

/**
 * Colours that the colour-blind can distinguish (Paul Tol's muted scheme), used in turn; numbers
 * distinguish patches of the same colour.
 */
final class TolColours {

  private static final String[] COLOURS = {
    "#332288", "#DDCC77", "#CC6677", "#88CCEE", "#117733", "#AA4499", "#999933", "#882255",
    "#44AA99"
  };

  /** Luminance weights of the channels (Rec. 709). */
  private static final double[] LUMINANCE = {0.2126, 0.7152, 0.0722};

  private TolColours() {}

  static String colour(int index) {
    return COLOURS[index % COLOURS.length];
  }

  /** Returns black or white, whichever has more contrast on a colour. */
  static String inkOn(int index) {
    int colour = Integer.decode(colour(index));
    double light = 0;
    for (int channel = 0; channel < LUMINANCE.length; channel++) {
      light += LUMINANCE[channel] * (colour >> (16 - 8 * channel) & 0xFF);
    }
    return light > 128 ? "#000000" : "#ffffff";
  }
}
