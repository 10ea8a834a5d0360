package io.prumerge.search;

import java.io.IOException;

/** Asks the questions of a rung. */
interface RungEvaluator {

  /** Returns a rung's answers, which are in files. Asks nothing that was answered before. */
  RungAnswers ask(Rung rung) throws IOException;
}
