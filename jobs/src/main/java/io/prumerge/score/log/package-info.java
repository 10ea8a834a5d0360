/** Reads the logs of other tools, and finds the questions that their rows answer. */
package io.prumerge.score.log;
