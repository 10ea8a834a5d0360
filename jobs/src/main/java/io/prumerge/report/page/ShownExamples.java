package io.prumerge.report.page;

import java.util.List;

/**
 * The examples, as the report's page shows them.
 *
 * @param pictures the images that the cards' tiles draw
 * @param gaps messages about examples that could not be read
 */
record ShownExamples(List<Card> cards, List<DrawnImage> pictures, List<String> gaps) {

  boolean anyVideos() {
    return cards.stream().anyMatch(Card::isOfVideo);
  }

  boolean anyImages() {
    return cards.stream().anyMatch(card -> !card.isOfVideo());
  }

  boolean isFilled() {
    return !cards.isEmpty();
  }
}
