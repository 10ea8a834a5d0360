package io.prumerge.explain;

/**
 * Colours that tell neighbours apart, also for the colour-blind (Paul Tol's muted scheme), used in
 * turn; numbers say which is which where they come again.
 */
final class TolColours {

  private static final String[] COLOURS = {
    "#332288", "#DDCC77", "#CC6677", "#88CCEE", "#117733", "#AA4499", "#999933", "#882255",
    "#44AA99"
  };

  /** Of a colour's channels, as eyes weigh them (Rec. 709). */
  private static final double[] LUMINANCE = {0.2126, 0.7152, 0.0722};

  private TolColours() {}

  static String colour(int index) {
    return COLOURS[index % COLOURS.length];
  }

  /** Black or white, whichever is read better on a colour. */
  static String inkOn(int index) {
    int colour = Integer.decode(colour(index));
    double light = 0;
    for (int channel = 0; channel < LUMINANCE.length; channel++) {
      light += LUMINANCE[channel] * (colour >> (16 - 8 * channel) & 0xFF);
    }
    return light > 128 ? "#000000" : "#ffffff";
  }
}
