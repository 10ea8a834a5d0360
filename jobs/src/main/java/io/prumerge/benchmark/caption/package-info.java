/** Captions: the tokens of the caption evaluators, and CIDEr-D, BLEU and ROUGE-L of token lists. */
package io.prumerge.benchmark.caption;
