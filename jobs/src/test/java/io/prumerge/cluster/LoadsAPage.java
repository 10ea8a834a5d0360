package io.prumerge.cluster;

import io.prumerge.report.page.CardView;

/**
 * A process that loads a class of a report's pages, as a run does that gets to its end. With an
 * argument it does not get there.
 */
final class LoadsAPage {

  private LoadsAPage() {}

  public static void main(String[] arguments) {
    if (arguments.length == 0) {
      new CardView(1, 1, "", "", "");
    }
  }
}
