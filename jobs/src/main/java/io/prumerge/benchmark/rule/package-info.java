/** Named rules that compare an answer with a question's reference, for benchmarks of all kinds. */
package io.prumerge.benchmark.rule;
