package io.prumerge.report.page;

import java.util.List;

/**
 * All that the templates show; both read the same. Texts are as they came, escaped by the
 * templates' engine alone.
 *
 * @param first what the first of several runs ran, whose methods go by their names alone; empty
 *     where there is only one
 * @param starred whether significance was tested
 * @param contrasts methods compared with each other
 * @param figureCaveats messages about figures over a part of their questions
 * @param contrastCaveats messages about methods that answered different questions
 * @param limits what differences the runs can show
 * @param comparable whether the published figures are of a model like the runs'
 * @param places hosts and devices that were measured on
 * @param gaps what examples could not be read
 * @param data {@link ChartData} as JSON
 */
record Page(
    String title,
    String first,
    String baseline,
    boolean starred,
    List<Fact> facts,
    List<Headlines.Finding> findings,
    TableView headlines,
    List<String> figureCaveats,
    TableView contrasts,
    List<String> contrastCaveats,
    TableView limits,
    boolean comparable,
    TableView published,
    List<String> sources,
    List<String> remarks,
    TableView tokens,
    List<TableView> categories,
    TableView stages,
    TableView hardware,
    List<String> places,
    List<Card> cards,
    List<Card.Drawn> pictures,
    List<String> gaps,
    TableView errors,
    TableView runs,
    String data) {

  /** A name and its value above everything else. */
  record Fact(String name, String value) {}

  boolean anyFindings() {
    return !findings.isEmpty();
  }

  boolean anyCategories() {
    return !categories.isEmpty();
  }

  boolean anyCards() {
    return !cards.isEmpty();
  }

  boolean anyContrasts() {
    return contrasts.isFilled();
  }

  boolean anyHardware() {
    return hardware.isFilled();
  }
}
