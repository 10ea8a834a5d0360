/** Captions: the tokens of their evaluators, and ROUGE-L of these. */
package io.prumerge.benchmark.caption;
