package io.prumerge.report.page;

/**
 * An answer and the methods that gave it.
 *
 * @param mark a sign for right, wrong or partly right
 * @param grade a class of {@code report.css}
 * @param answer its text; empty for an answer without any, which the page says
 */
record CardAnswer(String mark, String grade, String answer, String methods) {
  CardAnswer of(String all) {
    return new CardAnswer(mark, grade, answer, all);
  }
}
