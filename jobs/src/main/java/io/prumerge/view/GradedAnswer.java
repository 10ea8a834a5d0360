package io.prumerge.view;

import io.prumerge.report.page.Grade;

/**
 * @param answer null for an error
 * @param parsed what the benchmark's profile reads in it
 * @param score null without a reference
 */
record GradedAnswer(String answer, String parsed, Double score, String error, String finish) {
  Grade grade() {
    return Grade.of(score, error);
  }
}
