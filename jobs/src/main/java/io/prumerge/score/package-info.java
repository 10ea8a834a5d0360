/** Scores the answers of a run or of answer files, by rules or by a judge. */
package io.prumerge.score;
