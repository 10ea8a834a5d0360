/** Scores answers: of a run, or out of answer files, by rules or by a judge. */
package io.prumerge.score;
